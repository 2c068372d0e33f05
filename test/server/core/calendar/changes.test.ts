import * as assert from 'uvu/assert';
import { WEEKDAYS, type Week } from '@cac/shared/opening-hours.ts';
import { daysReached, mayChangeOf, pastDays, ruleFault, timetableFault } from '@cac/server/core/calendar/changes.ts';
import type { DayRule, Timetable } from '@cac/shared/calendar.ts';
import { suite } from '../../../harness.ts';

const test = suite('changes of calendars');

const week = (of: Partial<Week>): Week => ({ ...(Object.fromEntries(WEEKDAYS.map((day) => [day, []])) as unknown as Week), ...of });
const NINE_TO_FIVE = { from: 540, to: 1020 };
const usual = { season: 'usual', from: null, to: null, week: week({ 1: [NINE_TO_FIVE] }) } as const;
const closed = { from: '2026-11-18', to: '2026-11-18', effect: 'closed', hours: [] as { from: number; to: number }[] } as const;

const HOURS: { name: string; timetable: Parameters<typeof timetableFault>[0]; fault: [string, string] | null; says?: RegExp }[] = [
  { name: 'plain hours are taken', timetable: usual, fault: null },
  { name: 'hours that touch are taken: they are joined', timetable: { ...usual, week: week({ 5: [{ from: 540, to: 720 }, { from: 720, to: 900 }] }) }, fault: null },
  { name: 'an evening past midnight is taken', timetable: { ...usual, week: week({ 7: [{ from: 1260, to: 1470 }] }) }, fault: null },
  { name: 'hours that overlap are refused, with the day and the hours', timetable: { ...usual, week: week({ 5: [{ from: 540, to: 740 }, { from: 720, to: 900 }] }) }, fault: ['hours_overlap', 'week.5.1.from'], says: /Friday.*12:00-15:00/ },
  { name: 'whatever their order', timetable: { ...usual, week: week({ 5: [{ from: 720, to: 900 }, { from: 540, to: 740 }] }) }, fault: ['hours_overlap', 'week.5.0.from'] },
  { name: 'an evening that reaches into the next morning’s hours is refused there', timetable: { ...usual, week: week({ 2: [{ from: 1260, to: 2000 }], 3: [NINE_TO_FIVE] }) }, fault: ['hours_overlap', 'week.3.0.from'], says: /Wednesday/ },
  { name: 'Sunday’s night into Monday too', timetable: { ...usual, week: week({ 7: [{ from: 1260, to: 2000 }], 1: [NINE_TO_FIVE] }) }, fault: ['hours_overlap', 'week.1.0.from'] },
  { name: 'hours of no length', timetable: { ...usual, week: week({ 2: [{ from: 540, to: 540 }] }) }, fault: ['hours_empty', 'week.2.0.to'] },
  { name: 'an end before the beginning', timetable: { ...usual, week: week({ 2: [{ from: 540, to: 480 }] }) }, fault: ['hours_reversed', 'week.2.0.to'], says: /Tuesday/ },
  { name: 'longer than a day', timetable: { ...usual, week: week({ 2: [{ from: 540, to: 1981 }] }) }, fault: ['hours_too_long', 'week.2.0.to'] },
  { name: 'a beginning in the next day', timetable: { ...usual, week: week({ 2: [{ from: 1440, to: 1500 }] }) }, fault: ['hours_outside', 'week.2.0.from'] },
  { name: 'a week without any hours', timetable: { ...usual, week: week({}) }, fault: ['hours_none', 'week'] },
  { name: 'a day that does not exist', timetable: { ...usual, from: '2026-02-30' }, fault: ['unknown_day', 'from'] },
  { name: 'a period without its end', timetable: { ...usual, season: 'period', from: '2026-07-01' }, fault: ['period_without_end', 'to'] },
  { name: 'a period that ends before it begins', timetable: { ...usual, season: 'period', from: '2026-07-02', to: '2026-07-01' }, fault: ['range_reversed', 'to'] },
  { name: 'an end for usual hours', timetable: { ...usual, to: '2026-07-01' }, fault: ['end_without_period', 'to'] },
];
for (const { name, timetable, fault, says } of HOURS) {
  test(`weekly hours: ${name}`, () => {
    const found = timetableFault(timetable);
    assert.equal(found === null ? null : [found.code, found.where], fault);
    if (says) assert.match(found!.message, says);
  });
}

