/** Every rule of a machine's past, a case each: what its journal says, and what it was. */
import * as assert from 'uvu/assert';
import type { BootEvidence, Entry, Evidence, Hole, Placing } from '@cac/server/core/history/evidence.ts';
import { timelineOf, type Known } from '@cac/server/core/history/timeline.ts';
import { suite } from '../../../harness.ts';

const test = suite('timeline');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Midnight of the day looked at. */
const D = Date.UTC(2026, 10, 16);

type Told = [m: number, kind: string, body?: object, epoch?: number];

/** Beats of every minute from `from` to `to` (ms since boot), as one run. */
const on = (from: number, to: number, link = 'ok', epoch = 1): Told & { run?: number } => Object.assign([from, 'hb', { link }, epoch] as Told, { run: Math.floor((to - from) / MINUTE) });

const seqs = new Map<number, number>();
function boot(startAt: number, told: (Told & { run?: number })[], placed: Placing = 'receipt'): BootEvidence {
  const entries = told.map((t): Entry => {
    const [m, kind, body = {}, epoch = 1] = t;
    const seq = (seqs.get(epoch) ?? 0) + 1;
    const lastSeq = seq + (t.run ?? 0);
    seqs.set(epoch, lastSeq);
    return { epoch, seq, lastSeq, kind: kind as Entry['kind'], m, w: startAt + m, body: body as Entry['body'] };
  });
  return { boot: `boot-${startAt}`, startAt, placed, entries };
}
const start = (m = 30_000): Told[] => [[m, 'boot'], [m, 'agent_start'], [m + 5_000, 'net', { link: 'ok' }]];

interface Case {
  name: string;
  boots: () => BootEvidence[];
  holes?: Hole[];
  known?: Partial<Known>;
  /** `HH:MM[:SS] word[?]` in order, from midnight to midnight; `?` where provisional. */
  told: string[];
}

