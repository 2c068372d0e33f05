import * as assert from 'uvu/assert';
import type { DayRule, LayerScope, Season, Timetable } from '@cac/shared/calendar.ts';
import { WEEKDAYS, type Hours, type Week, type Weekday } from '@cac/shared/opening-hours.ts';
import { dayAfter, dayStartAt, wallInstant } from '@cac/shared/wall-time.ts';
import { closesAt, dayPlan, isOpenAt, nextOpening, openMs } from '@cac/server/core/calendar/day-plan.ts';
import type { LayerFacts, SiteCalendar } from '@cac/server/core/calendar/facts.ts';
import { suite } from '../../../harness.ts';

const test = suite('calendars');
const HOUR = 3_600_000;

// ---- small makers: hours are written as people say them

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
/** `09:00-12:00 14:30-18:00`; an end of 24:30 is half past midnight. */
const hours = (text: string): Hours[] => text.split(' ').filter(Boolean).map((part) => ({ from: minutes(part.slice(0, 5)), to: minutes(part.slice(6)) }));
const week = (of: { [day in Weekday]?: string }): Week => Object.fromEntries(WEEKDAYS.map((day) => [day, hours(of[day] ?? '')])) as Week;
const everyDay = (text: string): Week => week(Object.fromEntries(WEEKDAYS.map((day) => [day, text])));

const NATIONAL: LayerScope = { kind: 'national', id: '' };
const PROGRAMME: LayerScope = { kind: 'programme', id: 'GENIE' };
const PROVINCE = { kind: 'province', id: 'MA-RAB' } as LayerScope;
const HOST: LayerScope = { kind: 'host', id: 'youth_centre' };
const SITE = { kind: 'site', id: 'SITE-1' } as LayerScope;

let written = 0;
const timetable = (scope: LayerScope, of: Week, over: Partial<Timetable> = {}): Timetable => ({ kind: 'timetable', id: `t${(written += 1)}`, writtenAt: written, scope, season: 'usual', from: null, to: null, week: of, confirmed: true, source: '', ...over });
const closed = (scope: LayerScope, from: string, over: Partial<DayRule> = {}): DayRule => ({
  kind: 'rule', id: `r${(written += 1)}`, writtenAt: written, scope, from, to: from, effect: 'closed', hours: [], why: 'public_holiday', label: { fr: 'Fête', ar: 'عيد' }, confirmed: true, source: '', ...over,
});
const open = (scope: LayerScope, from: string, text: string, over: Partial<DayRule> = {}): DayRule => closed(scope, from, { effect: 'hours', hours: hours(text), why: 'other', ...over });
const season = (word: Season['season'], from: string, to: string): Season => ({ kind: 'season', id: word, writtenAt: 0, season: word, from, to, confirmed: true, source: '' });

const ORDER = ['site', 'host', 'province', 'programme', 'national'];
function calendar(facts: readonly (Timetable | DayRule)[], seasons: readonly Season[] = []): SiteCalendar {
  const layers = new Map<string, { scope: LayerScope; timetables: Timetable[]; rules: DayRule[] }>();
  for (const fact of facts) {
    const layer = layers.get(fact.scope.kind) ?? { scope: fact.scope, timetables: [], rules: [] };
    layers.set(fact.scope.kind, layer);
    if (fact.kind === 'rule') layer.rules.push(fact);
    else layer.timetables.push(fact);
  }
  for (const layer of layers.values()) layer.rules.sort((a, b) => (a.from < b.from ? -1 : 1));
  return { layers: ORDER.flatMap((kind): LayerFacts[] => (layers.has(kind) ? [layers.get(kind)!] : [])), seasons };
}

/** A day's openings as the clock on the wall showed them; 24:00 is the day's end. */
function shown(of: SiteCalendar, day: string): string {
  const wall = (at: number): string => {
    for (let m = 0; m <= 1440; m += 15) if (wallInstant(day, m) === at) return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
    return `+${at - dayStartAt(day)}`;
  };
  return dayPlan(of, day).openings.map(({ fromAt, toAt }) => `${wall(fromAt)}-${wall(toAt)}`).join(' ');
}

// ---- which hours a day has

