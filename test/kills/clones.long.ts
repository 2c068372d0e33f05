/**
 * Thirty PCs made from one image in which an agent had been enrolled: real agents, real sockets, five minutes. With other hardware each drops the identity that came along and
 * becomes a machine of its own (C-01); with equal hardware one keeps it and twenty-nine are held (C-02). No storm, and no record under a wrong name.
 */
import * as assert from 'uvu/assert';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { bundleAgent } from '@cac/agent/bundle.ts';
import { askRunning } from '@cac/agent/service/lock.ts';
import type { Identity } from '@cac/agent/uplink/identity.ts';
import type { Machine, NewVoucher } from '@cac/shared/api.ts';
import { temporaryDir } from '../databases.ts';
import { siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { until } from '../until.ts';

const test = suite('thirty clones');
const CLONES = 30;
const FIVE_MINUTES = 300_000;

const mayMount = spawnSync('unshare', ['-m', 'true']).status === 0 && existsSync('/etc/machine-id');
const noMount = mayMount ? null : 'PCs with other hardware need a mount namespace (root, unshare)';

let home: string;
let bundle: string;
const children = new Set<ChildProcess>();

test.before(async () => {
  home = temporaryDir('clones');
  bundle = join(home, 'cac-agent.cjs');
  await bundleAgent(bundle);
});
test.after(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** In front of the broker: counts CONNECTs. A probe that only tries the port says nothing. */
async function counting(port: number): Promise<{ port: number; connects: () => number; server: Server }> {
  let connects = 0;
  const server = createServer((near) => {
    near.once('data', (first: Buffer) => (connects += first[0] === 0x10 ? 1 : 0));
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far], [far, near]] as const) one.on('error', () => {}).on('close', () => other.destroy());
  });
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return { port: (server.address() as AddressInfo).port, connects: () => connects, server };
}

const ENV = { ...process.env, CAC_PROBE_TARGETS: '127.0.0.1:9', CAC_BATCH_MS: '20000', LANG: 'C' };

/** `others`: files of this PC that read otherwise for the agent, as on other hardware. */
function start(words: string[], others: [own: string, shown: string][] = []): ChildProcess {
  const command = [process.execPath, bundle, ...words];
  const mounts = others.map(([own, shown]) => `mount --bind '${shown}' '${own}' && `).join('');
  const child = others.length === 0 ? spawn(command[0]!, command.slice(1), { env: ENV, stdio: 'ignore' }) : spawn('unshare', ['-m', 'sh', '-c', `${mounts}exec "$@"`, 'sh', ...command], { env: ENV, stdio: 'ignore' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => void child.once('exit', done));

/** A site, a PC enrolled and heard there, and thirty copies of its directory. */
async function imageOf(server: TestServer, mqttPort: number, site: string, uses: number): Promise<{ dirs: string[]; original: Identity }> {
  await json(server, '/api/v1/sites', siteDraft(site));
  const voucher = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: site, uses });
  const image = join(home, site, 'image');
  assert.is(await ended(start(['enrol', '--server', server.base, '--voucher', voucher.code, '--yes', '--dir', image])), 0);
  const identity = JSON.parse(readFileSync(join(image, 'identity.json'), 'utf8')) as Identity;
  identity.mqtt.port = mqttPort;
  writeFileSync(join(image, 'identity.json'), JSON.stringify(identity));
  const first = start(['run', '--eager', '--dir', image]);
  await until('it was heard', async () => (await askRunning(image))?.backlog === 0, 30_000);
  first.kill('SIGTERM');
  await ended(first);
  const dirs = Array.from({ length: CLONES }, (_, i) => join(home, site, `pc${i}`));
  for (const dir of dirs) cpSync(image, dir, { recursive: true });
  return { dirs, original: identity };
}

