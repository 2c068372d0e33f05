/**
 * Incidents as people read them: in scope, newest first, counted. An incident is seen by whoever's scope holds a member site's region; what is said of the
 * platform itself by administrators only. What is still pending is nobody's incident yet, and only counted.
 */
import type { Incident, IncidentKind, Severity } from '@cac/shared/incidents.ts';
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Account } from './accounts.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

/** Who asks. */
export type IncidentReader = Pick<Account, 'id' | 'name' | 'role' | 'scope'>;

/** `live`: open or paused; `open`: nobody has taken it yet; `acknowledged`: somebody has. Absent: all of them. */
export const INCIDENT_LISTS = ['live', 'open', 'acknowledged', 'paused', 'resolved'] as const;

export interface IncidentQuery {
  state?: (typeof INCIDENT_LISTS)[number] | undefined;
  /** Given to the reader, or taken by the reader and given to nobody else. */
  mine?: boolean | undefined;
  kind?: IncidentKind | undefined;
  severity?: Severity | undefined;
  region?: string | undefined;
  province?: string | undefined;
  programme?: string | undefined;
  carrier?: string | undefined;
  site?: string | undefined;
  /** Those that something happened to since this instant. */
  sinceAt?: number | undefined;
}

/**
 * Of `incidents as i`: whether one of its sites (`s`) is so. Nested, so that every planner goes from the incident to its few members; joined, one of them begins
 * with all sites of a region.
 */
const hasMember = (condition: Expression<SqlBool>): RawBuilder<SqlBool> =>
  sql<SqlBool>`exists (select 1 from incident_members m where m.incident_id = i.id and exists (select 1 from sites s where s.id = m.site_id and ${condition}))`;

/** Of `incidents as i`. */
export function seenBy({ scope, role }: Pick<IncidentReader, 'scope' | 'role'>): Expression<SqlBool> {
  const own = scope.kind === 'all' ? sql<SqlBool>`1 = 1` : hasMember(inScope(scope, 's.region'));
  // What is suspected of the platform itself has member sites too.
  return role === 'administrator' ? sql<SqlBool>`(i.kind = 'platform_blind' or ${own})` : sql<SqlBool>`(i.kind <> 'platform_blind' and ${own})`;
}

const told = (db: Handle, reader: IncidentReader) =>
  db
    .selectFrom('incidents as i')
    .leftJoin('sites as o', 'o.id', 'i.site_id')
    .leftJoin('machines as pc', 'pc.id', 'i.machine_id')
    .leftJoin('accounts as a', 'a.id', 'i.assignee')
    .selectAll('i')
    .select(['o.name as site_name', 'o.name_ar as site_name_ar', 'o.region as site_region', 'o.province as site_province', 'o.lat as site_lat', 'o.lon as site_lon', 'pc.name as machine_name', 'a.name as assignee_name', 'a.full_name as assignee_full'])
    .where('i.state', '<>', 'pending')
    .where(seenBy(reader));

/** Newest first, below the number `before`. */
export async function listIncidents(db: Handle, reader: IncidentReader, query: IncidentQuery, before: number | null, limit: number): Promise<Incident[]> {
  let select = told(db, reader).orderBy('i.id', 'desc').limit(limit);
  if (before !== null) select = select.where('i.id', '<', before);
  // Said in these words the index of those that are not over serves it, however many are.
  if (query.state !== undefined && query.state !== 'resolved') select = select.where('i.state', '<>', 'resolved');
  switch (query.state) {
    case 'live':
      select = select.where('i.state', 'in', ['open', 'paused']);
      break;
    case 'open':
      select = select.where('i.state', '=', 'open').where('i.acknowledged_at', 'is', null);
      break;
    case 'acknowledged':
      select = select.where('i.state', 'in', ['open', 'paused']).where('i.acknowledged_at', 'is not', null);
      break;
    case 'paused':
    case 'resolved':
      select = select.where('i.state', '=', query.state);
      break;
    case undefined:
      break;
    default:
      query.state satisfies never;
  }
  if (query.mine === true) select = select.where(({ or, and, eb }) => or([eb('i.assignee', '=', reader.id), and([eb('i.assignee', 'is', null), eb('i.acknowledged_by', '=', reader.name)])]));
  if (query.kind !== undefined) select = select.where('i.kind', '=', query.kind);
  if (query.severity !== undefined) select = select.where('i.severity', '=', query.severity);
  if (query.sinceAt !== undefined) select = select.where('i.touched_at', '>=', query.sinceAt);
  const ofSite = (['region', 'province', 'programme', 'carrier'] as const).filter((name) => query[name] !== undefined);
  if (ofSite.length > 0 || query.site !== undefined) {
    const conditions = [...ofSite.map((name) => sql<SqlBool>`s.${sql.ref(name)} = ${query[name]}`), ...(query.site === undefined ? [] : [sql<SqlBool>`s.id = ${query.site}`])];
    select = select.where(hasMember(sql<SqlBool>`${inScope(reader.scope, 's.region')} and ${sql.join(conditions, sql` and `)}`));
  }
  return withSites(db, reader, await select.execute());
}

