/** Incidents and silences, as their pages speak to the server. */
import type { List } from '@cac/shared/api.ts';
import type { Incident, IncidentEvent, IncidentOpened, Silence, SilenceDraft } from '@cac/shared/incidents.ts';
import { request, V1 } from './api.ts';
import type { InboxSegment } from './state/choices.ts';
import type { Filter } from './state/filter.ts';

/** What of the map's filter incidents are narrowed by. */
export type IncidentFilter = Pick<Filter, 'programme' | 'region' | 'province' | 'carrier'>;

export interface IncidentCounts {
  mine: number;
  open: number;
  urgent: number;
  acknowledged: number;
  paused: number;
  pending: number;
}

export interface Handover {
  at: number;
  sinceAt: number;
  counts: IncidentCounts;
  live: Incident[];
  ended: Incident[];
  happened: (IncidentEvent & { incident: number })[];
  silences: Silence[];
}

/** So many lines at once. */
const PAGE = 100;

const QUERY = { mine: { mine: '1', state: 'live' }, open: { state: 'open' }, acknowledged: { state: 'acknowledged' }, paused: { state: 'paused' }, recent: { state: 'resolved' } } as const satisfies Record<InboxSegment, object>;

function listPath(segment: InboxSegment, { programme, region, province, carrier }: IncidentFilter, more: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams(QUERY[segment]);
  for (const [name, value] of Object.entries({ programme, region, province, carrier, ...more })) if (value !== null) query.set(name, value);
  return `${V1}/incidents?${query.toString()}`;
}

const at = (id: number | string): string => `${V1}/incidents/${encodeURIComponent(String(id))}`;

export const incidentsApi = {
  list: (segment: InboxSegment, filter: IncidentFilter, cursor: string | null) => request<List<Incident>>('GET', listPath(segment, filter, { limit: String(PAGE), cursor })),
  csvPath: (segment: InboxSegment, filter: IncidentFilter) => listPath(segment, filter, { format: 'csv' }),
  ofSite: (site: string) => request<List<Incident>>('GET', `${V1}/incidents?limit=8&site=${encodeURIComponent(site)}`),
  counts: () => request<IncidentCounts>('GET', `${V1}/incidents/counts`),
  watched: () => request<{ sites: number; expected: number }>('GET', `${V1}/incidents/watched`),
  handover: () => request<Handover>('GET', `${V1}/incidents/handover`),
  opened: (id: string) => request<IncidentOpened>('GET', at(id)),
  text: (id: number, language: string) => request<{ text: string }>('GET', `${at(id)}/text?language=${language}`),
  assignees: (id: number) => request<{ items: { id: number; name: string }[] }>('GET', `${at(id)}/assignees`),
  acknowledge: (id: number, reason: string) => request<IncidentOpened>('POST', `${at(id)}/acknowledge`, { reason }),
  unacknowledge: (id: number) => request<IncidentOpened>('POST', `${at(id)}/unacknowledge`, {}),
  note: (id: number, text: string) => request<IncidentOpened>('POST', `${at(id)}/notes`, { text }),
  assign: (id: number, account: number | null) => request<IncidentOpened>('PUT', `${at(id)}/assignee`, { account }),
  ticket: (id: number, ticket: string | null, promisedAt: number | null) => request<IncidentOpened>('PUT', `${at(id)}/ticket`, { ticket, promisedAt }),
  silences: (when: 'live' | 'past', cursor: string | null) => request<List<Silence>>('GET', `${V1}/silences?when=${when}&limit=50${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`),
  silence: (draft: SilenceDraft) => request<Silence>('POST', `${V1}/silences`, draft),
  endSilence: (id: number) => request<void>('DELETE', `${V1}/silences/${id}`),
};