// Fridays of November 2026: 6, 13, 20, 27. The 18th is a Wednesday.
const OFFICE = week({ 1: '08:30-16:30', 2: '08:30-16:30', 3: '08:30-16:30', 4: '08:30-16:30', 5: '08:30-12:00 14:30-16:30' });
const RAMADAN = [season('ramadan', '2027-02-08', '2027-03-08')];

interface Case {
  name: string;
  facts: (Timetable | DayRule)[];
  seasons?: Season[];
  day: string;
  openings: string;
  /** Why the day has no hours of its own; absent: it has. */
  why?: string;
  scope?: LayerScope['kind'];
  assumed?: boolean;
}

const CASES: Case[] = [
  { name: 'no layer says anything: closed, and by hours', facts: [], day: '2026-11-18', openings: '', why: 'hours', scope: 'national' },
  { name: 'an ordinary Wednesday follows the weekly hours', facts: [timetable(NATIONAL, OFFICE)], day: '2026-11-18', openings: '08:30-16:30', scope: 'national' },
  { name: 'Friday has its pause: two openings', facts: [timetable(NATIONAL, OFFICE)], day: '2026-11-20', openings: '08:30-12:00 14:30-16:30' },
  { name: 'Saturday has no hours', facts: [timetable(NATIONAL, OFFICE)], day: '2026-11-21', openings: '', why: 'hours' },
  // Layers
  { name: 'the host premises stand before the programme and the country', facts: [timetable(NATIONAL, OFFICE), timetable(PROGRAMME, everyDay('09:00-10:00')), timetable(HOST, everyDay('15:00-20:00'))], day: '2026-11-18', openings: '15:00-20:00', scope: 'host' },
  { name: 'the province stands before the programme', facts: [timetable(PROVINCE, everyDay('07:00-14:00')), timetable(PROGRAMME, everyDay('09:00-10:00'))], day: '2026-11-18', openings: '07:00-14:00', scope: 'province' },
  { name: 'the own hours of a site stand before all, and are not assumed', facts: [timetable(HOST, everyDay('15:00-20:00')), timetable(SITE, everyDay('10:00-12:00'))], day: '2026-11-18', openings: '10:00-12:00', scope: 'site', assumed: false },
  { name: 'a layer that is closed on a weekday decides too: it does not fall through', facts: [timetable(HOST, week({ 2: '15:00-20:00' })), timetable(NATIONAL, OFFICE)], day: '2026-11-18', openings: '', why: 'hours', scope: 'host' },
  { name: 'own hours from a day on leave the days before as they were, assumed', facts: [timetable(HOST, everyDay('15:00-20:00')), timetable(SITE, everyDay('10:00-12:00'), { from: '2026-11-19' })], day: '2026-11-18', openings: '15:00-20:00', scope: 'host', assumed: true },
  { name: 'own hours from a day on hold on that day', facts: [timetable(HOST, everyDay('15:00-20:00')), timetable(SITE, everyDay('10:00-12:00'), { from: '2026-11-19' })], day: '2026-11-19', openings: '10:00-12:00', scope: 'site', assumed: false },
  { name: 'of two that hold the one that began last', facts: [timetable(SITE, everyDay('10:00-12:00'), { from: '2026-11-01' }), timetable(SITE, everyDay('09:00-11:00'))], day: '2026-11-18', openings: '10:00-12:00', assumed: false },
  // Seasons
  { name: 'Ramadan hours in Ramadan', facts: [timetable(HOST, OFFICE), timetable(HOST, everyDay('09:00-15:00'), { season: 'ramadan' })], seasons: RAMADAN, day: '2027-02-10', openings: '09:00-15:00' },
  { name: 'and the usual ones the day after it', facts: [timetable(HOST, OFFICE), timetable(HOST, everyDay('09:00-15:00'), { season: 'ramadan' })], seasons: RAMADAN, day: '2027-03-09', openings: '08:30-16:30' },
  { name: 'a site with usual hours alone keeps them in Ramadan, whatever its host does', facts: [timetable(HOST, everyDay('09:00-15:00'), { season: 'ramadan' }), timetable(SITE, everyDay('10:00-18:00'))], seasons: RAMADAN, day: '2027-02-10', openings: '10:00-18:00', assumed: false },
  { name: 'a site with Ramadan hours alone leaves the rest of the year to its host', facts: [timetable(HOST, OFFICE), timetable(SITE, everyDay('10:00-15:00'), { season: 'ramadan' })], seasons: RAMADAN, day: '2027-03-09', openings: '08:30-16:30', scope: 'host', assumed: true },
  { name: 'where Ramadan meets winter, Ramadan', facts: [timetable(HOST, everyDay('10:00-16:00'), { season: 'winter' }), timetable(HOST, everyDay('09:00-15:00'), { season: 'ramadan' })], seasons: [...RAMADAN, season('winter', '2026-12-01', '2027-03-31')], day: '2027-02-10', openings: '09:00-15:00' },
  { name: 'a dated period comes before the season', facts: [timetable(SITE, everyDay('09:00-15:00'), { season: 'ramadan' }), timetable(SITE, everyDay('20:00-23:00'), { season: 'period', from: '2027-02-10', to: '2027-02-12' })], seasons: RAMADAN, day: '2027-02-12', openings: '20:00-23:00', assumed: false },
  { name: 'and ends with its last day', facts: [timetable(SITE, everyDay('09:00-15:00'), { season: 'ramadan' }), timetable(SITE, everyDay('20:00-23:00'), { season: 'period', from: '2027-02-10', to: '2027-02-12' })], seasons: RAMADAN, day: '2027-02-13', openings: '09:00-15:00', assumed: false },
  // Past midnight
  { name: 'a Ramadan evening past midnight: its own day shows it to midnight', facts: [timetable(HOST, week({ 3: '11:00-15:00 21:00-24:30' }))], day: '2026-11-18', openings: '11:00-15:00 21:00-24:00' },
  { name: 'and the next day its end, though it is closed that day', facts: [timetable(HOST, week({ 3: '11:00-15:00 21:00-24:30' }))], day: '2026-11-19', openings: '00:00-00:30', why: 'hours' },
  { name: 'every evening past midnight: the end of yesterday and the beginning of tonight', facts: [timetable(HOST, everyDay('21:00-24:30'))], day: '2026-11-19', openings: '00:00-00:30 21:00-24:00' },
  { name: 'a holiday does not take the end of the evening before, which belongs to that evening', facts: [timetable(HOST, everyDay('21:00-24:30')), closed(NATIONAL, '2026-11-18')], day: '2026-11-18', openings: '00:00-00:30', why: 'public_holiday', scope: 'national' },
  { name: 'the holiday’s own evening does not reach into the day after', facts: [timetable(HOST, everyDay('21:00-24:30')), closed(NATIONAL, '2026-11-18')], day: '2026-11-19', openings: '21:00-24:00' },
  { name: 'open round the clock: one opening a day', facts: [timetable(SITE, everyDay('00:00-24:00'))], day: '2026-11-18', openings: '00:00-24:00', assumed: false },
  // Day rules
  { name: 'a public holiday closes a day of every timetable, a site’s own too', facts: [timetable(SITE, everyDay('10:00-18:00')), closed(NATIONAL, '2026-11-18')], day: '2026-11-18', openings: '', why: 'public_holiday', scope: 'national', assumed: false },
  { name: 'a site that opens on the holiday all the same', facts: [timetable(HOST, OFFICE), closed(NATIONAL, '2026-11-18'), open(SITE, '2026-11-18', '10:00-12:00')], day: '2026-11-18', openings: '10:00-12:00', scope: 'site', assumed: true },
  { name: 'a strike in a province closes it', facts: [timetable(HOST, OFFICE), closed(PROVINCE, '2026-11-19', { why: 'strike' })], day: '2026-11-19', openings: '', why: 'strike', scope: 'province' },
  { name: 'school holidays run from their first to their last day', facts: [timetable(PROGRAMME, OFFICE), closed(PROGRAMME, '2026-12-07', { to: '2026-12-11', why: 'school_holiday' })], day: '2026-12-11', openings: '', why: 'school_holiday', scope: 'programme' },
  { name: 'and school is open the day before', facts: [timetable(PROGRAMME, OFFICE), closed(PROGRAMME, '2026-12-08', { to: '2026-12-11', why: 'school_holiday' })], day: '2026-12-07', openings: '08:30-16:30' },
  { name: 'in one layer the rule written last wins: the strike was called off', facts: [timetable(NATIONAL, OFFICE), closed(NATIONAL, '2026-11-19', { why: 'strike' }), open(NATIONAL, '2026-11-19', '09:00-16:00')], day: '2026-11-19', openings: '09:00-16:00' },
  { name: 'also when the older one began later', facts: [timetable(NATIONAL, OFFICE), closed(NATIONAL, '2026-11-19', { writtenAt: 5 }), open(NATIONAL, '2026-11-16', '09:00-16:00', { to: '2026-11-20', writtenAt: 6 })], day: '2026-11-19', openings: '09:00-16:00' },
  { name: 'as shipped, a feast within holidays keeps its name', facts: [closed(NATIONAL, '2026-11-16', { to: '2026-11-22', why: 'school_holiday', writtenAt: 0 }), closed(NATIONAL, '2026-11-18', { writtenAt: 0 })], day: '2026-11-18', openings: '', why: 'public_holiday' },
  { name: 'shorter hours on the eve of a feast', facts: [timetable(NATIONAL, OFFICE), open(NATIONAL, '2026-11-17', '08:30-12:00')], day: '2026-11-17', openings: '08:30-12:00' },
  // The last change of the clock: 2026-09-20 (a Sunday) at 02:00 it was 01:00 again.
  { name: 'the day before the clock changed', facts: [timetable(NATIONAL, everyDay('09:00-17:00'))], day: '2026-09-19', openings: '09:00-17:00' },
  { name: 'the day it changed', facts: [timetable(NATIONAL, everyDay('09:00-17:00'))], day: '2026-09-20', openings: '09:00-17:00' },
  { name: 'the day after', facts: [timetable(NATIONAL, everyDay('09:00-17:00'))], day: '2026-09-21', openings: '09:00-17:00' },
];