const CASES: Case[] = [
  { name: 'never heard', boots: () => [], told: ['00:00 unseen?'] },
  {
    name: 'a working day: off, on from its boot, shut down, off; settled where the next boot closes it, provisional after the last',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, 3 * HOUR), [3 * HOUR + 20_000, 'stop', { why: 'shutdown' }]]), boot(D + 14 * HOUR, [...start(), on(MINUTE, 2 * HOUR), [2 * HOUR, 'stop', { why: 'shutdown' }]])],
    told: ['00:00 unseen', '09:00:30 on', '12:00:20 off:clean', '14:00 on', '16:00 off:clean?'],
  },
  {
    name: 'D-02 the plug pulled: off unclean from its last heartbeat to the next boot',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR)]), boot(D + 14 * HOUR, [...start(), on(MINUTE, HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 off:unclean', '14:00 on', '15:00 unreachable?'],
  },
  {
    name: 'D-03 asleep: a gap inside one process, told by resume',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [3 * HOUR, 'resume', { gap: 2 * HOUR - 30_000 }], on(3 * HOUR, 4 * HOUR), [4 * HOUR, 'stop', { why: 'shutdown' }]])],
    told: ['00:00 unseen', '09:00:30 on', '10:00:30 asleep', '12:00 on', '13:00 off:clean?'],
  },
  {
    name: 'D-03 hibernated over the weekend and woken in the same boot',
    boots: () => [boot(D - 3 * DAY, [...start(), on(MINUTE, 8 * HOUR), [3 * DAY + 9 * HOUR, 'resume', { gap: 2 * DAY + 25 * HOUR }], on(3 * DAY + 9 * HOUR, 3 * DAY + 10 * HOUR)])],
    told: ['00:00 asleep', '09:00 on', '10:00 unreachable?'],
  },
  {
    name: 'D-03 woken in front of a portal: what it finds first is told from its waking on, not the link it had before',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [3 * HOUR, 'resume', { gap: 2 * HOUR - 30_000 }], [3 * HOUR + 6_000, 'net', { link: 'portal' }], [4 * HOUR, 'stop', { why: 'shutdown' }]])],
    told: ['00:00 unseen', '09:00:30 on', '10:00:30 asleep', '12:00 on:portal', '13:00 off:clean?'],
  },
  {
    name: 'D-03 awake for less than a round: on, with the link it went to sleep with',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [3 * HOUR, 'resume', { gap: 2 * HOUR - 30_000 }], [3 * HOUR + 4_000, 'suspend'], [5 * HOUR, 'resume', { gap: 2 * HOUR - 4_000 }], [5 * HOUR + 6_000, 'net', { link: 'dns' }], [5 * HOUR + 10_000, 'stop', { why: 'shutdown' }]])],
    told: ['00:00 unseen', '09:00:30 on', '10:00:30 asleep', '12:00 on', '12:00:04 asleep', '14:00 on:dns', '14:00:10 off:clean?'],
  },
  {
    name: 'A-12 the agent killed and started again in the same boot',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [2 * HOUR, 'agent_start'], [2 * HOUR + 5_000, 'net', { link: 'ok' }], on(2 * HOUR + MINUTE, 3 * HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 agent_dead:killed', '11:00 on', '12:00 unreachable?'],
  },
  {
    name: 'the service stopped, and started again in the same boot',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'agent_stop', { why: 'signal' }], [2 * HOUR, 'agent_start'], [2 * HOUR + 5_000, 'net', { link: 'ok' }], on(2 * HOUR + MINUTE, 3 * HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 agent_dead:stopped', '11:00 on', '12:00 unreachable?'],
  },
  {
    name: 'the service stopped, and the PC with it: off clean once another boot is heard',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'agent_stop', { why: 'signal' }]]), boot(D + 14 * HOUR, [...start(), on(MINUTE, HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 off:clean', '14:00 on', '15:00 unreachable?'],
  },
  {
    name: 'a restart by its own: rebooting in between',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'stop', { why: 'reboot' }]]), boot(D + 10 * HOUR + 2 * MINUTE, [...start(), on(MINUTE, HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 off:rebooting', '10:02 on', '11:02 unreachable?'],
  },
  {
    name: 'who restarts and does not come back within ten minutes is not off by its own word',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'stop', { why: 'reboot' }]])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 off:rebooting?', '10:10 unreachable?'],
  },
  {
    name: 'D-04 six hours without a network, journaled: on, the layer as the probes said',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR + 30_000, 'net', { link: 'gateway' }], on(HOUR + MINUTE, 7 * HOUR, 'gateway'), [7 * HOUR + 10_000, 'net', { link: 'ok' }], on(7 * HOUR + MINUTE, 8 * HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00:30 on:gateway', '16:00:10 on', '17:00 unreachable?'],
  },
  {
    name: 'the PC was on long before its agent started',
    boots: () => [boot(D + 8 * HOUR, [[MINUTE, 'boot'], [MINUTE, 'agent_start'], [MINUTE, 'net', { link: 'ok' }], [2 * MINUTE, 'stop', { why: 'shutdown' }]]), boot(D + 9 * HOUR, [...start(HOUR), on(HOUR + MINUTE, 2 * HOUR)])],
    told: ['00:00 unseen', '08:01 on', '08:02 off:clean', '09:00 agent_dead:stopped', '10:00 on', '11:00 unreachable?'],
  },
  {
    name: 'A-06 heartbeats given up on a full disk: the process ran through',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), on(3 * HOUR, 4 * HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '13:00 unreachable?'],
  },
  {
    name: 'A-04 a hole that may hide a transition is never settled',
    boots: () => {
      const b = boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), on(3 * HOUR, 4 * HOUR)]);
      const last = b.entries.at(-1)!;
      return [{ ...b, entries: [...b.entries.slice(0, -1), { ...last, seq: last.seq + 10, lastSeq: last.lastSeq + 10, epoch: 7 }].map((e) => ({ ...e, epoch: 7 })) }];
    },
    holes: [{ epoch: 7, from: 1, to: 1_000_000, why: 'corrupt' }],
    told: ['00:00 unseen', '09:00:30 on?', '09:01 on', '10:00 on?', '12:00 on', '13:00 unreachable?'],
  },
  {
    name: 'A-07 a hole of heartbeats and samples hides nothing',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), on(3 * HOUR, 4 * HOUR)])],
    holes: [{ epoch: 1, from: 1, to: 1_000_000, why: 'cap' }],
    told: ['00:00 unseen', '09:00:30 on', '13:00 unreachable?'],
  },
  {
    name: 'a journal lost between two boots: nobody knows what it would have told',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'stop', { why: 'shutdown' }]]), boot(D + 14 * HOUR, [[0, 'boot', {}, 2], [0, 'agent_start', {}, 2], [0, 'net', { link: 'ok' }, 2], on(MINUTE, HOUR, 'ok', 2)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 off:clean?', '14:00 on', '15:00 unreachable?'],
  },
  {
    name: 'A-05 a journal that moved to memory within a running process leaves no gap',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR + 30_000, 'boot', {}, 2], on(HOUR + MINUTE, 2 * HOUR, 'ok', 2)])],
    told: ['00:00 unseen', '09:00:30 on', '11:00 unreachable?'],
  },
  {
    name: 'C-04 a fork that sends again what is known settles by the journal that tells both sides',
    boots: () => [
      boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), on(MINUTE, HOUR, 'ok', 2), [HOUR + 5_000, 'stop', { why: 'shutdown' }, 2]]),
      boot(D + 14 * HOUR, [[0, 'boot', {}, 2], [0, 'agent_start', {}, 2], [0, 'net', { link: 'ok' }, 2], on(MINUTE, HOUR, 'ok', 2)]),
    ],
    told: ['00:00 unseen', '09:00:30 on', '10:00:05 off:clean', '14:00 on', '15:00 unreachable?'],
  },
  {
    name: 'a boot whose place in time is a guess is never settled',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'stop', { why: 'shutdown' }]], 'guess')],
    told: ['00:00 unseen', '09:00:30 on?', '10:00 off:clean?'],
  },
  {
    name: 'heard a moment ago: on, provisional after its last record',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR)])],
    known: { now: D + 10 * HOUR + 4 * MINUTE, deadlineAt: D + 10 * HOUR + 7 * MINUTE, lastSignAt: D + 10 * HOUR + 3 * MINUTE },
    told: ['00:00 unseen', '09:00:30 on', '10:00 on?'],
  },
  {
    name: 'E-01 silent: lost since its last sign of life, not since the deadline',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR)])],
    known: { lastSignAt: D + 10 * HOUR + 3 * MINUTE },
    told: ['00:00 unseen', '09:00:30 on', '10:00 on?', '10:03 unreachable?'],
  },
  {
    name: 'silence that nothing explained for thirty days is unknown, and stays so until evidence comes',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR)])],
    known: { now: D + 40 * DAY },
    told: ['00:00 unseen', '09:00:30 on', '10:00 unknown'],
  },
  {
    name: 'D-12 uninstalled: removed, to be confirmed by a person',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR, 'stop', { why: 'uninstall' }]])],
    told: ['00:00 unseen', '09:00:30 on', '10:00 removed?'],
  },
  {
    name: 'revoked: its history ends there',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, 5 * HOUR)])],
    known: { revokedAt: D + 12 * HOUR },
    told: ['00:00 unseen', '09:00:30 on', '12:00 removed'],
  },
  {
    name: 'a process that never told of its link proves nothing of it',
    boots: () => [boot(D + 9 * HOUR, [[0, 'boot'], [0, 'agent_start'], [20 * MINUTE, 'agent_stop', { why: 'signal' }]]), boot(D + 14 * HOUR, [...start(), on(MINUTE, HOUR)])],
    told: ['00:00 unseen', '09:00 unknown?', '09:20 off:clean', '14:00 on', '15:00 unreachable?'],
  },
  {
    name: 'slow answers are told, and end with the first good sample',
    boots: () => [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [HOUR + 1_000, 'sample', { net1: 4_000, dns: 20 }], on(HOUR + MINUTE, 2 * HOUR), [2 * HOUR + 1_000, 'sample', { net1: 80, dns: 20 }], on(2 * HOUR + MINUTE, 3 * HOUR)])],
    told: ['00:00 unseen', '09:00:30 on', '10:00:01 on~', '11:00:01 on', '12:00 unreachable?'],
  },
];

