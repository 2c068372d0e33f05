/** The rungs of the ladder, each case with its numbers; and that losing evidence never makes a site look better. */
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { ServiceRule, Threshold } from '@cac/shared/ladder.ts';
import { dayAfter, weekdayOf } from '@cac/shared/wall-time.ts';
import { serviceRuleOf, serviceRung, type ProofDay, type SiteProof } from '@cac/server/core/programme/rung.ts';
import { thresholdOn } from '@cac/server/core/programme/thresholds.ts';
import { suite } from '../../../harness.ts';

const test = suite('proven rungs');
const HOUR = 3_600_000;
const OPEN = 8 * HOUR;
/** A Sunday. */
const TODAY = '2026-11-22';
const rule = (key: Threshold['key'], value: Record<string, number>, fromDay = '2009-01-01'): Threshold => ({ key, fromDay, value, author: '', note: '', writtenAt: 0 });
const RULES = [
  rule('service.centre', { days: 30, observedDays: 10, connected: 0.6, observability: 0.8 }),
  rule('service.room', { weeks: 8, share: 0.6 }),
  rule('service.carried', { weeks: 4, sessions: 1 }),
  rule('reporting', { days: 7 }),
];

/** Opening days before today, the newest first: open Monday to Friday, but for `holidays`. */
const openingDays = (count: number, holidays: (day: string) => boolean): string[] => {
  const found: string[] = [];
  for (let day = TODAY; found.length < count; day = dayAfter(day, -1)) if (weekdayOf(day) < 6 && !holidays(day)) found.push(day);
  return found;
};
const NONE = (): boolean => false;

/** Of each opening day, newest first: hours connected, and hours known (all of them where not given); null: nothing was heard. */
function proofOf(rows: readonly ([conn: number, known?: number] | null)[], over: { rule?: ServiceRule; enrolled?: number; holidays?: (day: string) => boolean } = {}): SiteProof {
  const holidays = over.holidays ?? NONE;
  const days = openingDays(220, holidays);
  const told = new Map<string, ProofDay>();
  for (const [i, row] of rows.entries()) if (row !== null) told.set(days[i]!, { connMs: row[0] * HOUR, knownMs: (row[1] ?? 8) * HOUR, heard: row[0] > 0 || (row[1] ?? 8) > 0 });
  const heard = [...told].filter(([, day]) => day.heard).map(([day]) => day).sort();
  return {
    rule: over.rule ?? 'centre',
    beginsOn: days[over.enrolled ?? 60]!,
    firstHeard: heard[0] ?? null,
    days: told,
    openMs: (day) => (weekdayOf(day) < 6 && !holidays(day) ? OPEN : 0),
  };
}
const times = <T>(n: number, row: T): T[] => Array.from({ length: n }, () => row);
const rungOf = (proof: SiteProof): string => {
  const { rung, reason } = serviceRung(proof, TODAY, RULES);
  return [rung, ...reason.missing].join(' ');
};

test('a centre, case by case', () => {
  const cases: [why: string, proof: SiteProof, expected: string][] = [
    ['nobody was ever heard', proofOf([]), '0 never_heard'],
    ['thirty good days', proofOf(times(30, [8])), '3'],
    ['connected just as much as is asked for', proofOf(times(30, [4.8])), '3'],
    ['connected a minute less', proofOf([[4.7], ...times(29, [4.8] as [number])]), '2 connected'],
    ['connected always while known, known 80 %', proofOf(times(30, [6.4, 6.4])), '3'],
    ['known a little less', proofOf(times(30, [6.3, 6.3])), '2 observability'],
    ['ten days since it was enrolled, all good', proofOf(times(10, [8]), { enrolled: 10 }), '3'],
    ['nine days since it was enrolled, all good', proofOf(times(9, [8]), { enrolled: 9 }), '2 few_days'],
    ['ten good days, and twenty before them of which nothing is known', proofOf(times(10, [8]), { enrolled: 30 }), '2 connected observability'],
    ['silent for six opening days after good ones', proofOf([...times(6, null), ...times(24, [8] as [number])]), '3'],
    ['silent for six, and once in a while before', proofOf([...times(6, null), ...times(24, [7.6, 7.6] as [number, number])]), '2 observability'],
    ['silent for seven opening days', proofOf([...times(7, null), ...times(23, [8] as [number])]), '1 silent observability'],
    ['PCs off by day, proven: known, not connected', proofOf([...times(13, [0, 8] as [number, number]), ...times(17, [8] as [number])]), '2 connected'],
    ['a week of holidays takes nothing away', proofOf([...times(3, null), ...times(27, [8] as [number])], { holidays: (day) => day >= '2026-11-09' && day <= '2026-11-13' }), '3'],
  ];
  for (const [why, proof, expected] of cases) assert.is(rungOf(proof), expected, why);
});

