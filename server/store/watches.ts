/** What each site is watched for: who is to be judged, with what is known of them, and what came of it. Work is proportional to what changed or is due. */
import type { Grouping, SiteCondition } from '@cac/shared/incidents.ts';
import type { Probe } from '@cac/shared/api.ts';
import type { LayerScope } from '@cac/shared/calendar.ts';
import { sql } from 'kysely';
import { isFlapping, type Watch } from '../core/alerts/life.ts';
import type { WatchedMachine } from '../core/alerts/judge.ts';
import type { FallenSite, HeardBefore } from '../core/alerts/grouping.ts';
import { isDegraded } from '../core/history/timeline.ts';
import { holdWatch } from './incident-writes.ts';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';

/** Sites to be judged soon, whatever else is due of them: one statement for any number. Sites without a PC are not watched. */
export const markWatched = rowStatement<{ site_id: string; due_at: number }>(
  { site_id: 'text', due_at: 'bigint' },
  `insert into site_watches (site_id, due_at, expected, condition, onsets)
   select r.site_id, r.due_at, 0, '', '[]' from {rows} where exists (select 1 from machines m where m.site_id = r.site_id)
   on conflict (site_id) do update set due_at = case when site_watches.due_at < excluded.due_at then site_watches.due_at else excluded.due_at end`,
);

/** All that have a PC, for the first start with alerts. */
export const watchEverySite = (db: Handle, now: number): Promise<unknown> =>
  sql`insert into site_watches (site_id, due_at, expected, condition, onsets) select distinct m.site_id, ${sql.lit(now)}, 0, '', '[]' from machines m where true on conflict (site_id) do nothing`.execute(db);

/** Sites that are watched are judged at the next round: their hours, or what is declared of them, changed. `null`: all of them. */
export async function hastenWatches(db: Handle, under: { kind: LayerScope['kind'] | 'sites'; ids: readonly string[] } | null): Promise<void> {
  // With what is being judged under the former hours: after it.
  await holdWatch(db);
  let update = db.updateTable('site_watches').set({ due_at: 0 });
  if (under !== null && under.kind !== 'national') {
    const { kind, ids } = under;
    const column = kind === 'sites' || kind === 'site' ? 's.id' : kind === 'host' ? 's.host_premises' : kind === 'province' ? 's.province' : 's.programme';
    update = update.where('site_id', 'in', (eb) => eb.selectFrom('sites as s').select('s.id').where(column, 'in', ids));
  }
  await update.execute();
}

export interface Touched {
  site: string;
  /** Of the newest line. */
  id: number;
  /** The earliest instant that a line corrects; null: none does. */
  revisedAt: number | null;
}

/** So long a number of the log may be missing because its transaction still runs; after it, it was taken back. */
const RUNS_MS = 10_000;

/** Up to which line the log is whole: with several connections a number may be seen before a smaller one. At most `limit` lines on. */
export async function wholeUntil(db: Handle, since: number, newest: number, limit: number, now: number): Promise<number> {
  const until = Math.min(newest, since + limit);
  if (!isPostgres(db) || until <= since) return until;
  const lines = await db.selectFrom('transitions').select(['id', 'told_at']).where('id', '>', since).where('id', '<=', until).orderBy('id').execute();
  let last = since;
  for (const { id, told_at: toldAt } of lines) {
    if (id !== last + 1 && toldAt > now - RUNS_MS) return last;
    last = id;
  }
  return last === since ? until : last;
}

/** Sites of the log's lines `since < id <= until`. */
export const sitesOfLines = async (db: Handle, since: number, until: number): Promise<Touched[]> => {
  const rows = await db
    .selectFrom('transitions')
    .select(['site_id as site', sql<number>`max(id)`.as('id'), sql<number | null>`min(case when revises is null then null else at end)`.as('revisedAt')])
    .where('id', '>', since)
    .where('id', '<=', until)
    .groupBy('site_id')
    .execute();
  return rows.map((row) => ({ site: row.site, id: Number(row.id), revisedAt: row.revisedAt === null ? null : Number(row.revisedAt) }));
};

export const dueSites = async (db: Handle, now: number, limit: number): Promise<string[]> =>
  (await db.selectFrom('site_watches').select('site_id').where('due_at', '<=', now).orderBy('due_at').limit(limit).execute()).map((row) => row.site_id);

export interface SiteUnderWatch {
  id: string;
  name: string;
  region: string;
  province: string | null;
  carrier: string | null;
  technology: string | null;
  programme: string | null;
  isCentre: boolean;
  demo: number;
  expectedComputers: number | null;
  telephoneWorks: number | null;
  capMb: number | null;
  /** Its opening that runs, or the next. */
  opening: { fromAt: number; toAt: number } | null;
  watch: Watch;
  machines: (WatchedMachine & { isCloned: boolean; agent: string | null })[];
}

