/** What a site was: a day of its machines a case, and what it is told to have been. */
import * as assert from 'uvu/assert';
import type { HistoryWord, VerdictCause } from '@cac/shared/history.ts';
import { availabilityOf, reportingStatus } from '@cac/server/core/history/availability.ts';
import { siteDayOf, type MachinePast } from '@cac/server/core/history/site-day.ts';
import { suite } from '../../../harness.ts';

const test = suite('site day');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const D = Date.UTC(2026, 10, 16);
const at = (clock: string): number => {
  const [h, m, s = '0'] = clock.split(':');
  return D + Number(h) * HOUR + Number(m) * MINUTE + Number(s) * 1_000;
};

/** `HH:MM word`, each until the next; a `?` makes it provisional, a `~` slow; the last until midnight. */
function machine(...told: string[]): MachinePast[] {
  return told.map((line, i) => {
    const [clock, text] = line.split(' ') as [string, string];
    const fromAt = at(clock);
    const next = told[i + 1];
    return {
      fromAt,
      toAt: next === undefined ? D + 24 * HOUR : at(next.split(' ')[0]!),
      sinceAt: fromAt === D ? D - 12 * HOUR : fromAt,
      word: text.replaceAll(/[?~]/g, '') as HistoryWord,
      cause: 'heard',
      settled: !text.includes('?'),
      degraded: text.includes('~'),
    };
  });
}
/** Silent since before the day, `days` ago. */
const silent = (days: number): MachinePast[] => machine('00:00 unreachable?').map((m) => ({ ...m, sinceAt: D - days * 24 * HOUR }));

interface Case {
  name: string;
  machines: MachinePast[][];
  openings?: [from: string, to: string][];
  closed?: VerdictCause;
  blind?: [from: string, to: string][];
  maintenance?: [from: string, to: string][];
  /** `HH:MM verdict cause`, `?` where provisional. */
  told: string[];
  /** Minutes: connected, without Internet, unknown, no PC on, excluded. */
  minutes: [number, number, number, number, number];
}

