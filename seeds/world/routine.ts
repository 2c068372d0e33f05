/** What a site's people mean to do: which days it opens, when each PC is switched on, and how it is left in the evening. Scenarios change it. */
import { dayAfter, wallInstant, weekdayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import type { Random } from '../random.ts';
import type { Act, PcAct } from './acts.ts';

/** How a PC is left: `stays`: on. `mains`: whoever leaves throws the switch. */
export type Left = Extract<PcAct['do'], 'shutdown' | 'standby' | 'hibernate' | 'force_off'> | 'stays';

/** One PC's day; null: nobody touches it. */
export interface PcDay {
  onAt: number;
  offAt: number;
  by: Left;
}

export interface SitePlan {
  site: number;
  province: string;
  /** Its usual hours, minutes after midnight. */
  opens: number;
  closes: number;
  closedOn: readonly number[];
  days: LocalDay[];
  /** By PC, then by day. */
  pcs: (PcDay | null)[][];
}

const MINUTE_MS = 60_000;

/** `hh:mm` of one of its days, true time. */
export const timeOf = (plan: SitePlan, day: number, minutes: number): number => wallInstant(plan.days[day]!, minutes);

export function sitePlan(random: Random, site: number, province: string, pcs: number, firstDay: LocalDay, days: number): SitePlan {
  const plan: SitePlan = {
    site, province,
    opens: 8 * 60 + 30 * random.int(3),
    closes: 16 * 60 + 30 + 30 * random.int(4),
    closedOn: random.chance(0.6) ? [7] : [6, 7],
    days: Array.from({ length: days }, (_, i) => dayAfter(firstDay, i)),
    pcs: [],
  };
  plan.pcs = Array.from({ length: pcs }, () => plan.days.map((_, day) => usualDay(random, plan, day)));
  return plan;
}

export const isOpenDay = (plan: SitePlan, day: number): boolean => !plan.closedOn.includes(weekdayOf(plan.days[day]!));

/** Switched on within a quarter of an hour of opening, off within ten minutes of closing; on arbitrary seconds. */
export function usualDay(random: Random, plan: SitePlan, day: number, opens = plan.opens, closes = plan.closes): PcDay | null {
  if (!isOpenDay(plan, day)) return null;
  const around = (minutes: number, spread: number): number => timeOf(plan, day, minutes) + Math.round((random.next() * 2 - 1) * spread * MINUTE_MS);
  return { onAt: around(opens, 15), offAt: around(closes, 10), by: 'shutdown' };
}

export function actsOfRoutine(plan: SitePlan): Act[] {
  const acts: Act[] = [];
  for (const [pc, days] of plan.pcs.entries()) {
    for (const day of days) {
      if (!day) continue;
      acts.push({ at: day.onAt, of: 'pc', site: plan.site, pc, act: { do: 'press' } });
      if (day.by !== 'stays') acts.push({ at: day.offAt, of: 'pc', site: plan.site, pc, act: { do: day.by } });
    }
  }
  return acts;
}
