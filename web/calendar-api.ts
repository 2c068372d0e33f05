/** The calendars, as their page speaks to the server. */
import type { List } from '@cac/shared/api.ts';
import type { CalendarChange, CalendarReach, CalendarView, DayRuleDraft, LayerScope, SeasonDraft, SiteCalendarView, TimetableDraft } from '@cac/shared/calendar.ts';
import { request, V1 } from './api.ts';

/** `national`, `host:library`, `site:ID`: a layer in an address. */
export const scopeText = ({ kind, id }: LayerScope): string => (id === '' ? kind : `${kind}:${id}`);
const at = (id: string): string => encodeURIComponent(id);

export const calendarApi = {
  layers: (scope?: LayerScope) => request<CalendarView>('GET', `${V1}/calendar${scope === undefined ? '' : `?scope=${at(scopeText(scope))}`}`),
  site: (id: string) => request<SiteCalendarView>('GET', `${V1}/sites/${at(id)}/calendar`),
  reach: (scope: LayerScope, from: string | null, to: string | null) =>
    request<CalendarReach>('GET', `${V1}/calendar/reach?scope=${at(scopeText(scope))}${from === null ? '' : `&from=${from}`}${to === null ? '' : `&to=${to}`}`),
  changes: (scope: LayerScope | null, cursor: string | null) =>
    request<List<CalendarChange>>('GET', `${V1}/calendar/changes?limit=20${scope === null ? '' : `&scope=${at(scopeText(scope))}`}${cursor === null ? '' : `&cursor=${at(cursor)}`}`),
  announce: (draft: DayRuleDraft) => request<CalendarChange>('POST', `${V1}/calendar/rules`, draft),
  changeDays: (id: string, { scope: _, ...draft }: DayRuleDraft) => request<CalendarChange>('POST', `${V1}/calendar/rules/${at(id)}`, draft),
  removeDays: (id: string) => request<CalendarChange>('DELETE', `${V1}/calendar/rules/${at(id)}`),
  setHours: (draft: TimetableDraft) => request<CalendarChange>('POST', `${V1}/calendar/timetables`, draft),
  removeHours: (id: string) => request<CalendarChange>('DELETE', `${V1}/calendar/timetables/${at(id)}`),
  moveSeason: (id: string, { season: _, ...draft }: SeasonDraft) => request<CalendarChange>('POST', `${V1}/calendar/seasons/${at(id)}`, draft),
  undo: (id: number) => request<CalendarChange>('POST', `${V1}/calendar/changes/${id}/undo`, {}),
};
