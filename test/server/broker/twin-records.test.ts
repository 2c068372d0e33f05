/** C-02 at the wire: nothing of a second process reaches the machine's history, at none of the moments at which it might. */
import * as assert from 'uvu/assert';
import { randomBytes } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import type { NewVoucher } from '@cac/shared/api.ts';
import type { MachineField } from '@cac/shared/field.ts';
import { machineTopic } from '@cac/shared/topics.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { beats, enrolRequest, siteDraft, wireJournal, type TestMachine } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { connectMachine, INST, sendUp } from '../../mqtt-machine.ts';
import { json, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';
import { publishPacket } from './packets.ts';

const test = suite('records of twins');
const journal = wireJournal('abcdefghij012345', [['agent_start', { ver: '1', up: 5 }], ...beats(9)]);
const TWIN = '00000000000000bb';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
  await json(server, '/api/v1/sites', siteDraft('S-1'));
});
test.after(() => server.end());

async function enrolled(): Promise<TestMachine> {
  const voucher = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: 'S-1' });
  const secret = randomBytes(32).toString('base64url');
  const { machine } = await json<{ machine: TestMachine['id'] }>(server, '/api/v1/enrol', enrolRequest(voucher.code, { secretHash: hashOf(secret) }));
  return { id: machine, secret, site: 'S-1' };
}
const wOf = async ({ id }: TestMachine): Promise<number> => (await json<{ W: number }>(server, `/api/v1/machines/${id}/journal`)).W;
const heldOf = async ({ id }: TestMachine): Promise<string[]> => (await json<MachineField>(server, `/api/v1/machines/${id}/field`)).held.map(({ inst }) => inst);

/** A process that says CONNECT, and at the very byte of its CONNACK what it is given to say. */
function hasty({ id, secret }: TestMachine, inst: string, bytes: Buffer): Promise<Socket> {
  const socket = connectTcp(server.mqttPort, '127.0.0.1');
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.write(generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: `${id}.${inst}`, keepalive: 60, username: id, password: Buffer.from(secret) }));
  return new Promise((done) => {
    socket.once('data', () => {
      socket.write(bytes);
      done(socket);
    });
  });
}
const report = (machine: TestMachine, to: number): Buffer => publishPacket(machineTopic(machine.id, 'up'), JSON.stringify(journal.up(1, to, { inst: TWIN as never })));

test('C-02 of a second process that speaks at the very byte of its CONNACK nothing is taken up', async () => {
  const machine = await enrolled();
  const first = await connectMachine(server.mqttPort, machine);
  assert.is((await sendUp(first, machine, journal.up(1, 4))).W, 4);
  const sockets = await Promise.all(Array.from({ length: 5 }, (_, i) => hasty(machine, `00000000000001${String(i).padStart(2, '0')}`, report(machine, 10))));
  await until('the first one was asked, and the others are held', async () => (await heldOf(machine)).length > 0 || (await sendUp(first, machine, journal.up(1, 4)), false));
  assert.is(await wOf(machine), 4);
  for (const socket of sockets) socket.destroy();
  await first.endAsync();
});

test('C-02 the first has gone: of the held one still nothing is taken up', async () => {
  const machine = await enrolled();
  const first = await connectMachine(server.mqttPort, machine);
  await sendUp(first, machine, journal.up(1, 4));
  const second = await hasty(machine, TWIN, report(machine, 10));
  await until('the second is held', async () => (await heldOf(machine)).length > 0 || (await sendUp(first, machine, journal.up(1, 4)), false));
  await first.endAsync();
  let pubacks = 0;
  second.on('data', (bytes: Buffer) => (pubacks += bytes.includes(Buffer.of(0x40, 2)) ? 1 : 0));
  for (let i = 0; i < 3; i += 1) {
    second.write(report(machine, 10));
    await until('it was answered', () => pubacks > i);
  }
  assert.is(await wOf(machine), 4);
  second.destroy();
});

test('C-02 a stolen identity that opens one connection after the other: a hundred stand, the one that has the identity among them', async () => {
  const machine = await enrolled();
  const first = await connectMachine(server.mqttPort, machine);
  await sendUp(first, machine, journal.up(1, 4));
  const sockets: Socket[] = [];
  for (let i = 0; i < 104; i += 1) sockets.push(await hasty(machine, (0x1000 + i).toString(16).padStart(16, '0'), Buffer.of(0xc0, 0)));
  await until('the first of them are let go', () => sockets.slice(0, 5).every((socket) => socket.closed));
  assert.equal([sockets.filter((socket) => socket.closed).length, first.connected], [5, true]);
  assert.is((await sendUp(first, machine, journal.up(1, 6))).W, 6);
  for (const socket of sockets) socket.destroy();
  await first.endAsync();
});

test('C-02 a person thinks better of it: the last word counts, and the two do not take the identity from each other for ever', async () => {
  const machine = await enrolled();
  const first = await connectMachine(server.mqttPort, machine);
  await sendUp(first, machine, journal.up(1, 4));
  const second = await connectMachine(server.mqttPort, machine, { clientId: `${machine.id}.${TWIN}` });
  const say = async (inst: string): Promise<void> => {
    await until(`${inst} is held`, async () => (await heldOf(machine)).includes(inst) || (second.publish(machineTopic(machine.id, 'up'), '{}', { qos: 1 }), first.publish(machineTopic(machine.id, 'up'), '{}', { qos: 1 }), false));
    assert.is((await server.api(`/api/v1/machines/${machine.id}/held`, { method: 'POST', body: JSON.stringify({ inst, act: 'is_the_pc' }) })).status, 204);
  };
  await say(TWIN);
  const said: unknown[] = [];
  await first.subscribeAsync(machineTopic(machine.id, 'dn'));
  first.on('message', (topic, payload) => topic.endsWith('/dn') && said.push((JSON.parse(payload.toString()) as { held?: boolean }).held));
  await say(INST);
  await until('the first is told that it has its identity again', () => said.includes(false));
  const before = said.length;
  await until('the second is held', async () => (await heldOf(machine)).includes(TWIN));
  for (let i = 0; i < 20; i += 1) await heldOf(machine);
  assert.equal([said.slice(before), await heldOf(machine)], [[], [TWIN]]);
  assert.is((await sendUp(first, machine, journal.up(1, 10))).W, 10);
  await Promise.all([first.endAsync(), second.endAsync()]);
});

test.run();
