/**
 * Counts finished days of one site, in the caller's transaction: again where evidence or its calendar changed, for the first time after midnight.
 *
 *   1. how far new evidence reaches: from the entry before it to the entry after it; what was told of that time is corrected;
 *      evidence of a time before the enrolment moves the beginning of the machine's past first;
 *   2. the machines' days from their evidence (core/history/timeline.ts);
 *   3. the site's days from its machines, its calendar, the server's blindness and its maintenance (core/history/site-day.ts); the sums of its area follow;
 *   4. what evidence proves of the site at the end of those days, and of the later ones that look back at them (core/programme/rung.ts).
 *
 * Today is never written. Nothing is opened about a past that is over: a correction is a line in the log, not an event.
 */
import { dayAfter, dayStartAt, daysBetween, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import type { SiteCalendar } from '../core/calendar/facts.ts';
import { beginningOf, MOST_BEFORE_MS } from '../core/history/beginning.ts';
import { MARGIN_MS, type MachineDay } from '../core/history/days.ts';
import type { Evidence } from '../core/history/evidence.ts';
import { reachOf, type Stretch } from '../core/history/reach.ts';
import { SETTLES_AS_UNKNOWN_MS, timelineOf, type Interval } from '../core/history/timeline.ts';
import { siteCalendars } from '../store/calendars.ts';
import { loadEvidence } from '../store/evidence.ts';
import { holdPast, machineIntervals, machinesOfPast, noteBeginning, noteRolled, replaceMachineDays, replaceSiteDays, siteOfPast, wasHeardBefore, type SiteDay, type SiteOfPast } from '../store/history.ts';
import type { Handle } from '../store/store.ts';
import { appendLog, provisionalLines } from '../store/transitions.ts';
import { knownOf, machineDays, siteDayFrom, unseenIn, type MachineOfPast } from './count-days.ts';
import { tellRungs } from './tell-rungs.ts';

/** One machine whose evidence changed between two instants. */
export interface Touched extends Stretch {
  machine: string;
}

export interface DayRange {
  from: LocalDay;
  to: LocalDay;
}

/** A site that was away for long catches up in several transactions. */
const DAYS_AT_ONCE = 62;
const CORRECTIONS_AT_ONCE = 500;
const GIVEN_UP_DAYS = Math.round(SETTLES_AS_UNKNOWN_MS / 86_400_000);

/** The days to count: of the site, and of each of its machines by id. */
interface Plan {
  site: Set<LocalDay>;
  machines: Map<string, Set<LocalDay>>;
}

interface Counted {
  days: number;
  corrections: number;
}

/** Told days that new evidence reaches, and those of `again`, whose calendar changed. Days not told yet are left to `rollSite`. */
export async function recountSite(tx: Handle, siteId: string, touched: readonly Touched[], again: DayRange | null, now: number): Promise<Counted> {
  await holdPast(tx, siteId);
  const rows = await machinesOfPast(tx, siteId, touched.map((t) => t.machine));
  const begunAt = new Map(rows.map((row) => [row.id, row.begins_at]));
  for (const row of rows) await beginAnew(tx, row, touched.find((t) => t.machine === row.id)!);
  const site = await siteOfPast(tx, siteId);
  if (!site) return { days: 0, corrections: 0 };
  const plan: Plan = { site: new Set(), machines: new Map() };
  let corrections = 0;
  for (const row of rows) {
    const { reach, lines } = await noteReach(tx, row, touched.find((t) => t.machine === row.id)!, now);
    corrections += lines;
    // What was told of the time before a beginning that turned out to be later is told to be nothing.
    const fromAt = row.begins_at > begunAt.get(row.id)! ? begunAt.get(row.id)! : reach.fromAt;
    const days = daysBetween(localDayOf(fromAt), earlier(site.rolled_to, localDayOf(reach.toAt)));
    plan.machines.set(row.id, new Set(days));
    for (const day of days) plan.site.add(day);
  }
  const anew = again && site.first_day !== null ? daysBetween(later(site.first_day, again.from), earlier(site.rolled_to, again.to)) : [];
  for (const day of anew) plan.site.add(day);
  return { days: await tell(tx, site, plan, site.rolled_to, now, anew), corrections };
}

/** What evidence proves by these days, under rules that changed: what was counted of them stays as it is. */
export async function judgeSite(tx: Handle, siteId: string, { from, to }: DayRange): Promise<Counted> {
  await holdPast(tx, siteId);
  const site = await siteOfPast(tx, siteId);
  if (!site || site.first_day === null || site.rolled_to === '') return { days: 0, corrections: 0 };
  const days = daysBetween(later(site.first_day, from), earlier(site.rolled_to, to));
  const rung = await tellRungs(tx, site, (await siteCalendars(tx, [siteId])).get(siteId)!, days, site.rolled_to);
  if (rung !== null && (rung !== site.proven_rung || site.proven_on === null)) await noteRolled(tx, siteId, { proven_rung: rung, proven_on: site.rolled_to });
  return { days: days.length, corrections: 0 };
}

/** Days that are finished and not told yet; and of each the one that turns thirty days old with it: what nothing has explained is given up then. */
export async function rollSite(tx: Handle, siteId: string, now: number): Promise<Counted> {
  await holdPast(tx, siteId);
  const site = await siteOfPast(tx, siteId);
  if (!site) return { days: 0, corrections: 0 };
  const yesterday = dayAfter(localDayOf(now), -1);
  const first = site.first_day;
  const from = first === null ? dayAfter(yesterday) : later(first, site.rolled_to === '' ? first : dayAfter(site.rolled_to));
  const last = earlier(yesterday, dayAfter(from, DAYS_AT_ONCE - 1));
  const untold = daysBetween(from, last);
  const days = [...untold, ...untold.map((day) => dayAfter(day, -GIVEN_UP_DAYS)).filter((day) => day >= first!)];
  const machines = days.length === 0 ? [] : await machinesOfPast(tx, siteId);
  const plan: Plan = { site: new Set(days), machines: new Map(machines.map((m) => [m.id, new Set(days)])) };
  return { days: await tell(tx, site, plan, later(last, site.rolled_to), now), corrections: 0 };
}

/** Counts and writes what the plan says, and up to where the site is told. Days of `anew` are judged anew even where their time is what it was. */
async function tell(tx: Handle, site: SiteOfPast, plan: Plan, rolledTo: LocalDay, now: number, anew: readonly LocalDay[] = []): Promise<number> {
  const { siteDays, changed, calendar } = plan.site.size === 0 ? NOTHING : await countSite(tx, site, await machinesOfPast(tx, site.id), plan, now);
  const rung = calendar === null ? null : await tellRungs(tx, site, calendar, [...changed, ...anew], rolledTo);
  const measured = siteDays.filter((day) => day.totals.openMs > day.totals.unkMs).map((day) => day.day).sort();
  const change = {
    rolled_to: rolledTo,
    measured_from: measured[0] === undefined ? site.measured_from : earlier(measured[0], site.measured_from ?? measured[0]),
    measured_to: later(measured.at(-1) ?? '', site.measured_to ?? '') || null,
    proven_rung: rung ?? site.proven_rung,
    proven_on: rung === null ? site.proven_on : rolledTo,
  };
  if (Object.entries(change).some(([name, value]) => site[name as keyof typeof change] !== value)) await noteRolled(tx, site.id, change);
  return siteDays.length;
}

/** Evidence of the time before a machine's enrolment, as far back as its past begins, may move that beginning. */
async function beginAnew(tx: Handle, row: MachineOfPast, { fromAt }: Stretch): Promise<void> {
  if (fromAt >= row.enrolled_at || fromAt > row.begins_at) return;
  const at = beginningOf(await loadEvidence(tx, row.id, row.enrolled_at - MOST_BEFORE_MS, row.enrolled_at), row.enrolled_at);
  if (at === row.begins_at) return;
  row.begins_at = at;
  await noteBeginning(tx, row.id, at);
}

/** How far the new evidence of a machine reaches; what was told of that time is corrected. */
async function noteReach(tx: Handle, row: MachineOfPast, touched: Stretch, now: number): Promise<{ reach: Stretch; lines: number }> {
  const evidence = await loadEvidence(tx, row.id, touched.fromAt - MARGIN_MS, touched.toAt + MARGIN_MS);
  const reach = reachOf(evidence, touched, row.begins_at, now);
  // No entry is left before it: what they said is told already, and expired since (G-07). Else it would be told as never heard.
  if (reach.fromAt === row.begins_at && (await wasHeardBefore(tx, row.id, dayStartAt(localDayOf(touched.fromAt))))) reach.fromAt = touched.fromAt;
  return { reach, lines: await correct(tx, row, evidence, reach, now) };
}

interface CountedSite {
  siteDays: SiteDay[];
  /** Days that are not what they were. */
  changed: LocalDay[];
  calendar: SiteCalendar | null;
}

const NOTHING: CountedSite = { siteDays: [], changed: [], calendar: null };

async function countSite(tx: Handle, site: SiteOfPast, machines: readonly MachineOfPast[], plan: Plan, now: number): Promise<CountedSite> {
  const days = [...plan.site].sort();
  if (days.length === 0) return NOTHING;
  const counted = new Map<string, Map<LocalDay, MachineDay>>();
  for (const row of machines) {
    const own = await machineDays(tx, row, [...(plan.machines.get(row.id) ?? [])].sort(), now);
    await replaceMachineDays(tx, row.id, own);
    counted.set(row.id, new Map(own.map((day) => [day.day, day])));
  }
  const fromAt = dayStartAt(days[0]!);
  const toAt = dayStartAt(dayAfter(days.at(-1)!));
  const others = machines.filter((m) => counted.get(m.id)!.size < days.length).map((m) => m.id);
  const told = await machineIntervals(tx, others, fromAt, toAt);
  const calendar = (await siteCalendars(tx, [site.id])).get(site.id)!;
  const unseen = await unseenIn(tx, site.id, fromAt, toAt);
  const siteDays = days.map((day) => siteDayFrom(calendar, day, machines.map((m) => counted.get(m.id)!.get(day)?.intervals ?? ofDay(told.get(m.id)!, day)), unseen, now));
  return { siteDays, changed: await replaceSiteDays(tx, site.id, site, siteDays), calendar };
}

const later = (a: LocalDay, b: LocalDay): LocalDay => (a > b ? a : b);
const earlier = (a: LocalDay, b: LocalDay): LocalDay => (a < b ? a : b);
const ofDay = (intervals: readonly Interval[], day: LocalDay): Interval[] => intervals.filter((i) => i.fromAt >= dayStartAt(day) && i.fromAt < dayStartAt(dayAfter(day)));

/** What was told provisionally and is settled now gets a line that says what it really was; once for each new account of it. */
async function correct(tx: Handle, row: MachineOfPast, evidence: Evidence, reach: Stretch, now: number): Promise<number> {
  const lines = await provisionalLines(tx, row.id, reach.fromAt, reach.toAt, CORRECTIONS_AT_ONCE);
  if (lines.length === 0) return 0;
  const intervals = timelineOf(evidence, knownOf(row, now), reach.fromAt, reach.toAt);
  const corrections = lines.flatMap((line) => {
    const truth = intervals.find((i) => i.fromAt <= line.at && line.at < i.toAt);
    if (!truth?.settled || truth.word === 'unknown' || truth.word === 'unseen' || truth.word === line.corrected) return [];
    return [{ site_id: line.site_id, machine_id: row.id, at: truth.fromAt, told_at: now, from_state: line.to_state, to_state: truth.word, cause: truth.cause, provisional: 0, revises: line.id }];
  });
  await appendLog.run(tx, corrections);
  return corrections.length;
}
