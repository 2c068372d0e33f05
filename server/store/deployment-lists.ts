/** The sites behind each number of deployment, page by page; and the cross of programme, year, region, zone. */
import type { Scope } from '@cac/shared/api.ts';
import type { DeploymentList, DeploymentSite, SeriesView, TableKey, TableRow } from '@cac/shared/deployment.ts';
import { dayAfter, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { sql, type RawBuilder } from 'kysely';
import { plannedOn, yearsOf } from '../core/programme/milestones.ts';
import { communeNamesOf } from './communes.ts';
import { asOfYear, inList, pathOf, programmeSites, reached, telephoneFrom, type DeploymentFilter } from './deployment.ts';
import { declaredRungOf } from './ladder.ts';
import { programmePaths } from './milestones.ts';
import { provenByArea, provenOnDays } from './proven-days.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export interface SiteListQuery extends DeploymentFilter {
  list: DeploymentList;
  /** Of a list of sites that are not in service: stuck for this; `none`: no cause was given. */
  cause?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export async function deploymentSites(db: Handle, scope: Scope, query: SiteListQuery, now: number): Promise<DeploymentSite[]> {
  const asOf = asOfYear(query.year, now);
  const phoneFrom = await telephoneFrom(db, now);
  let select = programmeSites(db, scope, query, asOf, query.list !== 'uncounted').where(inList(query.list, asOf, phoneFrom)).orderBy('s.id').limit(query.limit);
  if (query.cause !== undefined) select = query.cause === 'none' ? select.where('s.stuck_cause', 'is', null) : select.where('s.stuck_cause', '=', query.cause);
  if (query.after !== undefined) select = select.where('s.id', '>', query.after);
  const rows = await select.leftJoin('communes as c', 'c.code', 's.commune').selectAll('s').select(['c.name_fr as commune_fr', 'c.name_ar as commune_ar']).execute();
  const heard = await lastHeard(db, rows.map(({ id }) => id));
  return rows.map((row) => ({
    id: row.id as DeploymentSite['id'],
    name: row.name,
    nameAr: row.name_ar,
    programme: row.programme as DeploymentSite['programme'],
    region: row.region as DeploymentSite['region'],
    province: row.province as DeploymentSite['province'],
    commune: row.commune,
    communeNames: communeNamesOf(row),
    zone: row.zone as DeploymentSite['zone'],
    equipment: row.equipment as DeploymentSite['equipment'],
    declaredRung: declaredRungOf(row),
    identifiedOn: row.identified_on,
    builtOn: row.built_on,
    equippedOn: row.equipped_on,
    connectedOn: row.connected_on,
    declaredSource: row.declared_source,
    provenRung: row.proven_rung,
    provenOn: row.proven_on,
    lastHeardAt: heard.get(row.id) ?? null,
    telephone: row.telephone_on === null || row.telephone_on < phoneFrom ? 'unknown' : row.telephone_works === 1 ? 'working' : 'failing',
    cause: row.stuck_cause,
    stuckOn: row.stuck_on,
    demo: row.demo === 1,
  }));
}

async function lastHeard(db: Handle, sites: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let i = 0; i < sites.length; i += 1_000) {
    const rows = await db.selectFrom('machines').select('site_id').select(({ fn }) => fn.max('last_sign_at').as('at')).where('site_id', 'in', sites.slice(i, i + 1_000)).groupBy('site_id').execute();
    for (const row of rows) if (row.at !== null) found.set(row.site_id, Number(row.at));
  }
  return found;
}

/** One row of counts for each combination of the keys. Programme and year first, as they are asked for. */
export async function deploymentTable(db: Handle, scope: Scope, filter: DeploymentFilter, by: readonly TableKey[], now: number): Promise<TableRow[]> {
  const places = by.filter((key) => key !== 'year');
  const rows = by.includes('year') ? await yearRows(db, scope, filter, places, now) : await presentRows(db, scope, filter, places, now);
  const today = localDayOf(now);
  const paths = await programmePaths(db, filter.year ?? Number(today.slice(0, 4)));
  return rows.map((row) => {
    const programme = row.keys['programme'] ?? filter.programme;
    const place: DeploymentFilter = { province: row.keys['province'] ?? filter.province, equipment: row.keys['equipment'] ?? filter.equipment, region: row.keys['region'] ?? filter.region, zone: row.keys['zone'] ?? filter.zone };
    const path = programme == null ? undefined : pathOf(paths, programme, place);
    const year = row.keys['year'];
    const planned = path === undefined || year == null ? null : plannedOn(path.path, `${year}-12-31`);
    return { ...row, target: year == null ? (path?.target.value ?? null) : planned === null ? null : Math.round(planned) };
  });
}

type Counts = Omit<TableRow, 'target'>;
type PlaceKey = Exclude<TableKey, 'year'>;

async function presentRows(db: Handle, scope: Scope, filter: DeploymentFilter, keys: readonly PlaceKey[], now: number): Promise<Counts[]> {
  const asOf = asOfYear(filter.year, now);
  const phoneFrom = await telephoneFrom(db, now);
  const counted = (step: Parameters<typeof reached>[0]): RawBuilder<number> => sql<number>`cast(sum(case when ${reached(step, asOf, phoneFrom)} then 1 else 0 end) as bigint)`;
  let select = programmeSites(db, scope, filter, asOf)
    .select([counted('registered').as('registered'), counted('connected').as('declared'), counted('reporting').as('reporting'), counted('in_service').as('proven'), counted('complete').as('complete')])
    .select(({ fn }) => fn.max('s.demo').as('demo'));
  for (const key of keys) select = select.select(`s.${key}`).groupBy(`s.${key}`).orderBy(sql`coalesce(${sql.ref(`s.${key}`)}, '')`);
  const rows = await select.execute();
  return rows
    .filter((row) => row.registered !== null)
    .map((row) => ({
      keys: Object.fromEntries(keys.map((key) => [key, (row as Partial<Record<PlaceKey, string | null>>)[key] ?? null])),
      registered: Number(row.registered), declared: Number(row.declared), reporting: Number(row.reporting), proven: Number(row.proven), complete: asOf === null ? Number(row.complete) : null, demo: Number(row.demo) === 1,
    }));
}