const CASES: Case[] = [
  {
    name: 'an ordinary day: one PC on is enough',
    machines: [machine('00:00 off:clean', '08:50 on', '17:00 off:clean'), machine('00:00 off:clean', '10:00 on', '18:10 off:clean')],
    told: ['00:00 closed hours', '08:50 closed pc_on', '09:00 connected heard', '18:00 closed pc_on', '18:10 closed hours'],
    minutes: [540, 0, 0, 0, 0],
  },
  { name: 'a PC switched off at closing time is not an outage', machines: [machine('00:00 off:clean', '09:00 on', '18:00 off:clean?')], told: ['00:00 closed hours', '09:00 connected heard', '18:00 closed hours'], minutes: [540, 0, 0, 0, 0] },
  {
    name: 'a late opening is an event of its own',
    machines: [machine('00:00 off:clean', '11:00 on', '18:00 off:clean')],
    told: ['00:00 closed hours', '09:00 no_pc since_opening', '11:00 connected heard', '18:00 closed hours'],
    minutes: [420, 0, 0, 120, 0],
  },
  {
    name: 'a forgotten PC at night makes no opening time',
    machines: [machine('00:00 on')],
    told: ['00:00 closed pc_on', '09:00 connected heard', '18:00 closed pc_on'],
    minutes: [540, 0, 0, 0, 0],
  },
  { name: 'a holiday: closed, and why', machines: [machine('00:00 off:clean')], openings: [], closed: 'public_holiday', told: ['00:00 closed public_holiday'], minutes: [0, 0, 0, 0, 0] },
  {
    name: 'D-02 a power cut: two PCs lost together, settled by their next boots',
    machines: [machine('00:00 off:clean', '08:50 on', '14:00:20 off:unclean', '15:30 on', '18:00 off:clean'), machine('00:00 off:clean', '08:50 on', '14:01 off:unclean', '15:40 on', '18:00 off:clean')],
    told: ['00:00 closed hours', '08:50 closed pc_on', '09:00 connected heard', '14:01 cut power', '15:30 connected heard', '18:00 closed hours'],
    minutes: [451, 0, 0, 89, 0],
  },
  {
    name: 'two PCs lost together and not heard since: power or line, provisionally, and unknown time',
    machines: [machine('00:00 off:clean', '09:00 on', '14:00 unreachable?'), machine('00:00 off:clean', '09:00 on', '14:01:30 unreachable?')],
    told: ['00:00 closed hours', '09:00 connected heard', '14:01:30 cut power_or_line?', '18:00 closed hours'],
    minutes: [301.5, 0, 238.5, 0, 0],
  },
  {
    name: "one machine's loss says nothing about the site's power",
    machines: [machine('00:00 off:clean', '09:00 on', '14:00 unreachable?')],
    told: ['00:00 closed hours', '09:00 connected heard', '14:00 unknown silence?', '18:00 closed hours'],
    minutes: [300, 0, 240, 0, 0],
  },
  {
    name: 'the mains switched off at closing every day is closing',
    machines: [machine('00:00 off:unclean', '09:00 on', '17:54 off:unclean'), machine('00:00 off:unclean', '09:00 on', '17:54:30 off:unclean')],
    told: ['00:00 closed hours', '09:00 connected heard', '17:54:30 no_pc closing', '18:00 closed hours'],
    minutes: [534.5, 0, 0, 5.5, 0],
  },
  {
    name: 'D-05 a line cut: every PC names the same layer',
    machines: [machine('00:00 off:clean', '09:00 on', '11:00 on:gateway', '13:00 on', '18:00 off:clean'), machine('00:00 off:clean', '09:00 on', '11:01 on:gateway', '13:02 on', '18:00 off:clean')],
    told: ['00:00 closed hours', '09:00 connected heard', '11:01 no_internet gateway', '13:00 connected heard', '18:00 closed hours'],
    minutes: [421, 119, 0, 0, 0],
  },
  {
    name: 'our own server out of reach does not count against the site',
    machines: [machine('00:00 off:clean', '09:00 on', '11:00 on:server', '13:00 on', '18:00 off:clean')],
    told: ['00:00 closed hours', '09:00 connected heard', '18:00 closed hours'],
    minutes: [540, 0, 0, 0, 0],
  },
  {
    name: 'slow on every PC that is on: degraded, and still connected',
    machines: [machine('00:00 off:clean', '09:00 on', '10:00 on~', '12:00 on', '18:00 off:clean')],
    told: ['00:00 closed hours', '09:00 connected heard', '10:00 degraded slow', '12:00 connected heard', '18:00 closed hours'],
    minutes: [540, 0, 0, 0, 0],
  },
  {
    name: 'all put to sleep at noon, all switched off in the afternoon',
    machines: [machine('00:00 off:clean', '09:00 on', '12:00 asleep', '14:00 on', '15:00 off:clean')],
    told: ['00:00 closed hours', '09:00 connected heard', '12:00 no_pc asleep', '14:00 connected heard', '15:00 no_pc all_off', '18:00 closed hours'],
    minutes: [240, 0, 0, 300, 0],
  },
  {
    name: 'an agent that does not run leaves the time unknown, not off',
    machines: [machine('00:00 off:clean', '09:00 on', '12:00 agent_dead:killed', '13:00 on', '18:00 off:clean')],
    told: ['00:00 closed hours', '09:00 connected heard', '12:00 unknown agent_dead', '13:00 connected heard', '18:00 closed hours'],
    minutes: [480, 0, 60, 0, 0],
  },
  {
    name: 'E-01 only time both blind and without evidence is left out',
    machines: [machine('00:00 off:clean', '09:00 on', '12:00 unreachable?')],
    blind: [['11:00', '14:00']],
    told: ['00:00 closed hours', '09:00 connected heard', '12:00 excluded blind?', '14:00 unknown silence?', '18:00 closed hours'],
    minutes: [180, 0, 240, 0, 120],
  },
  {
    name: 'a machine silent for more than seven opening days makes nothing unknown while another is there',
    machines: [silent(20), machine('00:00 off:clean', '09:00 on', '15:00 off:clean')],
    told: ['00:00 closed hours', '09:00 connected heard', '15:00 no_pc all_off', '18:00 closed hours'],
    minutes: [360, 0, 0, 180, 0],
  },
  { name: 'where no other is left, the site is unknown, not off', machines: [silent(20)], told: ['00:00 closed hours', '09:00 unknown dropped?', '18:00 closed hours'], minutes: [0, 0, 540, 0, 0] },
  { name: 'silent since yesterday: unknown', machines: [silent(1)], told: ['00:00 closed hours', '09:00 unknown silence?', '18:00 closed hours'], minutes: [0, 0, 540, 0, 0] },
  { name: 'a PC that was never heard tells nothing of its site', machines: [machine('00:00 unseen')], told: [], minutes: [0, 0, 0, 0, 0] },
  {
    name: 'a pause at noon: each opening is looked at for itself',
    machines: [machine('00:00 off:clean', '09:00 on', '12:00 off:clean', '15:00 on', '18:00 off:clean')],
    openings: [['09:00', '12:00'], ['14:00', '18:00']],
    told: ['00:00 closed hours', '09:00 connected heard', '12:00 closed hours', '14:00 no_pc since_opening', '15:00 connected heard', '18:00 closed hours'],
    minutes: [360, 0, 0, 60, 0],
  },
  {
    name: 'what was announced as maintenance does not count, whatever the PCs tell, and only where it is open',
    machines: [machine('00:00 off:clean', '09:00 on', '11:00 on:gateway', '12:00 off:clean', '14:00 on', '18:00 off:clean')],
    maintenance: [['10:30', '13:00'], ['17:30', '20:00']],
    told: ['00:00 closed hours', '09:00 connected heard', '10:30 excluded maintenance', '13:00 no_pc all_off', '14:00 connected heard', '17:30 excluded maintenance', '18:00 closed hours'],
    minutes: [300, 0, 0, 60, 180],
  },
  {
    name: 'a PC that was on during the maintenance was seen in this opening; what is provisional then is not waited for',
    machines: [machine('00:00 off:clean', '09:15 on', '09:45 unreachable?')],
    maintenance: [['09:00', '10:00']],
    told: ['00:00 closed hours', '09:00 excluded maintenance', '10:00 unknown silence?', '18:00 closed hours'],
    minutes: [0, 0, 480, 0, 60],
  },
];

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, ms % MINUTE === 0 ? 16 : 19);

