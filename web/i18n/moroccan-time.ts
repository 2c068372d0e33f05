/**
 * Moroccan wall time. Since 2026-09-20 01:00 UTC Morocco stays on UTC+00 all year; browsers and runtimes whose zone data is
 * older still say +01. Before that instant they are right, so only there are they asked.
 */

const STAYS_ON_UTC_AT = Date.UTC(2026, 8, 20, 1);

const zone = new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Casablanca', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });

/** How far Moroccan wall time was ahead of UTC at an instant, ms. */
export function moroccanOffsetMs(at: number): number {
  if (at >= STAYS_ON_UTC_AT) return 0;
  const part = Object.fromEntries(zone.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute']);
  return wall - Math.floor(at / 60_000) * 60_000;
}

/** The instant whose UTC reading is the Moroccan wall time: format it with `timeZone: 'UTC'`. */
export const moroccanWall = (at: number): number => at + moroccanOffsetMs(at);
