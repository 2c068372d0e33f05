/** The gate before a real aedes, over real sockets. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { startGatedBroker, type GatedBroker } from '@cac/server/broker/gated-broker.ts';
import type { Refusal } from '@cac/server/broker/packet-gate.ts';
import { suite } from '../../harness.ts';
import { CONNACK_OK, INST, MACHINE, UP, connectPacket, packet, publishPacket, willOf } from './packets.ts';

const test = suite('gate');

const CONNECT_MS = 250;
let server: GatedBroker;
let refusals: Refusal[] = [];
let published: { topic: string; bytes: number }[] = [];
let signs: string[] = [];
let open: Socket[] = [];

test.before(async () => {
  server = await startGatedBroker(
    '127.0.0.1',
    0,
    {
      authenticate: (_client, _user, password, done) => setImmediate(done, null, password?.toString() === 'secret'),
      authorizePublish: (_client, { topic, payload }, done) => {
        published.push({ topic, bytes: payload.length });
        done(null);
      },
      drainTimeout: 400,
    },
    { onRefused: (refusal) => refusals.push(refusal), onPacket: (machine) => signs.push(machine), connectMs: CONNECT_MS },
  );
});
test.beforeEach(() => {
  refusals = [];
  published = [];
  signs = [];
});
test.afterEach(() => {
  for (const socket of open) socket.destroy();
  open = [];
});
test.after(() => server.close());

/** A peer that keeps what it was sent, and knows when it was cut off. */
function dial(): { socket: Socket; received: () => Buffer; closed: Promise<void>; until: (bytes: number) => Promise<void> } {
  const socket = connectTcp(server.port, '127.0.0.1');
  open.push(socket);
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
  socket.on('error', () => {});
  return {
    socket,
    received: () => received,
    closed: new Promise((done) => void socket.once('close', () => done())),
    until: async (bytes) => {
      while (received.length < bytes && !socket.destroyed) await after(2);
    },
  };
}

async function connected(changes = {}) {
  const peer = dial();
  peer.socket.write(connectPacket(changes));
  await peer.until(4);
  assert.equal(peer.received(), CONNACK_OK);
  return peer;
}

test('a report comes through and is acknowledged, a ping is answered, both are signs of life', async () => {
  const peer = await connected();
  peer.socket.write(publishPacket(UP, '{"v":1}'));
  await peer.until(8);
  assert.equal(peer.received().subarray(4), Buffer.of(0x40, 2, 0, 7));
  peer.socket.write(packet({ cmd: 'pingreq' }));
  await peer.until(10);
  assert.equal(published, [{ topic: UP, bytes: 7 }]);
  assert.equal(signs, [MACHINE, MACHINE]);
  assert.equal(refusals, []);
});

test('a wrong secret gets its CONNACK from the broker', async () => {
  const peer = dial();
  peer.socket.write(connectPacket({ password: Buffer.from('guess') }));
  await peer.closed;
  assert.equal(peer.received(), Buffer.of(0x20, 2, 0, 5));
});

test('B-01: 256 MB announced by a stranger close the link without CONNACK', async () => {
  const peer = dial();
  peer.socket.write(Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f));
  await peer.closed;
  assert.is(peer.received().length, 0);
  assert.is(refusals[0]?.reason, 'packet_too_big');
});

test('B-02: no CONNECT, or one that trickles, is closed in time', async () => {
  const silent = dial();
  const slow = dial();
  const startedAt = performance.now();
  const bytes = connectPacket();
  const drip = setInterval(() => slow.socket.write(bytes.subarray(0, 1)), 50);
  slow.socket.write(bytes.subarray(0, 2));
  await Promise.all([silent.closed, slow.closed]);
  clearInterval(drip);
  assert.ok(performance.now() - startedAt >= CONNECT_MS - 20);
  assert.equal(new Set(refusals.map((r) => r.reason)), new Set(['connect_timeout']));
});

test('B-02: the time this process was busy does not count', async () => {
  const peer = dial();
  await new Promise((done) => peer.socket.once('connect', done));
  await after(20);
  peer.socket.write(connectPacket());
  const busyUntil = performance.now() + CONNECT_MS + 100;
  while (performance.now() < busyUntil);
  await peer.until(4);
  assert.equal(peer.received(), CONNACK_OK);
});

