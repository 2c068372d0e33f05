/** A random world: sites of one to four PCs with plans of their own, and scenarios laid over their days. The same seed gives the same world. */
import { dayStartAt, type LocalDay } from '@cac/shared/wall-time.ts';
import { random as randomOf, type Random } from '../random.ts';
import type { Act } from './acts.ts';
import { newSite, type World } from './facts.ts';
import { actsOfRoutine, isOpenDay, sitePlan, type SitePlan } from './routine.ts';
import { NATION_SCENARIOS, SCENARIOS } from './scenarios/index.ts';
import type { Scenario, NationScenario, Unknowable } from './scenarios/scenario.ts';

export interface Drama {
  world: World;
  plans: SitePlan[];
  /** In the order of time. */
  acts: Act[];
  unknowable: Unknowable[];
  fromAt: number;
  toAt: number;
  /** What share of PCs tells their sleep before they fall asleep; the others are only silent. */
  tellsSleep: number;
  /** What was laid over it, for people. */
  played: { name: string; site: number | null; day: number }[];
}

export interface Cast {
  sites: number;
  days: number;
  firstDay: LocalDay;
  /** Which scenarios, and how often a site's free day becomes one. */
  scenarios: readonly Scenario[];
  nation: readonly NationScenario[];
  share: number;
}

const PROVINCES = ['MA-RAB', 'MA-CAS'] as const;
/** One to four PCs a site, 2.2 on the average. */
const PCS = [1, 1, 1, 2, 2, 2, 2, 3, 4, 4] as const;
const FIRST_DAY = '2026-10-05';

export const mix = (seed: number, sites: number, days: number): Drama =>
  stage(randomOf(seed), { sites, days, firstDay: FIRST_DAY, scenarios: SCENARIOS, nation: NATION_SCENARIOS, share: 0.45 });

/** The first and the last day stay as they are: every PC is seen, and every story has an end. */
export function stage(random: Random, { sites, days, firstDay, scenarios, nation, share }: Cast): Drama {
  const plans = Array.from({ length: sites }, (_, site) => sitePlan(random, site, random.pick(PROVINCES), random.pick(PCS), firstDay, days));
  const drama: Drama = {
    world: { nation: { carrierDown: new Set(), server: true, broker: true }, sites: plans.map((plan) => newSite(plan.province, plan.pcs.length)) },
    plans, acts: [], unknowable: [], played: [], tellsSleep: 0.3,
    fromAt: dayStartAt(plans[0]!.days[0]!),
    toAt: dayStartAt(plans[0]!.days.at(-1)!) + 24 * 3_600_000,
  };
  for (let day = 1; day < days - 1; day += 1) {
    if (nation.length === 0 || !random.chance(share / 2)) continue;
    const one = random.pick(nation);
    one.play({ plans, day, random, acts: drama.acts });
    drama.played.push({ name: one.name, site: null, day });
  }
  for (const plan of plans) {
    for (let day = 1; day < days - 1; ) {
      const one = scenarios.length > 0 && isOpenDay(plan, day) && random.chance(share) ? random.pick(scenarios) : null;
      if (one) {
        one.play({ plan, day, random, acts: drama.acts, unknowable: drama.unknowable });
        drama.played.push({ name: one.name, site: plan.site, day });
      }
      day += one?.days ?? 1;
    }
    drama.acts.push(...actsOfRoutine(plan));
  }
  drama.acts.sort((a, b) => a.at - b.at);
  return drama;
}
