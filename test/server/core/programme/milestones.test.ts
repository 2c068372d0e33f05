/** Where a programme should stand, and when it arrives. */
import * as assert from 'uvu/assert';
import { paceOf, plannedOn, yearsOf } from '@cac/server/core/programme/milestones.ts';
import { servicesOf } from '@cac/server/core/programme/services.ts';
import { suite } from '../../../harness.ts';

const test = suite('milestones and services');
const PLAN = { base: { year: 2008, value: null }, target: { year: 2013, value: 400 }, milestones: [] };

test('between the two ends of a plan lies a straight line, each of its years an assumption', () => {
  assert.equal(yearsOf(PLAN), [
    { year: 2008, value: 0, assumed: true },
    ...[2009, 2010, 2011, 2012].map((year, i) => ({ year, value: plannedOn(PLAN, `${year}-12-31`)!, assumed: true, i })).map(({ i: _, ...row }) => row),
    { year: 2013, value: 400, assumed: false },
  ]);
  for (const [day, value] of [['2008-12-31', 0], ['2009-12-31', 80], ['2013-12-31', 400], ['2026-01-01', 400]] as const) assert.ok(Math.abs(plannedOn(PLAN, day)! - value) < 0.5, day);
  assert.is(plannedOn(PLAN, '2007-01-01'), null);
});

test('an edited milestone bends the line, and the years beside it follow', () => {
  const path = { ...PLAN, milestones: [{ year: 2011, value: 100 }] };
  assert.equal(yearsOf(path).map(({ value, assumed }) => [Math.round(value), assumed]), [[0, true], [33, true], [67, true], [100, false], [250, true], [400, false]]);
});

test('the present pace gives a date; a pace of nothing or less never arrives', () => {
  const now = { day: '2026-11-20', value: 100 };
  const cases: [why: string, then: { day: string; value: number } | null, target: number, expected: string | null][] = [
    ['ten more in a hundred days: three thousand days for three hundred', { day: '2026-08-12', value: 90 }, 400, '2035-02-06'],
    ['standing still', { day: '2026-08-12', value: 100 }, 400, 'never'],
    ['going back', { day: '2026-08-12', value: 120 }, 400, 'never'],
    ['nothing to compare with', null, 400, null],
    ['there already', { day: '2026-08-12', value: 90 }, 100, 'reached'],
  ];
  for (const [why, then, target, expected] of cases) assert.is(paceOf(then, now, target)?.arrival ?? null, expected, why);
});

test('the services of a centre: evidence first, then the last visit; a telephone by a word that ages', () => {
  const none = { rung: 0, reason: null, visit: null, telephone: null };
  const said = (over: object): string => {
    const { computers, internet, telephone, complete } = servicesOf({ ...none, ...over }, '2026-11-20', 90);
    return [computers, internet, telephone, ...(complete ? ['complete'] : [])].join(' ');
  };
  const works = (day: string) => ({ telephone: { day, works: true } });
  const cases: [why: string, over: object, expected: string][] = [
    ['nothing is known', {}, 'unknown unknown unknown'],
    ['reporting', { rung: 2 }, 'working unknown unknown'],
    ['in service, telephone attested 90 days ago', { rung: 3, ...works('2026-08-22') }, 'working working working complete'],
    ['91 days ago', { rung: 3, ...works('2026-08-21') }, 'working working unknown'],
    ['the telephone was found dead', { rung: 3, telephone: { day: '2026-11-01', works: false } }, 'working working failing'],
    ['a telephone alone completes nothing', { ...works('2026-11-01') }, 'unknown unknown working'],
    ['seen for long, and mostly cut off', { rung: 2, reason: { missing: ['connected'] } }, 'working failing unknown'],
    ['unplugged as well: not known any more, never better', { rung: 2, reason: { missing: ['connected', 'observability'] } }, 'working unknown unknown'],
    ['a visit found PCs, none of them working', { visit: { day: '2026-11-01', pcsWorking: 0 } }, 'failing unknown unknown'],
    ['long ago', { visit: { day: '2026-01-01', pcsWorking: 0 } }, 'unknown unknown unknown'],
  ];
  for (const [why, over, expected] of cases) assert.is(said(over), expected, why);
  assert.is(servicesOf({ ...none, ...works('2026-11-01') }, '2026-11-20', null).telephone, 'unknown', 'without a rule no word counts');
});

test.run();
