/**
 * Opening hours as people write them, and what may be wrong with them. Minutes count from local midnight; an end above
 * 1,440 lies in the next day (21:00-00:30 is 1260 to 1470). Pure, and without a validator: server and pages check alike.
 */
import type { LocalDay } from './wall-time.ts';

export const DAY_MINUTES = 1_440;

export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** Monday 1 ... Sunday 7 (ISO 8601). */
export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** The hours of each weekday; none: closed that day. A pause is two intervals. */
export type Week = { readonly [day in Weekday]: Hours[] };

export type HoursFaultCode = 'hours_empty' | 'hours_reversed' | 'hours_too_long' | 'hours_outside' | 'hours_overlap' | 'hours_none';
export interface HoursFault {
  readonly code: HoursFaultCode;
  /** `week.5.1.to`: the end of Friday's second interval, as it was given. */
  readonly where: string;
}

const clockOf = (minutes: number): string => `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
/** `09:00-12:30`; an end past midnight is told as the clock shows it. */
export const hoursText = ({ from, to }: Hours): string => `${clockOf(from)}-${clockOf(to)}`;

const byStart = (hours: readonly Hours[]): number[] => hours.map((_, i) => i).sort((a, b) => hours[a]!.from - hours[b]!.from || hours[a]!.to - hours[b]!.to);

/** One day's intervals: the first thing that is wrong with them. `where` is put before the interval's place. */
export function hoursFault(hours: readonly Hours[], where: string): HoursFault | null {
  for (const [i, { from, to }] of hours.entries()) {
    if (!Number.isInteger(from) || from < 0 || from >= DAY_MINUTES) return { code: 'hours_outside', where: `${where}.${i}.from` };
    if (!Number.isInteger(to) || to < 0) return { code: 'hours_outside', where: `${where}.${i}.to` };
    if (to === from) return { code: 'hours_empty', where: `${where}.${i}.to` };
    if (to < from) return { code: 'hours_reversed', where: `${where}.${i}.to` };
    if (to - from > DAY_MINUTES) return { code: 'hours_too_long', where: `${where}.${i}.to` };
  }
  const order = byStart(hours);
  for (const [n, i] of order.entries()) {
    const before = order[n - 1];
    if (before !== undefined && hours[i]!.from < hours[before]!.to) return { code: 'hours_overlap', where: `${where}.${i}.from` };
  }
  return null;
}

const lastEnd = (hours: readonly Hours[]): number => hours.reduce((end, { to }) => Math.max(end, to), 0);

/** A whole week, Sunday night into Monday included: the first thing that is wrong with it. A week without any hours is none. */
export function weekFault(week: Week): HoursFault | null {
  for (const day of WEEKDAYS) {
    const fault = hoursFault(week[day], `week.${day}`);
    if (fault !== null) return fault;
  }
  for (const [i, day] of WEEKDAYS.entries()) {
    const spill = lastEnd(week[WEEKDAYS[(i + 6) % 7]!]) - DAY_MINUTES;
    const early = week[day].findIndex(({ from }) => from < spill);
    if (early >= 0) return { code: 'hours_overlap', where: `week.${day}.${early}.from` };
  }
  return WEEKDAYS.every((day) => week[day].length === 0) ? { code: 'hours_none', where: 'week' } : null;
}

/** In order, and joined where one ends as the next begins. */
export function tidyHours(hours: readonly Hours[]): Hours[] {
  const tidy: Hours[] = [];
  for (const i of byStart(hours)) {
    const { from, to } = hours[i]!;
    const last = tidy.at(-1);
    if (last !== undefined && last.to === from) tidy[tidy.length - 1] = { from: last.from, to };
    else tidy.push({ from, to });
  }
  return tidy;
}

export const tidyWeek = (week: Week): Week => Object.fromEntries(WEEKDAYS.map((day) => [day, tidyHours(week[day])])) as Week;

/** Whether such a day exists: the 30th of February does not. */
export function isDay(text: string): text is LocalDay {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

export type RangeFaultCode = 'unknown_day' | 'range_reversed';
/** What is wrong with a range of days, both included; `where` names the field. */
export function rangeFault(from: string, to: string): { code: RangeFaultCode; where: 'from' | 'to' } | null {
  if (!isDay(from)) return { code: 'unknown_day', where: 'from' };
  if (!isDay(to)) return { code: 'unknown_day', where: 'to' };
  return to < from ? { code: 'range_reversed', where: 'to' } : null;
}
