/** Sums of opening time by area, day or site, in scope. */
import type { Scope } from '@cac/shared/api.ts';
import type { Grouping } from '@cac/shared/history-api.ts';
import type { LocalDay } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import type { OpeningTotals } from '../core/history/site-day.ts';
import { totalsOf } from './history.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export interface AvailabilityQuery {
  by: Grouping;
  from: LocalDay;
  to: LocalDay;
  region?: string | undefined;
  province?: string | undefined;
  zone?: string | undefined;
  programme?: string | undefined;
  /** By site: after this id. */
  after?: string | undefined;
  limit: number;
}

export interface SumsOf {
  key: string;
  name: string | null;
  totals: OpeningTotals;
  assumedMs: number;
  sites: number;
  measured: number;
}

type AreaGrouping = Exclude<Grouping, 'site'>;
const FILTERS = ['region', 'province', 'zone', 'programme'] as const;
const SUMS = ['open_ms', 'conn_ms', 'disc_ms', 'unk_ms', 'off_ms', 'excluded_ms', 'provisional_ms'] as const;

/** Groups in the order of their keys. Sites outside every programme count nowhere. */
export async function sumsByArea(db: Handle, scope: Scope, query: AvailabilityQuery & { by: AreaGrouping }): Promise<SumsOf[]> {
  let select = db.selectFrom('area_days as a').where(inScope(scope, 'a.region')).where('a.day', '>=', query.from).where('a.day', '<=', query.to).where('a.programme', '<>', '');
  for (const name of FILTERS) if (query[name] !== undefined) select = select.where(`a.${name}`, '=', query[name]);
  const rows = await select
    .select(`a.${query.by} as key`)
    .select(SUMS.map((name) => sql<number>`cast(sum(${sql.ref(`a.${name}`)}) as bigint)`.as(name)))
    .select(sql<number>`cast(sum(case when a.assumed = 1 then a.open_ms else 0 end) as bigint)`.as('assumed_ms'))
    .select(sql<number>`cast(sum(a.sites) as bigint)`.as('site_days'))
    .groupBy(`a.${query.by}`)
    .orderBy(`a.${query.by}`)
    .execute();
  const known = new Map(rows.map((row) => [String(row.key), row]));
  const counts = query.by === 'day' ? new Map(rows.map((row) => [String(row.key), { sites: row.site_days, measured: row.site_days }])) : await siteCounts(db, scope, query);
  const keys = [...new Set([...known.keys(), ...counts.keys()])].sort();
  return keys.map((key) => {
    const row = known.get(key);
    return { key, name: null, totals: row ? totalsOf(row) : NOTHING, assumedMs: row?.assumed_ms ?? 0, sites: counts.get(key)?.sites ?? 0, measured: counts.get(key)?.measured ?? 0 };
  });
}

const NOTHING: OpeningTotals = { openMs: 0, connMs: 0, discMs: 0, unkMs: 0, offMs: 0, excludedMs: 0, provisionalMs: 0 };

/** How many sites there are by group, and how many of them were measured in the period. */
async function siteCounts(db: Handle, scope: Scope, query: AvailabilityQuery & { by: AreaGrouping }): Promise<Map<string, { sites: number; measured: number }>> {
  const column = sql<string>`coalesce(${sql.ref(`s.${query.by}`)}, '')`;
  let select = db.selectFrom('sites as s').where(inScope(scope, 's.region')).where('s.programme', 'is not', null);
  for (const name of FILTERS) if (query[name] !== undefined) select = select.where(`s.${name}`, '=', query[name]);
  const rows = await select
    .select(column.as('key'))
    .select(({ fn }) => fn.countAll<number>().as('sites'))
    .select(sql<number>`cast(sum(case when s.measured_from <= ${query.to} and s.measured_to >= ${query.from} then 1 else 0 end) as bigint)`.as('measured'))
    .groupBy(column)
    .execute();
  return new Map(rows.map((row) => [row.key, { sites: Number(row.sites), measured: Number(row.measured) }]));
}

/** One page of sites, by id. */
export async function sumsBySite(db: Handle, scope: Scope, query: AvailabilityQuery): Promise<SumsOf[]> {
  let page = db.selectFrom('sites as s').select(['s.id', 's.name']).where(inScope(scope, 's.region')).where('s.programme', 'is not', null).orderBy('s.id').limit(query.limit);
  for (const name of FILTERS) if (query[name] !== undefined) page = page.where(`s.${name}`, '=', query[name]);
  if (query.after !== undefined) page = page.where('s.id', '>', query.after);
  const sites = await page.execute();
  if (sites.length === 0) return [];
  const rows = await db
    .selectFrom('site_days')
    .where('site_id', 'in', sites.map((site) => site.id))
    .where('day', '>=', query.from)
    .where('day', '<=', query.to)
    .select('site_id')
    .select(SUMS.map((name) => sql<number>`cast(sum(${sql.ref(name)}) as bigint)`.as(name)))
    .select(sql<number>`cast(sum(case when assumed = 1 then open_ms else 0 end) as bigint)`.as('assumed_ms'))
    .groupBy('site_id')
    .execute();
  const known = new Map(rows.map((row) => [row.site_id, row]));
  return sites.map(({ id, name }) => {
    const row = known.get(id);
    const totals = row ? totalsOf(row) : NOTHING;
    return { key: id, name, totals, assumedMs: row?.assumed_ms ?? 0, sites: 1, measured: totals.openMs > totals.unkMs ? 1 : 0 };
  });
}
