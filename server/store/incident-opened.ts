/** What stands behind one incident: members, timeline, evidence and messages, of each only what lies in the reader's scope. */
import type { EvidenceLine, IncidentEvent, IncidentMember, Notice } from '@cac/shared/incidents.ts';
import type { Scope } from '@cac/shared/api.ts';
import type { IncidentReader } from './incidents.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

/** A country's largest carrier has fewer sites. */
const MOST_MEMBERS = 10_000;
const MOST_EVENTS = 2_000;
const MOST_NOTICES = 500;

export async function membersOf(db: Handle, scope: Scope, id: number): Promise<IncidentMember[]> {
  const rows = await db
    .selectFrom('incident_members as m')
    .innerJoin('sites as s', 's.id', 'm.site_id')
    .select(['m.since_at', 'm.left_at', 'm.paused', 'm.cause', 's.id', 's.name', 's.name_ar', 's.region', 's.province', 's.carrier', 's.technology', 's.lat', 's.lon', 's.duty_phone', 's.line_number', 's.expected_computers'])
    .where('m.incident_id', '=', id)
    .where(inScope(scope, 's.region'))
    .orderBy('m.joined_at')
    .orderBy('m.site_id')
    .limit(MOST_MEMBERS)
    .execute();
  return rows.map((row) => ({
    site: { id: row.id, name: row.name, nameAr: row.name_ar, region: row.region, province: row.province, carrier: row.carrier, technology: row.technology, lat: row.lat, lon: row.lon, dutyPhone: row.duty_phone, lineNumber: row.line_number, expectedComputers: row.expected_computers } as IncidentMember['site'],
    sinceAt: row.since_at,
    leftAt: row.left_at,
    paused: row.paused === 1,
    cause: row.cause,
  }));
}

/** Oldest first. Lines about a site in no region of the reader's are left out; of a list of sites the own ones stay. */
export async function eventsOf(db: Handle, scope: Scope, id: number): Promise<IncidentEvent[]> {
  const rows = await db.selectFrom('incident_events').selectAll().where('incident_id', '=', id).orderBy('id', 'desc').limit(MOST_EVENTS).execute();
  return inOwnSites(db, scope, rows.reverse().map((row) => ({ id: row.id, at: row.at, act: row.act, who: row.who, detail: JSON.parse(row.detail) as Record<string, unknown> })));
}

export async function inOwnSites<T extends { detail: Record<string, unknown> }>(db: Handle, scope: Scope, events: T[]): Promise<T[]> {
  if (scope.kind === 'all') return events;
  const named = new Set(events.flatMap(({ detail }) => sitesNamed(detail)));
  if (named.size === 0) return events;
  const own = new Set((await db.selectFrom('sites as s').select('s.id').where('s.id', 'in', [...named]).where(inScope(scope, 's.region')).execute()).map((row) => row.id));
  return events.flatMap((event) => {
    const { site, sites } = event.detail;
    if (typeof site === 'string' && !own.has(site)) return [];
    return [Array.isArray(sites) ? { ...event, detail: { ...event.detail, sites: sites.filter((one) => own.has(String(one))) } } : event];
  });
}

const sitesNamed = ({ site, sites }: Record<string, unknown>): string[] => [...(typeof site === 'string' ? [site] : []), ...(Array.isArray(sites) ? sites.map(String) : [])];

/** What was known of each PC when it was decided; PCs of foreign sites are left out. */
export async function evidenceOf(db: Handle, scope: Scope, id: number): Promise<EvidenceLine[]> {
  const row = await db.selectFrom('incidents').select('evidence').where('id', '=', id).executeTakeFirst();
  const lines = row ? (JSON.parse(row.evidence) as EvidenceLine[]) : [];
  if (scope.kind === 'all' || lines.length === 0) return lines;
  const own = new Set((await db.selectFrom('machines as pc').innerJoin('sites as s', 's.id', 'pc.site_id').select('pc.id').where('pc.id', 'in', lines.map((line) => line.machine)).where(inScope(scope, 's.region')).execute()).map((one) => one.id));
  return lines.filter((line) => own.has(line.machine));
}

/** Messages about it, oldest first: to people by name, and only those who share a region with the reader. */
export async function noticesOf(db: Handle, { scope }: Pick<IncidentReader, 'scope'>, id: number): Promise<Notice[]> {
  const rows = await db
    .selectFrom('outbox as o')
    .leftJoin('accounts as a', 'a.id', 'o.account_id')
    .leftJoin('channels as c', 'c.id', 'o.channel_id')
    .select(['o.id', 'o.event', 'o.channel_kind', 'o.created_at', 'o.due_at', 'o.state', 'o.attempts', 'o.closed_at', 'o.answer', 'a.name', 'a.full_name', 'a.scope', 'c.name as channel'])
    .where('o.incident_id', '=', id)
    .orderBy('o.id')
    .limit(MOST_NOTICES)
    .execute();
  return rows
    .filter((row) => row.scope === null || shares(scope, JSON.parse(row.scope) as Scope))
    .map((row) => ({ id: row.id, event: row.event, channel: row.channel_kind, to: row.full_name || row.name || row.channel || row.channel_kind, createdAt: row.created_at, dueAt: row.due_at, state: row.state as Notice['state'], attempts: row.attempts, closedAt: row.closed_at, answer: row.answer }));
}

export const shares = (a: Scope, b: Scope): boolean => a.kind === 'all' || b.kind === 'all' || a.regions.some((region) => b.regions.includes(region));

/** Who may be given it: people who act on incidents, see it themselves, and share a region with the reader. */
export async function assigneesOf(db: Handle, { scope }: Pick<IncidentReader, 'scope'>, id: number): Promise<{ id: number; name: string }[]> {
  const rows = await db.selectFrom('accounts').select(['id', 'name', 'full_name', 'role', 'scope']).where('disabled', '=', 0).where('role', '<>', 'viewer').orderBy('name').limit(500).execute();
  const regions = new Set((await db.selectFrom('incident_members as m').innerJoin('sites as s', 's.id', 'm.site_id').select('s.region').distinct().where('m.incident_id', '=', id).execute()).map((row) => row.region));
  const sees = (own: Scope, role: string): boolean => (own.kind === 'all' ? regions.size > 0 || role === 'administrator' : own.regions.some((region) => regions.has(region)));
  return rows.flatMap((row) => {
    const own = JSON.parse(row.scope) as Scope;
    return sees(own, row.role) && shares(scope, own) ? [{ id: row.id, name: row.full_name || row.name }] : [];
  });
}
