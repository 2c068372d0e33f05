/**
 * Which facts decide a day. A day rule beats every timetable; the most specific layer's rule wins, and in one layer the one that
 * was written last. Among timetables the most specific layer decides that has one in force on that day, be it its usual one:
 * a site's own hours hold in Ramadan too until the site gives its Ramadan hours. Within the layer a dated period comes before
 * a season (Ramadan before summer and winter), a season before the usual hours; of several the one that began last.
 */
import type { LocalDay } from '@cac/shared/wall-time.ts';
import type { DayRule, LayerFacts, Season, SiteCalendar, Timetable } from './facts.ts';

export function ruleOf(calendar: SiteCalendar, day: LocalDay): DayRule | null {
  for (const layer of calendar.layers) {
    let found: DayRule | null = null;
    for (const rule of layer.rules) {
      if (rule.from > day) break;
      if (day <= rule.to && (found === null || isLater(rule, found))) found = rule;
    }
    if (found !== null) return found;
  }
  return null;
}

/** Of two as shipped the one that begins later, then the shorter: a feast within holidays keeps its name. */
function isLater(a: DayRule, b: DayRule): boolean {
  if (a.writtenAt !== b.writtenAt) return a.writtenAt > b.writtenAt;
  return a.from === b.from ? a.to < b.to || (a.to === b.to && a.id > b.id) : a.from > b.from;
}

/** The season a day lies in; where they meet, Ramadan. */
function seasonsOf(seasons: readonly Season[], day: LocalDay): ReadonlySet<string> {
  return new Set(seasons.filter(({ from, to }) => from <= day && day <= to).map(({ season }) => season));
}

const ORDER = ['period', 'ramadan', 'summer', 'winter', 'usual'] as const;

export function timetableOfLayer(layer: LayerFacts, seasons: readonly Season[], day: LocalDay): Timetable | null {
  if (layer.timetables.length === 0) return null;
  const running = seasonsOf(seasons, day);
  let found: Timetable | null = null;
  for (const timetable of layer.timetables) {
    const { season, from, to } = timetable;
    const holds = (from === null || from <= day) && (to === null || day <= to) && (season === 'usual' || season === 'period' || running.has(season));
    if (holds && (found === null || comesBefore(timetable, found))) found = timetable;
  }
  return found;
}

function comesBefore(a: Timetable, b: Timetable): boolean {
  const rank = ORDER.indexOf(a.season) - ORDER.indexOf(b.season);
  if (rank !== 0) return rank < 0;
  if (a.from !== b.from) return (a.from ?? '') > (b.from ?? '');
  return a.writtenAt > b.writtenAt;
}

export function timetableOf(calendar: SiteCalendar, day: LocalDay): Timetable | null {
  for (const layer of calendar.layers) {
    const found = timetableOfLayer(layer, calendar.seasons, day);
    if (found !== null) return found;
  }
  return null;
}
