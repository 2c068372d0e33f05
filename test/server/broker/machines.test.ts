import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { machineTopic, SERVER_TOPIC } from '@cac/shared/topics.ts';
import type { Machine, NewVoucher } from '@cac/shared/api.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { randomBytes } from 'node:crypto';
import { beats, enrolRequest, siteDraft, wireJournal, type TestMachine } from '../../fixtures.ts';
import { connect as connectTcp } from 'node:net';
import { parser as mqttParser, type Packet } from 'mqtt-packet';
import { connectPacket, publishPacket } from './packets.ts';
import { suite } from '../../harness.ts';
import { closed, connectMachine, sendUp } from '../../mqtt-machine.ts';
import { json, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';

const test = suite('machines at the broker');
const EP = 'abcdefghij012345';
const journal = wireJournal(EP, [['agent_start', { ver: '1', up: 5 }], ...beats(9)]);
const mosquitto = ['/usr/bin/mosquitto_pub', '/usr/bin/mosquitto_sub'].every((file) => existsSync(file)) ? null : 'mosquitto_pub is not installed (Debian: apt-get install mosquitto-clients)';

let server: TestServer;
let a: TestMachine;
let b: TestMachine;

async function enrolled(site: string): Promise<TestMachine> {
  const voucher = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: site });
  const secret = randomBytes(32).toString('base64url');
  const { machine } = await json<{ machine: TestMachine['id'] }>(server, '/api/v1/enrol', enrolRequest(voucher.code, { secretHash: hashOf(secret) }));
  return { id: machine, secret, site };
}

test.before(async () => {
  server = await startTestServer();
  await json(server, '/api/v1/sites', siteDraft('S-1'));
  [a, b] = [await enrolled('S-1'), await enrolled('S-1')];
});
test.after(() => server.end());

const wOf = async (machine: TestMachine): Promise<number> => (await json<{ W: number }>(server, `/api/v1/machines/${machine.id}/journal`)).W;
const stateOf = async (machine: TestMachine): Promise<string> => (await json<Machine>(server, `/api/v1/machines/${machine.id}`)).state.kind;
const refusedWith = (connecting: Promise<{ end(force: boolean): unknown }>): Promise<string> =>
  connecting.then(
    (client) => {
      client.end(true);
      return 'accepted';
    },
    (error: { code?: number; message: string }) => String(error.code ?? error.message),
  );

test('a batch is acknowledged after its commit, and what was sent before is answered from the watermark', async () => {
  const client = await connectMachine(server.mqttPort, a);
  assert.is((await sendUp(client, a, journal.up(1, 4))).W, 4);
  assert.is((await sendUp(client, a, journal.up(1, 10))).W, 10);
  assert.is(await wOf(a), 10);
  assert.is(await stateOf(a), 'on');
  await client.endAsync();
});

test('C-10 the client id must be the user\'s own; a wrong secret and an unknown machine are refused', async () => {
  assert.is(await refusedWith(connectMachine(server.mqttPort, a, { clientId: `${b.id}.00000000000000aa` })), '2');
  assert.is(await refusedWith(connectMachine(server.mqttPort, a, { clientId: 'anything' })), '2');
  assert.is(await refusedWith(connectMachine(server.mqttPort, { ...a, secret: b.secret })), '4');
  assert.is(await refusedWith(connectMachine(server.mqttPort, { ...a, id: 'zzzzzzzzzzzzzzzzzzzz' as never })), '4');
});

test('B-09 a will on another\'s topic is refused at CONNECT', async () => {
  const will = { topic: machineTopic(b.id, 'will'), payload: Buffer.from('{}'), qos: 1 as const, retain: false };
  assert.is(await refusedWith(connectMachine(server.mqttPort, a, { will })), '5');
});

test('B-06 publishing as another machine closes the link and changes nothing', async () => {
  const before = await wOf(b);
  const client = await connectMachine(server.mqttPort, a);
  client.on('error', () => {});
  client.publish(machineTopic(b.id, 'up'), JSON.stringify(journal.up(1, 10)), { qos: 1 });
  await closed(client);
  assert.is(await wOf(b), before);
  client.end(true);
});

test('B-05 foreign, wild, system and shared subscriptions are refused; retained and QoS 2 close the link', async () => {
  const client = await connectMachine(server.mqttPort, a);
  for (const filter of ['#', '+/+/+/up', 'cac/1/#', `cac/1/+/ack`, '$SYS/#', `$share/g/${machineTopic(a.id, 'ack')}`, machineTopic(b.id, 'dn'), machineTopic(b.id, 'ack'), machineTopic(a.id, 'up'), 'a/'.repeat(30)]) {
    const granted = await client.subscribeAsync(filter, { qos: 1 }).then(
      (grants) => grants.map((g) => Number(g.qos)),
      (error: Error) => error.message,
    );
    assert.not.equal(granted, [0], filter);
    assert.not.equal(granted, [1], filter);
  }
  await client.endAsync(true);
  for (const options of [{ qos: 2 }, { qos: 1, retain: true }] as const) {
    const naughty = await connectMachine(server.mqttPort, a);
    naughty.on('error', () => {});
    naughty.publish(machineTopic(a.id, 'up'), '{}', options);
    await closed(naughty);
    naughty.end(true);
  }
});

