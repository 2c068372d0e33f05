/** A scenario: something that happens to a site, or to all, on one day and as many after it as it needs. */
import type { Random } from '../../random.ts';
import type { Act, PcAct, SiteAct } from '../acts.ts';
import { isOpenDay, timeOf, type SitePlan } from '../routine.ts';

/** Minutes of a PC that its own evidence cannot tell, whatever the platform does. */
export interface Unknowable {
  /** By its name. */
  scenario: string;
  site: number;
  pc: number;
  fromAt: number;
  toAt: number;
}

export interface Scenario {
  name: string;
  /** What happens, for people. */
  happens: string;
  /** Whether it destroys evidence, and for which minutes. */
  destroys: string | null;
  /** Days it takes, the first being an open one. */
  days: number;
  play(stage: Stage): void;
}

/** What a scenario of the whole nation is given. */
export interface NationScenario extends Omit<Scenario, 'play'> {
  play(stage: NationStage): void;
}

export interface Stage {
  plan: SitePlan;
  /** Its first day, as an index into the plan's. */
  day: number;
  random: Random;
  acts: Act[];
  unknowable: Unknowable[];
}

export interface NationStage {
  plans: readonly SitePlan[];
  day: number;
  random: Random;
  acts: Act[];
}

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** An arbitrary second between two times of that day (hours, fractions allowed). */
export const during = (stage: { random: Random }, plan: SitePlan, day: number, fromHour: number, toHour: number): number =>
  Math.round(timeOf(plan, day, 0) + (fromHour + (toHour - fromHour) * stage.random.next()) * HOUR_MS);

export const aPc = ({ plan, random }: Stage): number => random.int(plan.pcs.length);
export const onPc = (stage: Stage, pc: number, at: number, act: PcAct): void => void stage.acts.push({ at, of: 'pc', site: stage.plan.site, pc, act });
export const onSite = (stage: Stage, at: number, act: SiteAct): void => void stage.acts.push({ at, of: 'site', site: stage.plan.site, act });

/** Down at `at`, up again after so long. */
export function cut(stage: Stage, what: Exclude<SiteAct['do'], 'captive'>, at: number, ms: number): void {
  onSite(stage, at, { do: what, up: false });
  onSite(stage, at + ms, { do: what, up: true });
}

/** The next open day after this one, if it lies on stage. */
export function nextOpenDay(plan: SitePlan, day: number): number | null {
  for (let next = day + 1; next < plan.days.length; next += 1) if (isOpenDay(plan, next)) return next;
  return null;
}
