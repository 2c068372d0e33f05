/** What passes the gate and what does not, on a pair of streams without a port and without a broker. */
import { Duplex } from 'node:stream';
import * as assert from 'uvu/assert';
import * as fc from 'fast-check';
import { LIMITS } from '@cac/shared/messages.ts';
import { packetGate, type Refusal } from '@cac/server/broker/packet-gate.ts';
import { suite } from '../../harness.ts';
import { CONNACK_OK, INST, MACHINE, UP, connectPacket, packet, patched, publishPacket, subscribePacket, willOf } from './packets.ts';

const test = suite('gate rules');

interface Outcome {
  /** `passed`, or the reason and, where one was written, the CONNACK code. */
  verdict: string;
  refusal: Refusal | null;
  passed: Buffer;
  signs: number;
}

/** Feeds chunks through a gate whose broker accepts after `acceptAfter` chunks (-1: never). */
function feed(chunks: Buffer[], acceptAfter = 1): Outcome {
  const refusals: Refusal[] = [];
  const written: Buffer[] = [];
  let signs = 0;
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const gate = packetGate(socket, { onRefused: (refusal) => refusals.push(refusal), onPacket: () => (signs += 1), address: '192.0.2.1' });
  const passed: Buffer[] = [];
  chunks.forEach((chunk, i) => {
    if (i === acceptAfter && !socket.destroyed) gate.write(CONNACK_OK);
    if (socket.destroyed || socket.readableEnded) return;
    socket.push(chunk);
    for (let piece = gate.read() as Buffer | null; piece !== null; piece = gate.read() as Buffer | null) passed.push(piece);
  });
  socket.destroy();
  socket.emit('close'); // at once, so that the connect timer never outlives the feed
  assert.ok(refusals.length <= 1, 'refused at most once');
  const refusal = refusals[0] ?? null;
  const connack = written.find((bytes) => bytes[0] === 0x20 && bytes[3] !== 0)?.[3];
  return { verdict: refusal ? `${refusal.reason}${connack ? ` ${connack}` : ''}` : 'passed', refusal, passed: Buffer.concat(passed), signs };
}

const raw = (...bytes: number[]): Buffer => Buffer.from(bytes);
const body = (first: number, ...bytes: number[]): Buffer => raw(first, bytes.length, ...bytes);
const FLAGS_AT = 9; // of CONNECT: fixed header 2, name 6, level 1

