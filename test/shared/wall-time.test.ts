import * as assert from 'uvu/assert';
import { dayAfter, daysBetween, dayStartAt, localDayOf, moroccanOffsetMs, moroccanWall, wallInstant, weekdayOf } from '@cac/shared/wall-time.ts';
import { suite } from '../harness.ts';

const test = suite('wall time');
const HOUR = 3_600_000;

const CASES: { name: string; at: number; hours: number }[] = [
  { name: 'summer 2026, still +01', at: Date.UTC(2026, 6, 1, 12), hours: 1 },
  { name: 'Ramadan 2026, +00', at: Date.UTC(2026, 1, 25, 12), hours: 0 },
  { name: 'the last minute of +01', at: Date.UTC(2026, 8, 20, 0, 59), hours: 1 },
  { name: 'the first of +00', at: Date.UTC(2026, 8, 20, 1), hours: 0 },
  { name: 'November 2026', at: Date.UTC(2026, 10, 20, 12), hours: 0 },
  { name: 'summer 2027: no summer time any more', at: Date.UTC(2027, 6, 1, 12), hours: 0 },
];
for (const { name, at, hours } of CASES) test(name, () => assert.is(moroccanOffsetMs(at), hours * HOUR));

test('seconds do not blur the offset', () => {
  const at = Date.UTC(2026, 6, 1, 12, 34, 56, 789);
  assert.is(moroccanWall(at), at + HOUR);
});

test('a local day begins at Moroccan midnight, on both sides of the last change of the clock', () => {
  assert.is(dayStartAt('2026-09-19'), Date.UTC(2026, 8, 18, 23));
  assert.is(dayStartAt('2026-09-20'), Date.UTC(2026, 8, 19, 23));
  assert.is(dayStartAt('2026-09-21'), Date.UTC(2026, 8, 21), 'the 20th had 25 hours');
  assert.is(localDayOf(Date.UTC(2026, 8, 19, 23)), '2026-09-20');
  assert.is(localDayOf(Date.UTC(2026, 8, 20, 23, 59)), '2026-09-20');
});

test('the hour that a clock skipped begins when it was skipped', () => {
  // 2026-03-22: 02:00 became 03:00.
  assert.is(wallInstant('2026-03-22', 90), Date.UTC(2026, 2, 22, 1, 30));
  assert.is(wallInstant('2026-03-22', 180), Date.UTC(2026, 2, 22, 2));
});

test('opening hours past midnight lie in the next day', () => assert.is(wallInstant('2026-11-20', 24 * 60 + 30), Date.UTC(2026, 10, 21, 0, 30)));

test('days are counted over month ends, and know their weekday', () => {
  assert.is(dayAfter('2026-02-28'), '2026-03-01');
  assert.is(dayAfter('2026-03-01', -1), '2026-02-28');
  assert.equal(daysBetween('2026-12-31', '2027-01-02'), ['2026-12-31', '2027-01-01', '2027-01-02']);
  assert.equal([weekdayOf('2026-11-20'), weekdayOf('2026-11-22')], [5, 7]);
});

test.run();