for (const { name, facts, seasons = [], day, openings, why, scope, assumed = true } of CASES) {
  test(name, () => {
    const of = calendar(facts, seasons);
    const plan = dayPlan(of, day);
    assert.is(shown(of, day), openings);
    assert.is(plan.closed?.why, why);
    if (scope !== undefined) assert.is(plan.scope.kind, scope);
    assert.is(plan.assumed, assumed);
  });
}

// ---- instants

const NIGHT = calendar([timetable(HOST, everyDay('21:00-24:30'))]);
const DAY = calendar([timetable(HOST, OFFICE), closed(NATIONAL, '2026-11-18')]);
const at = (day: string, clock: string): number => wallInstant(day, minutes(clock));

test('nine in the morning was 08:00 UTC before 2026-09-20 and is 09:00 UTC after it', () => {
  const of = calendar([timetable(NATIONAL, everyDay('09:00-17:00'))]);
  assert.is(dayPlan(of, '2026-09-19').openings[0]!.fromAt, Date.UTC(2026, 8, 19, 8));
  assert.is(dayPlan(of, '2026-09-21').openings[0]!.fromAt, Date.UTC(2026, 8, 21, 9));
});

test('the day with two hours from one to two is 25 hours long, and open for all of them round the clock', () => {
  const of = calendar([timetable(NATIONAL, everyDay('00:00-24:00'))]);
  const [opening] = dayPlan(of, '2026-09-20').openings;
  assert.is(opening!.toAt - opening!.fromAt, 25 * HOUR);
  assert.is(openMs(of, dayStartAt('2026-09-19'), dayStartAt('2026-09-22')), (24 + 25 + 24) * HOUR);
});

