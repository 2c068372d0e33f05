/** What the pages about the past ask of the server. */
import type { AvailabilityView, Grouping, SamplesView, SiteDayOpened, SiteDaysView } from '@cac/shared/history-api.ts';
import { request, V1 } from '../../api.ts';

const path = (id: string): string => encodeURIComponent(id);

export const siteDays = (id: string, from: string, to: string): Promise<SiteDaysView> => request('GET', `${V1}/sites/${path(id)}/days?from=${from}&to=${to}`);

export const siteDay = (id: string, day: string): Promise<SiteDayOpened> => request('GET', `${V1}/sites/${path(id)}/days/${day}`);

export const samples = (machine: string, day: string): Promise<SamplesView> => request('GET', `${V1}/machines/${machine}/samples?from=${day}&to=${day}`);

export interface AvailabilityQuestion {
  by: Grouping;
  from: string;
  to: string;
  region: string | null;
  province: string | null;
  zone: string | null;
  programme: string | null;
  cursor: string | null;
}

/** So many lines a page. */
const PAGE = 100;

/** Where the same table lies as a file, all of its lines. */
export function availabilityCsv({ by, from, to, cursor: _, ...narrowed }: AvailabilityQuestion): string {
  const query = new URLSearchParams({ by, from, to, format: 'csv' });
  for (const [name, value] of Object.entries(narrowed)) if (value !== null) query.set(name, value);
  return `${V1}/availability?${query.toString()}`;
}

export function availability({ by, from, to, ...narrowed }: AvailabilityQuestion): Promise<AvailabilityView> {
  const query = new URLSearchParams({ by, from, to, limit: String(PAGE) });
  for (const [name, value] of Object.entries(narrowed)) if (value !== null) query.set(name, value);
  return request('GET', `${V1}/availability?${query.toString()}`);
}