test('a refused CONNECT is told why, and the socket is gone on both sides', async () => {
  const peer = dial();
  peer.socket.write(connectPacket(willOf(`cac/1/${'b'.repeat(20)}/will`)));
  await peer.closed;
  assert.equal(peer.received(), Buffer.of(0x20, 2, 0, 5));
  assert.is(refusals[0]?.reason, 'acl_denied');
  assert.is(refusals[0]?.address, '127.0.0.1');
});

test('B-06: a publish on another machine\'s topic reaches nobody and closes the link', async () => {
  const peer = await connected();
  peer.socket.write(publishPacket(`cac/1/${'b'.repeat(20)}/up`));
  await peer.closed;
  assert.equal(published, []);
  assert.equal(refusals.map(({ reason, machine, topic }) => ({ reason, machine, topic })), [{ reason: 'acl_denied', machine: MACHINE, topic: `cac/1/${'b'.repeat(20)}/up` }]);
});

test('a machine cut off for a malformed packet leaves its will', async () => {
  const peer = await connected(willOf(`cac/1/${MACHINE}/will`));
  peer.socket.write(Buffer.of(0xf0, 0));
  await peer.closed;
  while (published.length === 0) await after(2);
  assert.is(published[0]?.topic, `cac/1/${MACHINE}/will`);
});

test('a machine that says goodbye leaves none, whatever it sends after', async () => {
  const peer = await connected(willOf(`cac/1/${MACHINE}/will`));
  peer.socket.write(Buffer.concat([packet({ cmd: 'disconnect' }), Buffer.of(0xf0, 0)]));
  await peer.closed;
  await after(30);
  assert.equal(published, []);
  assert.equal(refusals, []);
});

test('a thousand reports at once, cut anywhere, all arrive', async () => {
  const peer = await connected();
  const all = Buffer.concat(Array.from({ length: 1_000 }, (_, i) => publishPacket(UP, Buffer.alloc(200 + (i % 50)), { messageId: i + 1 })));
  for (let at = 0; at < all.length; at += 1_009) {
    peer.socket.write(all.subarray(at, at + 1_009));
    if (at % 5 === 0) await new Promise(setImmediate);
  }
  await peer.until(4 + 4_000);
  assert.is(published.length, 1_000);
  assert.equal(refusals, []);
});

test('what came before the peer\'s end is still read', async () => {
  const peer = await connected();
  peer.socket.end(Buffer.concat(Array.from({ length: 50 }, (_, i) => publishPacket(UP, 'x', { messageId: i + 1 }))));
  await peer.closed;
  while (published.length < 50) await after(2);
});

test('B-10: a subscriber that stops reading is dropped', async () => {
  const peer = await connected();
  peer.socket.write(packet({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `cac/1/${MACHINE}/ack`, qos: 0 }] }));
  await peer.until(9);
  peer.socket.pause();
  const gone = new Promise<void>((done) => void server.broker.once('clientDisconnect', () => done()));
  for (let i = 0; i < 600; i += 1) {
    server.broker.publish({ cmd: 'publish', topic: `cac/1/${MACHINE}/ack`, payload: Buffer.alloc(60_000), qos: 0, retain: false, dup: false }, () => {});
    if (i % 20 === 0) await new Promise(setImmediate);
  }
  await gone;
});

const mosquittoPub = '/usr/bin/mosquitto_pub';
test.needs(existsSync(mosquittoPub) ? null : 'mosquitto_pub is not installed', 'mosquitto_pub speaks through it', async () => {
  const code = await new Promise<number | string>((done) => {
    const args = ['-V', '311', '-h', '127.0.0.1', '-p', String(server.port), '-i', `${MACHINE}.${INST}`, '-u', MACHINE, '-P', 'secret', '-t', UP, '-q', '1', '-m', 'x'.repeat(30_000)];
    execFile(mosquittoPub, args, { timeout: 10_000 }, (error) => done(error ? (error.code ?? 'failed') : 0));
  });
  assert.is(code, 0);
  assert.equal(published, [{ topic: UP, bytes: 30_000 }]);
});

test.run();
