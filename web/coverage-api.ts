/** Coverage, as its page and the map's layers ask for it. */
import type { AreaKind, CoverageAreas, CoverageView } from '@cac/shared/coverage.ts';
import { request, V1 } from './api.ts';
import type { Filter } from './state/filter.ts';

/** What of the filter coverage is counted by. */
export type Narrowed = Pick<Filter, 'programme' | 'region' | 'province' | 'zone'>;

function queryOf({ programme, region, province, zone }: Narrowed, more: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ programme, region, province, zone, ...more })) if (value !== null) query.set(name, value);
  return query.toString();
}

export const coverageApi = {
  view: (narrowed: Narrowed, asOf: string | null, cells: boolean) => request<CoverageView>('GET', `${V1}/coverage?${queryOf(narrowed, { asOf, cells: cells ? '1' : null })}`),
  areas: (narrowed: Narrowed, by: AreaKind) => request<CoverageAreas>('GET', `${V1}/coverage/areas?${queryOf(narrowed, { by })}`),
};

/** Where the same figures lie as a file. */
export const csvPath = (narrowed: Narrowed, asOf: string | null, cells: boolean): string => `${V1}/coverage?${queryOf(narrowed, { asOf, cells: cells ? '1' : null, format: 'csv' })}`;
