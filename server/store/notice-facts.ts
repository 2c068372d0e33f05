/** What messages need to know of incidents: their extent for deciding who is told, their facts for saying what happened. */
import type { Scope } from '@cac/shared/api.ts';
import type { IncidentKind, Reason, Severity } from '@cac/shared/incidents.ts';
import { sql, type Selectable } from 'kysely';
import { MEMBERS_NAMED, type NoticeFacts, type NoticeSite } from '../core/notices/facts.ts';
import type { Extent } from '../core/notices/receivers.ts';
import type { IncidentTable } from './alert-tables.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export type IncidentRow = Selectable<IncidentTable>;

export const incidentRow = async (db: Handle, id: number): Promise<IncidentRow | null> => (await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;

/** Regions and programmes of all its sites. */
export async function extentOf(db: Handle, incident: IncidentRow): Promise<Extent> {
  const rows = await db.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select(['s.region', 's.programme']).distinct().where('m.incident_id', '=', incident.id).execute();
  return {
    kind: incident.kind as IncidentKind,
    severity: incident.severity as Severity,
    regions: [...new Set(rows.map(({ region }) => region))],
    programmes: [...new Set(rows.flatMap(({ programme }) => programme ?? []))],
  };
}

/** Extent of an incident that is not there yet: what would happen at a site. Null outside the scope. */
export async function extentOfSite(db: Handle, scope: Scope, site: string): Promise<Pick<Extent, 'regions' | 'programmes'> & { isCentre: boolean } | null> {
  const row = await db.selectFrom('sites').select(['region', 'programme', 'kind']).where('id', '=', site).where(inScope(scope, 'region')).executeTakeFirst();
  return row ? { regions: [row.region], programmes: row.programme === null ? [] : [row.programme], isCentre: row.kind === 'centre' } : null;
}

const siteRows = (db: Handle) =>
  db
    .selectFrom('sites as s')
    .leftJoin('regions as r', 'r.code', 's.region')
    .leftJoin('provinces as p', 'p.code', 's.province')
    .select(['s.id', 's.name', 's.name_ar', 's.carrier', 's.technology', 's.line_number', 's.duty_phone', 'r.name_fr as region_fr', 'r.name_ar as region_ar', 'p.name_fr as province_fr', 'p.name_ar as province_ar']);

type SiteRow = Awaited<ReturnType<ReturnType<typeof siteRows>['execute']>>[number];

const named = (fr: string | null, ar: string | null) => (fr === null || ar === null ? null : { fr, ar });
const siteOf = (row: SiteRow): NoticeSite => ({
  id: row.id, name: row.name, nameAr: row.name_ar, region: named(row.region_fr, row.region_ar), province: named(row.province_fr, row.province_ar), carrier: row.carrier, technology: row.technology, lineNumber: row.line_number, dutyPhone: row.duty_phone,
});

/** As the receiver may see it. Null when there is no such incident, or none of its sites is in scope any more. */
export async function noticeFacts(db: Handle, id: number, scope: Scope): Promise<NoticeFacts | null> {
  const incident = await incidentRow(db, id);
  if (incident === null) return null;
  const members = db.selectFrom('incident_members as m').innerJoin('sites as x', 'x.id', 'm.site_id').where('m.incident_id', '=', id).where(inScope(scope, 'x.region'));
  const seen = Number((await members.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n);
  if (seen === 0 && incident.kind !== 'platform_blind') return null;
  const single = incident.group_by === null;
  const rows = seen === 0 ? [] : await siteRows(db).where('s.id', 'in', members.select('m.site_id')).orderBy('s.name').orderBy('s.id').limit(single ? 1 : MEMBERS_NAMED).execute();
  const sites = rows.map(siteOf);
  return {
    id,
    kind: incident.kind as IncidentKind,
    severity: incident.severity as Severity,
    state: incident.state,
    sinceAt: incident.since_at,
    openedAt: incident.opened_at,
    resolvedAt: incident.resolved_at,
    endAt: incident.end_at,
    openMs: incident.open_ms,
    cause: incident.cause,
    reason: JSON.parse(incident.reason) as Reason,
    flapping: incident.flapping === 1,
    acknowledgedBy: incident.acknowledged_at === null ? null : incident.acknowledged_by,
    ticket: incident.ticket,
    promisedAt: incident.promised_at,
    sites: incident.sites,
    expectedSites: incident.expected_sites,
    pcs: incident.pcs,
    demo: incident.demo === 1,
    site: single ? (sites[0] ?? null) : null,
    machineName: incident.machine_id === null ? null : ((await db.selectFrom('machines').select('name').where('id', '=', incident.machine_id).executeTakeFirst())?.name ?? null),
    group: single ? null : { by: incident.group_by!, key: incident.group_key ?? '', name: incident.group_by === 'province' ? await provinceName(db, incident.group_key ?? '') : null },
    members: single ? [] : sites,
    membersSeen: single ? 0 : seen,
  };
}

async function provinceName(db: Handle, code: string): Promise<{ fr: string; ar: string } | null> {
  const row = await db.selectFrom('provinces').select(['name_fr', 'name_ar']).where('code', '=', code).executeTakeFirst();
  return row ? { fr: row.name_fr, ar: row.name_ar } : null;
}

/** Incidents for a daily list: minor ones opened since the last one or open still, whatever else is open, and what flapped until now: its end is told nowhere else. Those in scope. */
export async function incidentsForList(db: Handle, scope: Scope, since: number, limit: number): Promise<IncidentRow[]> {
  return db
    .selectFrom('incidents as i')
    .selectAll('i')
    .where((eb) => eb.or([eb('i.state', 'in', ['open', 'paused']), eb.and([eb('i.touched_at', '>', since), eb('i.state', '=', 'resolved'), eb.or([eb.and([eb('i.severity', '=', 'minor'), eb('i.opened_at', '>', since)]), eb.and([eb('i.flapping', '=', 1), eb('i.resolved_at', '>', since)])])])]))
    .where('i.kind', '<>', 'platform_blind')
    .where((eb) => eb.exists(eb.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select(sql<number>`1`.as('one')).whereRef('m.incident_id', '=', 'i.id').where(inScope(scope, 's.region'))))
    .orderBy('i.id')
    .limit(limit)
    .execute();
}

/** Open, with nobody who took it over, older than `openedBefore`. Paused ones wait for their opening. */
export async function unacknowledged(db: Handle, openedBefore: number): Promise<IncidentRow[]> {
  return db.selectFrom('incidents').selectAll().where(sql<boolean>`state <> 'resolved'`).where('state', '=', 'open').where('acknowledged_at', 'is', null).where(sql<boolean>`coalesce(told_at, opened_at) <= ${openedBefore}`).where('severity', '<>', 'minor').orderBy('id').execute();
}

/** False when somebody else noted it first. */
export async function noteEscalated(tx: Handle, id: number, from: number, to: number, now: number): Promise<boolean> {
  const done = await tx.updateTable('incidents').set({ escalated: to, touched_at: now }).where('id', '=', id).where('escalated', '=', from).where('acknowledged_at', 'is', null).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export const noteIncidentEvent = (tx: Handle, incidentId: number, at: number, act: string, detail: Record<string, unknown>): Promise<unknown> =>
  tx.insertInto('incident_events').values({ incident_id: incidentId, at, act, who: 'constat', detail: JSON.stringify(detail) }).execute();

/** Its sites as silences look at them; those that are still in it. */
export const sitesOfIncident = (db: Handle, id: number) =>
  db.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select(['s.id', 's.region', 's.province', 's.carrier', 's.programme']).where('m.incident_id', '=', id).where('m.left_at', 'is', null).execute();
