/** The minutes of an agent as timelines: what happens when, and what stands in the journal afterwards. */
import * as assert from 'uvu/assert';
import type { TimedDraft } from '@cac/agent/core/beat.ts';
import { nowOf, startMinutes, stepMinute, type MinuteEffect, type MinuteEvent, type MinuteState } from '@cac/agent/core/minute.ts';
import type { Past } from '@cac/agent/core/opening.ts';
import { readRecord } from '@cac/shared/records.ts';
import { suite } from '../harness.ts';

const test = suite('agent minutes');

const NOTHING: Past = { boot: null, last: null, startM: null, net: null, off: null };
const OFFSET = 1_750_000_000_000;
const START = { boot: 'b1', version: '0.1.0', m: 30_000, wall: OFFSET + 30_000 };
const FINE = { gw: 1, dns: 20, net1: 30, srv: 40 };
const LOST = { gw: 1, dns: 'timeout', net1: 'timeout', srv: 'timeout' };

interface Life {
  state: MinuteState;
  drafts: TimedDraft[];
  effects: MinuteEffect[];
  /** At so many seconds since the boot; `wall` is the PC's clock if it is not as it was. */
  at(s: number, event: MinuteEvent, wall?: number): Life;
  /** Ticks each 15 s from `from` to `to`, the network answering like `results`. */
  run(from: number, to: number, results?: Record<string, number | string>): Life;
}

function life(past: Past = NOTHING, start = START): Life {
  const first = startMinutes(past, start, 3);
  const self: Life = {
    ...first,
    at(s, event, wall = OFFSET + s * 1000) {
      const step = stepMinute(self.state, event, { m: s * 1000, wall });
      self.state = step.state;
      self.drafts.push(...step.drafts);
      self.effects.push(...step.effects);
      return self;
    },
    run(from, to, results = FINE) {
      for (let s = from; s <= to; s += 15) {
        self.at(s, { kind: 'tick' });
        if (self.state.round?.at === 'network') self.at(s, { kind: 'network', interface: 'wired', serverAnswers: true });
        if (self.state.round?.at === 'probes') self.at(s, { kind: 'probed', results });
      }
      return self;
    },
  };
  return self;
}

const told = (drafts: readonly TimedDraft[], ...kinds: string[]): [string, number][] => drafts.filter((d) => kinds.length === 0 || kinds.includes(d.kind)).map((d) => [d.kind, d.m / 1000]);
const beats = (l: Life): number[] => told(l.drafts, 'hb').map(([, s]) => s);

// ---- the opening

const STARTS: { name: string; past: Partial<Past>; kinds: string[] }[] = [
  { name: 'an empty journal begins with its boot', past: {}, kinds: ['boot', 'agent_start'] },
  { name: 'another boot than the journal\'s', past: { boot: 'b0', last: 'hb', startM: 1 }, kinds: ['boot', 'agent_start'] },
  { name: 'A-12: killed and started again in the same boot: no boot is faked', past: { boot: 'b1', last: 'hb', startM: 1 }, kinds: ['agent_start'] },
  { name: 'A-12: killed before its first heartbeat: one agent_start a minute is enough', past: { boot: 'b1', last: 'sample', startM: 10_000 }, kinds: [] },
  { name: 'A-12: the minute is over', past: { boot: 'b1', last: 'agent_start', startM: -30_000 }, kinds: ['agent_start'] },
  { name: 'stopped and started again at once: both are told', past: { boot: 'b1', last: 'agent_stop', startM: 10_000 }, kinds: ['agent_start'] },
  { name: 'the same minute of another boot', past: { boot: 'b0', last: 'agent_start', startM: 10_000 }, kinds: ['boot', 'agent_start'] },
];
for (const { name, past, kinds } of STARTS) test(`start: ${name}`, () => assert.equal(life({ ...NOTHING, ...past }).drafts.map((d) => d.kind), kinds));

test('the first round runs everything, and tells the link with the sample that shows it', () => {
  const l = life().run(30, 30);
  assert.equal(l.effects, [{ kind: 'look' }, { kind: 'probe', names: ['gw', 'dns', 'net1', 'net2', 'net3', 'srv', 'portal'] }]);
  assert.equal(l.drafts.slice(2).map((d) => [d.kind, d.body]), [['net', { link: 'ok', if: 'wired' }], ['sample', FINE]]);
});

test('A-12: started again within the minute: the link is told only if it is another one, and no sample with it', () => {
  const past: Past = { boot: 'b1', last: 'sample', startM: 20_000, net: { link: 'ok', if: 'wired' }, off: null };
  assert.equal(life(past).run(30, 30).drafts, []);
  assert.equal(life(past).run(30, 30, LOST).drafts.map((d) => d.kind), ['net', 'sample']);
});

