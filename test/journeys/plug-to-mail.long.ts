/** From a pulled plug to the mail in the receiver's box, over real sockets: MQTT, the sweep, the watch, the outbox, SMTP. Within five seconds of deadline and grace. */
import * as assert from 'uvu/assert';
import { machineTopic } from '@cac/shared/topics.ts';
import { USUAL_ALERTS } from '@cac/shared/incidents.ts';
import type { Machine, NewVoucher } from '@cac/shared/api.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { randomBytes } from 'node:crypto';
import { beats, enrolRequest, siteDraft, wireJournal, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { connectMachine, INST, sendUp } from '../mqtt-machine.ts';
import { startRelay, type Relay } from '../notices/notice-fixture.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { until } from '../until.ts';

const test = suite('from the plug to the mail');
const EP = 'abcdefghij012345';
const ALL_DAY = [{ from: 0, to: 1_440 }];

let server: TestServer;
let relay: Relay;

test.before(async () => {
  [server, relay] = [await startTestServer(), await startRelay()];
});
test.after(async () => {
  await server.end();
  await relay.stop();
});

const put = async (path: string, body: unknown): Promise<void> => {
  const answer = await server.api(path, { method: 'PUT', body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
};

test('deadline, grace, and less than five seconds; the recovery is told as well', async () => {
  await json(server, '/api/v1/sites', siteDraft('S-1', { hostPremises: null }));
  await json(server, '/api/v1/calendar/timetables', { scope: { kind: 'site', id: 'S-1' }, season: 'usual', from: null, to: null, week: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, ALL_DAY])), confirmed: true, source: 'test' });
  await put('/api/v1/alert-settings', { ...USUAL_ALERTS, graceMs: 0, recoveryMs: 0 });
  await json(server, '/api/v1/channels', { kind: 'email', name: 'SMTP', enabled: true, host: '127.0.0.1', port: relay.port, security: 'plain', from: 'constat@example.ma', user: null });
  await json(server, '/api/v1/accounts', { name: 'amal', role: 'operator', scope: { kind: 'regions', regions: ['MA-04'] }, fullName: 'Amal', email: 'amal@example.ma', phone: null, language: 'fr', quiet: null });
  const { code } = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: 'S-1' });
  const secret = randomBytes(32).toString('base64url');
  const { machine } = await json<{ machine: TestMachine['id'] }>(server, '/api/v1/enrol', enrolRequest(code, { secretHash: hashOf(secret) }));
  const pc: TestMachine = { id: machine, secret, site: 'S-1' };
  const journal = wireJournal(EP, [['agent_start', { ver: '1', up: 5 }], ...beats(3)]);
  const will = { topic: machineTopic(pc.id, 'will'), payload: Buffer.from(JSON.stringify({ inst: INST, conn: 1, ep: EP })), qos: 1 as const, retain: false };
  const client = await connectMachine(server.mqttPort, pc, { keepalive: 2, will });
  await sendUp(client, pc, journal.up(1, 3));
  const before = relay.received.length;
  // The plug: nothing more is said, the socket stays open until the broker gives it up.
  client.stream.pause();
  (client as unknown as { _destroyKeepaliveManager?: () => void })._destroyKeepaliveManager?.();
  const about = (text: string) => relay.received.slice(before).find(({ to, mail }) => to.includes('amal@example.ma') && `${mail.subject} ${mail.text}`.includes(text));
  await until('the mail is in the box', () => about('S-1') !== undefined || about('Centre S-1') !== undefined, 90_000);
  const arrivedAt = Date.now();
  const { since } = await json<Machine>(server, `/api/v1/machines/${pc.id}`);
  console.log(`\n  note: ${arrivedAt - since} ms from the deadline to the mail in the box (must 5,000)`);
  assert.ok(arrivedAt - since < 5_000, `${arrivedAt - since} ms after its deadline`);
  client.end(true);
  const told = relay.received.length;
  const again = await connectMachine(server.mqttPort, pc, { keepalive: 60 });
  await sendUp(again, pc, journal.up(1, 4, { conn: 2 }));
  await until('the recovery is in the box', () => relay.received.length > told, 20_000);
  assert.is(relay.received.length, told + 1);
  await again.endAsync();
});

test.run();
