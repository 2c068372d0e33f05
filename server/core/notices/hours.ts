/** Hours of people and of routes, in Moroccan wall time; hours that end before they begin go past midnight. */
import { dayAfter, localDayOf, moroccanWall, wallInstant, weekdayOf } from '@cac/shared/wall-time.ts';

export interface Hours {
  from: number;
  to: number;
}

const minuteOf = (at: number): number => Math.floor((moroccanWall(at) % 86_400_000) / 60_000);

/** When somebody's quiet hours end, if they hold now; else null. Hours of no length are none. */
export function quietUntil(quiet: Hours | null, now: number): number | null {
  if (quiet === null || quiet.from === quiet.to) return null;
  const minute = minuteOf(now);
  const day = localDayOf(now);
  if (quiet.from < quiet.to) return minute >= quiet.from && minute < quiet.to ? wallInstant(day, quiet.to) : null;
  if (minute >= quiet.from) return wallInstant(dayAfter(day), quiet.to);
  return minute < quiet.to ? wallInstant(day, quiet.to) : null;
}

export interface RouteHours extends Hours {
  weekdays: readonly number[];
}

/** Past midnight the weekday is that of the beginning. No weekday named: all. */
export function withinHours(hours: RouteHours | null, now: number): boolean {
  if (hours === null) return true;
  const minute = minuteOf(now);
  const day = localDayOf(now);
  const on = (which: string): boolean => hours.weekdays.length === 0 || hours.weekdays.includes(weekdayOf(which));
  if (hours.from === hours.to) return on(day);
  if (hours.from < hours.to) return on(day) && minute >= hours.from && minute < hours.to;
  return (minute >= hours.from && on(day)) || (minute < hours.to && on(dayAfter(day, -1)));
}

/** The end of the clock hour that runs. */
export const hourEnd = (now: number): number => (Math.floor(now / 3_600_000) + 1) * 3_600_000;
export const hourStart = (now: number): number => hourEnd(now) - 3_600_000;