test('reports alone keep a connection alive, without pings', async () => {
  const client = await connectMachine(server.mqttPort, a, { keepalive: 1, reschedulePings: true });
  // mqtt.js puts off its ping at each publish: the broker hears reports only.
  let dropped = false;
  client.on('close', () => (dropped = true));
  const startedAt = performance.now();
  while (performance.now() - startedAt < 4_500) {
    await client.publishAsync(machineTopic(a.id, 'up'), JSON.stringify(journal.up(1, 4)), { qos: 1 });
    await new Promise((next) => setTimeout(next, 300));
  }
  assert.not.ok(dropped);
  await client.endAsync(true);
});

test('a hundred reports sent at once are each confirmed, in order', async () => {
  const client = await connectMachine(server.mqttPort, a);
  const confirmed: number[] = [];
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => client.publishAsync(machineTopic(a.id, 'up'), JSON.stringify(journal.up(1, 10)), { qos: 1 }).then(() => confirmed.push(i))),
  );
  assert.is(confirmed.length, 100);
  await client.endAsync();
});

test('everyone who listens learns of the server, retained', async () => {
  const client = await connectMachine(server.mqttPort, a);
  const told = new Promise<{ sid: string; dbi: string }>((done) => client.on('message', (topic, payload) => topic === SERVER_TOPIC && done(JSON.parse(payload.toString()))));
  await client.subscribeAsync(SERVER_TOPIC, { qos: 1 });
  const { sid, dbi } = await told;
  assert.equal([sid.length, dbi.length], [16, 16]);
  await client.endAsync();
});

test('C-07 a revoked machine is cut off within five seconds and stays out', async () => {
  const machine = await enrolled('S-1');
  const client = await connectMachine(server.mqttPort, machine);
  client.on('error', () => {});
  await sendUp(client, machine, journal.up(1, 3));
  const startedAt = performance.now();
  assert.is((await server.api(`/api/v1/machines/${machine.id}`, { method: 'DELETE' })).status, 204);
  await closed(client);
  assert.ok(performance.now() - startedAt < 5_000);
  assert.is(await refusedWith(connectMachine(server.mqttPort, machine)), '5');
  assert.is(await stateOf(machine), 'removed');
  client.end(true);
});

test('D-07 the will of an old connection does not shorten the new one\'s time', async () => {
  const will = (conn: number) => ({ topic: machineTopic(b.id, 'will'), payload: Buffer.from(JSON.stringify({ inst: '00000000000000aa', conn, ep: EP })), qos: 1 as const, retain: false });
  const old = await connectMachine(server.mqttPort, b, { will: will(1) });
  await sendUp(old, b, journal.up(1, 3, { hi: 3 }));
  const present = await connectMachine(server.mqttPort, b);
  await sendUp(present, b, journal.up(4, 6, { hi: 6, conn: 2 }));
  old.stream.destroy();
  await new Promise((next) => setTimeout(next, 300));
  const { deadline } = await deadlineOf(b);
  assert.ok(deadline > 150_000, `still ${deadline} ms`);
  present.stream.destroy();
  old.end(true);
  present.end(true);
});

test('C-02 two processes with one identity: the first keeps it, the second is told that it is held, and nothing of it is taken up', async () => {
  const twin = await enrolled('S-1');
  const first = await connectMachine(server.mqttPort, twin);
  await sendUp(first, twin, journal.up(1, 2));
  const second = await connectMachine(server.mqttPort, twin, { clientId: `${twin.id}.00000000000000bb` });
  const said: { held?: boolean }[] = [];
  second.on('message', (topic, payload) => topic.endsWith('/dn') && said.push(JSON.parse(String(payload))));
  await second.subscribeAsync(machineTopic(twin.id, 'dn'), { qos: 1 });
  await second.publishAsync(machineTopic(twin.id, 'up'), JSON.stringify(journal.up(1, 6, { inst: '00000000000000bb' })), { qos: 1 });
  await until('the first one has spoken, and the second is held', async () => {
    await sendUp(first, twin, journal.up(1, 3));
    return said.some(({ held }) => held === true);
  });
  await second.publishAsync(machineTopic(twin.id, 'up'), JSON.stringify(journal.up(1, 6, { inst: '00000000000000bb' })), { qos: 1 });
  const { flags } = await json<Machine>(server, `/api/v1/machines/${twin.id}`);
  assert.ok(flags.includes('clone_suspect'));
  assert.is((await json<{ W: number }>(server, `/api/v1/machines/${twin.id}/journal`)).W, 3, 'only what the first one sent');
  const { held } = await json<{ held: { inst: string }[] }>(server, `/api/v1/machines/${twin.id}/field`);
  assert.equal(held.map(({ inst }) => inst), ['00000000000000bb']);
  assert.ok(first.connected && second.connected);
  await Promise.all([first.endAsync(), second.endAsync()]);
});

