/** What may be wrong with a change of a calendar, who may make it, and which days it reaches. */
import type { Role } from '@cac/shared/api.ts';
import { LAYERS, type DayRuleDraft, type Fact, type LayerScope, type SeasonDraft, type TimetableDraft } from '@cac/shared/calendar.ts';
import { hoursFault, hoursText, isDay, rangeFault, WEEKDAYS, weekFault, type HoursFault, type RangeFaultCode } from '@cac/shared/opening-hours.ts';
import { dayAfter, type LocalDay } from '@cac/shared/wall-time.ts';

export interface CalendarFault {
  readonly code: HoursFault['code'] | RangeFaultCode | 'period_without_end' | 'end_without_period' | 'hours_of_closed';
  readonly where: string;
  readonly message: string;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const WORDS: Record<CalendarFault['code'], string> = {
  hours_empty: 'An opening ends as it begins.',
  hours_reversed: 'An opening ends before it begins; past midnight, count on from 24:00.',
  hours_too_long: 'An opening is longer than a day.',
  hours_outside: 'An opening begins between 00:00 and 23:59.',
  hours_overlap: 'Two openings overlap.',
  hours_none: 'There are no hours at all; to close for a time, announce days.',
  unknown_day: 'There is no such day.',
  range_reversed: 'The last day lies before the first.',
  period_without_end: 'A dated period has a first and a last day.',
  end_without_period: 'Only a dated period has a last day.',
  hours_of_closed: 'A closed day has no hours.',
};

/** `week.5.1.from` of a week: which day, and which hours stand there. */
function hoursMessage({ code, where }: HoursFault, hoursAt: (path: readonly string[]) => string): string {
  const [, day = '', ...rest] = where.split('.');
  const name = where.startsWith('week.') ? `${DAYS[Number(day) - 1]}: ` : '';
  const hours = hoursAt(where.startsWith('week.') ? [day, ...rest] : [day]);
  return `${name}${WORDS[code]}${hours === '' ? '' : ` (${hours})`}`;
}

const told = (code: CalendarFault['code'], where: string): CalendarFault => ({ code, where, message: WORDS[code] });

export function timetableFault({ season, from, to, week }: Pick<TimetableDraft, 'season' | 'from' | 'to' | 'week'>): CalendarFault | null {
  if (season === 'period') {
    if (from === null || to === null) return told('period_without_end', from === null ? 'from' : 'to');
    const range = rangeFault(from, to);
    if (range !== null) return told(range.code, range.where);
  } else {
    if (to !== null) return told('end_without_period', 'to');
    if (from !== null && !isDay(from)) return told('unknown_day', 'from');
  }
  const fault = weekFault(week);
  if (fault === null) return null;
  const message = hoursMessage(fault, ([day, i]) => {
    const hours = week[(day ?? '') as (typeof WEEKDAYS)[number]]?.[Number(i)];
    return hours === undefined ? '' : hoursText(hours);
  });
  return { ...fault, message };
}

export function ruleFault({ from, to, effect, hours }: Pick<DayRuleDraft, 'from' | 'to' | 'effect' | 'hours'>): CalendarFault | null {
  const range = rangeFault(from, to);
  if (range !== null) return told(range.code, range.where);
  if (effect === 'closed') return hours.length === 0 ? null : told('hours_of_closed', 'hours');
  if (hours.length === 0) return told('hours_none', 'hours');
  const fault = hoursFault(hours, 'hours');
  return fault === null ? null : { ...fault, message: hoursMessage(fault, ([i]) => (hours[Number(i)] === undefined ? '' : hoursText(hours[Number(i)]!))) };
}

export function seasonFault({ from, to }: Pick<SeasonDraft, 'from' | 'to'>): CalendarFault | null {
  const range = rangeFault(from, to);
  return range === null ? null : told(range.code, range.where);
}

/** Layers whose calendar a role may change; a coordinator's sites are those of the own regions, which the queries see to. */
export function mayChangeOf(role: Role): readonly LayerScope['kind'][] {
  if (role === 'administrator') return LAYERS;
  return role === 'coordinator' ? ['site'] : [];
}

export const scopeOfFact = (fact: Fact): LayerScope => (fact.kind === 'season' ? { kind: 'national', id: '' } : fact.scope);

/** From the first to the last day that either fact speaks of; null: open on that side. */
export function daysReached(before: Fact | null, after: Fact | null): { from: LocalDay | null; to: LocalDay | null } {
  const facts = [before, after].filter((fact) => fact !== null);
  const starts = facts.map(({ from }) => from);
  const ends = facts.map(({ to }) => to);
  return {
    from: starts.includes(null) ? null : (starts as LocalDay[]).reduce((a, b) => (a < b ? a : b)),
    to: ends.includes(null) ? null : (ends as LocalDay[]).reduce((a, b) => (a > b ? a : b)),
  };
}

const BEGINNING = '1970-01-01';

/** The days of that stretch which are over, and the day after it, into which an evening may reach. Null when none is. */
export function pastDays({ from, to }: { from: LocalDay | null; to: LocalDay | null }, today: LocalDay): { from: LocalDay; to: LocalDay } | null {
  const yesterday = dayAfter(today, -1);
  const first = from ?? BEGINNING;
  if (first > yesterday) return null;
  const last = to === null || to >= yesterday ? yesterday : dayAfter(to);
  return { from: first, to: last };
}