test('an opening over the repeated hour lasts an hour longer than its clock says', () => {
  const of = calendar([timetable(NATIONAL, everyDay('00:30-03:00'))]);
  assert.is(openMs(of, dayStartAt('2026-09-20'), dayStartAt('2026-09-21')), 3.5 * HOUR);
});

test('a day in which an hour was skipped is open an hour less', () => {
  // 2026-03-22: 02:00 became 03:00.
  const of = calendar([timetable(NATIONAL, everyDay('01:00-04:00'))]);
  assert.is(openMs(of, dayStartAt('2026-03-22'), dayStartAt('2026-03-23')), 2 * HOUR);
});

const OPEN: { name: string; of: SiteCalendar; at: number; open: boolean }[] = [
  { name: 'open from the first instant', of: DAY, at: at('2026-11-19', '08:30'), open: true },
  { name: 'closed at the last', of: DAY, at: at('2026-11-19', '16:30'), open: false },
  { name: 'closed on the holiday', of: DAY, at: at('2026-11-18', '10:00'), open: false },
  { name: 'closed in Friday’s pause', of: DAY, at: at('2026-11-20', '13:00'), open: false },
  { name: 'open a quarter past midnight', of: NIGHT, at: at('2026-11-19', '00:15'), open: true },
  { name: 'closed half an hour past midnight', of: NIGHT, at: at('2026-11-19', '00:30'), open: false },
];
for (const { name, of, at: instant, open: expected } of OPEN) test(name, () => assert.is(isOpenAt(of, instant), expected));

