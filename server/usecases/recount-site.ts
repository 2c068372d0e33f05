/**
 * Counts finished days of one site again, in the caller's transaction:
 *
 *   1. how far new evidence reaches: from the entry before it to the entry after it; what was told of that time is corrected;
 *   2. which days that makes, with those never told yet and those that get too old to stay provisional;
 *   3. the machines' days from their evidence (core/history/timeline.ts);
 *   4. the site's days from its machines, its calendar and the server's blindness (core/history/site-day.ts); the sums of its area follow.
 *
 * Today is never written. Nothing is opened about a past that is over: a correction is a line in the log, not an event.
 */
import { dayAfter, dayStartAt, daysBetween, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { MARGIN_MS, type MachineDay } from '../core/history/days.ts';
import { reachOf, type Stretch } from '../core/history/reach.ts';
import { SETTLES_AS_UNKNOWN_MS, timelineOf, type Interval } from '../core/history/timeline.ts';
import { siteCalendars } from '../store/calendars.ts';
import { loadEvidence } from '../store/evidence.ts';
import { blindWindowsIn, machineIntervals, machinesOfPast, noteRolled, replaceMachineDays, replaceSiteDays, siteOfPast, type SiteDay, type SiteOfPast } from '../store/history.ts';
import type { Handle } from '../store/store.ts';
import { appendLog, provisionalLines } from '../store/transitions.ts';
import { knownOf, machineDays, siteDayFrom, type MachineOfPast } from './count-days.ts';

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

/** `again`: days of the site whose calendar changed. Returns how many days were counted, and how many lines corrected. */
export async function recountSite(tx: Handle, siteId: string, touched: readonly Touched[], again: DayRange | null, now: number): Promise<{ days: number; corrections: number }> {
  const site = await siteOfPast(tx, siteId);
  if (!site) return { days: 0, corrections: 0 };
  const machines = await machinesOfPast(tx, siteId);
  const yesterday = dayAfter(localDayOf(now), -1);
  if (machines.length === 0) {
    await noteRolled(tx, siteId, { rolled_to: yesterday, measured_from: site.measured_from, measured_to: site.measured_to });
    return { days: 0, corrections: 0 };
  }
  const plan = planOf(site, machines, yesterday);
  let corrections = 0;
  for (const { machine, fromAt, toAt } of touched) {
    const row = machines.find((m) => m.id === machine);
    if (row) corrections += await noteReach(tx, plan, row, { fromAt, toAt }, now);
  }
  if (again) for (const day of daysBetween(later(plan.first, again.from), earlier(plan.last, again.to))) plan.site.add(day);

  const siteDays = await countSite(tx, site, machines, plan, now);
  const measured = siteDays.filter((day) => day.totals.openMs > day.totals.unkMs).map((day) => day.day).sort();
  await noteRolled(tx, siteId, {
    rolled_to: later(plan.last, site.rolled_to),
    measured_from: measured[0] === undefined ? site.measured_from : earlier(measured[0], site.measured_from ?? measured[0]),
    measured_to: later(measured.at(-1) ?? '', site.measured_to ?? '') || null,
  });
  return { days: siteDays.length, corrections };
}

/** The days to count: of the site, and of each of its machines. */
interface Plan {
  first: LocalDay;
  /** The last day to be told now. */
  last: LocalDay;
  site: Set<LocalDay>;
  machines: Map<string, Set<LocalDay>>;
}

/** Days not told yet, and of each the one that turns thirty days old with it: what nothing has explained is given up then. */
function planOf(site: SiteOfPast, machines: readonly MachineOfPast[], yesterday: LocalDay): Plan {
  const first = localDayOf(Math.min(...machines.map((m) => m.enrolled_at)));
  const from = site.rolled_to === '' ? first : later(first, dayAfter(site.rolled_to));
  const last = earlier(yesterday, dayAfter(from, DAYS_AT_ONCE - 1));
  const untold = daysBetween(from, last);
  const days = [...untold, ...untold.map((day) => dayAfter(day, -GIVEN_UP_DAYS)).filter((day) => day >= first)];
  return { first, last, site: new Set(days), machines: new Map(machines.map((m) => [m.id, new Set(days)])) };
}

/** Takes up the days that new evidence of a machine reaches, and corrects what was told of that time. */
async function noteReach(tx: Handle, plan: Plan, row: MachineOfPast, touched: Stretch, now: number): Promise<number> {
  const evidence = await loadEvidence(tx, row.id, touched.fromAt - MARGIN_MS, touched.toAt + MARGIN_MS);
  const reach = reachOf(evidence, { fromAt: Math.max(touched.fromAt, row.enrolled_at), toAt: touched.toAt }, now);
  for (const day of daysBetween(later(plan.first, localDayOf(reach.fromAt)), earlier(plan.last, localDayOf(reach.toAt)))) {
    plan.site.add(day);
    plan.machines.get(row.id)!.add(day);
  }
  return correct(tx, row.id, timelineOf(evidence, knownOf(row, now), reach.fromAt, reach.toAt), reach, now);
}

async function countSite(tx: Handle, site: SiteOfPast, machines: readonly MachineOfPast[], plan: Plan, now: number): Promise<SiteDay[]> {
  const days = [...plan.site].sort();
  if (days.length === 0) return [];
  const counted = new Map<string, Map<LocalDay, MachineDay>>();
  for (const row of machines) {
    const own = await machineDays(tx, row, [...plan.machines.get(row.id)!].sort(), now);
    await replaceMachineDays(tx, row.id, own);
    counted.set(row.id, new Map(own.map((day) => [day.day, day])));
  }
  const fromAt = dayStartAt(days[0]!);
  const toAt = dayStartAt(dayAfter(days.at(-1)!));
  const others = machines.filter((m) => counted.get(m.id)!.size < days.length).map((m) => m.id);
  const told = await machineIntervals(tx, others, fromAt, toAt);
  const calendar = (await siteCalendars(tx, [site.id])).get(site.id)!;
  const blind = await blindWindowsIn(tx, fromAt, toAt);
  const siteDays = days.map((day) => siteDayFrom(calendar, day, machines.map((m) => counted.get(m.id)!.get(day)?.intervals ?? ofDay(told.get(m.id)!, day)), blind, now));
  await replaceSiteDays(tx, site.id, site, siteDays);
  return siteDays;
}

const later = (a: LocalDay, b: LocalDay): LocalDay => (a > b ? a : b);
const earlier = (a: LocalDay, b: LocalDay): LocalDay => (a < b ? a : b);
const ofDay = (intervals: readonly Interval[], day: LocalDay): Interval[] => intervals.filter((i) => i.fromAt >= dayStartAt(day) && i.fromAt < dayStartAt(dayAfter(day)));

/** What was told provisionally and is settled now gets a line that says what it really was; once for each new account of it. */
async function correct(tx: Handle, machine: string, intervals: readonly Interval[], reach: Stretch, now: number): Promise<number> {
  const lines = await provisionalLines(tx, machine, reach.fromAt, reach.toAt, CORRECTIONS_AT_ONCE);
  const corrections = lines.flatMap((line) => {
    const truth = intervals.find((i) => i.fromAt <= line.at && line.at < i.toAt);
    if (!truth?.settled || truth.word === 'unknown' || truth.word === 'unseen' || truth.word === line.corrected) return [];
    return [{ site_id: line.site_id, machine_id: machine, at: truth.fromAt, told_at: now, from_state: line.to_state, to_state: truth.word, cause: truth.cause, provisional: 0, revises: line.id }];
  });
  await appendLog.run(tx, corrections);
  return corrections.length;
}
