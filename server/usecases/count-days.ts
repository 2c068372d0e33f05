/** Counts local days of machines and sites from what the store holds: for the past that is told, and for whoever asks about today. */
import { dayAfter, dayStartAt, daysBetween, type LocalDay } from '@cac/shared/wall-time.ts';
import { dayPlan, wholeOpenings } from '../core/calendar/day-plan.ts';
import { concerns, endOf } from '../core/alerts/silenced.ts';
import type { SiteCalendar } from '../core/calendar/facts.ts';
import { machineDayOf, MARGIN_MS, type MachineDay } from '../core/history/days.ts';
import { siteDayOf } from '../core/history/site-day.ts';
import { isOn, type Interval, type Known } from '../core/history/timeline.ts';
import { loadEvidence } from '../store/evidence.ts';
import { blindWindowsIn, type machinesOfPast, type SiteDay } from '../store/history.ts';
import { silencedSite } from '../store/silenced-sites.ts';
import { maintenancesIn } from '../store/silences.ts';
import type { Handle } from '../store/store.ts';

export type MachineOfPast = Awaited<ReturnType<typeof machinesOfPast>>[number];

export const knownOf = (row: MachineOfPast, now: number): Known => ({ beginsAt: row.begins_at, revokedAt: row.revoked_at, lastSignAt: row.last_sign_at, deadlineAt: row.deadline_at, now });

/** Counts days of one machine; neighbouring ones share one reading of the evidence. */
export async function machineDays(db: Handle, row: MachineOfPast, days: readonly LocalDay[], now: number): Promise<MachineDay[]> {
  const known = knownOf(row, now);
  const found: MachineDay[] = [];
  for (const [from, to] of stretchesOf(days)) {
    const evidence = await loadEvidence(db, row.id, dayStartAt(from) - MARGIN_MS, dayStartAt(dayAfter(to)) + MARGIN_MS);
    for (const day of daysBetween(from, to)) found.push(machineDayOf(evidence, known, day));
  }
  return found;
}

/** Days in order, as stretches without a gap. */
function stretchesOf(days: readonly LocalDay[]): [from: LocalDay, to: LocalDay][] {
  const found: [LocalDay, LocalDay][] = [];
  for (const day of days) {
    const last = found.at(-1);
    if (last && dayAfter(last[1]) === day) last[1] = day;
    else found.push([day, day]);
  }
  return found;
}

/** What decides, beside its PCs and its hours, which of a site's time counts. */
export interface Unseen {
  blind: readonly { fromAt: number; toAt: number; reason: string }[];
  maintenance: readonly { fromAt: number; toAt: number }[];
}

/** When the server was blind, and when the site was worked on, in `[fromAt, toAt)`. */
export async function unseenIn(db: Handle, site: string, fromAt: number, toAt: number): Promise<Unseen> {
  const windows = await maintenancesIn(db, fromAt, toAt);
  const place = windows.length === 0 ? null : await silencedSite(db, site);
  return {
    blind: await blindWindowsIn(db, fromAt, toAt),
    maintenance: place === null ? [] : windows.filter((window) => concerns(window, place)).map((window) => ({ fromAt: window.fromAt, toAt: endOf(window) })),
  };
}

/** One day of a site, from its machines' intervals of that day. */
export function siteDayFrom(calendar: SiteCalendar, day: LocalDay, machines: readonly (readonly Interval[])[], { blind, maintenance }: Unseen, now: number): SiteDay {
  const fromAt = dayStartAt(day);
  const toAt = Math.min(dayStartAt(dayAfter(day)), now);
  const plan = dayPlan(calendar, day);
  const { intervals, totals } = siteDayOf({ fromAt, toAt, openings: wholeOpenings(calendar, day), closed: plan.closed?.why ?? null, machines, blind, maintenance, droppedBefore: droppedBefore(calendar, day) });
  return { day, intervals, totals, heard: machines.some((own) => own.some((i) => isOn(i.word))), assumed: plan.assumed };
}

const DROPPED_AFTER_OPENING_DAYS = 7;
const LOOK_BACK_DAYS = 60;

/** The beginning of the seventh opening day before this one: who was silent since is not expected any more. */
function droppedBefore(calendar: SiteCalendar, day: LocalDay): number {
  let left = DROPPED_AFTER_OPENING_DAYS;
  for (let back = 1; back <= LOOK_BACK_DAYS; back += 1) {
    const earlierDay = dayAfter(day, -back);
    if (dayPlan(calendar, earlierDay).openings.length > 0) left -= 1;
    if (left === 0) return dayStartAt(earlierDay);
  }
  return dayStartAt(dayAfter(day, -LOOK_BACK_DAYS));
}
