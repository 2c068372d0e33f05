/** Reads the past of sites and machines: finished days as they are told, days not told yet and today from the evidence, at this moment. */
import type { Scope } from '@cac/shared/api.ts';
import type { MachineDaysView, SamplesView, SiteDayOpened, SiteDaysView, SiteDayView } from '@cac/shared/history-api.ts';
import type { MachineId, SiteId } from '@cac/shared/ids.ts';
import { dayAfter, dayStartAt, daysBetween, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { dayPlan } from '../core/calendar/day-plan.ts';
import type { SiteCalendar } from '../core/calendar/facts.ts';
import { availabilityOf, REPORTING, reportingStatus, sumOf } from '../core/history/availability.ts';
import type { MachineDay } from '../core/history/days.ts';
import { samplesOf } from '../core/history/samples.ts';
import type { Interval } from '../core/history/timeline.ts';
import { siteCalendars } from '../store/calendars.ts';
import { loadEvidence } from '../store/evidence.ts';
import { machineDayRows, machineIntervals, machinesOfPast, siteDays, siteIntervals, siteOfPast, totalsOf, type MachineDayRow, type SiteDay, type SiteOfPast } from '../store/history.ts';
import { findMachine } from '../store/machines.ts';
import { findSite } from '../store/sites.ts';
import type { Handle } from '../store/store.ts';
import { machineDays, siteDayFrom, unseenIn } from './count-days.ts';

interface Period {
  from: LocalDay;
  to: LocalDay;
}

/** A site's days, its sums, and what it is now; null when there is no such site in scope. */
export async function siteDaysView(db: Handle, scope: Scope, siteId: string, asked: Period, now: number): Promise<SiteDaysView | null> {
  const site = await siteInScope(db, scope, siteId);
  if (!site) return null;
  const { from, to } = upToToday(asked, now);
  const calendar = (await siteCalendars(db, [siteId])).get(siteId)!;
  const told = await siteDays(db, siteId, from, to);
  const intervals = await siteIntervals(db, siteId, dayStartAt(from), dayStartAt(dayAfter(to)));
  const fresh = await countNow(db, site, calendar, { from: earlier(from, dayAfter(localDayOf(now), -1)), to: localDayOf(now) }, now);
  const rows = new Map<LocalDay, SiteDay>(fresh);
  for (const row of told) {
    if (rows.has(row.day)) continue;
    const start = dayStartAt(row.day);
    const end = dayStartAt(dayAfter(row.day));
    rows.set(row.day, { day: row.day, intervals: intervals.filter((i) => i.fromAt >= start && i.fromAt < end), totals: totalsOf(row), heard: row.heard === 1, assumed: row.assumed === 1 });
  }
  const days = daysBetween(from, to).map((day) => dayView(calendar, day, rows.get(day) ?? null));
  const sums = sumOf(days.map((day) => day.sums));
  const today = fresh.get(localDayOf(now));
  const last = today?.intervals.at(-1) ?? null;
  return {
    siteId: siteId as SiteId,
    from,
    to,
    now,
    sums,
    ratios: availabilityOf(sums),
    assumedMs: days.reduce((ms, day) => (day.assumed ? ms + day.sums.openMs : ms), 0),
    reporting: await reportingOf(db, site, calendar, fresh, now),
    verdict: last && { verdict: last.verdict, cause: last.cause, settled: last.settled, since: last.fromAt },
    days,
  };
}

/** One day of a site, opened; null when there is no such site in scope, or the day lies ahead. */
export async function siteDayOpened(db: Handle, scope: Scope, siteId: string, day: LocalDay, now: number): Promise<SiteDayOpened | null> {
  const site = await siteInScope(db, scope, siteId);
  if (!site || day > localDayOf(now)) return null;
  const fromAt = dayStartAt(day);
  const toAt = dayStartAt(dayAfter(day));
  const calendar = (await siteCalendars(db, [siteId])).get(siteId)!;
  const machines = await machinesOfPast(db, siteId);
  const isTold = day <= site.rolled_to;
  const told = await machineIntervals(db, isTold ? machines.map((m) => m.id) : [], fromAt, toAt);
  const toldDays = await machineDayRows(db, [...told.keys()], day, day);
  const unseen = await unseenIn(db, siteId, fromAt, toAt);
  const counted: { name: string; id: string; day: Pick<MachineDay, 'onMs' | 'boots' | 'unclean' | 'intervals'> }[] = [];
  for (const row of machines) {
    if (row.begins_at >= toAt) continue;
    const own = isTold ? dayOfTold(told.get(row.id)!, toldDays.get(row.id)!.get(day)) : (await machineDays(db, row, [day], now))[0]!;
    counted.push({ name: row.name, id: row.id, day: own });
  }
  const siteDay = siteDayFrom(calendar, day, counted.map((m) => m.day.intervals), unseen, now);
  const view = dayView(calendar, day, siteDay);
  return {
    ...view,
    ratios: availabilityOf(view.sums),
    machines: counted.map(({ id, name, day: { onMs, boots, unclean, intervals } }) => ({ id: id as MachineId, name, onMs, boots, unclean, intervals })),
    blind: [...unseen.blind],
  };
}

/** One machine over days: its uptime, and what it alone proves of the site's opening time. */
export async function machineDaysView(db: Handle, scope: Scope, machineId: string, asked: Period, now: number): Promise<MachineDaysView | null> {
  const machine = await findMachine(db, scope, machineId);
  if (!machine) return null;
  const site = (await siteOfPast(db, machine.siteId))!;
  const row = (await machinesOfPast(db, machine.siteId)).find((m) => m.id === machineId)!;
  const { from, to } = upToToday(asked, now);
  const calendar = (await siteCalendars(db, [machine.siteId])).get(machine.siteId)!;
  const told = (await machineIntervals(db, [machineId], dayStartAt(from), dayStartAt(dayAfter(to)))).get(machineId)!;
  const toldDays = (await machineDayRows(db, [machineId], from, to)).get(machineId)!;
  const unseen = await unseenIn(db, machine.siteId, dayStartAt(from), dayStartAt(dayAfter(to)));
  const first = later(from, localDayOf(row.begins_at));
  const untold = new Map((await machineDays(db, row, daysBetween(later(first, site.rolled_to === '' ? first : dayAfter(site.rolled_to)), to), now)).map((day) => [day.day, day]));
  const days = daysBetween(first, to).map((day) => {
    const start = dayStartAt(day);
    const end = dayStartAt(dayAfter(day));
    const own = untold.get(day) ?? dayOfTold(told.filter((i) => i.fromAt >= start && i.fromAt < end), toldDays.get(day));
    return { day, sums: siteDayFrom(calendar, day, [own.intervals], unseen, now).totals, onMs: own.onMs, boots: own.boots, unclean: own.unclean };
  });
  const sums = sumOf(days.map((day) => day.sums));
  const total = (name: 'onMs' | 'boots' | 'unclean'): number => days.reduce((sum, day) => sum + day[name], 0);
  return { machineId: machine.id, siteId: machine.siteId, from, to, sums, ratios: availabilityOf(sums), onMs: total('onMs'), boots: total('boots'), unclean: total('unclean'), days };
}

/** What a machine's probes measured on these days. */
export async function samplesView(db: Handle, scope: Scope, machineId: string, { from, to }: Period): Promise<SamplesView | null> {
  const machine = await findMachine(db, scope, machineId);
  if (!machine) return null;
  const fromAt = dayStartAt(from);
  const toAt = dayStartAt(dayAfter(to));
  return { machineId: machine.id, ...samplesOf(await loadEvidence(db, machineId, fromAt, toAt), fromAt, toAt) };
}

async function siteInScope(db: Handle, scope: Scope, siteId: string): Promise<SiteOfPast | undefined> {
  return (await findSite(db, scope, siteId)) ? siteOfPast(db, siteId) : undefined;
}

const later = (a: LocalDay, b: LocalDay): LocalDay => (a > b ? a : b);
const earlier = (a: LocalDay, b: LocalDay): LocalDay => (a < b ? a : b);
const upToToday = ({ from, to }: Period, now: number): Period => ({ from, to: to < localDayOf(now) ? to : localDayOf(now) });

/** Days that are not told yet, today among them. */
async function countNow(db: Handle, site: SiteOfPast, calendar: SiteCalendar, { from, to }: Period, now: number): Promise<Map<LocalDay, SiteDay>> {
  const machines = await machinesOfPast(db, site.id);
  if (machines.length === 0) return new Map();
  const days = daysBetween(later(from, site.rolled_to === '' ? site.first_day! : dayAfter(site.rolled_to)), to);
  if (days.length === 0) return new Map();
  const unseen = await unseenIn(db, site.id, dayStartAt(days[0]!), now);
  const byDay = new Map<LocalDay, Interval[][]>(days.map((day) => [day, []]));
  for (const row of machines) for (const { day, intervals } of await machineDays(db, row, days, now)) byDay.get(day)!.push(intervals);
  return new Map(days.map((day) => [day, siteDayFrom(calendar, day, byDay.get(day)!, unseen, now)]));
}

/** A told day of a machine: what was counted is read, for its intervals alone do not show every boot. */
const dayOfTold = (intervals: Interval[], row: MachineDayRow | undefined): Pick<MachineDay, 'onMs' | 'boots' | 'unclean' | 'intervals'> => ({
  intervals,
  onMs: row?.on_ms ?? 0,
  boots: row?.boots ?? 0,
  unclean: row?.unclean ?? 0,
});

function dayView(calendar: SiteCalendar, day: LocalDay, counted: SiteDay | null): SiteDayView {
  const { openings, closed, assumed } = dayPlan(calendar, day);
  return { day, openings, closed, assumed: counted?.assumed ?? assumed, sums: counted?.totals ?? sumOf([]), intervals: counted?.intervals ?? [] };
}

const LOOK_BACK_DAYS = 90;

/** Opening days since the last day on which a PC was on, be it told yet or not. Days are told of a site whose PCs never spoke, too: they hold no time. */
async function reportingOf(db: Handle, site: SiteOfPast, calendar: SiteCalendar, fresh: ReadonlyMap<LocalDay, SiteDay>, now: number): Promise<SiteDaysView['reporting']> {
  const today = localDayOf(now);
  if (fresh.get(today)?.heard) return { status: 'reporting', openingDays: 0 };
  const rows = await siteDays(db, site.id, dayAfter(today, -LOOK_BACK_DAYS), today);
  const heard = [...rows.filter((row) => row.heard === 1).map((row) => row.day), ...[...fresh.values()].filter((day) => day.heard).map((day) => day.day)];
  const last = heard.sort().at(-1) ?? null;
  const everSpoke = site.measured_from !== null || rows.some((row) => row.open_ms + row.excluded_ms > 0);
  if (last === null) return everSpoke ? { status: 'dropped', openingDays: REPORTING.atRisk + 1 } : { status: 'never', openingDays: null };
  const openingDays = daysBetween(dayAfter(last), dayAfter(today, -1)).filter((day) => dayPlan(calendar, day).openings.length > 0).length;
  return { status: reportingStatus(openingDays), openingDays };
}