for (const { name, machines, openings = [['09:00', '18:00']], closed = null, blind = [], maintenance = [], told, minutes } of CASES) {
  test(name, () => {
    const window = ([from, to]: readonly string[]) => ({ fromAt: at(from!), toAt: at(to!) });
    const { intervals, totals } = siteDayOf({
      fromAt: D, toAt: D + 24 * HOUR, openings: openings.map(window), closed, machines, blind: blind.map(window), maintenance: maintenance.map(window), droppedBefore: D - 9 * 24 * HOUR,
    });
    assert.equal(intervals.map((i) => `${clock(i.fromAt)} ${i.verdict} ${i.cause}${i.settled ? '' : '?'}`), told);
    assert.equal([totals.connMs, totals.discMs, totals.unkMs, totals.offMs, totals.excludedMs].map((ms) => ms / MINUTE), minutes);
    assert.is(totals.connMs + totals.discMs + totals.unkMs + totals.offMs, totals.openMs, 'the bar sums to all of the opening time');
  });
}

test('a PC whose link flaps all day long is counted in one walk', () => {
  const second = (i: number): MachinePast => ({ fromAt: D + i * 1_000, toAt: D + (i + 1) * 1_000, sinceAt: D + i * 1_000, word: i % 2 === 0 ? 'on' : 'on:dns', cause: 'heard', settled: true, degraded: false });
  const startedAt = performance.now();
  const { totals } = siteDayOf({ fromAt: D, toAt: D + 24 * HOUR, openings: [{ fromAt: at('09:00'), toAt: at('18:00') }], closed: null, machines: [Array.from({ length: 86_400 }, (_, i) => second(i))], blind: [], maintenance: [], droppedBefore: 0 });
  assert.is(totals.connMs, totals.discMs);
  assert.ok(performance.now() - startedAt < 2_000, `${Math.round(performance.now() - startedAt)} ms`);
});

test('each ratio is its own numerator over its own denominator', () => {
  const { service, link, opening, observability } = availabilityOf({ openMs: 1_000, connMs: 500, discMs: 100, unkMs: 200, offMs: 200, excludedMs: 50, provisionalMs: 0 });
  assert.equal([service, link, opening, observability].map((r) => [r.numerator, r.denominator]), [[500, 800], [500, 600], [600, 800], [800, 1_000]]);
  assert.is(availabilityOf({ openMs: 0, connMs: 0, discMs: 0, unkMs: 0, offMs: 0, excludedMs: 0, provisionalMs: 0 }).service.value, null);
});

test('reporting is counted in opening days', () => {
  assert.equal([null, 0, 6, 7, 21, 22, 28, 29].map(reportingStatus), ['never', 'reporting', 'reporting', 'live', 'live', 'at_risk', 'at_risk', 'dropped']);
});

test.run();
