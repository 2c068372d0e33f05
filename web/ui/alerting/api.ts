/** What the page of who is told asks of the server. */
import type { List } from '@cac/shared/api.ts';
import type { AlertSettings } from '@cac/shared/incidents.ts';
import type { AlertRoute, AlertRouteDraft, Channel, FailedNotice, WhoIsTold } from '@cac/shared/notices.ts';
import type { Person } from '@cac/shared/people.ts';
import { request, V1 } from '../../api.ts';

export const alertingApi = {
  channels: () => request<{ items: Channel[] }>('GET', `${V1}/channels`),
  saveChannel: (id: number | null, draft: object) => (id === null ? request<Channel>('POST', `${V1}/channels`, draft) : request<Channel>('PUT', `${V1}/channels/${id}`, draft)),
  removeChannel: (id: number) => request<void>('DELETE', `${V1}/channels/${id}`),
  test: (id: number, to: string, language: string) => request<{ ok: boolean; answer: string; ms: number }>('POST', `${V1}/channels/${id}/test`, { to, language }),
  routes: () => request<{ items: AlertRoute[] }>('GET', `${V1}/alert-routes`),
  saveRoute: (id: number | null, draft: AlertRouteDraft) => (id === null ? request<AlertRoute>('POST', `${V1}/alert-routes`, draft) : request<AlertRoute>('PUT', `${V1}/alert-routes/${id}`, draft)),
  removeRoute: (id: number) => request<void>('DELETE', `${V1}/alert-routes/${id}`),
  who: (site: string) => request<WhoIsTold>('GET', `${V1}/who-is-told?site=${encodeURIComponent(site)}`),
  settings: () => request<AlertSettings>('GET', `${V1}/alert-settings`),
  saveSettings: (settings: AlertSettings) => request<AlertSettings>('PUT', `${V1}/alert-settings`, settings),
  failed: () => request<List<FailedNotice>>('GET', `${V1}/notices/failed?limit=50`),
  retry: (id: number) => request<void>('POST', `${V1}/notices/${id}/retry`),
  people: () => request<List<Person>>('GET', `${V1}/accounts?limit=500`),
};