const clock = (at: number): string => new Date(at).toISOString().slice(11, at % MINUTE === 0 ? 16 : 19);

for (const { name, boots, holes = [], known, told } of CASES) {
  test(name, () => {
    seqs.clear();
    const evidence: Evidence = { boots: boots(), holes };
    const intervals = timelineOf(evidence, { beginsAt: D - 10 * DAY, revokedAt: null, lastSignAt: null, deadlineAt: null, now: D + DAY, ...known }, D, D + DAY);
    const found: string[] = [];
    for (const { fromAt, word, settled, degraded } of intervals) {
      const line = `${word}${degraded ? '~' : ''}${settled ? '' : '?'}`;
      if (found.at(-1)?.split(' ')[1] !== line) found.push(`${clock(fromAt)} ${line}`);
    }
    assert.equal(found, told);
    for (const [i, { fromAt, toAt }] of intervals.entries()) {
      assert.is(fromAt, i === 0 ? D : intervals[i - 1]!.toAt, 'no gap between intervals');
      assert.ok(toAt > fromAt);
    }
  });
}

test('every settled interval names the entries it rests on', () => {
  seqs.clear();
  const evidence: Evidence = { boots: [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR)]), boot(D + 14 * HOUR, [...start(), on(MINUTE, HOUR)])], holes: [] };
  const intervals = timelineOf(evidence, { beginsAt: D, revokedAt: null, lastSignAt: null, deadlineAt: null, now: D + DAY }, D, D + DAY);
  const off = intervals.find((interval) => interval.word === 'off:unclean')!;
  assert.equal(off.proof, [{ epoch: 1, seq: 63, kind: 'hb' }, { epoch: 1, seq: 64, kind: 'boot' }]);
  assert.is(off.cause, 'no_stop_marker');
});

