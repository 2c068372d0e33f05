/** The sender on a fake clock: what happens when, what must be sent when. */
import * as assert from 'uvu/assert';
import { BACKOFF, reconnectDelay, ackTimeout } from '@cac/agent/core/backoff.ts';
import type { Ack } from '@cac/shared/messages.ts';
import { suite } from '../harness.ts';
import { hb, net, world } from './uplink-world.ts';

const test = suite('uplink');
const MINUTE = 60_000;

test('on connect: subscribe, hello, and only after its ack the records, in order', () => {
  const w = world({ records: 30 });
  w.pass(0);
  assert.equal(w.seen.map((s) => (s.command.kind === 'publish' ? (s.command.message.r.length > 0 ? 'batch' : 'hello') : s.command.kind)), ['connect', 'subscribe', 'hello', 'time', 'batch', 'time']);
  assert.is(w.server.stored.size, 30);
  assert.equal([w.state().W, w.journal.mark().W, w.state().link], [30, 30, 'ready']);
});

test('heartbeats wait for the five minutes and go as one run; a transition goes at once', () => {
  const w = world({ records: 1 });
  w.pass(0);
  for (let n = 2; n <= 6; n += 1) {
    w.pass(MINUTE - 10);
    w.append(hb(n));
    w.pass(10);
  }
  assert.is(w.batches().length, 2);
  assert.equal(w.batches()[1]!.message.r.length, 1, 'one run');
  w.append(hb(7), net(7));
  assert.is(w.batches().length, 3);
  assert.is(w.batches()[2]!.at, w.now());
  assert.is(w.server.stored.size, 8);
});

test('a backlog of days is drained one batch at a time, every record once', () => {
  const w = world({ records: 5_000 });
  w.pass(0);
  assert.is(w.server.stored.size, 5_000);
  assert.ok(w.batches().every((b) => b.message.r.length <= 100 && Buffer.byteLength(JSON.stringify(b.message)) <= 32 * 1024));
});

test('an ack lost: the batch is built anew after 30 s, then later and later, and stored once', () => {
  const w = world({ records: 10 });
  w.server.answers = false;
  w.pass(0);
  w.server.answers = true;
  w.pass(50_000); // the hello again
  assert.is(w.server.stored.size, 10);
  w.server.answers = false;
  w.append(net(1));
  const sent = w.now();
  w.pass(20 * MINUTE);
  const again = w.batches().filter((b) => b.at > sent).map((b) => b.at - sent);
  assert.ok(again[0]! >= 30_000 && again[0]! <= 45_000, `first resend after ${again[0]} ms`);
  assert.ok(again.every((at, i) => i === 0 || at - again[i - 1]! >= 60_000 * Math.min(5, 2 ** (i - 1))), again.join());
  w.server.answers = true;
  w.pass(8 * MINUTE);
  assert.equal([w.server.stored.size, w.state().W, w.state().tries], [11, 11, 0]);
});

for (const code of ['fork', 'stale_epoch'] as const) {
  test(`${code}: a new epoch carries over everything not acknowledged`, () => {
    const w = world({ records: 20 });
    w.pass(0);
    const old = w.journal.ep();
    w.server.codes = [code];
    w.append(net(1), hb(2), hb(3));
    assert.is.not(w.journal.ep(), old);
    assert.is(w.state().ep, w.journal.ep());
    const stored = [...w.server.stored.keys()].filter((k) => k.startsWith(w.journal.ep()));
    assert.equal(stored.map((k) => Number(k.split('/')[1])), [1, 2, 3, 4], 'the boot they belong to, and they');
    assert.is(w.server.stored.size, 24);
  });
}

test('the server\'s time is handed on with the round trip it belongs to; not from an answer to something sent twice', () => {
  const w = world({ records: 1 });
  w.server.answers = false;
  w.pass(0);
  const times = (): unknown[] => w.seen.flatMap(({ command }) => (command.kind === 'time' ? [[command.t, command.roundTripMs]] : []));
  w.pass(20_000);
  w.ack({ W: 0, t: 777 });
  assert.equal(times(), [[777, 20_000]]);
  w.pass(MINUTE);
  assert.ok(w.state().tries > 0);
  w.ack({ W: 1, t: 888 });
  assert.equal(times(), [[777, 20_000]]);
});