test('the will of the present connection leaves thirty seconds', async () => {
  const will = { topic: machineTopic(b.id, 'will'), payload: Buffer.from(JSON.stringify({ inst: '00000000000000aa', conn: 3, ep: EP })), qos: 1 as const, retain: false };
  const client = await connectMachine(server.mqttPort, b, { will });
  await sendUp(client, b, journal.up(7, 8, { hi: 8, conn: 3 }));
  client.stream.destroy();
  await until('the deadline came nearer', async () => (await deadlineOf(b)).deadline <= 30_000);
  client.end(true);
});

/** Read beside the running server, as an operator with the file could. */
async function deadlineOf(machine: TestMachine): Promise<{ deadline: number }> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(`${server.dataDir}/cac.sqlite`, { readonly: true });
  const row = db.prepare('select deadline_at from machines where id = ?').get(machine.id) as { deadline_at: number };
  db.close();
  return { deadline: row.deadline_at - Date.now() };
}

function run(program: string, args: string[], limitMs = 4_000): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    let output = '';
    const child = spawn(program, args);
    const timer = setTimeout(() => child.kill(), limitMs);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, output });
    });
  });
}

test.needs(mosquitto, 'B-05 B-06 mosquitto\'s own clients can do exactly what the ACL allows', async () => {
  const as = (machine: TestMachine, inst: string) => ['-h', '127.0.0.1', '-p', String(server.mqttPort), '-V', '311', '-i', `${machine.id}.${inst}`, '-u', machine.id, '-P', machine.secret];
  const pub = (topic: string, ...more: string[]) => run('/usr/bin/mosquitto_pub', [...as(a, '00000000000000c1'), '-q', '1', '-t', topic, '-m', '{}', ...more]);
  const sub = (topic: string, ...more: string[]) => run('/usr/bin/mosquitto_sub', [...as(a, '00000000000000c2'), '-q', '1', '-W', '1', '-t', topic, ...more]);

  assert.is((await pub(machineTopic(a.id, 'up'))).code, 0, 'own up');
  assert.is((await pub(machineTopic(a.id, 'will'))).code, 0, 'own will');
  for (const topic of [machineTopic(b.id, 'up'), machineTopic(b.id, 'will'), machineTopic(a.id, 'ack'), machineTopic(a.id, 'dn'), SERVER_TOPIC, 'anything']) {
    assert.is.not((await pub(topic)).code, 0, `publish ${topic}`);
  }
  assert.is.not((await pub(machineTopic(a.id, 'up'), '-r')).code, 0, 'retained');
  for (const topic of [machineTopic(a.id, 'ack'), machineTopic(a.id, 'dn'), SERVER_TOPIC]) {
    assert.not.match((await sub(topic, '-d')).output, /\(128\)|128|denied|rejected/i, `subscribe ${topic}`);
  }
  assert.match((await sub(SERVER_TOPIC)).output, /"sid"/);
  for (const topic of ['#', '+/+/+/up', machineTopic(b.id, 'ack'), machineTopic(b.id, 'dn'), '$SYS/#', machineTopic(a.id, 'up')]) {
    assert.match((await sub(topic, '-d')).output, /128|denied|rejected/i, `subscribe ${topic}`);
  }
  const stranger = await run('/usr/bin/mosquitto_pub', [...as({ ...a, secret: 'guess' }, '00000000000000c3'), '-t', machineTopic(a.id, 'up'), '-m', '{}']);
  assert.is.not(stranger.code, 0);
  const five = await run('/usr/bin/mosquitto_pub', [...as(a, '00000000000000c4').map((w) => (w === '311' ? '5' : w)), '-t', machineTopic(a.id, 'up'), '-m', '{}']);
  assert.is.not(five.code, 0, 'MQTT 5 is refused in words it understands');
});

test('reports that come many at once are taken and acknowledged in their order [MQTT-4.6.0-2]', async () => {
  const c = await enrolled('S-1');
  const many = wireJournal(EP, beats(900));
  const socket = connectTcp(server.mqttPort, '127.0.0.1');
  const ids: number[] = [];
  const parser = mqttParser().on('packet', (one: Packet) => one.cmd === 'puback' && ids.push(one.messageId!));
  socket.on('data', (chunk: Buffer) => parser.parse(chunk));
  socket.write(connectPacket({ clientId: `${c.id}.00000000000000aa`, username: c.id, password: Buffer.from(c.secret) }));
  await new Promise((connected) => socket.once('data', connected));
  for (let from = 1; from <= 900; from += 30) {
    const some = Array.from({ length: 30 }, (_, i) => publishPacket(machineTopic(c.id, 'up'), JSON.stringify(many.up(from + i, from + i)), { messageId: from + i }));
    socket.write(Buffer.concat(some));
    await new Promise((next) => setTimeout(next, from % 3));
  }
  await until('all are acknowledged', () => ids.length === 900);
  socket.destroy();
  assert.equal(ids, Array.from({ length: 900 }, (_, i) => i + 1));
  assert.is(await wOf(c), 900);
});

test.run();
