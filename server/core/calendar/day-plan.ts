/**
 * What a site's calendar makes of days and instants. Hours are wall time: an opening from 21:00 to 00:30 belongs to its first day,
 * its minutes after midnight are counted where they fall, and a day with a change of the clock has the length it had.
 */
import type { Hours } from '@cac/shared/opening-hours.ts';
import { WEEKDAYS } from '@cac/shared/opening-hours.ts';
import { dayAfter, dayStartAt, localDayOf, wallInstant, weekdayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { ruleOf, timetableOf, timetableOfLayer } from './day-rule.ts';
import type { DayPlan, LayerScope, Opening, SiteCalendar } from './facts.ts';

const NATIONAL: LayerScope = { kind: 'national', id: '' };
/** An opening is looked for this far ahead: a summer's holidays and more. */
const HORIZON_DAYS = 400;

function hoursOf(calendar: SiteCalendar, day: LocalDay): readonly Hours[] {
  const rule = ruleOf(calendar, day);
  if (rule !== null) return rule.effect === 'hours' ? rule.hours : [];
  return timetableOf(calendar, day)?.week[WEEKDAYS[weekdayOf(day) - 1]!] ?? [];
}

/** The openings that belong to a day, whole: the last may end in the next one. */
const ownOpenings = (calendar: SiteCalendar, day: LocalDay): Opening[] =>
  hoursOf(calendar, day).map(({ from, to }) => ({ fromAt: wallInstant(day, from), toAt: wallInstant(day, to) }));

/** Openings that share time with a day, whole and in order, those that touch joined: why a place is empty depends on when it opened and when it will close. */
export function wholeOpenings(calendar: SiteCalendar, day: LocalDay): Opening[] {
  const startAt = dayStartAt(day);
  const endAt = dayStartAt(dayAfter(day));
  const whole: Opening[] = [];
  for (const opening of [-1, 0, 1].flatMap((n) => ownOpenings(calendar, dayAfter(day, n)))) {
    const last = whole.at(-1);
    if (last !== undefined && opening.fromAt <= last.toAt) last.toAt = Math.max(last.toAt, opening.toAt);
    else whole.push(opening);
  }
  return whole.filter(({ fromAt, toAt }) => fromAt < endAt && toAt > startAt && toAt > fromAt);
}

/** In order, clipped to the day, none touching another. Those of the day before that went past midnight are among them. */
function openingsOn(calendar: SiteCalendar, day: LocalDay): Opening[] {
  const startAt = dayStartAt(day);
  const endAt = dayStartAt(dayAfter(day));
  const clipped: Opening[] = [];
  for (const { fromAt, toAt } of [...ownOpenings(calendar, dayAfter(day, -1)), ...ownOpenings(calendar, day)]) {
    const opening = { fromAt: Math.max(fromAt, startAt), toAt: Math.min(toAt, endAt) };
    if (opening.toAt <= opening.fromAt) continue;
    const last = clipped.at(-1);
    if (last !== undefined && opening.fromAt <= last.toAt) last.toAt = Math.max(last.toAt, opening.toAt);
    else clipped.push(opening);
  }
  return clipped;
}

/**
 * `closed` says why a day has no hours of its own. Its `openings` may still hold the end of the evening before, which that evening's
 * day owns; outside its openings an open day is closed by its hours.
 */
export function dayPlan(calendar: SiteCalendar, day: LocalDay): DayPlan {
  const rule = ruleOf(calendar, day);
  const timetable = rule === null ? timetableOf(calendar, day) : null;
  const site = calendar.layers.find(({ scope }) => scope.kind === 'site');
  const isClosed = hoursOf(calendar, day).length === 0;
  const decided = rule ?? timetable;
  return {
    day,
    openings: openingsOn(calendar, day),
    closed: isClosed ? { why: rule?.why ?? 'hours', label: rule?.label ?? null, confirmed: decided?.confirmed ?? false } : null,
    scope: decided?.scope ?? NATIONAL,
    assumed: site === undefined || timetableOfLayer(site, calendar.seasons, day) === null,
  };
}

const openingAt = (calendar: SiteCalendar, at: number): Opening | undefined => openingsOn(calendar, localDayOf(at)).find(({ fromAt, toAt }) => fromAt <= at && at < toAt);

export const isOpenAt = (calendar: SiteCalendar, at: number): boolean => openingAt(calendar, at) !== undefined;

/** Openings from the day before `day` on, whole, those that touch joined. */
function* openingsFrom(calendar: SiteCalendar, day: LocalDay): Generator<Opening> {
  let running: Opening | null = null;
  for (let n = -1; n <= HORIZON_DAYS; n += 1) {
    for (const opening of ownOpenings(calendar, dayAfter(day, n))) {
      if (running !== null && opening.fromAt <= running.toAt) running.toAt = Math.max(running.toAt, opening.toAt);
      else {
        if (running !== null) yield running;
        running = opening;
      }
    }
  }
  if (running !== null) yield running;
}

/** The first opening that begins after an instant, whole; null when none does within about a year. */
export const nextOpening = (calendar: SiteCalendar, at: number): Opening | null => openingsAround(calendar, at).next;

/** The opening that runs at an instant, and the first that begins after it; both whole. */
export function openingsAround(calendar: SiteCalendar, at: number): { running: Opening | null; next: Opening | null } {
  let running: Opening | null = null;
  for (const opening of openingsFrom(calendar, localDayOf(at))) {
    if (opening.fromAt > at) return { running, next: opening };
    if (at < opening.toAt) running = opening;
  }
  return { running, next: null };
}

/** When the opening that runs at an instant ends; null when none runs. */
export const closesAt = (calendar: SiteCalendar, at: number): number | null => openingsAround(calendar, at).running?.toAt ?? null;

/** How much of a stretch of time lies in openings, ms. */
export function openMs(calendar: SiteCalendar, fromAt: number, toAt: number): number {
  let total = 0;
  if (toAt <= fromAt) return total;
  const last = localDayOf(toAt - 1);
  for (let day = localDayOf(fromAt); day <= last; day = dayAfter(day)) {
    for (const opening of openingsOn(calendar, day)) total += Math.max(0, Math.min(opening.toAt, toAt) - Math.max(opening.fromAt, fromAt));
  }
  return total;
}