const NEXT: { name: string; of: SiteCalendar; at: number; next: [number, number] | null }[] = [
  { name: 'before opening: the same morning', of: DAY, at: at('2026-11-19', '07:00'), next: [at('2026-11-19', '08:30'), at('2026-11-19', '16:30')] },
  { name: 'while open: the one after', of: DAY, at: at('2026-11-19', '10:00'), next: [at('2026-11-20', '08:30'), at('2026-11-20', '12:00')] },
  { name: 'in the pause: the afternoon', of: DAY, at: at('2026-11-20', '13:00'), next: [at('2026-11-20', '14:30'), at('2026-11-20', '16:30')] },
  { name: 'over the holiday', of: DAY, at: at('2026-11-17', '18:00'), next: [at('2026-11-19', '08:30'), at('2026-11-19', '16:30')] },
  { name: 'over the weekend', of: DAY, at: at('2026-11-20', '17:00'), next: [at('2026-11-23', '08:30'), at('2026-11-23', '16:30')] },
  { name: 'an evening in course is not the next; tomorrow’s is, whole', of: NIGHT, at: at('2026-11-18', '22:00'), next: [at('2026-11-19', '21:00'), at('2026-11-20', '00:30')] },
  { name: 'nor after midnight', of: NIGHT, at: at('2026-11-19', '00:10'), next: [at('2026-11-19', '21:00'), at('2026-11-20', '00:30')] },
  { name: 'never, where nothing is written', of: calendar([]), at: at('2026-11-19', '00:10'), next: null },
];
for (const { name, of, at: instant, next } of NEXT) test(`next opening: ${name}`, () => assert.equal(nextOpening(of, instant), next === null ? null : { fromAt: next[0], toAt: next[1] }));

test('round the clock there is no next opening, and it closes in about a year as far as anyone can see', () => {
  const of = calendar([timetable(SITE, everyDay('00:00-24:00'))]);
  assert.is(nextOpening(of, at('2026-11-19', '10:00')), null);
  assert.ok(closesAt(of, at('2026-11-19', '10:00'))! > at('2027-11-19', '10:00'));
});

test('it closes when the opening ends, past midnight too; nothing closes while closed', () => {
  assert.is(closesAt(NIGHT, at('2026-11-18', '22:00')), at('2026-11-19', '00:30'));
  assert.is(closesAt(NIGHT, at('2026-11-19', '00:10')), at('2026-11-19', '00:30'));
  assert.is(closesAt(NIGHT, at('2026-11-19', '12:00')), null);
});

test('open time is counted within the stretch that was asked for', () => {
  assert.is(openMs(DAY, at('2026-11-19', '10:00'), at('2026-11-19', '11:00')), HOUR);
  assert.is(openMs(DAY, at('2026-11-19', '16:00'), at('2026-11-20', '09:00')), HOUR);
  assert.is(openMs(DAY, at('2026-11-18', '00:00'), at('2026-11-19', '00:00')), 0);
  assert.is(openMs(NIGHT, at('2026-11-18', '23:30'), at('2026-11-19', '12:00')), HOUR);
  assert.is(openMs(DAY, at('2026-11-19', '11:00'), at('2026-11-19', '10:00')), 0);
});

test('the days of a stretch add up to the stretch', () => {
  const of = calendar([timetable(HOST, everyDay('21:00-24:30'))]);
  let sum = 0;
  for (let day = '2026-09-15'; day < '2026-09-25'; day = dayAfter(day)) for (const { fromAt, toAt } of dayPlan(of, day).openings) sum += toAt - fromAt;
  assert.is(openMs(of, dayStartAt('2026-09-15'), dayStartAt('2026-09-25')), sum);
});

test.run();
