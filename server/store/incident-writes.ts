/** Incidents as the watch writes them: opened, joined, left, paused, ended. Every change moves `touched_at`, which live pages follow. */
import type { Grouping, IncidentCause, IncidentKind, Reason, EvidenceLine, Severity, SiteCondition } from '@cac/shared/incidents.ts';
import { sql, type Selectable } from 'kysely';
import type { IncidentTable } from './alert-tables.ts';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';

export type IncidentRow = Selectable<IncidentTable>;

/** With several servers one of them watches at a time: whoever holds this until its transaction ends. */
export const holdWatch = async (tx: Handle): Promise<void> => {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(5501, 1)`.execute(tx);
};

export interface IncidentDraft {
  kind: IncidentKind;
  severity: Severity;
  site: string | null;
  machine: string | null;
  group: { by: Grouping; key: string; expected: number } | null;
  sinceAt: number;
  cause: IncidentCause;
  reason: Reason;
  evidence: readonly EvidenceLine[];
  sites: number;
  pcs: number;
  flapping: boolean;
  demo: boolean;
}

/** Its number. */
export async function insertIncident(tx: Handle, draft: IncidentDraft, now: number): Promise<number> {
  const { id } = await tx
    .insertInto('incidents')
    .values({
      kind: draft.kind, severity: draft.severity, state: 'open', site_id: draft.site, machine_id: draft.machine, group_by: draft.group?.by ?? null, group_key: draft.group?.key ?? null,
      since_at: draft.sinceAt, opened_at: now, cause: draft.cause, reason: JSON.stringify(draft.reason), evidence: JSON.stringify(draft.evidence), sites: draft.sites,
      expected_sites: draft.group?.expected ?? draft.sites, pcs: draft.pcs, flapping: draft.flapping ? 1 : 0, demo: draft.demo ? 1 : 0, touched_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await writeEvent(tx, id, 'opened', now, { word: draft.reason.word });
  return id;
}

export const writeEvent = (tx: Handle, incident: number, act: string, at: number, detail: Record<string, unknown> = {}, who = ''): Promise<unknown> =>
  tx.insertInto('incident_events').values({ incident_id: incident, at, act, who, detail: JSON.stringify(detail) }).execute();

export interface MemberWrite {
  incident_id: number;
  site_id: string;
  since_at: number;
  joined_at: number;
  cause: string;
}

/** A site that comes back into an incident it had left is in it again, since its first time. */
export const insertMembers = rowStatement<MemberWrite>(
  { incident_id: 'bigint', site_id: 'text', since_at: 'bigint', joined_at: 'bigint', cause: 'text' },
  `insert into incident_members (incident_id, site_id, since_at, joined_at, paused, cause)
   select r.incident_id, r.site_id, r.since_at, r.joined_at, 0, r.cause from {rows} where true
   on conflict (incident_id, site_id) do update set left_at = null, paused = 0`,
);

export const leaveMembers = rowStatement<{ incident_id: number; site_id: string; left_at: number }>(
  { incident_id: 'bigint', site_id: 'text', left_at: 'bigint' },
  `update incident_members set left_at = r.left_at, paused = 0 from {rows} where incident_members.incident_id = r.incident_id and incident_members.site_id = r.site_id`,
);

export const pauseMembers = rowStatement<{ incident_id: number; site_id: string; paused: number }>(
  { incident_id: 'bigint', site_id: 'text', paused: 'bigint' },
  `update incident_members set paused = r.paused from {rows} where incident_members.incident_id = r.incident_id and incident_members.site_id = r.site_id and incident_members.left_at is null`,
);

/** How many sites are still in it, how many of those rest while closed, and when the last of the others left. */
export async function tallyOf(tx: Handle, incident: number): Promise<{ left: number; paused: number; lastLeftAt: number | null }> {
  const row = await tx
    .selectFrom('incident_members')
    .select([sql<number>`count(*) filter (where left_at is null)`.as('left'), sql<number>`count(*) filter (where left_at is null and paused = 1)`.as('paused'), sql<number | null>`max(left_at)`.as('last')])
    .where('incident_id', '=', incident)
    .executeTakeFirstOrThrow();
  return { left: Number(row.left), paused: Number(row.paused), lastLeftAt: row.last === null ? null : Number(row.last) };
}

/** Live incidents of the platform with sites in them, of which less than a share is left, and nobody left since an instant. */
export async function outlivedGroups(db: Handle, since: number, share: number): Promise<{ id: number; lastLeftAt: number }[]> {
  const rows = await db
    .selectFrom('incidents as i')
    .innerJoin('incident_members as m', 'm.incident_id', 'i.id')
    .select(['i.id', sql<number>`max(m.left_at)`.as('last')])
    .where(sql<boolean>`i.state <> 'resolved'`)
    .where('i.state', '=', 'open')
    .where('i.kind', '=', 'platform_blind')
    .where('i.group_by', 'is not', null)
    // Leaving touches it: most are passed over without a look at their members.
    .where('i.touched_at', '<=', since)
    .groupBy('i.id')
    .having(sql<boolean>`count(*) filter (where m.left_at is null) > 0 and count(*) filter (where m.left_at is null) < ${sql.lit(share)} * count(*) and max(m.left_at) <= ${since}`)
    .execute();
  return rows.map((row) => ({ id: row.id, lastLeftAt: Number(row.last) }));
}

export const stragglersOf = async (tx: Handle, incident: number): Promise<string[]> =>
  (await tx.selectFrom('incident_members').select('site_id').where('incident_id', '=', incident).where('left_at', 'is', null).orderBy('site_id').execute()).map((row) => row.site_id);

export type IncidentChange = Partial<Pick<IncidentRow, 'state' | 'opened_at' | 'paused_at' | 'resolved_at' | 'end_at' | 'open_ms' | 'cause' | 'sites' | 'expected_sites' | 'pcs' | 'flapping' | 'reopened' | 'severity' | 'told_at' | 'acknowledged_at' | 'acknowledged_by' | 'ack_reason' | 'escalated'>>;

export const changeIncident = (tx: Handle, id: number, change: IncidentChange, now: number): Promise<unknown> => tx.updateTable('incidents').set({ ...change, touched_at: now }).where('id', '=', id).execute();

export const incidentRow = (tx: Handle, id: number): Promise<IncidentRow | undefined> => tx.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();

/** In these words, or the few that are not over are looked for among all there ever were. */
const NOT_OVER = sql<boolean>`state <> 'resolved'`;

/** Incidents of several sites that are not over, of one trouble: whom a straggler may join; last, those of so many that our own sight is the likelier cause. */
export const liveGroups = (tx: Handle, condition: SiteCondition): Promise<IncidentRow[]> =>
  tx
    .selectFrom('incidents')
    .selectAll()
    .where(NOT_OVER)
    .where('group_by', 'is not', null)
    .where(({ or, eb, and }) => or([and([eb('kind', '=', condition), eb('group_by', '<>', 'fleet')]), ...(condition === 'did_not_open' ? [] : [and([eb('kind', '=', 'platform_blind'), eb('group_by', '=', 'fleet')])])]))
    .orderBy(sql`case when group_by = 'fleet' then 1 else 0 end`)
    .orderBy('id')
    .execute();

/** Of these sites, those that are or were in it. */
export async function knownMembers(tx: Handle, incident: number, sites: readonly string[]): Promise<Set<string>> {
  return new Set((await tx.selectFrom('incident_members').select('site_id').where('incident_id', '=', incident).where('site_id', 'in', sites).execute()).map((row) => row.site_id));
}

/** Regions of all its sites. */
export async function memberRegions(tx: Handle, incident: number): Promise<Set<string>> {
  return new Set((await tx.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select('s.region').distinct().where('m.incident_id', '=', incident).execute()).map((row) => row.region));
}

/** When the newest of its sites fell. */
export async function lastOnset(tx: Handle, incident: number): Promise<number> {
  const row = await tx.selectFrom('incident_members').select(({ fn }) => fn.max('since_at').as('at')).where('incident_id', '=', incident).executeTakeFirst();
  return Number(row?.at ?? 0);
}

/** Single sites' incidents of one trouble that began in this time and are still open: a pattern found later takes them in. */
export const singlesSince = (tx: Handle, condition: SiteCondition, fromAt: number, toAt: number): Promise<IncidentRow[]> =>
  tx.selectFrom('incidents').selectAll().where(NOT_OVER).where('state', '=', 'open').where('group_by', 'is', null).where('kind', '=', condition).where('since_at', '>=', fromAt).where('since_at', '<=', toAt).where('acknowledged_at', 'is', null).execute();

/** The same trouble of the same site, told as over since an instant; what became part of another incident was not told. */
export const resolvedSince = (tx: Handle, site: string, kind: SiteCondition, since: number): Promise<IncidentRow | undefined> =>
  tx
    .selectFrom('incidents')
    .selectAll()
    .where('site_id', '=', site)
    .where('kind', '=', kind)
    .where('state', '=', 'resolved')
    .where('group_by', 'is', null)
    .where('resolved_at', '>=', since)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('incident_events as e').select('e.id').whereRef('e.incident_id', '=', 'incidents.id').where('e.act', '=', 'merged'))))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Live incidents of these sites' machines, telephones and the like: what lasts until somebody does something. */
export const liveMinors = (tx: Handle, sites: readonly string[]): Promise<IncidentRow[]> =>
  tx.selectFrom('incidents').selectAll().where('site_id', 'in', sites).where('kind', 'in', ['machine_missing', 'telephone_failing', 'clone_suspected', 'agent_too_old', 'data_cap_near']).where('state', '<>', 'resolved').execute();

/** Open, and nobody was told yet: a silence held it back. */
export const untoldIncidents = (tx: Handle): Promise<IncidentRow[]> => tx.selectFrom('incidents').selectAll().where(NOT_OVER).where('state', '=', 'open').where('told_at', 'is', null).execute();

export const memberSites = (tx: Handle, incident: number): Promise<{ id: string; region: string; province: string | null; carrier: string | null; programme: string | null }[]> =>
  tx.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select(['s.id', 's.region', 's.province', 's.carrier', 's.programme']).where('m.incident_id', '=', incident).where('m.left_at', 'is', null).execute();

/** Outages that a site was in at or after an instant; what the past says of them may change. */
export const incidentsOfSite = (tx: Handle, site: string, since: number) =>
  tx
    .selectFrom('incident_members as m')
    .innerJoin('incidents as i', 'i.id', 'm.incident_id')
    .select(['i.id', 'i.kind', 'i.state', 'i.group_by', 'i.cause', 'm.since_at', 'm.left_at', 'm.cause as member_cause'])
    .where('m.site_id', '=', site)
    .where('i.kind', 'in', ['site_offline', 'did_not_open', 'internet_down'])
    .where(({ or, eb }) => or([eb('m.left_at', 'is', null), eb('m.left_at', '>=', since)]))
    .orderBy('i.id', 'desc')
    .limit(20)
    .execute();

export const setMemberCause = (tx: Handle, incident: number, site: string, cause: string): Promise<unknown> => tx.updateTable('incident_members').set({ cause }).where('incident_id', '=', incident).where('site_id', '=', site).execute();

/** The cause that most of its sites have. */
export async function commonCause(tx: Handle, incident: number): Promise<string | null> {
  const row = await tx.selectFrom('incident_members').select(['cause', sql<number>`count(*)`.as('n')]).where('incident_id', '=', incident).groupBy('cause').orderBy('n', 'desc').orderBy('cause').limit(1).executeTakeFirst();
  return row?.cause ?? null;
}

/** The platform's own incident that is not over. */
export const livePlatformIncident = (tx: Handle, cause: IncidentCause): Promise<IncidentRow | undefined> =>
  tx.selectFrom('incidents').selectAll().where(NOT_OVER).where('kind', '=', 'platform_blind').where('cause', '=', cause).orderBy('id', 'desc').limit(1).executeTakeFirst();

/** The newest time in which the server was blind; null: never. */
export const lastBlindEnd = async (db: Handle): Promise<{ fromAt: number; toAt: number } | null> => {
  const row = await db.selectFrom('blind_windows').select(['from_at', 'to_at']).orderBy('to_at', 'desc').limit(1).executeTakeFirst();
  return row ? { fromAt: row.from_at, toAt: row.to_at } : null;
};
