/** What people ask of an agent in the field, and it does: a real agent, a real server, MQTT in between. */
import * as assert from 'uvu/assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAgent } from '@cac/agent/bundle.ts';
import { askRunning } from '@cac/agent/service/lock.ts';
import type { Identity } from '@cac/agent/uplink/identity.ts';
import type { Machine, NewVoucher } from '@cac/shared/api.ts';
import type { AgentLog, DataUse, EnrolRequestRow, MachineField } from '@cac/shared/field.ts';
import { temporaryDir } from '../databases.ts';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { until } from '../until.ts';

const test = suite('an agent and those who ask it');
let server: TestServer;
let home: string;
const children = new Set<ChildProcess>();

const start = (...words: string[]): ChildProcess => {
  const child = spawn(process.execPath, [join(home, 'cac-agent.cjs'), ...words], { env: { ...process.env, CAC_PROBE_TARGETS: '127.0.0.1:9', LANG: 'C' }, stdio: 'ignore' });
  children.add(child);
  return child;
};
const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => (child.exitCode === null ? void child.once('exit', done) : done(child.exitCode)));
const identityIn = (dir: string): Identity => JSON.parse(readFileSync(join(dir, 'identity.json'), 'utf8')) as Identity;
const send = async (method: string, path: string, body: unknown): Promise<number> => (await server.api(path, { method, body: JSON.stringify(body) })).status;

async function enrolled(site: string): Promise<{ dir: string; id: string; field: () => Promise<MachineField> }> {
  await json(server, '/api/v1/sites', siteDraft(site));
  const voucher = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: site });
  const dir = join(home, site);
  assert.is(await ended(start('enrol', '--server', server.base, '--voucher', voucher.code, '--yes', '--dir', dir)), 0);
  const id = identityIn(dir).machine;
  return { dir, id, field: () => json<MachineField>(server, `/api/v1/machines/${id}/field`) };
}

test.before(async () => {
  server = await startTestServer();
  home = temporaryDir('desk');
  await bundleAgent(join(home, 'cac-agent.cjs'));
});
test.after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server?.end();
});

test('settings reach the agent, are in force and acknowledged; commands are carried out; a new secret is its only one', async () => {
  const { dir, id, field } = await enrolled('D-1');
  const agent = start('run', '--eager', '--dir', dir);
  await until('it says which settings are in force', async () => (await field()).configVersion === (await field()).config.version);
  assert.is(await send('PUT', '/api/v1/agent-rules/site/D-1', { keepaliveS: 120, batchS: 60, targets: ['127.0.0.1:9'] }), 204);
  await until('the changed ones are', async () => {
    const { config, configVersion } = await field();
    return config.keepaliveS === 120 && configVersion === config.version && (await askRunning(dir))?.keepaliveS === 120;
  });
  assert.is((await field()).detectionS, 300);

  const before = identityIn(dir).secret;
  for (const kind of ['report_now', 'send_log', 'rotate_secret']) assert.is(await send('POST', `/api/v1/machines/${id}/commands`, { kind }), 201);
  await until('all three are done', async () => (await field()).commands.every(({ doneAt }) => doneAt !== null));
  assert.match((await json<AgentLog>(server, `/api/v1/machines/${id}/log`)).text, /agent .* started/);
  await until('the new secret is kept', () => identityIn(dir).secret !== before);
  assert.ok((await field()).secretChangedAt !== null);

  const said = await field();
  assert.ok(said.bytes.today > 500, `${said.bytes.today} bytes`);
  assert.ok((said.context?.rss ?? 0) > 10 && said.context?.way === 'mqtt');
  assert.is((await json<DataUse>(server, '/api/v1/sites/D-1/data-use')).usedBytes, said.bytes.month);
  agent.kill('SIGTERM');
  await ended(agent);
  const again = start('run', '--eager', '--dir', dir);
  await until('it is let in with the new secret', async () => (await askRunning(dir))?.connection === 'ready');
  assert.is(identityIn(dir).oldSecret, before);
  again.kill('SIGTERM');
  await ended(again);
});

test('C-02 a held PC that a person calls another one enrols as a machine of its own, by itself', async () => {
  const { dir, id, field } = await enrolled('D-2');
  const first = start('run', '--eager', '--dir', dir);
  await until('the first is heard', async () => (await askRunning(dir))?.backlog === 0);
  const copy = join(home, 'copy');
  cpSync(dir, copy, { recursive: true });
  const second = start('run', '--eager', '--dir', copy);
  await until('the second is held', async () => (await askRunning(copy))?.held === true, 20_000);
  const [held] = (await field()).held;
  assert.is(await send('POST', `/api/v1/machines/${id}/held`, { inst: held!.inst, act: 'new_machine' }), 204);
  assert.is(await ended(second), 75, 'it ends, to be started again with its own identity');
  assert.is.not(identityIn(copy).machine, id);
  const third = start('run', '--eager', '--dir', copy);
  await until('both are on', async () => (await json<{ items: Machine[] }>(server, '/api/v1/machines?site=D-2')).items.filter(({ state }) => state.kind === 'on').length === 2);
  for (const child of [first, third]) {
    child.kill('SIGTERM');
    await ended(child);
  }
});

test('a PC that a coordinator moved is a machine of the other site after its next word; what it proved stays', async () => {
  const { dir, id } = await enrolled('D-3');
  await json(server, '/api/v1/sites', siteDraft('D-4'));
  const agent = start('run', '--eager', '--dir', dir);
  await until('it is heard', async () => (await askRunning(dir))?.backlog === 0);
  assert.is(await send('POST', `/api/v1/machines/${id}/move`, { siteId: 'D-4', reason: 'salle déplacée' }), 204);
  assert.is(await ended(agent), 75);
  const next = identityIn(dir);
  assert.equal([next.site.id, next.machine === id], ['D-4', false]);
  const [old] = (await json<{ items: Machine[] }>(server, '/api/v1/machines?site=D-3')).items;
  assert.equal([old!.id, old!.revoked, old!.state.kind], [id, true, 'removed']);
});

test('prepare-image leaves nothing of the PC but how to ask for an identity', async () => {
  const { dir, id } = await enrolled('D-5');
  assert.is(await ended(start('prepare-image', '--dir', dir)), 0);
  assert.throws(() => identityIn(dir));
  const kept = JSON.parse(readFileSync(join(dir, 'enrol-request.json'), 'utf8')) as { hardware: unknown[] };
  assert.equal(kept.hardware, [null, null, null]);
  const agent = start('run', '--eager', '--dir', dir);
  await until('it asks for one', async () => (await askRunning(dir))?.enrolment !== undefined && (await askRunning(dir))!.enrolment !== 'asking');
  // Its hardware enrolled a moment ago: it is given that machine again in two minutes, or a person says who it is.
  assert.is((await json<{ items: EnrolRequestRow[] }>(server, '/api/v1/enrol-requests?site=D-5')).items[0]?.like, id);
  agent.kill('SIGTERM');
  await ended(agent);
});

test.run();