const RULES: { name: string; rule: Parameters<typeof ruleFault>[0]; fault: [string, string] | null }[] = [
  { name: 'one closed day is taken', rule: closed, fault: null },
  { name: 'days of other hours are taken', rule: { ...closed, effect: 'hours', hours: [NINE_TO_FIVE] }, fault: null },
  { name: 'the 29th of February of a leap year is taken', rule: { ...closed, from: '2028-02-29', to: '2028-02-29' }, fault: null },
  { name: 'the 30th of February', rule: { ...closed, from: '2026-02-30', to: '2026-03-01' }, fault: ['unknown_day', 'from'] },
  { name: 'a last day that does not exist', rule: { ...closed, to: '2026-11-31' }, fault: ['unknown_day', 'to'] },
  { name: 'the last day before the first', rule: { ...closed, to: '2026-11-17' }, fault: ['range_reversed', 'to'] },
  { name: 'other hours without any', rule: { ...closed, effect: 'hours' }, fault: ['hours_none', 'hours'] },
  { name: 'hours of a closed day', rule: { ...closed, hours: [NINE_TO_FIVE] }, fault: ['hours_of_closed', 'hours'] },
  { name: 'hours that overlap', rule: { ...closed, effect: 'hours', hours: [NINE_TO_FIVE, { from: 600, to: 660 }] }, fault: ['hours_overlap', 'hours.1.from'] },
];
for (const { name, rule, fault } of RULES) {
  test(`days: ${name}`, () => {
    const found = ruleFault(rule);
    assert.equal(found === null ? null : [found.code, found.where], fault);
  });
}

test('an administrator changes every layer, a coordinator a site’s, others none', () => {
  assert.equal(mayChangeOf('administrator'), ['national', 'programme', 'province', 'host', 'site']);
  assert.equal([mayChangeOf('coordinator'), mayChangeOf('operator'), mayChangeOf('viewer')], [['site'], [], []]);
});

const TODAY = '2026-11-20';
const PAST: { name: string; days: { from: string | null; to: string | null }; past: [string, string] | null }[] = [
  { name: 'tomorrow’s holiday touches no past', days: { from: '2026-11-21', to: '2026-11-21' }, past: null },
  { name: 'nor does today’s: today is always counted anew', days: { from: TODAY, to: TODAY }, past: null },
  { name: 'a past day is counted again, and the next one, into which its evening may reach', days: { from: '2026-11-16', to: '2026-11-16' }, past: ['2026-11-16', '2026-11-17'] },
  { name: 'no further than yesterday', days: { from: '2026-11-16', to: '2026-12-01' }, past: ['2026-11-16', '2026-11-19'] },
  { name: 'yesterday alone', days: { from: '2026-11-19', to: '2026-11-19' }, past: ['2026-11-19', '2026-11-19'] },
  { name: 'hours without a last day', days: { from: '2026-11-01', to: null }, past: ['2026-11-01', '2026-11-19'] },
  { name: 'hours since ever', days: { from: null, to: null }, past: ['1970-01-01', '2026-11-19'] },
];
for (const { name, days, past } of PAST) test(`past: ${name}`, () => assert.equal(pastDays(days, TODAY), past === null ? null : { from: past[0], to: past[1] }));

test('a moved holiday reaches from the old day to the new', () => {
  const on = (day: string) => ({ kind: 'rule', from: day, to: day }) as DayRule;
  assert.equal(daysReached(on('2026-11-19'), on('2026-11-17')), { from: '2026-11-17', to: '2026-11-19' });
  assert.equal(daysReached(null, { kind: 'timetable', from: '2026-11-01', to: null } as Timetable), { from: '2026-11-01', to: null });
});

test.run();