/** Null for what does not exist, is pending, or lies outside: nobody can tell which. */
export async function findIncident(db: Handle, reader: IncidentReader, id: number): Promise<Incident | null> {
  const rows = await told(db, reader).where('i.id', '=', id).execute();
  return (await withSites(db, reader, rows))[0] ?? null;
}

/** Those of the numbers that the reader sees, newest first. */
export const incidentsOf = async (db: Handle, reader: IncidentReader, ids: readonly number[]): Promise<Incident[]> =>
  ids.length === 0 ? [] : withSites(db, reader, await told(db, reader).where('i.id', 'in', ids).orderBy('i.id', 'desc').execute());

type ToldRow = Awaited<ReturnType<ReturnType<typeof told>['execute']>>[number];

async function withSites(db: Handle, reader: IncidentReader, rows: readonly ToldRow[]): Promise<Incident[]> {
  if (rows.length === 0) return [];
  const counts = await db
    .selectFrom('incident_members as m')
    .innerJoin('sites as s', 's.id', 'm.site_id')
    .select('m.incident_id')
    .select([sql<number>`sum(case when ${inScope(reader.scope, 's.region')} then 1 else 0 end)`.as('seen'), sql<number>`sum(case when m.left_at is null then 1 else 0 end)`.as('still')])
    .where('m.incident_id', 'in', rows.map((row) => row.id))
    .groupBy('m.incident_id')
    .execute();
  const byId = new Map(counts.map((row) => [row.incident_id, row]));
  return rows.map((row) => incidentOf(row, { seen: Number(byId.get(row.id)?.seen ?? 0), left: Number(byId.get(row.id)?.still ?? 0) }));
}

const incidentOf = (row: ToldRow, { seen, left }: { seen: number; left: number }): Incident => ({
  id: row.id,
  kind: row.kind as Incident['kind'],
  severity: row.severity as Incident['severity'],
  state: row.state as Incident['state'],
  site: row.site_id === null ? null : ({ id: row.site_id, name: row.site_name!, nameAr: row.site_name_ar, region: row.site_region!, province: row.site_province, lat: row.site_lat!, lon: row.site_lon! } as Incident['site']),
  machine: row.machine_id === null ? null : { id: row.machine_id, name: row.machine_name ?? row.machine_id },
  group: row.group_by === null ? null : { by: row.group_by as NonNullable<Incident['group']>['by'], key: row.group_key ?? '' },
  sinceAt: row.since_at,
  openedAt: row.opened_at,
  pausedAt: row.paused_at,
  resolvedAt: row.resolved_at,
  endAt: row.end_at,
  openMs: row.open_ms,
  acknowledged: row.acknowledged_at === null ? null : { at: row.acknowledged_at, by: row.acknowledged_by ?? '', reason: row.ack_reason ?? '' },
  assignee: row.assignee === null ? null : { id: row.assignee, name: row.assignee_full || row.assignee_name || '' },
  ticket: row.ticket,
  promisedAt: row.promised_at,
  cause: row.cause,
  reason: JSON.parse(row.reason) as Incident['reason'],
  sites: { seen, left, all: row.sites, expected: row.expected_sites },
  pcs: row.pcs,
  flapping: row.flapping === 1,
  reopened: row.reopened,
  demo: row.demo === 1,
  touchedAt: row.touched_at,
});