test('records that a faulty agent writes into a run of its heartbeats make no time count twice', () => {
  seqs.clear();
  const evidence: Evidence = { boots: [boot(D + 9 * HOUR, [...start(), on(MINUTE, HOUR), [30 * MINUTE + 5_000, 'sample', { net1: 50 }], [40 * MINUTE + 10_000, 'net', { link: 'dns' }]].sort((a, b) => (a[0] as number) - (b[0] as number)) as Told[])], holes: [] };
  const intervals = timelineOf(evidence, { beginsAt: D, revokedAt: null, lastSignAt: null, deadlineAt: null, now: D + DAY }, D, D + DAY);
  for (const [i, { fromAt }] of intervals.entries()) assert.is(fromAt, i === 0 ? D : intervals[i - 1]!.toAt);
  assert.is(intervals.at(-1)!.toAt, D + DAY);
});

test('what is told of a day does not depend on where its runs happen to begin', () => {
  const known: Known = { beginsAt: D - 10 * DAY, revokedAt: null, lastSignAt: null, deadlineAt: null, now: D + 2 * DAY };
  const whole = (cuts: number[]): Evidence => {
    const entries: Entry[] = [];
    const edges = [0, ...cuts, 2_000];
    for (let i = 1; i < edges.length; i += 1) entries.push({ epoch: 1, seq: edges[i - 1]! + 1, lastSeq: edges[i]!, kind: 'hb', m: edges[i - 1]! * MINUTE, w: 0, body: { link: 'ok' } });
    return { boots: [{ boot: 'b', startAt: D - 3 * HOUR + 7_000, placed: 'receipt', entries }], holes: [] };
  };
  const once = JSON.stringify(timelineOf(whole([]), known, D, D + DAY));
  for (const cuts of [[180], [179, 180, 181], [5, 900, 1_619, 1_620]]) assert.is(JSON.stringify(timelineOf(whole(cuts), known, D, D + DAY)), once);
});

test.run();