test('fork is obeyed before W is looked at', () => {
  const w = world({ records: 20 });
  w.pass(0);
  const old = w.journal.ep();
  w.ack({ code: 'fork', W: 999_999 });
  assert.is.not(w.journal.ep(), old);
  assert.is(w.state().badAcks, 0);
});

test('C-04: a journal restored from an old disk is answered fork and opens a new epoch', () => {
  const w = world({ records: 20 });
  w.server.W.set(w.journal.ep(), 500);
  w.pass(0);
  assert.is(w.server.stored.size, 21, 'the boot they belong to, and they');
  assert.is.not(w.journal.ep(), 'epoch00000000001');
});

test('G-05: another database: hello, then everything above its W again', () => {
  const w = world({ records: 200 });
  w.pass(0);
  const hellos = w.hellos().length;
  // Yesterday's backup: the server knows the first 120 only.
  w.server.dbi = 'db2';
  w.server.W.set(w.journal.ep(), 120);
  for (let n = 121; n <= 200; n += 1) w.server.stored.delete(`${w.journal.ep()}/${n}`);
  w.server.chain.set(w.journal.ep(), chainAt(w, 120));
  w.append(net(1));
  assert.equal([w.server.stored.size, w.state().W, w.state().dbi, w.journal.mark().dbi], [201, 201, 'db2', 'db2']);
  assert.is(w.hellos().length, hellos + 1);
});

function chainAt(w: ReturnType<typeof world>, W: number): string {
  const mark = w.journal.mark();
  w.journal.rewind(W, 'db1');
  const { chain } = w.journal.mark();
  w.journal.acknowledge(mark.W, 'db1');
  return chain;
}

test('too_big: the batch is halved until it passes', () => {
  const w = world({ records: 600 });
  w.server.mostEntries = 20;
  w.pass(0);
  assert.is(w.server.stored.size, 600);
  assert.equal(w.server.dropped, []);
});

test('a single record too big is declared dropped, and the rest goes on', () => {
  const w = world({ records: 3 });
  w.pass(0);
  w.server.codes = Array.from({ length: 12 }, () => 'too_big' as const);
  w.append(net(4), net(5), net(6));
  w.server.codes = [];
  w.pass(10 * MINUTE);
  assert.ok(w.server.dropped.length >= 1);
  assert.is(w.server.stored.size + w.server.dropped.reduce((sum, [from, to]) => sum + to - from + 1, 0), 6);
});

test('wait is honoured, slow or not', () => {
  const w = world({ records: 1 });
  w.pass(0);
  w.server.wait = MINUTE;
  w.append(net(2));
  w.server.wait = 0;
  const before = w.batches().length;
  w.append(net(3));
  w.pass(MINUTE - 1);
  assert.is(w.batches().length, before);
  w.pass(7_000);
  assert.is(w.batches().length, before + 1);
});

test('revoked: disconnects and asks again only after an hour', () => {
  const w = world({ records: 1 });
  w.server.codes = ['revoked'];
  w.pass(0);
  assert.equal([w.seen.at(-1)!.command.kind, w.state().refusal], ['disconnect', 'revoked']);
  w.pass(59 * MINUTE);
  assert.is(w.seen.filter((s) => s.command.kind === 'connect').length, 1);
  w.pass(2 * MINUTE);
  assert.equal([w.state().link, w.state().refusal], ['ready', null]);
});

test('unknown for an hour: enrol again', () => {
  const w = world({ records: 1 });
  w.server.codes = Array.from({ length: 100 }, () => 'unknown' as const);
  w.pass(55 * MINUTE);
  assert.is(w.seen.filter((s) => s.command.kind === 'reEnrol').length, 0);
  w.pass(15 * MINUTE);
  assert.is(w.seen.filter((s) => s.command.kind === 'reEnrol').length, 1);
  assert.is(w.server.stored.size, 0);
});

