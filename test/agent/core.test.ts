/** The agent's small decisions, as tables. */
import * as fc from 'fast-check';
import * as v from 'valibot';
import * as assert from 'uvu/assert';
import { readAck, readDown, readJson, readSrv } from '@cac/agent/core/ack.ts';
import { buildHello, buildUp, type BatchSource } from '@cac/agent/core/batch.ts';
import { createBeat, tick, type BeatState, type TimedDraft } from '@cac/agent/core/beat.ts';
import { readComponent } from '@cac/agent/core/fingerprint.ts';
import { compareFingerprints } from '@cac/shared/fingerprint.ts';
import { evidenceOf, linkOf, type LinkEvidence } from '@cac/agent/core/link.ts';
import { mergeResults, probesFor } from '@cac/agent/core/rounds.ts';
import { expandRuns, isRun, lastSeqOf, packRuns } from '@cac/agent/core/runs.ts';
import { decodePayload, encodePayload } from '@cac/agent/journal/payload.ts';
import { CHAIN_START } from '@cac/shared/chain.ts';
import { Ack, Down, Srv, Up } from '@cac/shared/messages.ts';
import { readRecord, type WireRecord } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import { suite } from '../harness.ts';
import { draft, filled } from './journal-fixture.ts';

const test = suite('agent core');

// ---- runs

const stretch = fc.record({ kind: fc.constantFrom('hb', 'hb', 'hb', 'net', 'sample'), link: fc.constantFrom('ok', 'dns'), gap: fc.constantFrom(0, 0, 0, 0, 1), late: fc.constantFrom(0, 0, 0, 1, 500), shift: fc.constantFrom(0, 0, 0, -3_000) });

test('packing heartbeats into runs and expanding them gives back every record, exactly', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 60 }), (stretches) => {
      let seq = 0;
      let m = 1_000;
      let w = 1_750_000_000_000;
      const records = stretches.map(({ kind, link, gap, late, shift }): WireRecord => {
        seq += 1 + gap;
        m += 60_000 + late;
        w += 60_000 + late + shift;
        return [seq, kind, m, w, { link }];
      });
      const entries = packRuns(records);
      assert.equal(expandRuns(entries), records);
      for (const [i, entry] of entries.entries()) if (i > 0) assert.ok(entry[0] > lastSeqOf(entries[i - 1]!));
    }),
  );
});

test('sixty equal minutes are one entry', () => {
  const records = Array.from({ length: 60 }, (_, i): WireRecord => [i + 1, 'hb', i * 60_000, 5 + i * 60_000, { link: 'ok' }]);
  assert.equal(packRuns(records), [[1, 60, 'hb', 0, 5, { link: 'ok' }]]);
  assert.ok(isRun(packRuns(records)[0]!));
});

// ---- messages

const sender = { inst: '00112233445566aa', conn: 1, boot: 'boot-1', w: 1, m: 2, now: { link: 'ok' as const, up: 5, p: { gw: 1.5, dns: 'timeout' } } };

test('batches and hellos are what the contract says, within its limits', () => {
  const { journal } = filled(2_000);
  for (const share of [1, 0.5, 1 / 128]) {
    const batch = buildUp(journal, sender, share)!;
    assert.ok(v.is(Up, batch.message), JSON.stringify(v.safeParse(Up, batch.message).issues?.[0]));
    assert.ok(batch.message.r.length <= Math.max(1, 100 * share) && JSON.stringify(batch.message).length <= 32 * 1024);
    for (const record of expandRuns(batch.message.r)) assert.ok(readRecord(record).ok, JSON.stringify(record));
    assert.equal(decodePayload(encodePayload(batch.message)), batch.message);
  }
  assert.ok(v.is(Up, buildHello(journal, { ...sender, ver: { agent: '1', os: 'o', arch: 'a', node: 'n' }, fp: [null, null, 'a'.repeat(64)] })));
});

test('a batch of long samples stays under 32 KiB', () => {
  const body = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`probe-number-${i}`, 'é'.repeat(60)]));
  const source: BatchSource = {
    ep: () => 'abcdefghij012345', lo: () => 1, hi: () => 50, mark: () => ({ W: 0, chain: CHAIN_START }),
    *read(from) {
      for (let seq = from; seq <= 50; seq += 1) yield { kind: 'record', record: [seq, 'sample', seq, seq, body] };
    },
  };
  const batch = buildUp(source, sender)!;
  assert.ok(Buffer.byteLength(JSON.stringify(batch.message)) <= 32 * 1024 && batch.to < 50 && batch.to >= 5);
});

