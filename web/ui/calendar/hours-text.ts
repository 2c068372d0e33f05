/** Hours as they are typed and shown: `09:00`. Pure. */
import { DAY_MINUTES, WEEKDAYS, type Hours, type Week, type Weekday } from '@cac/shared/opening-hours.ts';

/** Up to this hour an end that lies before its beginning is meant for the next day. */
const NIGHT_ENDS = 6 * 60;

/** Minutes after midnight; null for what is no time of day. 24:00 is the day's end. */
export function minutesOf(text: string): number | null {
  const found = /^\s*(\d{1,2})\s*[:hH.]\s*(\d{2})?\s*$/.exec(text) ?? /^\s*(\d{1,2})()\s*$/.exec(text);
  if (found === null) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] || 0)];
  return minutes < 60 && hours * 60 + minutes <= DAY_MINUTES ? hours * 60 + minutes : null;
}

export const clockOf = (minutes: number): string => {
  const shown = minutes > DAY_MINUTES ? minutes - DAY_MINUTES : minutes;
  return `${String(Math.floor(shown / 60)).padStart(2, '0')}:${String(shown % 60).padStart(2, '0')}`;
};

export interface TypedHours {
  from: string;
  to: string;
}
export type TypedWeek = Readonly<Record<Weekday, readonly TypedHours[]>>;

/** Whether an end is read as one after midnight. */
export function endsNextDay({ from, to }: TypedHours): boolean {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return begin !== null && end !== null && end < begin && end <= NIGHT_ENDS;
}

/** What was typed, as minutes; or the place of the first text that is no time: `1.to`. */
export function readHours(typed: readonly TypedHours[]): { ok: true; hours: Hours[] } | { ok: false; where: string } {
  const hours: Hours[] = [];
  for (const [i, pair] of typed.entries()) {
    const [from, to] = [minutesOf(pair.from), minutesOf(pair.to)];
    if (from === null) return { ok: false, where: `${i}.from` };
    if (to === null) return { ok: false, where: `${i}.to` };
    hours.push({ from, to: endsNextDay(pair) ? to + DAY_MINUTES : to });
  }
  return { ok: true, hours };
}

export function readWeek(typed: TypedWeek): { ok: true; week: Week } | { ok: false; where: string } {
  const week: Partial<Record<Weekday, Hours[]>> = {};
  for (const day of WEEKDAYS) {
    const read = readHours(typed[day]);
    if (!read.ok) return { ok: false, where: `week.${day}.${read.where}` };
    week[day] = read.hours;
  }
  return { ok: true, week: week as Week };
}

export const typedHours = (hours: readonly Hours[]): TypedHours[] => hours.map(({ from, to }) => ({ from: clockOf(from), to: clockOf(to) }));
export const typedWeek = (week: Week): TypedWeek => Object.fromEntries(WEEKDAYS.map((day) => [day, typedHours(week[day])])) as unknown as TypedWeek;

/** An opening reads from left to right in Arabic too; several of them follow the page. */
export const openingShown = (from: string, to: string): string => `\u2066${from}–${to}\u2069`;
export const hoursShown = (hours: readonly Hours[]): string => hours.map(({ from, to }) => openingShown(clockOf(from), clockOf(to))).join(' · ');

/** Weekdays that follow each other with the same hours, together. */
export function weekRuns(week: Week): { first: Weekday; last: Weekday; hours: Hours[] }[] {
  const runs: { first: Weekday; last: Weekday; hours: Hours[] }[] = [];
  for (const day of WEEKDAYS) {
    const run = runs.at(-1);
    if (run !== undefined && hoursShown(run.hours) === hoursShown(week[day])) run.last = day;
    else runs.push({ first: day, last: day, hours: week[day] });
  }
  return runs;
}