/** `agent_start` records by machine, as the database holds them. */
function startsOf(dataDir: string): Map<string, number> {
  const db = new Database(join(dataDir, 'cac.sqlite'), { readonly: true });
  const rows = db.prepare(`select b.machine_id as machine, count(*) as n from entries e join boots b on b.id = e.boot_id where e.kind = 'agent_start' group by b.machine_id`).all() as { machine: string; n: number }[];
  db.close();
  return new Map(rows.map(({ machine, n }) => [machine, n]));
}

async function stopAll(): Promise<void> {
  const gone = [...children].map(ended);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(gone);
}

test('C-02 equal hardware: at most 60 CONNECTs in five minutes, one machine, twenty-nine held, and only the one is heard', async () => {
  const server = await startTestServer();
  const gate = await counting(server.mqttPort);
  try {
    const { dirs, original } = await imageOf(server, gate.port, 'VM-1', 1);
    const before = gate.connects();
    for (const dir of dirs) start(['run', '--eager', '--dir', dir]);
    await pause(FIVE_MINUTES);
    const connects = gate.connects() - before;
    const statuses = await Promise.all(dirs.map(askRunning));
    const held = statuses.filter((status) => status?.held).length;
    console.log(`\n  note: equal hardware: ${connects} CONNECTs, ${held} held`);
    assert.ok(connects <= 60, `${connects} CONNECTs`);
    assert.is(held, CLONES - 1);
    const machines = (await json<{ items: Machine[] }>(server, '/api/v1/machines?site=VM-1')).items;
    assert.equal(machines.map(({ id }) => id), [original.machine]);
    assert.ok(machines[0]!.flags.includes('clone_suspect'));
    assert.is((await json<{ held: unknown[] }>(server, `/api/v1/machines/${original.machine}/field`)).held.length, CLONES - 1);
    assert.is(startsOf(server.dataDir).get(original.machine), 2, 'the image’s own start, and that of the one PC that keeps the identity');
    await stopAll();
  } finally {
    await server.end();
    gate.server.close();
  }
});

test.needs(noMount, 'C-01 other hardware: thirty machines of their own, at most 60 CONNECTs in five minutes, and each has its own records alone', async () => {
  const server = await startTestServer();
  const gate = await counting(server.mqttPort);
  try {
    const { dirs, original } = await imageOf(server, gate.port, 'IMG-1', CLONES + 1);
    const before = gate.connects();
    const disks = readdirSync('/sys/block').map((disk) => `/sys/block/${disk}/serial`).filter(existsSync);
    for (const [i, dir] of dirs.entries()) {
      const shown = join(home, 'IMG-1', `hardware${i}`);
      mkdirSync(shown, { recursive: true });
      writeFileSync(join(shown, 'id'), `${i}`.padStart(32, 'a'));
      writeFileSync(join(shown, 'disk'), `disk-of-pc-${i}-x9k`);
      start(['run', '--eager', '--dir', dir], [['/etc/machine-id', join(shown, 'id')], ...disks.map((disk): [string, string] => [disk, join(shown, 'disk')])]);
    }
    await until('all are heard', async () => (await json<{ items: Machine[] }>(server, '/api/v1/machines?site=IMG-1')).items.filter(({ state }) => state.kind === 'on').length === CLONES, 120_000);
    await pause(FIVE_MINUTES / 5);
    const statuses = await Promise.all(dirs.map(askRunning));
    // They enrolled anew, so they speak to the broker's own port: their own count is what is asked.
    const connects = gate.connects() - before;
    assert.is(connects, 0, 'nobody connected with the identity that came along');
    assert.is(new Set(statuses.map((status) => status?.machine)).size, CLONES);
    assert.not.ok(statuses.some((status) => status?.machine === original.machine));
    const starts = startsOf(server.dataDir);
    assert.is(starts.get(original.machine), 1, 'the image’s own');
    for (const status of statuses) assert.is(starts.get(status!.machine), 1, 'none sent what stood in the image’s journal');
    console.log(`\n  note: other hardware: ${new Set(statuses.map((s) => s?.machine)).size} machines, ${connects} CONNECTs under the image's name`);
    await stopAll();
  } finally {
    await server.end();
    gate.server.close();
  }
});

test.run();