test('B-03 CONNECT', () => {
  const user = (clientId: string, username: string | undefined = MACHINE) => connectPacket(username === undefined ? { clientId } : { clientId, username });
  const cases: [string, Buffer, string][] = [
    ['as an agent sends it', connectPacket(), 'passed'],
    ['with its own will', connectPacket(willOf(`cac/1/${MACHINE}/will`)), 'passed'],
    ['MQTT 5', connectPacket({ protocolVersion: 5 }), 'bad_protocol 1'],
    ['MQTT 3.1', connectPacket({ protocolId: 'MQIsdp', protocolVersion: 3 }), 'bad_protocol 1'],
    ['another protocol', patched(connectPacket(), 4, 0x58), 'bad_protocol'],
    ['[MQTT-3.1.2-3] reserved flag', patched(connectPacket(), FLAGS_AT, 0xc3), 'malformed'],
    ['[MQTT-3.1.2-13] will QoS without a will', patched(connectPacket(), FLAGS_AT, 0xca), 'malformed'],
    ['[MQTT-3.1.2-15] will retain without a will', patched(connectPacket(), FLAGS_AT, 0xe2), 'malformed'],
    ['[MQTT-3.1.2-14] will QoS 3', patched(connectPacket(willOf(`cac/1/${MACHINE}/will`)), FLAGS_AT, 0xde), 'malformed'],
    ['[MQTT-3.1.2-22] password without user name', patched(connectPacket(), FLAGS_AT, 0x42), 'malformed'],
    ['a flag without its field', patched(connectPacket({ password: undefined as never }), FLAGS_AT, 0xc2), 'malformed'],
    ['bytes after the last field', Buffer.concat([patched(connectPacket(), 1, connectPacket()[1]! + 1), raw(0)]), 'malformed'],
    ['cut inside its header', body(0x10, 0, 4, 0x4d, 0x51), 'malformed'],
    ['persistent session', connectPacket({ clean: false }), 'session_not_clean 2'],
    ['no user name', packet({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: `${MACHINE}.${INST}`, keepalive: 60 }), 'bad_user_name 4'],
    ['empty client id', user(''), 'bad_client_id 2'],
    ['client id without inst', user(MACHINE), 'bad_client_id 2'],
    ['client id with a tail', user(`${MACHINE}.${INST}0`), 'bad_client_id 2'],
    ['C-10 client id of another machine', user(`${'b'.repeat(20)}.${INST}`), 'bad_client_id 2'],
    ['B-04 path in client id', user('../../etc/passwd'), 'bad_client_id 2'],
    ['B-04 percent in client id', user(`${MACHINE}%00`), 'bad_client_id 2'],
    ['B-04 over-long client id', user('a'.repeat(3_000)), 'bad_client_id 2'],
    ['[MQTT-1.5.3-2] NUL in client id', user(`${MACHINE}.\u0000`), 'malformed'],
    ['U+0001 in client id', user(`${MACHINE}.\u0001`), 'malformed'],
    ['U+FFFF in user name', user(`${MACHINE}.${INST}`, `${MACHINE}\uffff`), 'malformed'],
    ['U+0085 in user name', user(`${MACHINE}.${INST}`, `${MACHINE}\u0085`), 'malformed'],
    ['[MQTT-1.5.3-1] surrogate in client id', patched(patched(patched(user(`${MACHINE}.\u20ac`), 35, 0xed), 36, 0xa0), 37, 0x80), 'malformed'],
    ['over-long UTF-8 in client id', patched(patched(user(`${MACHINE}.\u00e9`), 35, 0xc0), 36, 0xaf), 'malformed'],
    ['user name of another', user(`${MACHINE}.${INST}`, 'root'), 'bad_client_id 2'],
    ['B-09 will on a foreign topic', connectPacket(willOf(`cac/1/${'b'.repeat(20)}/will`)), 'acl_denied 5'],
    ['B-09 will on its own up', connectPacket(willOf(UP)), 'acl_denied 5'],
    ['will with QoS 2', connectPacket(willOf(`cac/1/${MACHINE}/will`, { qos: 2 })), 'acl_denied 5'],
    ['retained will', connectPacket(willOf(`cac/1/${MACHINE}/will`, { retain: true })), 'acl_denied 5'],
  ];
  for (const [name, bytes, expected] of cases) assert.is(feed([bytes]).verdict, expected, name);
});

test('B-03 the first packet, and a second CONNECT', () => {
  const cases: [string, Buffer[], string][] = [
    ['[MQTT-3.1.0-1] PUBLISH first', [publishPacket(UP)], 'malformed'],
    ['[MQTT-3.1.0-1] PINGREQ first', [packet({ cmd: 'pingreq' })], 'malformed'],
    ['[MQTT-3.1.0-2] CONNECT twice', [connectPacket(), connectPacket()], 'malformed'],
    ['HTTP', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'malformed'],
    ['TLS', [raw(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc)], 'malformed'],
    ['nothing at all', [], 'passed'],
  ];
  for (const [name, chunks, expected] of cases) assert.is(feed(chunks).verdict, expected, name);
});