/** What is known of these sites, in the order of their ids. Of those without a PC that counts, or outside every programme, only whoever was watched before: as without PCs. */
export async function sitesUnderWatch(db: Handle, ids: readonly string[]): Promise<SiteUnderWatch[]> {
  if (ids.length === 0) return [];
  const sites = await db
    .selectFrom('sites as s')
    .leftJoin('programmes as p', 'p.code', 's.programme')
    .leftJoin('site_watches as w', 'w.site_id', 's.id')
    .select(['s.id', 's.name', 's.region', 's.province', 's.carrier', 's.technology', 's.programme', 's.kind', 's.demo', 's.expected_computers', 's.telephone_works', 's.cap_mb', 'p.kind as programme_kind'])
    .select(['w.open_from', 'w.open_to', 'w.condition', 'w.since_at', 'w.opens_at', 'w.incident_id', 'w.paused', 'w.well_since', 'w.onsets'])
    .where('s.id', 'in', ids)
    .orderBy('s.id')
    .execute();
  const machines = await db
    .selectFrom('machines')
    .select(['id', 'site_id', 'name', 'state', 'since_at', 'last_sign_at', 'probes', 'versions', 'clone_suspect_at'])
    .where('site_id', 'in', ids)
    .where('revoked_at', 'is', null)
    .where('state', '<>', 'removed')
    .execute();
  const bySite = new Map<string, SiteUnderWatch['machines']>();
  for (const row of machines) {
    const list = bySite.get(row.site_id) ?? [];
    list.push({
      id: row.id, name: row.name, word: row.state, sinceAt: row.since_at, lastSignAt: row.last_sign_at, degraded: isSlow(row.probes),
      isCloned: row.clone_suspect_at !== null, agent: row.versions === null ? null : (JSON.parse(row.versions) as { agent: string }).agent,
    });
    bySite.set(row.site_id, list);
  }
  return sites.flatMap((row) => {
    // The platform's own PC belongs to no programme: nobody is woken for it.
    const own = row.programme === null ? undefined : bySite.get(row.id);
    if (own === undefined && row.condition === null) return [];
    const watch: Watch = {
      condition: (row.condition ?? '') as SiteCondition, sinceAt: row.since_at, opensAt: row.opens_at, incident: row.incident_id, paused: row.paused === 1,
      wellSince: row.well_since, onsets: row.onsets === null || row.onsets === '[]' ? [] : (JSON.parse(row.onsets) as number[]),
    };
    return [{
      id: row.id, name: row.name, region: row.region, province: row.province, carrier: row.carrier, technology: row.technology, programme: row.programme, isCentre: (row.programme_kind ?? row.kind) !== 'school',
      demo: row.demo, expectedComputers: row.expected_computers, telephoneWorks: row.telephone_works, capMb: row.cap_mb, opening: row.open_from === null || row.open_to === null ? null : { fromAt: row.open_from, toAt: row.open_to }, watch, machines: own ?? [],
    }];
  });
}

/** Its last probes passed, but slowly or in part. */
function isSlow(text: string): boolean {
  if (text === '[]') return false;
  const probes = JSON.parse(text) as Probe[];
  return isDegraded(Object.fromEntries(probes.map((probe) => [probe.name, probe.ok ? probe.ms : probe.code])));
}

export interface WatchWrite {
  site_id: string;
  due_at: number | null;
  open_from: number | null;
  open_to: number | null;
  expected: number;
  condition: string;
  since_at: number | null;
  opens_at: number | null;
  incident_id: number | null;
  paused: number;
  well_since: number | null;
  onsets: string;
}

const WATCH_COLUMNS = ['due_at', 'open_from', 'open_to', 'expected', 'condition', 'since_at', 'opens_at', 'incident_id', 'paused', 'well_since', 'onsets'] as const;
export const writeWatches = rowStatement<WatchWrite>(
  {
    site_id: 'text', due_at: 'bigint', open_from: 'bigint', open_to: 'bigint', expected: 'bigint', condition: 'text', since_at: 'bigint', opens_at: 'bigint', incident_id: 'bigint',
    paused: 'bigint', well_since: 'bigint', onsets: 'text',
  },
  `insert into site_watches (site_id, ${WATCH_COLUMNS.join(', ')}) select r.site_id, ${WATCH_COLUMNS.map((c) => `r.${c}`).join(', ')} from {rows} where true
   on conflict (site_id) do update set ${WATCH_COLUMNS.map((c) => `${c} = excluded.${c}`).join(', ')}`,
);