/** Year by year: declared by the day of the first word that stands, proven on the year's last day (this year: the last one told). */
async function yearRows(db: Handle, scope: Scope, filter: DeploymentFilter, keys: readonly PlaceKey[], now: number): Promise<Counts[]> {
  const today = localDayOf(now);
  const columns = keys.filter((key) => key !== 'equipment');
  const declared = await firstDeclared(db, scope, filter, columns, 4);
  const years = [...new Set([...declared.map((row) => row.period), today.slice(0, 4)])].sort();
  const ends = years.map((year) => (`${year}-12-31` < today ? `${year}-12-31` : dayAfter(today, -1)));
  const found = new Map<string, Counts>();
  const rowAt = (year: string, of: Partial<Record<PlaceKey, string | null>>): Counts => {
    const place = Object.fromEntries(columns.map((key) => [key, of[key] || null]));
    const name = JSON.stringify([year, place]);
    let row = found.get(name);
    if (row === undefined) found.set(name, (row = { keys: { ...place, year }, registered: null, declared: 0, reporting: 0, proven: 0, complete: null, demo: false }));
    return row;
  };
  for (const one of declared) {
    for (const year of years.filter((of) => of >= one.period)) {
      const row = rowAt(year, one.place);
      row.declared += one.sites;
      row.demo ||= one.demo;
    }
  }
  for (const { day, place, inService, reporting } of await provenByArea(db, scope, filter, ends, columns)) {
    const row = rowAt(day.slice(0, 4), place);
    row.proven += inService;
    row.reporting += reporting;
  }
  return [...found.values()].sort((a, b) => (JSON.stringify(a.keys) < JSON.stringify(b.keys) ? -1 : 1));
}

interface Declared {
  /** A year or a month, by the length asked for. */
  period: string;
  place: Partial<Record<PlaceKey, string | null>>;
  sites: number;
  demo: boolean;
}

/** Counting sites by when they were first declared connected, of the words that stand. */
async function firstDeclared(db: Handle, scope: Scope, filter: DeploymentFilter, keys: readonly PlaceKey[], length: 4 | 7): Promise<Declared[]> {
  const first = db.selectFrom('attestations').select('site_id').select(({ fn }) => fn.min('day').as('day')).where('kind', '=', 'connected').where('withdrawn_at', 'is', null).groupBy('site_id').as('f');
  let select = db
    .selectFrom('sites as s')
    .innerJoin(first, (join) => join.onRef('f.site_id', '=', 's.id'))
    .where('s.programme', 'is not', null)
    .where('s.counts_towards_target', '=', 1)
    .where(inScope(scope, 's.region'))
    .select(sql<string>`substr(f.day, 1, ${sql.lit(length)})`.as('period'))
    .select(({ fn }) => [fn.countAll<number>().as('sites'), fn.max('s.demo').as('demo')])
    .groupBy(sql`substr(f.day, 1, ${sql.lit(length)})`);
  for (const name of ['programme', 'region', 'province', 'zone', 'equipment'] as const) if (filter[name] !== undefined) select = select.where(`s.${name}`, '=', filter[name]);
  for (const key of keys) select = select.select(`s.${key}`).groupBy(`s.${key}`);
  return (await select.execute()).map((row) => ({ period: row.period, place: row as Partial<Record<PlaceKey, string | null>>, sites: Number(row.sites), demo: Number(row.demo) === 1 }));
}

/** The last days of months, from the first one that has something to show to yesterday. */
function monthEnds(first: LocalDay, last: LocalDay): LocalDay[] {
  const days: LocalDay[] = [];
  for (let [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7))]; ; ) {
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
    const end = dayAfter(`${year}-${String(month).padStart(2, '0')}-01`, -1);
    if (end >= last) return [...days, last];
    days.push(end);
  }
}

/** Month ends: what the path asks for, what was declared by then, and what was proven on that day. */
export async function deploymentSeries(db: Handle, scope: Scope, programme: string, filter: DeploymentFilter, now: number): Promise<SeriesView> {
  const yesterday = dayAfter(localDayOf(now), -1);
  const path = pathOf(await programmePaths(db, Number(yesterday.slice(0, 4))), programme, filter);
  const declared = await firstDeclared(db, scope, { ...filter, programme }, [], 7);
  const firstYear = path?.path.base?.year;
  const begin = [...declared.map(({ period }) => `${period}-01`), ...(firstYear === undefined ? [] : [`${firstYear}-12-01`]), yesterday].sort()[0]!;
  const days = monthEnds(begin, yesterday);
  const proven = await provenOnDays(db, scope, { ...filter, programme }, days);
  return {
    programme: programme as SeriesView['programme'],
    demo: declared.some((row) => row.demo),
    days,
    target: days.map((day) => (path === undefined ? null : plannedOn(path.path, day))),
    declared: days.map((day) => declared.reduce((sum, row) => (row.period <= day.slice(0, 7) ? sum + row.sites : sum), 0)),
    proven: days.map((day) => proven.get(day) ?? null),
    assumedYears: path === undefined ? [] : yearsOf(path.path).filter((one) => one.assumed).map(({ year }) => year),
  };
}