test('a ping without an agent keeps a site reporting, says that it is weaker, and raises it no further', () => {
  const pingedOn = (proof: SiteProof, back: number): SiteProof => ({ ...proof, days: new Map([...proof.days, [openingDays(40, NONE)[back]!, { connMs: 0, knownMs: 0, heard: false, pinged: true }]]) });
  const silent = proofOf([...times(10, null), ...times(20, [8] as [number])]);
  assert.is(rungOf(silent), '1 silent observability');
  assert.is(rungOf(pingedOn(silent, 2)), '2 observability');
  assert.equal([serviceRung(pingedOn(silent, 2), TODAY, RULES).reason.simple, serviceRung(silent, TODAY, RULES).reason.simple], [true, undefined]);
  assert.is(rungOf(pingedOn(silent, 8)), '1 silent observability', 'as old as an agent\'s word may not be');
  let always = proofOf([]);
  for (let i = 0; i < 30; i += 1) always = pingedOn(always, i);
  assert.is(rungOf(always), '0 never_heard', 'no agent was ever heard');
});

test('a school room, a suitcase and a trolley, case by case', () => {
  /** One session a week, on its Monday, in the weeks named (0 the last). */
  const weeks = (...which: number[]): ([number] | null)[] => times(60, null).map((_, i) => (i % 5 === 4 && which.includes(Math.floor(i / 5)) ? [1] : null));
  const summer = (day: string): boolean => day >= '2026-09-01' && day <= '2026-11-08';
  const cases: [why: string, proof: SiteProof, expected: string][] = [
    ['a session in five weeks of eight', proofOf(weeks(0, 1, 3, 5, 7), { rule: 'room' }), '3'],
    ['in four weeks of eight', proofOf(weeks(0, 1, 3, 5), { rule: 'room' }), '2 weeks'],
    ['only before the two months', proofOf(weeks(8, 9, 10, 11), { rule: 'room' }), '1 silent weeks'],
    ['school weeks before a long holiday count on', proofOf(weeks(0, 1, 2, 3, 4), { rule: 'room', holidays: summer }), '3'],
    ['a suitcase with one session in the school month', proofOf(weeks(3), { rule: 'carried' }), '3'],
    ['with none in it', proofOf(weeks(4), { rule: 'carried' }), '1 silent sessions'],
  ];
  for (const [why, proof, expected] of cases) assert.is(rungOf(proof), expected, why);
  assert.equal([serviceRuleOf('centre', null), serviceRuleOf('school', 'room'), serviceRuleOf('school', null), serviceRuleOf('school', 'trolley'), serviceRuleOf(null, null)], ['centre', 'room', 'room', 'carried', 'centre']);
});

test('the reason holds the numbers the rung rests on', () => {
  const { reason } = serviceRung(proofOf(times(30, [6, 7])), TODAY, RULES);
  assert.equal([reason.openingDays, reason.observedDays, reason.openMs, reason.connMs, reason.knownMs, reason.silentDays, reason.lastHeard], [30, 30, 30 * OPEN, 180 * HOUR, 210 * HOUR, 0, '2026-11-20']);
});

test('a rule holds from its day on, and without one nothing is proven by it', () => {
  const stricter = [...RULES, rule('service.centre', { days: 30, observedDays: 10, connected: 0.9, observability: 0.8 }, TODAY)];
  const proof = proofOf(times(31, [6]));
  assert.is(serviceRung(proof, TODAY, stricter).rung, 2);
  assert.is(serviceRung(proof, dayAfter(TODAY, -2), stricter).rung, 3);
  assert.equal(serviceRung(proof, TODAY, []), { rung: 1, reason: { ...serviceRung(proof, TODAY, []).reason, missing: ['no_rule', 'no_rule'] } });
  assert.is(thresholdOn(stricter, 'service.centre', '2009-01-01')?.connected, 0.6);
});

test('taking evidence away never raises the rung: an agent unplugged while the link is bad improves nothing', () => {
  const row = fc.record({ conn: fc.integer({ min: 0, max: 8 }), disc: fc.integer({ min: 0, max: 8 }), off: fc.integer({ min: 0, max: 8 }) });
  /** What of a day is lost: all, its bad hours, its good hours, or nothing. */
  const loss = fc.constantFrom('nothing', 'nothing', 'all', 'bad', 'good');
  fc.assert(
    fc.property(fc.array(fc.tuple(row, loss), { minLength: 1, maxLength: 90 }), fc.constantFrom<ServiceRule>('centre', 'room', 'carried'), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 4 }), (rows, of, enrolled, sessions) => {
      const rules = RULES.map((one) => (one.key === 'service.carried' ? rule('service.carried', { weeks: 4, sessions }) : one));
      const hours = rows.map(([{ conn, disc, off }]): [number, number] => {
        const total = Math.max(8, conn + disc + off);
        return [(conn * 8) / total, ((conn + disc + off) * 8) / total];
      });
      const left = hours.map(([conn, known], i): [number, number] | null => {
        const what = rows[i]![1];
        return what === 'all' ? null : what === 'bad' ? [conn, conn] : what === 'good' ? [0, known - conn] : [conn, known];
      });
      const rung = (kept: readonly ([number, number] | null)[]): number => serviceRung(proofOf(kept, { rule: of, enrolled }), TODAY, rules).rung;
      assert.ok(rung(left) <= rung(hours), JSON.stringify({ hours, left }));
    }),
    { numRuns: 500 },
  );
});

test.run();