export const watchRow = (site: string, { condition, sinceAt, opensAt, incident, paused, wellSince, onsets }: Watch, opening: { from: number | null; to: number | null }, expected: boolean, dueAt: number | null): WatchWrite => ({
  site_id: site, due_at: dueAt, open_from: opening.from, open_to: opening.to, expected: expected ? 1 : 0, condition, since_at: sinceAt, opens_at: opensAt, incident_id: incident, paused: paused ? 1 : 0,
  well_since: wellSince, onsets: JSON.stringify(onsets),
});

/** From here on these sites are in an incident. */
export const enterIncident = rowStatement<{ site_id: string; incident_id: number }>(
  { site_id: 'text', incident_id: 'bigint' },
  `update site_watches set incident_id = r.incident_id, opens_at = null from {rows} where site_watches.site_id = r.site_id`,
);

/** These are in no incident any more: who is in trouble now is ripe at once. */
export const leaveIncident = rowStatement<{ site_id: string; at: number }>(
  { site_id: 'text', at: 'bigint' },
  `update site_watches set incident_id = null, well_since = null, due_at = r.at,
     opens_at = case when condition = '' or paused = 1 then null else r.at end, condition = case when paused = 1 then '' else condition end, paused = 0 from {rows} where site_watches.site_id = r.site_id`,
);

export interface FallenRow extends FallenSite {
  opensAt: number;
  region: string;
  programme: string | null;
  isCentre: boolean;
  demo: number;
  pcs: number;
  flapping: boolean;
}

/** Whether the grace of any site in trouble is over, while it is open. */
export const anyRipe = async (db: Handle, now: number): Promise<boolean> =>
  (await db.selectFrom('site_watches').select('site_id').where('condition', '<>', '').where('incident_id', 'is', null).where('opens_at', '<=', now).where('open_to', '>', now).limit(1).executeTakeFirst()) !== undefined;

/** Sites in trouble that are in no incident yet, ripe or not; who closed since is judged first. */
export async function fallenSites(db: Handle, now: number): Promise<FallenRow[]> {
  const rows = await db
    .selectFrom('site_watches as w')
    .innerJoin('sites as s', 's.id', 'w.site_id')
    .leftJoin('programmes as p', 'p.code', 's.programme')
    .select(['s.id', 'w.condition', 'w.since_at', 'w.opens_at', 'w.onsets', 's.province', 's.carrier', 's.technology', 's.region', 's.programme', 's.kind', 'p.kind as programme_kind', 's.demo', 's.expected_computers'])
    .select(sql<number>`s.n_on + s.n_failing + s.n_unreachable + s.n_off`.as('known'))
    .where('w.condition', '<>', '')
    .where('w.incident_id', 'is', null)
    .where('w.open_to', '>', now)
    .orderBy('w.since_at')
    .execute();
  return rows.map((row) => ({
    id: row.id, condition: row.condition as SiteCondition, sinceAt: row.since_at!, opensAt: row.opens_at ?? Infinity, province: row.province, carrier: row.carrier, technology: row.technology, region: row.region,
    programme: row.programme, isCentre: (row.programme_kind ?? row.kind) !== 'school', demo: row.demo, pcs: row.expected_computers ?? Number(row.known), flapping: isFlapping(JSON.parse(row.onsets) as number[], now),
  }));
}

/** Of the sites that were open at an instant: how many were heard just before, or for `did_not_open` how many were expected, by what they share. */
export async function heardBefore(db: Handle, condition: SiteCondition, at: number): Promise<HeardBefore> {
  let select = db
    .selectFrom('site_watches as w')
    .innerJoin('sites as s', 's.id', 'w.site_id')
    .select(['s.province', 's.carrier', 's.technology', sql<number>`count(*)`.as('n')])
    .where('w.expected', '=', 1)
    .where('w.open_from', '<=', at)
    .where('w.open_to', '>', at)
    .groupBy(['s.province', 's.carrier', 's.technology']);
  // Of schools nobody asks whether they opened.
  if (condition === 'did_not_open') select = select.leftJoin('programmes as p', 'p.code', 's.programme').where(sql<string>`coalesce(p.kind, s.kind)`, '<>', 'school');
  else select = select.where(({ or, eb }) => or([eb('s.state', 'in', ['connected', 'no_internet']), eb('w.condition', '=', condition)]));
  const maps = { province: new Map<string, number>(), carrier: new Map<string, number>(), technology: new Map<string, number>(), fleet: new Map<string, number>() } satisfies Record<Grouping, Map<string, number>>;
  const add = (map: Map<string, number>, key: string | null, n: number): void => void (key !== null && map.set(key, (map.get(key) ?? 0) + n));
  for (const { province, carrier, technology, n } of await select.execute()) {
    add(maps.province, province, Number(n));
    add(maps.carrier, carrier, Number(n));
    add(maps.technology, technology, Number(n));
    add(maps.fleet, '', Number(n));
  }
  return maps;
}