export interface IncidentCounts {
  mine: number;
  /** Nobody has taken them yet; of these, those that are said at once. */
  open: number;
  urgent: number;
  acknowledged: number;
  paused: number;
  /** Sites in trouble, and still within the grace. */
  pending: number;
}

export async function countIncidents(db: Handle, reader: IncidentReader): Promise<IncidentCounts> {
  const some = (condition: Expression<SqlBool>) => sql<number>`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`;
  const row = await db
    .selectFrom('incidents as i')
    .select([
      some(sql`i.state in ('open', 'paused') and (i.assignee = ${reader.id} or (i.assignee is null and i.acknowledged_by = ${reader.name}))`).as('mine'),
      some(sql`i.state = 'open' and i.acknowledged_at is null`).as('open'),
      some(sql`i.state = 'open' and i.acknowledged_at is null and i.severity <> 'minor'`).as('urgent'),
      some(sql`i.state in ('open', 'paused') and i.acknowledged_at is not null`).as('acknowledged'),
      some(sql`i.state = 'paused'`).as('paused'),
    ])
    .where('i.state', '<>', 'resolved')
    .where(seenBy(reader))
    .executeTakeFirstOrThrow();
  const waiting = await db.selectFrom('site_watches as w').innerJoin('sites as s', 's.id', 'w.site_id').select(sql<number>`count(*)`.as('n')).where('w.condition', '<>', '').where('w.incident_id', 'is', null).where(inScope(reader.scope, 's.region')).executeTakeFirstOrThrow();
  return { mine: Number(row.mine), open: Number(row.open), urgent: Number(row.urgent), acknowledged: Number(row.acknowledged), paused: Number(row.paused), pending: Number(waiting.n) };
}

/** Sites in scope that are watched, and those of them expected now: open, and heard within their last seven opening days. */
export async function countWatched(db: Handle, { scope }: Pick<IncidentReader, 'scope'>): Promise<{ sites: number; expected: number }> {
  const row = await db
    .selectFrom('site_watches as w')
    .innerJoin('sites as s', 's.id', 'w.site_id')
    .select([sql<number>`count(*)`.as('sites'), sql<number>`coalesce(sum(w.expected), 0)`.as('expected')])
    .where(inScope(scope, 's.region'))
    .executeTakeFirstOrThrow();
  return { sites: Number(row.sites), expected: Number(row.expected) };
}

export interface TouchedIncident {
  id: number;
  kind: string;
  state: string;
  touchedAt: number;
  /** Regions of its member sites. */
  regions: string[];
}

/** What changed at or after an instant, in that order, for the live stream; `after` goes on behind the last of a page. */
export async function touchedSince(db: Handle, sinceAt: number, after: { touchedAt: number; id: number } | null, limit: number): Promise<TouchedIncident[]> {
  let select = db.selectFrom('incidents as i').select(['i.id', 'i.kind', 'i.state', 'i.touched_at']).where('i.touched_at', '>=', sinceAt).where('i.state', '<>', 'pending').orderBy('i.touched_at').orderBy('i.id').limit(limit);
  if (after !== null) select = select.where(({ or, and, eb }) => or([eb('i.touched_at', '>', after.touchedAt), and([eb('i.touched_at', '=', after.touchedAt), eb('i.id', '>', after.id)])]));
  const rows = await select.execute();
  if (rows.length === 0) return [];
  const regions = await db.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select(['m.incident_id', 's.region']).distinct().where('m.incident_id', 'in', rows.map((row) => row.id)).execute();
  return rows.map((row) => ({ id: row.id, kind: row.kind, state: row.state, touchedAt: row.touched_at, regions: regions.filter((one) => one.incident_id === row.id).map((one) => one.region) }));
}
