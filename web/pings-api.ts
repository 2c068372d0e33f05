/** Pings without an agent, as the panel of a site speaks of them. */
import type { List } from '@cac/shared/api.ts';
import type { NewPingSource, PingSource } from '@cac/shared/field.ts';
import { request, V1 } from './api.ts';

export const pingsApi = {
  ofSite: (site: string) => request<List<PingSource>>('GET', `${V1}/ping-sources?limit=100&site=${encodeURIComponent(site)}`),
  add: (siteId: string, name: string) => request<NewPingSource>('POST', `${V1}/ping-sources`, { siteId, name }),
  revoke: (id: number) => request<void>('DELETE', `${V1}/ping-sources/${id}`),
};
