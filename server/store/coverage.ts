/** What coverage is counted from: the plan's tables, communes, centres and schools by zone, area and commune. In scope, narrowed as asked. */
import type { Scope, Zone } from '@cac/shared/api.ts';
import type { Source, ZoneShare } from '@cac/shared/programme.ts';
import type { AreaKind } from '@cac/shared/coverage.ts';
import type { Csp } from '@cac/shared/site-fields.ts';
import type { LocalDay } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import type { CommuneFacts } from '../core/coverage/communes.ts';
import { declaredBy } from './ladder.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

/** What is looked at. `asOf`: proven at the end of that day, declared until then; null: as things stand. */
export interface CoverageQuery {
  region?: string | undefined;
  province?: string | undefined;
  zone?: string | undefined;
  programme?: string | undefined;
  asOf: LocalDay | null;
}

export interface PlanRows {
  zones: { zone: string; year: number; households: number; homeInternet: number; literacy: number; corrected: number | null; source: Source }[];
  csp: { csp: Csp; year: number; incomeFrom: number | null; incomeTo: number | null; households: number; dense: number | null; moderate: number | null; greyWhite: number | null; homeInternet: number; literacy: number; corrected: number; source: Source }[];
}

/** Of each table its latest year. */
export async function planTables(db: Handle): Promise<PlanRows> {
  const zones = await db.selectFrom('zone_figures').selectAll().where('year', '=', (q) => q.selectFrom('zone_figures').select(({ fn }) => fn.max('year').as('year'))).execute();
  const csp = await db.selectFrom('csp_figures').selectAll().where('year', '=', (q) => q.selectFrom('csp_figures').select(({ fn }) => fn.max('year').as('year'))).orderBy('csp').execute();
  return {
    zones: zones.map((z) => ({ zone: z.zone, year: z.year, households: z.households, homeInternet: z.home_internet, literacy: z.literacy, corrected: z.corrected, source: JSON.parse(z.source) as Source })),
    csp: csp.map((c) => ({
      csp: c.csp as Csp, year: c.year, incomeFrom: c.income_from, incomeTo: c.income_to, households: c.households, dense: c.dense, moderate: c.moderate, greyWhite: c.grey_white,
      homeInternet: c.home_internet, literacy: c.literacy, corrected: c.corrected, source: JSON.parse(c.source) as Source,
    })),
  };
}

export interface CommuneRow extends CommuneFacts {
  nameFr: string;
  nameAr: string;
  lat: number | null;
  lon: number | null;
  source: string;
}

export async function communesIn(db: Handle, scope: Scope, { region, province }: CoverageQuery): Promise<CommuneRow[]> {
  let select = db
    .selectFrom('communes as c')
    .select(['c.code', 'c.region', 'c.province', 'c.name_fr', 'c.name_ar', 'c.zone', 'c.households', 'c.online_share', 'c.csp', 'c.lat', 'c.lon', 'c.year', 'c.source', 'c.demo'])
    .where(inScope(scope, 'c.region'))
    .orderBy('c.code');
  if (region !== undefined) select = select.where('c.region', '=', region);
  if (province !== undefined) select = select.where('c.province', '=', province);
  return (await select.execute()).map((c) => ({
    code: c.code, region: c.region, province: c.province, nameFr: c.name_fr, nameAr: c.name_ar, zone: c.zone as Zone | null, households: c.households, onlineShare: c.online_share,
    mix: c.csp === null ? null : (JSON.parse(c.csp) as CommuneFacts['mix']), lat: c.lat, lon: c.lon, year: c.year, source: c.source, demo: c.demo === 1,
  }));
}

const flagged = (condition: ReturnType<typeof sql<boolean>>) => sql<number>`cast(sum(case when ${condition} then 1 else 0 end) as bigint)`;

/** Sites that count, with the kind of their programme and whether each is declared connected and proven in service on that day. */
function counting(db: Handle, scope: Scope, { region, province, zone, programme, asOf }: CoverageQuery) {
  let select = db
    .selectFrom('sites as s')
    .innerJoin('programmes as p', 'p.code', 's.programme')
    .leftJoin('site_days as d', (join) => join.onRef('d.site_id', '=', 's.id').on('d.day', '=', asOf ?? ''))
    .where('s.counts_towards_target', '=', 1)
    .where(inScope(scope, 's.region'));
  if (region !== undefined) select = select.where('s.region', '=', region);
  if (province !== undefined) select = select.where('s.province', '=', province);
  if (zone !== undefined) select = select.where('s.zone', '=', zone);
  if (programme !== undefined) select = select.where('s.programme', '=', programme);
  return {
    select,
    declared: asOf === null ? sql<boolean>`s.connected_on is not null` : declaredBy(asOf),
    proven: asOf === null ? sql<boolean>`s.proven_rung = 3` : sql<boolean>`d.rung = 3`,
  };
}

export interface ZoneCount {
  /** Empty where it is not given. */
  zone: string;
  kind: string;
  registered: number;
  declared: number;
  proven: number;
  workingPcs: number;
  demo: number;
}

/** `onSince`: PCs heard since then count as working. */
export async function sitesByZone(db: Handle, scope: Scope, query: CoverageQuery, onSince: number): Promise<ZoneCount[]> {
  const { select, declared, proven } = counting(db, scope, query);
  const heard = db.selectFrom('machines').select(['site_id', ({ fn }) => fn.countAll<number>().as('pcs')]).where('last_sign_at', '>=', onSince).where('revoked_at', 'is', null).groupBy('site_id').as('h');
  const zone = sql<string>`coalesce(s.zone, '')`;
  const rows = await select
    .leftJoin(heard, (join) => join.onRef('h.site_id', '=', 's.id'))
    .select(['p.kind', zone.as('zone'), sql<number>`cast(count(*) as bigint)`.as('registered'), flagged(declared).as('declared'), flagged(proven).as('proven')])
    .select([sql<number>`cast(coalesce(sum(h.pcs), 0) as bigint)`.as('workingPcs'), sql<number>`max(s.demo)`.as('demo')])
    .groupBy([zone, 'p.kind'])
    .execute();
  return rows;
}

