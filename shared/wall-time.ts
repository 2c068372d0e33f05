/**
 * The one module that knows Moroccan wall time, and the local days it makes. Since 2026-09-20 01:00 UTC Morocco stays on UTC+00 all year; browsers and runtimes whose zone data is
 * older still say +01. Before that instant they are right, so only there are they asked.
 */

const STAYS_ON_UTC_AT = Date.UTC(2026, 8, 20, 1);

const HOUR_MS = 3_600_000;
const offsets = new Map<number, number>();
const OFFSETS_KEPT = 5_000;

const zone = new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Casablanca', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });

/** How far Moroccan wall time was ahead of UTC at an instant, ms. */
export function moroccanOffsetMs(at: number): number {
  if (at >= STAYS_ON_UTC_AT) return 0;
  // Clocks change on the hour: what was said of an hour holds for all of it.
  const hour = Math.floor(at / HOUR_MS);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  if (offsets.size >= OFFSETS_KEPT) offsets.clear();
  const offset = askZone(at);
  offsets.set(hour, offset);
  return offset;
}

function askZone(at: number): number {
  const part = Object.fromEntries(zone.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute']);
  return wall - Math.floor(at / 60_000) * 60_000;
}

/** The instant whose UTC reading is the Moroccan wall time: format it with `timeZone: 'UTC'`. */
export const moroccanWall = (at: number): number => at + moroccanOffsetMs(at);

/** A Moroccan calendar day, `YYYY-MM-DD`. */
export type LocalDay = string;

export const localDayOf = (at: number): LocalDay => new Date(moroccanWall(at)).toISOString().slice(0, 10);

/** The instant at which `minutes` after local midnight are shown on Moroccan clocks; 1,440 and more lie in the next day. Where a clock was set forward over it, the first instant after. */
export function wallInstant(day: LocalDay, minutes: number): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000;
  const at = wall - moroccanOffsetMs(wall - HOUR_MS);
  return at + moroccanOffsetMs(at) === wall ? at : wall - moroccanOffsetMs(at);
}

/** Its first instant, ms UTC. */
export const dayStartAt = (day: LocalDay): number => wallInstant(day, 0);

/** The day `count` days later (earlier where negative). */
export const dayAfter = (day: LocalDay, count = 1): LocalDay => new Date(Date.parse(`${day}T00:00:00Z`) + count * 24 * HOUR_MS).toISOString().slice(0, 10);

/** Monday 1 ... Sunday 7 (ISO 8601). */
export const weekdayOf = (day: LocalDay): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** Every day from `from` to `to`, both included. */
export function daysBetween(from: LocalDay, to: LocalDay): LocalDay[] {
  const days: LocalDay[] = [];
  for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
  return days;
}
