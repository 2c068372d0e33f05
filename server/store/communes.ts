/** Communes: listed, written one by one or by an import; and the places that a site's fields are checked against. */
import type { Scope } from '@cac/shared/api.ts';
import type { Commune, CspMix } from '@cac/shared/registry.ts';
import { searchKey } from '@cac/shared/search-key.ts';
import { sql, type Selectable } from 'kysely';
import { isCommuneCode, type KnownPlaces } from '../core/registry/site-fault.ts';
import { rowStatement } from './rows.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { CommuneTable } from './programme-tables.ts';
import { provinceRegions } from './territory.ts';

export const communeOf = (row: Selectable<CommuneTable>): Commune => ({
  code: row.code,
  region: row.region,
  nameFr: row.name_fr,
  nameAr: row.name_ar,
  province: row.province as Commune['province'],
  zone: row.zone as Commune['zone'],
  households: row.households,
  onlineShare: row.online_share,
  csp: row.csp === null ? null : (JSON.parse(row.csp) as CspMix),
  lat: row.lat,
  lon: row.lon,
  year: row.year,
  source: row.source,
  demo: row.demo === 1,
  writtenAt: row.written_at,
  writtenBy: row.written_by,
});

export interface CommuneQuery {
  /** Part of a name or of the code, tolerant of accents and letters. */
  q?: string | undefined;
  province?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export async function listCommunes(db: Handle, scope: Scope, query: CommuneQuery): Promise<Commune[]> {
  let select = db.selectFrom('communes as c').selectAll().where(inScope(scope, 'c.region')).orderBy('c.code').limit(query.limit);
  if (query.after !== undefined) select = select.where('c.code', '>', query.after);
  if (query.province !== undefined) select = select.where('c.province', '=', query.province);
  if (query.q) select = select.where(sql<boolean>`c.search like ${`%${searchKey(query.q).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`} escape '\\'`);
  return (await select.execute()).map(communeOf);
}

export async function findCommune(db: Handle, code: string): Promise<Commune | null> {
  const row = await db.selectFrom('communes').selectAll().where('code', '=', code).executeTakeFirst();
  return row ? communeOf(row) : null;
}

/** Those of the codes that are taken. */
export async function takenCommuneCodes(db: Handle, codes: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('communes').select('code').where('code', 'in', codes).execute();
  return new Set(rows.map((row) => row.code));
}

const upsert = rowStatement<CommuneTable>(
  {
    code: 'text', region: 'text', province: 'text', name_fr: 'text', name_ar: 'text', zone: 'text', households: 'bigint', online_share: 'double precision', csp: 'text', lat: 'double precision',
    lon: 'double precision', year: 'bigint', source: 'text', search: 'text', demo: 'bigint', written_at: 'bigint', written_by: 'text',
  },
  `insert into communes (code, region, province, name_fr, name_ar, zone, households, online_share, csp, lat, lon, year, source, search, demo, written_at, written_by)
   select r.code, r.region, r.province, r.name_fr, r.name_ar, r.zone, r.households, r.online_share, r.csp, r.lat, r.lon, r.year, r.source, r.search, r.demo, r.written_at, r.written_by from {rows} where true
   on conflict (code) do update set region = excluded.region, province = excluded.province, name_fr = excluded.name_fr, name_ar = excluded.name_ar, zone = excluded.zone,
     households = excluded.households, online_share = excluded.online_share, csp = excluded.csp, lat = excluded.lat, lon = excluded.lon, year = excluded.year, source = excluded.source,
     search = excluded.search, demo = excluded.demo, written_at = excluded.written_at, written_by = excluded.written_by`,
);
const remove = rowStatement<{ code: string }>({ code: 'text' }, `delete from communes where code in (select r.code from {rows})`);

export type CommuneWrite = Omit<Commune, 'writtenAt' | 'writtenBy'>;

export const writeCommunes = (tx: Handle, communes: readonly CommuneWrite[], author: string, now: number): Promise<never[]> =>
  upsert.run(
    tx,
    communes.map((c) => ({
      code: c.code, region: c.region, province: c.province, name_fr: c.nameFr, name_ar: c.nameAr, zone: c.zone, households: c.households, online_share: c.onlineShare,
      csp: c.csp === null ? null : JSON.stringify(c.csp), lat: c.lat, lon: c.lon, year: c.year, source: c.source, search: searchKey(c.code, c.nameFr, c.nameAr), demo: c.demo ? 1 : 0,
      written_at: now, written_by: author,
    })),
  );

export const removeCommunes = (tx: Handle, codes: readonly string[]): Promise<never[]> => remove.run(tx, codes.map((code) => ({ code })));

async function programmeCodes(db: Handle): Promise<Set<string>> {
  return new Set((await db.selectFrom('programmes').select('code').execute()).map((row) => row.code));
}

/** What sites are checked against; of the communes only those that are named by a code. */
export async function knownPlaces(db: Handle, communes: readonly (string | null | undefined)[]): Promise<KnownPlaces> {
  const codes = [...new Set(communes.filter((c): c is string => typeof c === 'string' && isCommuneCode(c)))];
  const found = codes.length === 0 ? [] : await db.selectFrom('communes').select(['code', 'province']).where('code', 'in', codes).execute();
  return { regionOf: await provinceRegions(db), programmes: await programmeCodes(db), communes: new Map(found.map((row) => [row.code, row.province])) };
}

/** The names that came with a site by a left join; null where its commune is not known. */
export const communeNamesOf = ({ commune_fr: fr, commune_ar: ar }: { commune_fr: string | null; commune_ar: string | null }): { fr: string; ar: string } | null => (fr === null || ar === null ? null : { fr, ar });