// ---- the minutes

test('a heartbeat each minute, a sample every five, and every record is one of the contract', () => {
  const l = life().run(30, 30 + 20 * 60);
  assert.equal(beats(l), Array.from({ length: 20 }, (_, i) => 90 + i * 60));
  assert.is(told(l.drafts, 'sample').length, 1 + 4);
  for (const [i, d] of l.drafts.entries()) assert.ok(readRecord([i + 1, d.kind, d.m, d.w, d.body]).ok, d.kind);
});

test('no heartbeat claims a link before the first round is over', () => {
  assert.equal(beats(life().at(90, { kind: 'tick' }).at(95, { kind: 'network', interface: 'wired', serverAnswers: false })), []);
});

test('a change of link is told at once, and the minutes that follow carry it', () => {
  const l = life().run(30, 330).run(345, 720, LOST);
  assert.equal(l.drafts.filter((d) => d.kind === 'net').map((d) => d.body['link']), ['ok', 'internet']);
  assert.is(l.drafts.findLast((d) => d.kind === 'hb')!.body['link'], 'internet');
  assert.equal(nowOf(l.state, 5, ['disk_full']), { link: 'internet', up: 5, if: 'wired', p: l.state.seen.results, flags: ['disk_full'] });
});

test('before the few probes of a quiet round say that something broke, all are asked', () => {
  const l = life().run(30, 330);
  l.effects.length = 0;
  l.at(391, { kind: 'tick' }).at(391, { kind: 'network', interface: 'wired', serverAnswers: false }).at(392, { kind: 'probed', results: { gw: 2, net1: 'timeout' } });
  assert.equal(l.effects.at(-1), { kind: 'probe', names: ['gw', 'dns', 'net1', 'net2', 'net3', 'srv', 'portal'] });
  assert.equal(told(l.drafts, 'net').length, 1, 'nothing is told yet');
  l.at(393, { kind: 'probed', results: { ...FINE, net1: 'timeout', net2: 30 } });
  assert.equal(told(l.drafts, 'net').length, 1, 'one target that failed was all');
});

test('whatever happens, the heartbeats due by then come first: m never runs backwards', () => {
  const events: MinuteEvent[] = [{ kind: 'stop', why: 'signal' }, { kind: 'suspend' }, { kind: 'time', t: OFFSET + 5_000_000, roundTripMs: 10 }, { kind: 'report' }, { kind: 'network', interface: 'wifi', serverAnswers: true }];
  for (const event of events) {
    const l = life().run(30, 45).at(170, event);
    assert.equal(beats(l), [90, 150], event.kind);
    const ms = l.drafts.map((d) => d.m);
    assert.equal(ms, ms.toSorted((a, b) => a - b), event.kind);
  }
});

test('a report asked for runs everything; one round at a time', () => {
  const l = life().run(30, 45);
  l.effects.length = 0;
  l.at(50, { kind: 'report' }).at(51, { kind: 'report' }).at(52, { kind: 'network', interface: 'wired', serverAnswers: true });
  assert.equal(l.effects.map((e) => e.kind), ['look', 'probe']);
  l.at(53, { kind: 'probed', results: FINE }).at(54, { kind: 'probed', results: LOST });
  assert.equal(told(l.drafts, 'sample', 'net').slice(2), [['sample', 53]], 'results nobody asked for say nothing');
});

test('D-03: a round whose answer a sleep swallowed does not end probing for good', () => {
  const l = life().run(30, 330);
  l.at(391, { kind: 'tick' }).at(391, { kind: 'network', interface: 'wired', serverAnswers: false });
  l.effects.length = 0;
  l.at(7_200, { kind: 'tick' });
  assert.equal(l.effects, [{ kind: 'look' }], 'a new round after the sleep');
});

// ---- sleep

test('D-03: a gap of ticks is a sleep: told once, no heartbeat for the minutes slept, a new grid after', () => {
  const l = life().run(30, 345).run(3_600, 3_700);
  assert.equal(l.drafts.filter((d) => d.kind === 'resume').map((d) => [d.m / 1000, d.body['gap']]), [[3_600, 3_255_000]]);
  assert.equal(beats(l), [90, 150, 210, 270, 330, 3_660]);
  assert.equal(told(l.drafts, 'net', 'sample').slice(-2), [['net', 3_600], ['sample', 3_600]], 'a full round after it');
});