test('the hand checks of acks, hints and commands agree with the schemas', () => {
  const odd = fc.oneof(fc.constantFrom(0, -1, 1.5, 3_600_001, 2 ** 60, null, undefined, true, '', 'x'.repeat(65), 'ok', 'abcdefghij012345', 'report_now'), fc.string(), fc.integer());
  const pick = (...usual: unknown[]): fc.Arbitrary<unknown> => fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: odd });
  const ack = fc.record({ v: pick(1), ep: pick('abcdefghij012345'), W: pick(0, 7), t: pick(1, -1), sid: pick('s'), dbi: pick('d'), code: pick('ok', 'fork', 'slow'), wait: pick(0, 3_600_000) });
  fc.assert(fc.property(ack, (value) => (readAck(value as never) !== null) === v.is(Ack, value)), { numRuns: 2_000 });
  const srv = fc.record({ sid: pick('s'), dbi: pick('d'), t: pick(1), spread: pick(0, 30_000) });
  fc.assert(fc.property(srv, (value) => (readSrv(value as never) !== null) === v.is(Srv, value)), { numRuns: 1_000 });
  const down = fc.record({ v: pick(1), t: pick(1), hello: pick(true, undefined), cmd: pick('report_now', undefined) });
  fc.assert(fc.property(down, (value) => (readDown(value as never) !== null) === v.is(Down, value)), { numRuns: 1_000 });
});

test('A-08: an ack of 1 MB, of bad UTF-8, of another shape is no ack', () => {
  for (const bytes of [Buffer.alloc(1_000_000, 0x20), Buffer.of(0xff, 0xfe), Buffer.from('[]'), Buffer.from('null'), Buffer.from('{"v":1'), Buffer.alloc(0)]) assert.is(readAck(readJson(bytes)), null);
});

// ---- the minutes

function play(steps: [m: number, wall: number][]): { beat: BeatState; drafts: TimedDraft[] } {
  let beat = createBeat(1_000, 5_000_000);
  const drafts: TimedDraft[] = [];
  for (const [m, wall] of steps) {
    const step = tick(beat, m, wall, { link: 'ok' });
    beat = step.beat;
    drafts.push(...step.drafts);
  }
  return { beat, drafts };
}

const OFFSET = 4_999_000;
const MINUTES: { name: string; steps: [number, number][]; drafts: [string, number, number][] }[] = [
  { name: 'late timers leave the grid as it is', steps: [[61_005, 61_005 + OFFSET], [121_900, 121_900 + OFFSET]], drafts: [['hb', 61_000, 61_000 + OFFSET], ['hb', 121_000, 121_000 + OFFSET]] },
  { name: 'a missed tick is made up for', steps: [[130_000, 130_000 + OFFSET]], drafts: [['hb', 61_000, 61_000 + OFFSET], ['hb', 121_000, 121_000 + OFFSET]] },
  { name: 'a wall clock that drifts by less than 500 ms changes nothing', steps: [[61_000, 61_400 + OFFSET]], drafts: [['hb', 61_000, 61_000 + OFFSET]] },
  { name: 'more than that only breaks the run', steps: [[61_000, 61_900 + OFFSET]], drafts: [['hb', 61_000, 61_900 + OFFSET]] },
  { name: 'D-08: a step of the wall clock is told', steps: [[61_000, 3_661_000 + OFFSET]], drafts: [['hb', 61_000, 3_661_000 + OFFSET], ['clk', 61_000, 3_661_000 + OFFSET]] },
  { name: 'D-03: a gap of more than 150 s is a sleep, and a new grid', steps: [[61_000, 61_000 + OFFSET], [961_000, 961_000 + OFFSET], [1_021_003, 1_021_003 + OFFSET]], drafts: [['hb', 61_000, 61_000 + OFFSET], ['resume', 961_000, 961_000 + OFFSET], ['hb', 961_000, 961_000 + OFFSET], ['hb', 1_021_000, 1_021_000 + OFFSET]] },
  { name: 'nothing is due early', steps: [[60_990, 60_990 + OFFSET]], drafts: [] },
];
for (const { name, steps, drafts } of MINUTES) test(name, () => assert.equal(play(steps).drafts.map((d) => [d.kind, d.m, d.w]), drafts));

// ---- the link