const BAD: { name: string; ack: Partial<Ack> }[] = [
  { name: 'another epoch', ack: { ep: 'ffffffffffffffff' as Ack['ep'], W: 20 } },
  { name: 'W above hi', ack: { W: 21 } },
  { name: 'W going backwards', ack: { W: 5 } },
  { name: 'another database claiming more than we have', ack: { dbi: 'other', W: 21 } },
];
for (const { name, ack } of BAD) {
  test(`A-08: an ack with ${name} is ignored and counted`, () => {
    const w = world({ records: 20 });
    w.pass(0);
    const before = { ...w.journal.mark() };
    w.ack(ack);
    assert.equal([w.state().badAcks, w.state().W, w.journal.mark()], [1, 20, before]);
  });
}

test('A-08: a malformed ack is counted', () => {
  const w = world({ records: 20 });
  w.pass(0);
  w.event({ kind: 'ack', ack: null });
  assert.is(w.state().badAcks, 1);
});

test('the first connection after the PC started is spread over 30 s; later, or eager, it is at once', () => {
  for (const [upMs, eager, random, expected] of [[60_000, false, 0.5, 15_000], [60_000, false, 0.999, 29_970], [3_600_000, false, 0.5, 0], [60_000, true, 0.5, 0]] as const) {
    const w = world({ upMs, eager, random: () => random });
    assert.is(w.state().nextAt! - w.now(), expected);
  }
});

test('backoff has full jitter: base 2 s, cap 300 s', () => {
  for (let failures = 1; failures < 40; failures += 1) {
    assert.is(reconnectDelay(failures, 0), 0);
    assert.ok(reconnectDelay(failures, 0.999) <= Math.min(300_000, 2_000 * 2 ** failures));
  }
  assert.is(reconnectDelay(30, 0.5), 150_000);
  assert.is(ackTimeout(0, 0), 30_000);
  assert.ok(ackTimeout(9, 0.999) <= 450_000);
});

test('a series of failures ends after 60 s of a connection that saw an ack, not before', () => {
  const w = world({ records: 1 });
  w.online = false;
  w.pass(20 * MINUTE);
  assert.ok(w.state().failures > 5);
  w.online = true;
  while (w.state().link !== 'ready') w.pass(1_000);
  const failures = w.state().failures;
  w.cut();
  assert.is(w.state().failures, failures + 1);
  w.pass(BACKOFF.capMs + 61_000);
  w.cut();
  assert.is(w.state().failures, 1);
});

test('a new server process is greeted within the spread it asks for, the retained hint of our own hello is not news', () => {
  const w = world({ records: 1, random: () => 0.5 });
  w.pass(0);
  w.event({ kind: 'srv', srv: { sid: 's1', dbi: 'db1', t: 0, spread: 10_000 } });
  assert.is(w.hellos().length, 1);
  w.event({ kind: 'srv', srv: { sid: 's2', dbi: 'db1', t: 0, spread: 10_000 } });
  w.pass(4_999);
  assert.is(w.hellos().length, 1);
  w.pass(1);
  assert.is(w.hellos().length, 2);
});

test('dn: hello again, and a report when asked', () => {
  const w = world({ records: 1 });
  w.pass(0);
  w.event({ kind: 'down', hello: true, report: true });
  assert.is(w.hellos().length, 2);
  assert.is(w.seen.filter((s) => s.command.kind === 'report').length, 1);
});

test('drops are declared to the server, and everything is accounted for', () => {
  const w = world({ records: 40 });
  w.journal.drop(7, 'cap');
  w.journal.drop(8, 'cap');
  w.journal.drop(40, 'corrupt');
  w.pass(0);
  assert.equal(w.server.dropped, [[7, 8, 'cap'], [40, 40, 'corrupt']]);
  assert.equal([w.server.stored.size, w.state().W], [37, 40]);
});

test.run();
