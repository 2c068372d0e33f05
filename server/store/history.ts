/** The told past: written whole days at a time, read by machine, by site and by area. */
import type { HistoryWord, MachineCause, Verdict, VerdictCause } from '@cac/shared/history.ts';
import { dayAfter, dayStartAt, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import type { MachineDay } from '../core/history/days.ts';
import type { OpeningTotals, SiteInterval } from '../core/history/site-day.ts';
import type { Interval, Proof } from '../core/history/timeline.ts';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';
import type { SiteTable, Tables } from './tables.ts';

type MachineIntervalRow = Tables['machine_intervals'];
type SiteIntervalRow = Tables['site_intervals'];
/** What evidence proved by a day's end (`rung`) is written by itself (store/rungs.ts): it follows from many days. */
export type SiteDayRow = Omit<Tables['site_days'], 'rung'>;
export type AreaDayRow = Tables['area_days'];

const insertMachineIntervals = rowStatement<MachineIntervalRow>(
  { machine_id: 'text', from_at: 'bigint', to_at: 'bigint', since_at: 'bigint', word: 'text', cause: 'text', settled: 'bigint', degraded: 'bigint', proof: 'text' },
  `insert into machine_intervals (machine_id, from_at, to_at, since_at, word, cause, settled, degraded, proof)
   select r.machine_id, r.from_at, r.to_at, r.since_at, r.word, r.cause, r.settled, r.degraded, r.proof from {rows}`,
);
const upsertMachineDays = rowStatement<Tables['machine_days']>(
  { machine_id: 'text', day: 'text', on_ms: 'bigint', boots: 'bigint', unclean: 'bigint', provisional: 'bigint' },
  `insert into machine_days (machine_id, day, on_ms, boots, unclean, provisional)
   select r.machine_id, r.day, r.on_ms, r.boots, r.unclean, r.provisional from {rows} where true
   on conflict (machine_id, day) do update set on_ms = excluded.on_ms, boots = excluded.boots, unclean = excluded.unclean, provisional = excluded.provisional`,
);
const insertSiteIntervals = rowStatement<SiteIntervalRow>(
  { site_id: 'text', from_at: 'bigint', to_at: 'bigint', verdict: 'text', cause: 'text', settled: 'bigint' },
  `insert into site_intervals (site_id, from_at, to_at, verdict, cause, settled)
   select r.site_id, r.from_at, r.to_at, r.verdict, r.cause, r.settled from {rows}`,
);
const upsertSiteDays = rowStatement<SiteDayRow>(
  {
    site_id: 'text', day: 'text', open_ms: 'bigint', conn_ms: 'bigint', disc_ms: 'bigint', unk_ms: 'bigint', off_ms: 'bigint',
    excluded_ms: 'bigint', provisional_ms: 'bigint', heard: 'bigint', assumed: 'bigint',
  },
  `insert into site_days (site_id, day, open_ms, conn_ms, disc_ms, unk_ms, off_ms, excluded_ms, provisional_ms, heard, assumed)
   select r.site_id, r.day, r.open_ms, r.conn_ms, r.disc_ms, r.unk_ms, r.off_ms, r.excluded_ms, r.provisional_ms, r.heard, r.assumed from {rows} where true
   on conflict (site_id, day) do update set open_ms = excluded.open_ms, conn_ms = excluded.conn_ms, disc_ms = excluded.disc_ms, unk_ms = excluded.unk_ms,
     off_ms = excluded.off_ms, excluded_ms = excluded.excluded_ms, provisional_ms = excluded.provisional_ms, heard = excluded.heard, assumed = excluded.assumed`,
);
/** Adds to the sums of an area's day: what a site's day is now, less what it was. */
export const addToAreaDays = rowStatement<AreaDayRow>(
  {
    day: 'text', region: 'text', province: 'text', zone: 'text', programme: 'text', assumed: 'bigint', sites: 'bigint', open_ms: 'bigint', conn_ms: 'bigint',
    disc_ms: 'bigint', unk_ms: 'bigint', off_ms: 'bigint', excluded_ms: 'bigint', provisional_ms: 'bigint', reporting: 'bigint', in_service: 'bigint',
  },
  `insert into area_days (day, region, province, zone, programme, assumed, sites, open_ms, conn_ms, disc_ms, unk_ms, off_ms, excluded_ms, provisional_ms, reporting, in_service)
   select r.day, r.region, r.province, r.zone, r.programme, r.assumed, r.sites, r.open_ms, r.conn_ms, r.disc_ms, r.unk_ms, r.off_ms, r.excluded_ms, r.provisional_ms, r.reporting, r.in_service
   from {rows} where true
   on conflict (day, region, province, zone, programme, assumed) do update set sites = area_days.sites + excluded.sites, open_ms = area_days.open_ms + excluded.open_ms,
     conn_ms = area_days.conn_ms + excluded.conn_ms, disc_ms = area_days.disc_ms + excluded.disc_ms, unk_ms = area_days.unk_ms + excluded.unk_ms,
     off_ms = area_days.off_ms + excluded.off_ms, excluded_ms = area_days.excluded_ms + excluded.excluded_ms, provisional_ms = area_days.provisional_ms + excluded.provisional_ms,
     reporting = area_days.reporting + excluded.reporting, in_service = area_days.in_service + excluded.in_service`,
);

/** Puts these days in the place of what was told of them. */
export async function replaceMachineDays(tx: Handle, machine: string, days: readonly MachineDay[]): Promise<void> {
  for (const { day } of days) {
    await tx.deleteFrom('machine_intervals').where('machine_id', '=', machine).where('from_at', '>=', dayStartAt(day)).where('from_at', '<', dayStartAt(dayAfter(day))).execute();
  }
  await insertMachineIntervals.run(
    tx,
    days.flatMap(({ intervals }) =>
      intervals.map(({ fromAt, toAt, sinceAt, word, cause, settled, degraded, proof }) => ({
        machine_id: machine, from_at: fromAt, to_at: toAt, since_at: sinceAt, word, cause, settled: settled ? 1 : 0, degraded: degraded ? 1 : 0, proof: JSON.stringify(proof),
      })),
    ),
  );
  await upsertMachineDays.run(
    tx,
    days.map(({ day, onMs, boots, unclean, intervals }) => ({ machine_id: machine, day, on_ms: onMs, boots, unclean, provisional: intervals.every((i) => i.settled) ? 0 : 1 })),
  );
}

const intervalOf = (row: MachineIntervalRow): Interval => ({
  fromAt: row.from_at,
  toAt: row.to_at,
  sinceAt: row.since_at,
  word: row.word as HistoryWord,
  cause: row.cause as MachineCause,
  settled: row.settled === 1,
  degraded: row.degraded === 1,
  proof: JSON.parse(row.proof) as Proof[],
});

/** Told intervals that begin in `[fromAt, toAt)`, by machine; both ends are local midnights. */
export async function machineIntervals(db: Handle, machines: readonly string[], fromAt: number, toAt: number): Promise<Map<string, Interval[]>> {
  const found = new Map<string, Interval[]>(machines.map((id) => [id, []]));
  if (machines.length === 0) return found;
  const rows = await db.selectFrom('machine_intervals').selectAll().where('machine_id', 'in', machines).where('from_at', '>=', fromAt).where('from_at', '<', toAt).orderBy('machine_id').orderBy('from_at').execute();
  for (const row of rows) found.get(row.machine_id)!.push(intervalOf(row));
  return found;
}

export type MachineDayRow = Tables['machine_days'];

/** What is told of whole days, by machine and day. */
export async function machineDayRows(db: Handle, machines: readonly string[], from: LocalDay, to: LocalDay): Promise<Map<string, Map<LocalDay, MachineDayRow>>> {
  const found = new Map<string, Map<LocalDay, MachineDayRow>>(machines.map((id) => [id, new Map()]));
  if (machines.length === 0) return found;
  for (const row of await db.selectFrom('machine_days').selectAll().where('machine_id', 'in', machines).where('day', '>=', from).where('day', '<=', to).execute()) found.get(row.machine_id)!.set(row.day, row);
  return found;
}

/** Whether something was told of a machine, before an instant, that it was heard to say. */
export async function wasHeardBefore(db: Handle, machine: string, at: number): Promise<boolean> {
  const row = await db.selectFrom('machine_intervals').select('from_at').where('machine_id', '=', machine).where('from_at', '<', at).where('word', '<>', 'unseen').orderBy('from_at', 'desc').limit(1).executeTakeFirst();
  return row !== undefined;
}

export interface SiteDay {
  day: LocalDay;
  intervals: SiteInterval[];
  totals: OpeningTotals;
  /** A PC was on at some time of the day. */
  heard: boolean;
  /** The hours are those assumed for its kind: nobody has set the site's own. */
  assumed: boolean;
}

export type Area = Pick<SiteTable, 'region' | 'province' | 'zone' | 'programme'>;

/** Nothing, in an area's day. */
export const areaDayOf = (area: Area, day: LocalDay, assumed: number): AreaDayRow => ({
  day, region: area.region, province: area.province ?? '', zone: area.zone ?? '', programme: area.programme ?? '', assumed,
  sites: 0, open_ms: 0, conn_ms: 0, disc_ms: 0, unk_ms: 0, off_ms: 0, excluded_ms: 0, provisional_ms: 0, reporting: 0, in_service: 0,
});

/** Puts these days in the place of what was told of them, and moves the sums of their area by the difference. Answers with those that are not what they were. */
export async function replaceSiteDays(tx: Handle, site: string, area: Area, days: readonly SiteDay[]): Promise<LocalDay[]> {
  if (days.length === 0) return [];
  const before = await tx.selectFrom('site_days').selectAll().where('site_id', '=', site).where('day', 'in', days.map((d) => d.day)).execute();
  for (const { day } of days) {
    await tx.deleteFrom('site_intervals').where('site_id', '=', site).where('from_at', '>=', dayStartAt(day)).where('from_at', '<', dayStartAt(dayAfter(day))).execute();
  }
  await insertSiteIntervals.run(
    tx,
    days.flatMap(({ intervals }) => intervals.map(({ fromAt, toAt, verdict, cause, settled }) => ({ site_id: site, from_at: fromAt, to_at: toAt, verdict, cause, settled: settled ? 1 : 0 }))),
  );
  const after = days.map((day) => dayRow(site, day));
  await upsertSiteDays.run(tx, after);
  await addToAreaDays.run(tx, differences(area, before, after));
  const known = new Map(before.map((row) => [row.day, row]));
  return after.filter((row) => DECIDING.some((name) => known.get(row.day)?.[name] !== row[name])).map((row) => row.day);
}

/** What a rung hangs on. */
const DECIDING = ['open_ms', 'conn_ms', 'disc_ms', 'off_ms', 'heard'] as const;

const dayRow = (site: string, { day, totals, heard, assumed }: SiteDay): SiteDayRow => ({
  site_id: site, day, open_ms: totals.openMs, conn_ms: totals.connMs, disc_ms: totals.discMs, unk_ms: totals.unkMs, off_ms: totals.offMs,
  excluded_ms: totals.excludedMs, provisional_ms: totals.provisionalMs, heard: heard ? 1 : 0, assumed: assumed ? 1 : 0,
});

const SUMS = ['open_ms', 'conn_ms', 'disc_ms', 'unk_ms', 'off_ms', 'excluded_ms', 'provisional_ms'] as const;

function differences(area: Area, before: readonly Tables['site_days'][], after: readonly SiteDayRow[]): AreaDayRow[] {
  const sums = new Map<string, AreaDayRow>();
  const rungs = new Map(before.map((row) => [row.day, row.rung]));
  const add = (row: SiteDayRow, sign: 1 | -1): void => {
    const key = `${row.day} ${row.assumed}`;
    const sum = sums.get(key) ?? areaDayOf(area, row.day, row.assumed);
    sums.set(key, sum);
    if (row.open_ms + row.excluded_ms > 0) sum.sites += sign;
    for (const name of SUMS) sum[name] += sign * row[name];
    // Its rung is told afterwards; until then the day keeps the one it had, also where its hours are assumed no more.
    const rung = rungs.get(row.day) ?? 0;
    if (rung >= 2) sum.reporting += sign;
    if (rung === 3) sum.in_service += sign;
  };
  for (const row of before) add(row, -1);
  for (const row of after) add(row, 1);
  return [...sums.values()].filter((sum) => COUNTED.some((name) => sum[name] !== 0));
}

const COUNTED = ['sites', 'reporting', 'in_service', ...SUMS] as const;

export const totalsOf = (row: Pick<SiteDayRow, (typeof SUMS)[number]>): OpeningTotals => ({
  openMs: row.open_ms, connMs: row.conn_ms, discMs: row.disc_ms, unkMs: row.unk_ms, offMs: row.off_ms, excludedMs: row.excluded_ms, provisionalMs: row.provisional_ms,
});

export const siteDays = (db: Handle, site: string, from: LocalDay, to: LocalDay): Promise<SiteDayRow[]> =>
  db.selectFrom('site_days').selectAll().where('site_id', '=', site).where('day', '>=', from).where('day', '<=', to).orderBy('day').execute();

/** Told intervals that begin in `[fromAt, toAt)`; both ends are local midnights. */
export async function siteIntervals(db: Handle, site: string, fromAt: number, toAt: number): Promise<SiteInterval[]> {
  const rows = await db.selectFrom('site_intervals').selectAll().where('site_id', '=', site).where('from_at', '>=', fromAt).where('from_at', '<', toAt).orderBy('from_at').execute();
  return rows.map((row) => ({ fromAt: row.from_at, toAt: row.to_at, verdict: row.verdict as Verdict, cause: row.cause as VerdictCause, settled: row.settled === 1 }));
}

export type SiteOfPast = Area & Pick<SiteTable, 'id' | 'rolled_to' | 'measured_from' | 'measured_to' | 'proven_rung' | 'proven_on'> & {
  /** On which the past of its first machine begins; null while it has none. */
  first_day: LocalDay | null;
};

/** The lock that all who count a past share, and that whoever moves sites between areas holds alone. */
export const ALL_PASTS = 0;

/** Whoever counts a site holds it until the end of the transaction: two servers on one PostgreSQL would move the sums of its area twice. */
export async function holdPast(tx: Handle, site: string): Promise<void> {
  if (!isPostgres(tx)) return;
  await sql`select pg_advisory_xact_lock_shared(20091014, ${ALL_PASTS})`.execute(tx);
  await sql`select pg_advisory_xact_lock(20091014, hashtext(${site}))`.execute(tx);
}

export async function siteOfPast(db: Handle, site: string): Promise<SiteOfPast | undefined> {
  const row = await db
    .selectFrom('sites as s')
    .select(['s.id', 's.region', 's.province', 's.zone', 's.programme', 's.rolled_to', 's.measured_from', 's.measured_to', 's.proven_rung', 's.proven_on'])
    .select(({ selectFrom }) => selectFrom('machines as m').select(({ fn }) => fn.min('m.begins_at').as('first')).whereRef('m.site_id', '=', 's.id').as('first_at'))
    .where('s.id', '=', site)
    .executeTakeFirst();
  if (!row) return undefined;
  const { first_at: firstAt, ...rest } = row;
  return { ...rest, first_day: firstAt === null ? null : localDayOf(firstAt) };
}

/** Sites whose past is not told up to `day` yet. */
export async function sitesToRoll(db: Handle, day: LocalDay, limit: number): Promise<string[]> {
  const rows = await db.selectFrom('sites').select('id').where('rolled_to', '<', day).orderBy('rolled_to').orderBy('id').limit(limit).execute();
  return rows.map((row) => row.id);
}

export const noteRolled = (tx: Handle, site: string, change: Partial<Pick<SiteTable, 'rolled_to' | 'measured_from' | 'measured_to' | 'proven_rung' | 'proven_on'>>): Promise<unknown> =>
  tx.updateTable('sites').set(change).where('id', '=', site).execute();

/** A site's machines, or some of them, with what the present knows of each. */
export function machinesOfPast(db: Handle, site: string, only?: readonly string[]) {
  const all = db.selectFrom('machines').select(['id', 'name', 'enrolled_at', 'begins_at', 'revoked_at', 'last_sign_at', 'deadline_at']).where('site_id', '=', site).orderBy('id');
  return only === undefined ? all.execute() : only.length === 0 ? Promise.resolve([]) : all.where('id', 'in', only).execute();
}

/** Ingest knows nothing of this column: its memory of the machine stays true. */
export const noteBeginning = (tx: Handle, machine: string, at: number): Promise<unknown> => tx.updateTable('machines').set({ begins_at: at }).where('id', '=', machine).execute();

/** The windows in which nobody listened that touch a stretch of time. */
export async function blindWindowsIn(db: Handle, fromAt: number, toAt: number): Promise<{ fromAt: number; toAt: number; reason: string }[]> {
  const rows = await db.selectFrom('blind_windows').select(['from_at', 'to_at', 'reason']).where('from_at', '<', toAt).where('to_at', '>', fromAt).orderBy('from_at').execute();
  return rows.map((row) => ({ fromAt: row.from_at, toAt: row.to_at, reason: row.reason }));
}
