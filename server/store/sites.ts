/** Sites: read in scope, written by the acts of usecases/. */
import type { MachineCounts, Scope, Site, SiteEvent } from '@cac/shared/api.ts';
import { searchKey } from '@cac/shared/search-key.ts';
import type { Csp } from '@cac/shared/site-fields.ts';
import type { SiteState } from '@cac/shared/states.ts';
import { sql, type Selectable } from 'kysely';
import { dominantCsp } from '../core/coverage/communes.ts';
import { siteStateOf, totalOf } from '../core/site-state.ts';
import { communeNamesOf } from './communes.ts';
import { declaredRungOf } from './ladder.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { SiteTable } from './tables.ts';

/** The columns of a site's live face. */
export const siteColumns = [
  's.id', 's.name', 's.lat', 's.lon', 's.programme', 's.region', 's.province', 's.zone', 's.state', 's.state_since', 's.demo',
  's.n_on', 's.n_failing', 's.n_unreachable', 's.n_off', 's.n_unseen', 's.name_ar', 's.official_code', 's.carrier', 's.technology',
  's.identified_on', 's.built_on', 's.equipped_on', 's.connected_on', 's.proven_rung',
] as const;

type SiteFace = Pick<
  Selectable<SiteTable>,
  | 'id' | 'name' | 'lat' | 'lon' | 'programme' | 'region' | 'province' | 'zone' | 'state' | 'state_since' | 'demo' | 'name_ar' | 'official_code' | 'carrier' | 'technology'
  | 'identified_on' | 'built_on' | 'equipped_on' | 'connected_on' | 'proven_rung'
> &
  SiteCounts & {
    /** JSON of its commune's mix; null where that is not known. */
    commune_csp: string | null;
  };

export type SiteCounts = Pick<SiteTable, 'n_on' | 'n_failing' | 'n_unreachable' | 'n_off' | 'n_unseen'>;

export const countsOf = (row: SiteCounts): MachineCounts => ({
  on: row.n_on,
  onFailing: row.n_failing,
  unreachable: row.n_unreachable,
  off: row.n_off,
  unseen: row.n_unseen,
});

export const siteEventOf = (row: SiteFace): SiteEvent => ({
  site: row.id as SiteEvent['site'],
  name: row.name,
  lat: row.lat,
  lon: row.lon,
  programme: row.programme as SiteEvent['programme'],
  region: row.region as SiteEvent['region'],
  province: row.province as SiteEvent['province'],
  zone: row.zone as SiteEvent['zone'],
  state: row.state as SiteState,
  since: row.state_since,
  on: row.n_on + row.n_failing,
  total: totalOf(countsOf(row)),
  demo: row.demo === 1,
  nameAr: row.name_ar,
  officialCode: row.official_code,
  carrier: row.carrier,
  technology: row.technology as SiteEvent['technology'],
  csp: row.commune_csp === null ? null : dominantOf(row.commune_csp),
  declaredRung: declaredRungOf(row),
  provenRung: row.proven_rung,
});

/** Sites of a commune share its text: a country has fifteen hundred of them, not ten thousand. */
const dominants = new Map<string, Csp | null>();
export function dominantOf(mix: string): Csp | null {
  let csp = dominants.get(mix);
  if (csp === undefined) {
    if (dominants.size > 5_000) dominants.clear();
    dominants.set(mix, (csp = dominantCsp(JSON.parse(mix) as Partial<Record<Csp, number>>)));
  }
  return csp;
}

function siteOf(row: Selectable<SiteTable>): Site {
  const counts = countsOf(row);
  return {
    id: row.id as Site['id'],
    name: row.name,
    programme: row.programme as Site['programme'],
    kind: row.kind as Site['kind'],
    region: row.region as Site['region'],
    province: row.province as Site['province'],
    commune: row.commune,
    lat: row.lat,
    lon: row.lon,
    zone: row.zone as Site['zone'],
    hostPremises: row.host_premises as Site['hostPremises'],
    equipment: row.equipment as Site['equipment'],
    declaredConnectedAt: row.declared_connected_at,
    declaredSource: row.declared_source,
    countsTowardsTarget: row.counts_towards_target === 1,
    officialCode: row.official_code,
    nameAr: row.name_ar,
    manager: row.manager,
    carrier: row.carrier,
    technology: row.technology as Site['technology'],
    contractedMbps: row.contracted_mbps,
    lineNumber: row.line_number,
    metered: row.metered === null ? null : row.metered === 1,
    capMb: row.cap_mb,
    expectedComputers: row.expected_computers,
    expectedTelephones: row.expected_telephones,
    students: row.students,
    dutyPhone: row.duty_phone,
    openedOn: row.opened_on,
    state: siteStateOf(counts),
    since: row.state_since,
    machines: counts,
    demo: row.demo === 1,
  };
}

export interface SiteQuery {
  /** Words that must all stand in the code or a name, however they are written (shared/search-key.ts). */
  q?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export async function listSites(db: Handle, scope: Scope, query: SiteQuery): Promise<Site[]> {
  let select = db.selectFrom('sites as s').selectAll().where(inScope(scope, 's.region')).orderBy('s.id').limit(query.limit);
  if (query.after !== undefined) select = select.where('s.id', '>', query.after);
  for (const word of searchKey(query.q).split(' ').filter((one) => one !== '' && one !== '|')) select = select.where('s.search', 'like', sql<string>`${`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`} escape '\\'`);
  return (await select.execute()).map(siteOf);
}

export async function findSite(db: Handle, scope: Scope, id: string): Promise<Site | null> {
  const row = await db
    .selectFrom('sites as s')
    .leftJoin('communes as c', 'c.code', 's.commune')
    .selectAll('s')
    .select(['c.name_fr as commune_fr', 'c.name_ar as commune_ar'])
    .where('s.id', '=', id)
    .where(inScope(scope, 's.region'))
    .executeTakeFirst();
  if (!row) return null;
  const { commune_fr: fr, commune_ar: ar, ...site } = row;
  return { ...siteOf(site), communeNames: communeNamesOf({ commune_fr: fr, commune_ar: ar }) };
}

/** Every site in scope, as the map's snapshot needs it. */
export const siteFaces = (db: Handle, scope: Scope): Promise<SiteFace[]> =>
  db.selectFrom('sites as s').leftJoin('communes as c', 'c.code', 's.commune').select(siteColumns).select('c.csp as commune_csp').where(inScope(scope, 's.region')).orderBy('s.id').execute();

export const insertSites = async (db: Handle, rows: SiteTable[]): Promise<void> => {
  // SQLite takes 32,766 parameters a statement.
  for (let i = 0; i < rows.length; i += 500) await db.insertInto('sites').values(rows.slice(i, i + 500)).execute();
};

/** Those of the ids that are taken. */
export async function takenSiteIds(db: Handle, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('sites').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map((row) => row.id));
}

/** Sites whose searched text is still to be made, some of them. */
export const unsearchable = (db: Handle, limit: number) => db.selectFrom('sites').select(['id', 'name', 'name_ar', 'official_code']).where('search', '=', '').limit(limit).execute();

export const writeSearch = async (db: Handle, id: string, search: string): Promise<void> => {
  await db.updateTable('sites').set({ search }).where('id', '=', id).execute();
};