const FINE: LinkEvidence = { interface: 'wired', gateway: 'up', dns: 'up', portal: 'unknown', targets: ['up'], server: 'up' };
const LINKS: { name: string; e: Partial<LinkEvidence>; link: LinkWord }[] = [
  { name: 'all is well', e: {}, link: 'ok' },
  { name: 'nothing known is not a failure', e: { gateway: 'unknown', dns: 'unknown', targets: [], server: 'unknown' }, link: 'ok' },
  { name: 'no interface', e: { interface: 'none', gateway: 'down', dns: 'down', targets: ['down'], server: 'down' }, link: 'lan' },
  { name: 'gateway proven down', e: { gateway: 'down', dns: 'down', targets: ['down', 'down'], server: 'down' }, link: 'gateway' },
  { name: 'a gateway without evidence is never "down": the next layer is named', e: { gateway: 'unknown', dns: 'down', targets: ['down'], server: 'down' }, link: 'internet' },
  { name: 'a gateway that hides while targets answer', e: { gateway: 'down' }, link: 'ok' },
  { name: 'DNS broken though a bare address answers', e: { dns: 'down', targets: ['down', 'up'] }, link: 'dns' },
  { name: 'DNS broken, and only names to try: nothing says that more is', e: { dns: 'down', targets: ['unknown', 'unknown'], server: 'unknown' }, link: 'dns' },
  { name: 'D-06 names are not resolved because the line is cut: a bare address does not answer either', e: { dns: 'down', targets: ['unknown', 'down'], server: 'down' }, link: 'internet' },
  { name: 'one target of three is enough', e: { targets: ['down', 'up', 'down'] }, link: 'ok' },
  { name: 'all targets fail', e: { targets: ['down', 'down'], server: 'down' }, link: 'internet' },
  { name: 'all targets fail while the server answers (a local server)', e: { targets: ['down', 'down'] }, link: 'internet' },
  { name: 'only the server fails', e: { server: 'down' }, link: 'server' },
  { name: 'a captive portal', e: { portal: 'down', dns: 'down' }, link: 'portal' },
];
for (const { name, e, link } of LINKS) test(`link: ${name}`, () => assert.is(linkOf({ ...FINE, ...e }), link));

test('probe results are evidence: a number passed, a text failed, no_evidence is silence', () => {
  assert.equal(evidenceOf('wifi', { gw: 'no_evidence', dns: 12, net1: 'timeout', net2: 30 }), { interface: 'wifi', gateway: 'unknown', dns: 'up', portal: 'unknown', targets: ['down', 'up'], server: 'unknown' });
  assert.equal(evidenceOf('wired', { dns: 'dns_timeout', net1: 'dns_timeout', net2: 'name_not_found', net3: 'timeout', portal: 'captive' }), { interface: 'wired', gateway: 'unknown', dns: 'down', portal: 'down', targets: ['unknown', 'unknown', 'down'], server: 'unknown' });
});

test('while the server answers one small try every five minutes; after a failure everything each minute', () => {
  const round = { link: 'ok' as const, serverAnswers: true, targets: 3 };
  const tried = Array.from({ length: 15 }, (_, minute) => probesFor({ ...round, minute }).filter((n) => n.startsWith('net')));
  assert.equal(tried.flat(), ['net1', 'net2', 'net3']);
  assert.equal(probesFor({ ...round, minute: 1, link: 'dns' }), ['gw', 'dns', 'net1', 'net2', 'net3', 'srv', 'portal']);
  assert.equal(mergeResults({ gw: 1, net1: 2, net2: 'timeout', portal: 'captive' }, { net3: 9 }), { gw: 1, net3: 9 });
});

// ---- fingerprints

const PRINTS: { name: string; was: (string | null)[]; is: (string | null)[]; verdict: string }[] = [
  { name: 'the same', was: ['a', 'b', 'c'], is: ['a', 'b', 'c'], verdict: 'same' },
  { name: 'a new disk', was: ['a', 'b', 'c'], is: ['a', 'b', 'x'], verdict: 'same' },
  { name: 'another PC', was: ['a', 'b', 'c'], is: ['a', 'x', 'y'], verdict: 'other' },
  { name: 'only one comparable, and it differs', was: ['a', null, 'c'], is: ['x', 'b', null], verdict: 'other' },
  { name: 'only one comparable, and it is equal', was: ['a', null, null], is: ['a', 'b', 'c'], verdict: 'same' },
  { name: 'nothing comparable', was: ['a', null, null], is: [null, 'b', 'c'], verdict: 'unknown' },
  { name: 'two comparable, one differs', was: ['a', 'b', null], is: ['a', 'x', 'c'], verdict: 'same' },
];
for (const { name, was, is, verdict } of PRINTS) test(`C-03: fingerprint: ${name}`, () => assert.is(compareFingerprints(was, is), verdict));

test('what vendors leave in a serial number counts as absent', () => {
  for (const raw of ['', ' ', 'To Be Filled By O.E.M.', 'Default string', 'None', '0000000', 'N/A', '0123456789', 'System Serial Number', null]) assert.is(readComponent(raw), null, String(raw));
  assert.is(readComponent(' S3Z9NB0K123 \n'), 'S3Z9NB0K123');
});

test('samples of a made-up day are records of the contract', () => {
  for (let n = 1; n <= 100; n += 1) {
    const { kind, m, w, body } = draft(n);
    assert.ok(readRecord([n, kind, m, w, body]).ok);
  }
});

test.run();
