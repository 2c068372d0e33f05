/** Hours of many sites at one instant: sites under the same layers keep the same hours, so each set of layers is worked out once. */
import { dayAfter, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { dayPlan, openingsAround } from '../calendar/day-plan.ts';
import type { SiteCalendar } from '../calendar/facts.ts';

export interface SiteHours {
  /** The opening that runs, whole; null while closed. */
  opening: { fromAt: number; toAt: number } | null;
  next: { fromAt: number; toAt: number } | null;
  /** Opening days since the day of an instant, today included where it is one; eight stands for more than seven. Null: never heard. */
  silentDays(heardAt: number | null): number | null;
}

const LOOK_BACK_DAYS = 90;
const MORE_THAN_SEVEN = 8;

export function createHours(now: number): (calendar: SiteCalendar) => SiteHours {
  const today = localDayOf(now);
  const numbers = new WeakMap<object, number>();
  let known = 0;
  const numberOf = (layer: object): number => {
    let number = numbers.get(layer);
    if (number === undefined) numbers.set(layer, (number = known += 1));
    return number;
  };
  const made = new Map<string, SiteHours>();
  return (calendar) => {
    const key = calendar.layers.map(numberOf).join();
    let hours = made.get(key);
    if (hours === undefined) made.set(key, (hours = hoursOf(calendar, now, today)));
    return hours;
  };
}

function hoursOf(calendar: SiteCalendar, now: number, today: LocalDay): SiteHours {
  const { running, next } = openingsAround(calendar, now);
  const counted = new Map<LocalDay, number>();
  return {
    opening: running,
    next,
    silentDays(heardAt) {
      if (heardAt === null) return null;
      const day = localDayOf(heardAt);
      let days = counted.get(day);
      if (days === undefined) counted.set(day, (days = openDaysSince(calendar, day, today)));
      return days;
    },
  };
}

function openDaysSince(calendar: SiteCalendar, heard: LocalDay, today: LocalDay): number {
  let days = 0;
  let day = heard;
  for (let n = 0; n < LOOK_BACK_DAYS && day < today; n += 1) {
    day = dayAfter(day);
    if (dayPlan(calendar, day).openings.length > 0 && (days += 1) === MORE_THAN_SEVEN) return MORE_THAN_SEVEN;
  }
  return day < today ? MORE_THAN_SEVEN : days;
}
