/** Sites: read in scope, written by the acts of usecases/. */
import type { MachineCounts, Scope, Site, SiteEvent } from '@cac/shared/api.ts';
import type { SiteState } from '@cac/shared/states.ts';
import { sql, type Selectable } from 'kysely';
import { siteStateOf, totalOf } from '../core/site-state.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { SiteTable } from './tables.ts';

/** The columns of a site's live face. */
export const siteColumns = [
  's.id', 's.name', 's.lat', 's.lon', 's.programme', 's.region', 's.province', 's.zone', 's.state', 's.state_since', 's.demo',
  's.n_on', 's.n_failing', 's.n_unreachable', 's.n_off', 's.n_unseen',
] as const;

type SiteFace = Pick<
  Selectable<SiteTable>,
  'id' | 'name' | 'lat' | 'lon' | 'programme' | 'region' | 'province' | 'zone' | 'state' | 'state_since' | 'demo'
> &
  SiteCounts;

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
});

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
  /** Part of the id or of the name, any case. */
  q?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export async function listSites(db: Handle, scope: Scope, query: SiteQuery): Promise<Site[]> {
  let select = db.selectFrom('sites as s').selectAll().where(inScope(scope, 's.region')).orderBy('s.id').limit(query.limit);
  if (query.after !== undefined) select = select.where('s.id', '>', query.after);
  if (query.q) {
    const like = `%${query.q.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    select = select.where(sql<boolean>`(lower(s.id) like ${like} escape '\\' or lower(s.name) like ${like} escape '\\')`);
  }
  return (await select.execute()).map(siteOf);
}

export async function findSite(db: Handle, scope: Scope, id: string): Promise<Site | null> {
  const row = await db.selectFrom('sites as s').selectAll().where('s.id', '=', id).where(inScope(scope, 's.region')).executeTakeFirst();
  return row ? siteOf(row) : null;
}

/** Every site in scope, as the map's snapshot needs it. */
export const siteFaces = (db: Handle, scope: Scope): Promise<SiteFace[]> =>
  db.selectFrom('sites as s').select(siteColumns).where(inScope(scope, 's.region')).orderBy('s.id').execute();

export const insertSites = async (db: Handle, rows: SiteTable[]): Promise<void> => {
  // SQLite takes 32,766 parameters a statement.
  for (let i = 0; i < rows.length; i += 500) await db.insertInto('sites').values(rows.slice(i, i + 500)).execute();
};

/** Those of the ids that are taken. */
export async function takenSiteIds(db: Handle, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('sites').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map((row) => row.id));
}
