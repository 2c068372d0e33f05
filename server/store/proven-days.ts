/**
 * How many sites evidence proved by the end of past days: from the sums of areas, less the sites that stand in them and are not asked for. Those are
 * few (sites that do not count towards the target), or belong to a question that is seldom asked (one kind of equipment).
 */
import type { Scope } from '@cac/shared/api.ts';
import type { LocalDay } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import type { DeploymentFilter } from './deployment.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export type AreaKey = 'programme' | 'region' | 'province' | 'zone';
const AREA_KEYS = ['programme', 'region', 'province', 'zone'] as const;

/** `place`: of each key asked for, its value; null where the sites name none. */
export interface ProvenDay {
  day: LocalDay;
  place: Partial<Record<AreaKey, string | null>>;
  reporting: number;
  inService: number;
}

const whole = (of: ReturnType<typeof sql>) => sql<number>`cast(sum(${of}) as bigint)`;

/** By day and by these keys; a day that is not told has no row. */
export async function provenByArea(db: Handle, scope: Scope, filter: DeploymentFilter, days: readonly LocalDay[], keys: readonly AreaKey[]): Promise<ProvenDay[]> {
  if (days.length === 0) return [];
  let areas = db.selectFrom('area_days as a').where('a.day', 'in', days).where(inScope(scope, 'a.region')).where('a.programme', '<>', '');
  for (const name of AREA_KEYS) if (filter[name] !== undefined) areas = areas.where(`a.${name}`, '=', filter[name]);
  let summed = areas.select('a.day').select([whole(sql`a.reporting`).as('reporting'), whole(sql`a.in_service`).as('inService')]).groupBy('a.day');
  for (const key of keys) summed = summed.select(`a.${key}`).groupBy(`a.${key}`);
  const placeOf = (row: object): ProvenDay['place'] => Object.fromEntries(keys.map((key) => [key, (row as ProvenDay['place'])[key] || null]));
  const found = new Map<string, ProvenDay>();
  const keyOf = (row: { day: string }): string => JSON.stringify([row.day, placeOf(row)]);
  for (const row of await summed.execute()) found.set(keyOf(row), { day: row.day, place: placeOf(row), reporting: Number(row.reporting), inService: Number(row.inService) });
  const told = [...new Set([...found.values()].map(({ day }) => day))];
  if (told.length === 0) return [];
  let others = db
    .selectFrom('sites as s')
    .innerJoin('site_days as o', 'o.site_id', 's.id')
    .where('o.day', 'in', told)
    .where('o.rung', '>=', 2)
    .where(inScope(scope, 's.region'))
    .where('s.programme', 'is not', null)
    .where(({ or, eb }) => or([eb('s.counts_towards_target', '=', 0), ...(filter.equipment === undefined ? [] : [eb('s.equipment', 'is', null), eb('s.equipment', '<>', filter.equipment)])]));
  for (const name of AREA_KEYS) if (filter[name] !== undefined) others = others.where(`s.${name}`, '=', filter[name]);
  let outside = others.select('o.day').select([whole(sql`1`).as('reporting'), whole(sql`case when o.rung = 3 then 1 else 0 end`).as('inService')]).groupBy('o.day');
  for (const key of keys) outside = outside.select(`s.${key}`).groupBy(`s.${key}`);
  for (const row of await outside.execute()) {
    const own = found.get(keyOf(row));
    if (own === undefined) continue;
    own.reporting -= Number(row.reporting);
    own.inService -= Number(row.inService);
  }
  return [...found.values()];
}

/** Sites that count and were in service at the end of each of these days; a day that is not told has no entry. */
export const provenOnDays = async (db: Handle, scope: Scope, filter: DeploymentFilter, days: readonly LocalDay[]): Promise<Map<LocalDay, number>> =>
  new Map((await provenByArea(db, scope, filter, days, [])).map(({ day, inService }) => [day, inService]));
