/**
 * Which sites have PCs, and what each PC is when the demonstration begins: pure, decided by the seed. Most sites
 * declared connected have one at least, a centre up to three; some have none, as declared is not proven. A smaller
 * fleet is the beginning of the full one.
 */
import type { SiteDraftInput, Zone } from '@cac/shared/api.ts';
import { random as randomOf, type Random } from './random.ts';
import type { Presence } from './simulator/machine.ts';
import { FAILING, type Rhythm } from './simulator/routine.ts';

export interface PlannedMachine {
  /** Its place in the full fleet of this seed: what its identity is derived from. */
  index: number;
  siteId: string;
  region: string;
  school: boolean;
  rhythm: Rhythm;
  name: string;
  presence: Presence;
}

export const MOST_PER_SITE = 3;
const SECOND_IN_SCHOOL = 0.06;
/** Shares of the sites declared connected where no agent ever answered. */
const NEVER_HEARD = { centre: 0.13, school: 0.19 } as const;

/** Premises that open after lunch: seeds/data/calendar.json. */
const AFTER_LUNCH: ReadonlySet<string> = new Set(['youth_centre', 'girls_home']);

interface Troubles {
  failing: number;
  off: number;
  silent: number;
}

/** Shares of sites in trouble: the further from the cities, the more. The rest is connected. */
const TROUBLES: Record<Zone, Troubles> = {
  dense: { failing: 0.04, off: 0.05, silent: 0.025 },
  moderate: { failing: 0.06, off: 0.07, silent: 0.04 },
  'grey-white': { failing: 0.085, off: 0.09, silent: 0.06 },
};
/** One province's carrier has a bad day. */
const BAD_DAY_FAILING = 0.45;

const shuffled = <T>(random: Random, list: readonly T[]): T[] => {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = random.int(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
};

/** `machines`: at most so many. Centres come as often as schools until there are none left. */
export function planFleet(sites: readonly SiteDraftInput[], seed: number, machines = Infinity): PlannedMachine[] {
  const random = randomOf(seed * 7_919 + 1);
  const declared = (kind: 'centre' | 'school'): SiteDraftInput[] => {
    const own = shuffled(random, sites.filter((site) => site.kind === kind && site.declaredConnectedAt));
    return own.slice(Math.round(own.length * NEVER_HEARD[kind]));
  };
  const [centres, schools] = [declared('centre'), declared('school')];
  const order = Array.from({ length: Math.max(centres.length, schools.length) }, (_, i) => [centres[i], schools[i]]).flat().filter((site) => site !== undefined);
  const troubles = troublesOf(random, sites);
  const fleet: PlannedMachine[] = [];
  for (const site of order) {
    const school = site.kind === 'school';
    const count = school ? (random.chance(SECOND_IN_SCHOOL) ? 2 : 1) : 1 + random.int(MOST_PER_SITE);
    const presences = presencesOf(random, troubles(site), count);
    for (const [i, presence] of presences.entries()) fleet.push({ index: fleet.length, siteId: site.id, region: site.region, school, rhythm: school ? 'school' : AFTER_LUNCH.has(site.hostPremises ?? '') ? 'afternoon' : 'day', name: `PC-${i + 1}`, presence });
  }
  return fleet.slice(0, machines);
}

/** No two provinces fare alike. */
function troublesOf(random: Random, sites: readonly SiteDraftInput[]): (site: SiteDraftInput) => Troubles {
  const provinces = [...new Set(sites.map((site) => site.province ?? ''))];
  const factors = new Map(provinces.map((province) => [province, 0.5 + 1.2 * random.next()]));
  const badDay = random.pick(provinces);
  return (site) => {
    const { failing, off, silent } = TROUBLES[site.zone ?? 'moderate'];
    const factor = factors.get(site.province ?? '')!;
    return { failing: site.province === badDay ? BAD_DAY_FAILING : failing * factor, off: off * factor, silent: silent * factor };
  };
}

/** The site's lot falls on all its PCs; of several, one may be off while another works. */
function presencesOf(random: Random, { failing, off, silent }: Troubles, count: number): Presence[] {
  const lot = random.next();
  const link = random.pick(FAILING);
  const first: Presence = lot < failing ? { kind: 'on', link } : lot < failing + off ? { kind: 'off' } : lot < failing + off + silent ? { kind: 'silent' } : { kind: 'on', link: 'ok' };
  return Array.from({ length: count }, (_, i) => (i > 0 && random.chance(0.2) ? { kind: 'off' } : first));
}