/** The day at whose end the proven stages hold now; null before any was told. */
export async function provenDay(db: Handle, scope: Scope): Promise<LocalDay | null> {
  const row = await db.selectFrom('sites as s').select(({ fn }) => fn.max('s.proven_on').as('day')).where(inScope(scope, 's.region')).executeTakeFirst();
  return row?.day ?? null;
}

/** Centres by the commune they name ('' where none). */
export async function centresByCommune(db: Handle, scope: Scope, query: CoverageQuery): Promise<{ commune: string; registered: number; declared: number; proven: number }[]> {
  // A centre covers its commune, whatever zone stands beside its own name.
  const { select, declared, proven } = counting(db, scope, { ...query, zone: undefined });
  const commune = sql<string>`coalesce(s.commune, '')`;
  return select
    .where('p.kind', '=', 'centre')
    .select([commune.as('commune'), sql<number>`cast(count(*) as bigint)`.as('registered'), flagged(declared).as('declared'), flagged(proven).as('proven')])
    .groupBy(commune)
    .execute();
}

export interface AreaCount {
  code: string;
  registered: number;
  declared: number;
  proven: number;
  dense: number;
  moderate: number;
  greyWhite: number;
  demo: number;
}

/** Centres (or the sites of the programme asked for) by area, and their zones. */
export async function sitesByArea(db: Handle, scope: Scope, query: CoverageQuery, by: AreaKind): Promise<AreaCount[]> {
  const { select, declared, proven } = counting(db, scope, query);
  const code = sql<string>`coalesce(${sql.ref(`s.${by}`)}, '')`;
  const ofZone = (zone: Zone) => flagged(sql<boolean>`s.zone = ${zone}`);
  return (query.programme === undefined ? select.where('p.kind', '=', 'centre') : select)
    .select([code.as('code'), sql<number>`cast(count(*) as bigint)`.as('registered'), flagged(declared).as('declared'), flagged(proven).as('proven')])
    .select([ofZone('dense').as('dense'), ofZone('moderate').as('moderate'), ofZone('grey-white').as('greyWhite'), sql<number>`max(s.demo)`.as('demo')])
    .groupBy(code)
    .execute();
}

/** Sums of opening time by region or province over days. */
export async function openingByArea(db: Handle, scope: Scope, { region, province, zone, programme }: CoverageQuery, by: 'region' | 'province', from: LocalDay, to: LocalDay): Promise<{ code: string; openMs: number; connMs: number; unkMs: number }[]> {
  let select = db.selectFrom('area_days as a').where(inScope(scope, 'a.region')).where('a.day', '>=', from).where('a.day', '<=', to).where('a.programme', '<>', '');
  if (region !== undefined) select = select.where('a.region', '=', region);
  if (province !== undefined) select = select.where('a.province', '=', province);
  if (zone !== undefined) select = select.where('a.zone', '=', zone);
  if (programme !== undefined) select = select.where('a.programme', '=', programme);
  const summed = (name: 'open_ms' | 'conn_ms' | 'unk_ms') => sql<number>`cast(sum(${sql.ref(`a.${name}`)}) as bigint)`;
  return select
    .select([`a.${by} as code`, summed('open_ms').as('openMs'), summed('conn_ms').as('connMs'), summed('unk_ms').as('unkMs')])
    .groupBy(`a.${by}`)
    .execute();
}

/** Milestones of regions in their latest year, of centres' programmes or of the one asked for. */
export async function regionTargets(db: Handle, programme: string | undefined): Promise<Map<string, { target: number; year: number }>> {
  let select = db
    .selectFrom('milestones as m')
    .innerJoin('programmes as p', 'p.code', 'm.programme')
    .select(['m.programme', 'm.region', 'm.year', 'm.value'])
    .where('m.indicator', '=', 'sites')
    .where('m.region', '<>', '')
    .where('m.zone', '=', '')
    .where('m.replaced_at', 'is', null)
    .orderBy('m.year');
  select = programme === undefined ? select.where('p.kind', '=', 'centre') : select.where('m.programme', '=', programme);
  const latest = new Map<string, { region: string; value: number; year: number }>();
  for (const row of await select.execute()) latest.set(`${row.programme} ${row.region}`, row);
  const targets = new Map<string, { target: number; year: number }>();
  for (const { region, value, year } of latest.values()) targets.set(region, { target: (targets.get(region)?.target ?? 0) + value, year: Math.max(year, targets.get(region)?.year ?? 0) });
  return targets;
}

/** Sites by province and zone: what the map shows where no commune is known. */
export async function zoneShares(db: Handle, scope: Scope): Promise<ZoneShare[]> {
  const count = (zone: string) => flagged(sql<boolean>`s.zone = ${zone}`);
  const rows = await db
    .selectFrom('sites as s')
    .select(['s.province', 's.region', count('dense').as('dense'), count('moderate').as('moderate'), count('grey-white').as('greyWhite')])
    .where('s.province', 'is not', null)
    .where('s.zone', 'is not', null)
    .where(inScope(scope, 's.region'))
    .groupBy(['s.province', 's.region'])
    .orderBy('s.province')
    .execute();
  return rows.map((row) => ({ ...row, province: row.province as ZoneShare['province'], region: row.region as ZoneShare['region'] }));
}