test('B-03 packets of a connected machine', () => {
  const longTopic = `cac/1/${'x'.repeat(80)}`;
  const cases: [string, Buffer, string][] = [
    ['publish on its up', publishPacket(UP), 'passed'],
    ['publish with QoS 0', publishPacket(UP, 'x', { qos: 0 }), 'passed'],
    ['publish again, dup', publishPacket(UP, 'x', { dup: true }), 'passed'],
    ['publish on its will', publishPacket(`cac/1/${MACHINE}/will`), 'passed'],
    ['an empty payload', publishPacket(UP, ''), 'passed'],
    ['subscribe', subscribePacket(`cac/1/${MACHINE}/ack`, `cac/1/${MACHINE}/dn`, 'cac/1/srv'), 'passed'],
    ['a foreign filter is the broker\'s to refuse', subscribePacket('$share/g/cac/1/+/up', '$SYS/#', '#'), 'passed'],
    ['unsubscribe', packet({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['cac/1/srv'] }), 'passed'],
    ['puback', packet({ cmd: 'puback', messageId: 3 }), 'passed'],
    ['pubrel', packet({ cmd: 'pubrel', messageId: 3 }), 'passed'],
    ['ping', packet({ cmd: 'pingreq' }), 'passed'],
    ['disconnect', packet({ cmd: 'disconnect' }), 'passed'],
    ['B-06 publish on another machine\'s up', publishPacket(`cac/1/${'b'.repeat(20)}/up`), 'acl_denied'],
    ['publish on its own ack', publishPacket(`cac/1/${MACHINE}/ack`), 'acl_denied'],
    ['publish on srv', publishPacket('cac/1/srv'), 'acl_denied'],
    ['publish on $SYS', publishPacket('$SYS/broker'), 'acl_denied'],
    ['up with a slash more', publishPacket(`${UP}/`), 'acl_denied'],
    ['B-05 QoS 2', publishPacket(UP, 'x', { qos: 2 }), 'acl_denied'],
    ['B-05 retained', publishPacket(UP, 'x', { retain: true }), 'acl_denied'],
    ['B-05 publish on 101 levels', publishPacket('a/'.repeat(100) + 'a'), 'acl_denied'],
    ['B-05 subscribe to 101 levels', subscribePacket('a/'.repeat(100) + 'a'), 'acl_denied'],
    ['subscribe to an over-long filter', subscribePacket(longTopic), 'acl_denied'],
    ['33 filters', subscribePacket(...Array.from({ length: 33 }, (_, i) => `t${i}`)), 'acl_denied'],
    ['[MQTT-2.2.2-2] flags of SUBSCRIBE', patched(subscribePacket('a'), 0, 0x80), 'malformed'],
    ['[MQTT-2.2.2-2] flags of UNSUBSCRIBE', patched(packet({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a'] }), 0, 0xa0), 'malformed'],
    ['[MQTT-2.2.2-2] flags of PUBREL', body(0x60, 0, 1), 'malformed'],
    ['[MQTT-2.2.2-2] flags of PUBACK', body(0x41, 0, 1), 'malformed'],
    ['[MQTT-2.2.2-2] flags of PINGREQ', raw(0xc1, 0), 'malformed'],
    ['[MQTT-2.2.2-2] flags of DISCONNECT', raw(0xe1, 0), 'malformed'],
    ['[MQTT-3.3.1-4] QoS 3', patched(publishPacket(UP), 0, 0x36), 'malformed'],
    ['[MQTT-2.3.1-1] packet id 0 in PUBLISH', patched(publishPacket(UP, ''), publishPacket(UP, '').length - 1, 0), 'malformed'],
    ['[MQTT-2.3.1-1] packet id 0 in SUBSCRIBE', body(0x82, 0, 0, 0, 1, 0x61, 1), 'malformed'],
    ['packet id 0 in PUBACK', body(0x40, 0, 0), 'malformed'],
    ['PUBLISH without room for its packet id', body(0x32, 0, 1, 0x61), 'malformed'],
    ['PUBLISH whose topic runs over', body(0x30, 0, 9, 0x61), 'malformed'],
    ['[MQTT-4.7.3-1] empty topic', body(0x30, 0, 0), 'malformed'],
    ['[MQTT-3.3.2-2] wildcard in a topic', publishPacket('cac/1/+/up'.replace('+', 'x')).fill('+', 10, 11), 'malformed'],
    ['[MQTT-1.5.3-2] NUL in a topic', publishPacket('cac/1/\u0000/up'), 'malformed'],
    ['[MQTT-1.5.3-1] a lone continuation byte in a topic', body(0x30, 0, 1, 0x80), 'malformed'],
    ['[MQTT-3.8.3-3] SUBSCRIBE without filter', body(0x82, 0, 1), 'malformed'],
    ['[MQTT-3.10.3-2] UNSUBSCRIBE without filter', body(0xa2, 0, 1), 'malformed'],
    ['[MQTT-3.8.3-4] QoS 3 in SUBSCRIBE', body(0x82, 0, 1, 0, 1, 0x61, 3), 'malformed'],
    ['SUBSCRIBE without its QoS byte', body(0x82, 0, 1, 0, 1, 0x61), 'malformed'],
    ['[MQTT-4.7.1-2] # before the end', subscribePacket('a/#/b'.replace('#', 'x')).fill('#', 8, 9), 'malformed'],
    ['[MQTT-4.7.1-3] + inside a level', subscribePacket('ax/b').fill('+', 7, 8), 'malformed'],
    ['PINGREQ with a body', body(0xc0, 1), 'malformed'],
    ['PUBACK of three bytes', body(0x40, 0, 1, 0), 'malformed'],
    ['reserved type 0', raw(0, 0), 'malformed'],
    ['reserved type 15', raw(0xf0, 0), 'malformed'],
    ['CONNACK from a client', raw(0x20, 2, 0, 0), 'malformed'],
    ['SUBACK from a client', body(0x90, 0, 1, 0), 'malformed'],
    ['UNSUBACK from a client', body(0xb0, 0, 1), 'malformed'],
    ['PINGRESP from a client', raw(0xd0, 0), 'malformed'],
    ['a length of five bytes', raw(0x30, 0xff, 0xff, 0xff, 0xff, 1), 'malformed'],
    ['the largest packet', publishPacket(UP, Buffer.alloc(LIMITS.packetBytes - 33)), 'passed'],
    ['one byte more', publishPacket(UP, Buffer.alloc(LIMITS.packetBytes - 32)), 'packet_too_big'],
  ];
  for (const [name, bytes, expected] of cases) {
    const outcome = feed([connectPacket(), bytes]);
    assert.is(outcome.verdict, expected, name);
    assert.is(outcome.signs, expected === 'passed' ? 1 : 0, name);
    if (expected === 'passed') assert.equal(outcome.passed, Buffer.concat([connectPacket(), bytes]), name);
    else assert.is(outcome.refusal?.machine, MACHINE, name);
  }
});

test('before the CONNACK the limit is the small one, and no packet is a sign of life', () => {
  assert.is(feed([connectPacket(), publishPacket(UP, Buffer.alloc(5_000))], -1).verdict, 'packet_too_big');
  const early = feed([connectPacket(), packet({ cmd: 'pingreq' })], -1);
  assert.is(early.verdict, 'passed');
  assert.is(early.signs, 0);
});

test('a refused CONNACK accepts nobody', () => {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  let signs = 0;
  const gate = packetGate(socket, { onRefused: () => {}, onPacket: () => (signs += 1) });
  socket.push(connectPacket());
  gate.write(Buffer.of(0x20));
  gate.write(Buffer.of(2, 0));
  gate.write(Buffer.of(5));
  gate.write(Buffer.of(0));
  socket.push(packet({ cmd: 'pingreq' }));
  assert.is(signs, 0);
  socket.destroy();
});

test('bytes after DISCONNECT are not read [MQTT-3.14.4-2]', () => {
  const outcome = feed([connectPacket(), Buffer.concat([packet({ cmd: 'disconnect' }), raw(0, 0, 0)]), publishPacket(UP)]);
  assert.is(outcome.verdict, 'passed');
  assert.equal(outcome.passed, Buffer.concat([connectPacket(), packet({ cmd: 'disconnect' })]));
});

test('B-04 what a stranger wrote reaches the caller printable', () => {
  const { refusal } = feed([connectPacket(), publishPacket('a"b\\\u202e\u20ac')]);
  assert.is(refusal?.topic, 'a\\u0022b\\u005c\\u202e\\u20ac');
  assert.is(refusal?.address, '192.0.2.1');
});

/** Sequences of valid packets, as they are or with a few bytes changed. */
const validPacket = fc.oneof(
  fc.constantFrom(connectPacket(), packet({ cmd: 'pingreq' }), packet({ cmd: 'disconnect' }), packet({ cmd: 'puback', messageId: 3 })),
  fc.uint8Array({ maxLength: 300 }).map((payload) => publishPacket(UP, Buffer.from(payload))),
  fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }).map((topics) => subscribePacket(...topics.map((t) => t.replaceAll(/[#+]/g, 'x') || 'x'))),
);
const stream = fc
  .tuple(fc.array(validPacket, { maxLength: 6 }), fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 3 }), fc.uint8Array({ maxLength: 20 }))
  .map(([packets, changes, tail]) => {
    const bytes = Buffer.concat([connectPacket(), ...packets, tail]);
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });

const cutAt = (bytes: Buffer, cuts: number[]): Buffer[] => {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end)).filter((piece) => piece.length > 0);
};

test('the verdict is the same however the network cuts the bytes', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(4_000), { maxLength: 8 }), (bytes, cuts) => {
      const whole = feed([bytes], -1);
      const cut = feed(cutAt(bytes, cuts), -1);
      const single = feed([...bytes].map((byte) => raw(byte)), -1);
      for (const other of [cut, single]) {
        assert.is(other.verdict, whole.verdict);
        assert.is(other.refusal?.detail, whole.refusal?.detail);
        if (whole.refusal === null) assert.equal(other.passed, whole.passed);
      }
    }),
    { numRuns: 400 },
  );
});

test('B-03 no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400), { maxLength: 5 }), (connected, junk, cuts) => {
      const chunks = cutAt(Buffer.from(junk), cuts);
      feed(connected ? [connectPacket(), ...chunks] : chunks);
    }),
    { numRuns: 1_000 },
  );
});

test.run();