test('D-03: woken at another network, a PC tells nothing of its link until it has probed', () => {
  const l = life().run(30, 345).at(3_600, { kind: 'tick' });
  assert.is(nowOf(l.state, 3_600_000, []), null);
  l.at(3_605, { kind: 'network', interface: 'wifi', serverAnswers: false }).at(3_610, { kind: 'probed', results: { ...LOST, gw: 2 } });
  assert.equal(told(l.drafts).slice(-3), [['resume', 3_600], ['net', 3_610], ['sample', 3_610]]);
});

test('D-03: where the system says that it will sleep, the sleep begins there, however short it is', () => {
  const l = life().run(30, 90).at(100, { kind: 'suspend' }).at(190, { kind: 'tick' }).run(205, 330);
  assert.equal(told(l.drafts, 'suspend', 'resume', 'hb'), [['hb', 90], ['suspend', 100], ['resume', 190], ['hb', 250], ['hb', 310]]);
  assert.is(l.drafts.find((d) => d.kind === 'resume')!.body['gap'], 90_000);
});

test('an ack that slips in before the sleep begins does not end it', () => {
  const l = life().run(30, 90).at(100, { kind: 'suspend' }).at(101, { kind: 'time', t: OFFSET + 101_000, roundTripMs: 10 }).at(7_200, { kind: 'tick' });
  assert.equal(l.drafts.filter((d) => d.kind === 'resume').map((d) => d.body['gap']), [7_100_000]);
});

test('A-06: minutes that a full disk refused are no sleep: the process ran through', () => {
  const l = life().run(30, 3_600); // what became of the drafts is not its business
  assert.equal(told(l.drafts, 'resume'), []);
});

// ---- the clock

const off = (l: Life): unknown[] => l.drafts.filter((d) => d.kind === 'clk').map((d) => [d.m / 1000, d.body['off'] ?? `step ${d.body['step'] as number}`]);

test('the offset of the PC\'s clock is told once, at the first usable ack, half a round trip back', () => {
  const l = life().run(30, 45).at(50, { kind: 'time', t: OFFSET + 50_000 + 3_600_000, roundTripMs: 20_000 });
  assert.equal(off(l), [], 'an ack that was too long on its way');
  l.at(60, { kind: 'time', t: OFFSET + 60_000 + 3_600_000, roundTripMs: 600 });
  for (let s = 70; s < 4_000; s += 60) l.at(s, { kind: 'tick' }).at(s, { kind: 'time', t: OFFSET + s * 1000 + 3_600_000, roundTripMs: 600 });
  assert.equal(off(l), [[60, 3_600_300]]);
});

test('D-08: the offset is told again when it moved, at most every ten minutes; a step of the clock at once', () => {
  const l = life().run(30, 45).at(60, { kind: 'time', t: OFFSET + 60_000, roundTripMs: 0 });
  const wall = (s: number): number => OFFSET + s * 1000 - 3_600_000; // set back by an hour
  for (let s = 75; s < 1_500; s += 15) l.at(s, { kind: 'tick' }, wall(s)).at(s, { kind: 'time', t: OFFSET + s * 1000, roundTripMs: 0 }, wall(s));
  assert.equal(off(l), [[60, 0], [75, 'step -3600000'], [660, 3_600_000]]);
});

test('A-12: the offset told in this boot by an earlier process is not told again', () => {
  const past: Past = { boot: 'b1', last: 'hb', startM: 1, net: null, off: { ms: 50, m: 20_000 } };
  assert.equal(off(life(past).run(30, 45).at(700, { kind: 'time', t: OFFSET + 700_000, roundTripMs: 10 })), []);
  assert.equal(off(life({ ...past, boot: 'b0' }).run(30, 45).at(60, { kind: 'time', t: OFFSET + 60_000, roundTripMs: 10 })), [[60, 5]]);
});

// ---- the end

test('D-01: nothing comes after the last word, though a round of probes was still under way', () => {
  const l = life().run(30, 45).at(50, { kind: 'report' }).at(50, { kind: 'network', interface: 'wired', serverAnswers: true }).at(51, { kind: 'stop', why: 'shutdown' });
  const { length } = l.drafts;
  l.at(52, { kind: 'probed', results: LOST }).at(200, { kind: 'tick' });
  assert.equal([l.drafts.at(-1)!.kind, l.drafts.length], ['stop', length]);
});

test('D-01: the end is told as the operating system tells it', () => {
  const last = (why: 'shutdown' | 'reboot' | 'uninstall' | 'signal' | 'service'): unknown => life().run(30, 45).at(50, { kind: 'stop', why }).drafts.map((d) => [d.kind, d.body]).at(-1);
  for (const why of ['shutdown', 'reboot', 'uninstall'] as const) assert.equal(last(why), ['stop', { why }]);
  for (const why of ['signal', 'service'] as const) assert.equal(last(why), ['agent_stop', { why }]);
});

test.run();
