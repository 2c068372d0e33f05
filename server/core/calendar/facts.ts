/** What calendars are made of, as core knows it; the schemas are in shared/calendar.ts. */
import type { DayPlan, DayRule, LayerScope, Season, Timetable } from '@cac/shared/calendar.ts';

export type { DayPlan, DayRule, LayerScope, Season, Timetable };

/** What one layer says: shared by every site that lies under it. */
export interface LayerFacts {
  readonly scope: LayerScope;
  readonly timetables: readonly Timetable[];
  /** In order of their first day. */
  readonly rules: readonly DayRule[];
}

export interface SiteCalendar {
  /** The most specific first: site, host premises, province, programme, national. Layers that say nothing are left out. */
  readonly layers: readonly LayerFacts[];
  /** Dates of Ramadan, summer, winter: the same for the whole country. */
  readonly seasons: readonly Season[];
}

export interface Opening {
  fromAt: number;
  toAt: number;
}
