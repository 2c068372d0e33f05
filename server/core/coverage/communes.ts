/**
 * Households without Internet, commune by commune, and how many of them live in a commune with a centre. A commune is counted by the best that is known
 * of it: its own rate, else its mix of categories with the plan's rates, else its zone's rate; which one is said. Pure.
 */
import type { Zone } from '@cac/shared/api.ts';
import { RULES, type CommuneSums, type Rule } from '@cac/shared/coverage.ts';
import { CSP, type Csp } from '@cac/shared/site-fields.ts';

export interface CommuneFacts {
  code: string;
  region: string;
  province: string;
  zone: Zone | null;
  households: number;
  /** Share of them with Internet at home. */
  onlineShare: number | null;
  /** Shares of its households by category. */
  mix: Readonly<Partial<Record<Csp, number>>> | null;
  year: number;
  demo: boolean;
}

/** The plan's rates of home Internet. */
export interface PlanRateTable {
  zone: Readonly<Partial<Record<Zone, number>>>;
  /** Null where not every category has one. */
  csp: Readonly<Record<Csp, number>> | null;
}

/** The communes that have a centre declared connected, and those that have one in service. */
export interface Covered {
  declared: ReadonlySet<string>;
  proven: ReadonlySet<string>;
}

export interface CountedCommune extends CommuneFacts {
  rule: Rule;
  /** 0 where nothing is known: `rule` says so. */
  unserved: number;
  /** Households by category; null where the mix is not known. */
  byCsp: Readonly<Record<Csp, number>> | null;
  unservedByCsp: Readonly<Record<Csp, number>> | null;
}

export function countCommune(commune: CommuneFacts, rates: PlanRateTable): CountedCommune {
  const { households, zone, onlineShare } = commune;
  const byCsp = householdsByCsp(commune);
  const mixed = byCsp === null || rates.csp === null ? null : recordOf((csp) => byCsp[csp] * (1 - (zone === 'grey-white' ? 0 : rates.csp![csp])));
  const byMix = mixed === null ? null : totalOf(mixed);
  const zoneRate = zone === null ? undefined : rates.zone[zone];
  const [rule, unserved] = ((): [Rule, number] => {
    if (onlineShare !== null) return ['own_rate', households * (1 - onlineShare)];
    if (byMix !== null) return ['csp_mix', byMix];
    return zoneRate === undefined ? ['none', 0] : ['zone_rate', households * (1 - zoneRate)];
  })();
  // The categories' own figures add up to the commune's.
  const fit = byMix !== null && byMix > 0 ? unserved / byMix : 0;
  return { ...commune, rule, unserved, byCsp, unservedByCsp: mixed === null ? null : recordOf((csp) => mixed[csp] * fit) };
}

const recordOf = (of: (csp: Csp) => number): Record<Csp, number> => Object.fromEntries(CSP.map((csp) => [csp, of(csp)])) as Record<Csp, number>;
const totalOf = (record: Readonly<Record<Csp, number>>): number => CSP.reduce((sum, csp) => sum + record[csp], 0);

/** Shares that do not add up to one are taken in proportion. */
function householdsByCsp({ mix, households }: CommuneFacts): Record<Csp, number> | null {
  if (mix === null) return null;
  const shares = recordOf((csp) => mix[csp] ?? 0);
  const whole = totalOf(shares);
  return whole > 0 ? recordOf((csp) => (households * shares[csp]) / whole) : null;
}

export function sumCommunes(communes: readonly CountedCommune[], covered: Covered): CommuneSums {
  const sums = { communes: communes.length, households: 0, unserved: 0, declared: 0, proven: 0 };
  const rules = Object.fromEntries(RULES.map((rule) => [rule, 0])) as Record<Rule, number>;
  const years = new Set<number>();
  for (const { code, households, unserved, rule, year } of communes) {
    sums.households += households;
    sums.unserved += unserved;
    if (covered.declared.has(code)) sums.declared += unserved;
    if (covered.proven.has(code)) sums.proven += unserved;
    rules[rule] += 1;
    years.add(year);
  }
  return { ...sums, unserved: Math.round(sums.unserved), declared: Math.round(sums.declared), proven: Math.round(sums.proven), rules, years: [...years].sort(), demo: communes.some((c) => c.demo) };
}

/** Communes by what `keyOf` says of them, in the order of the keys. */
export function groupCommunes<T extends CommuneFacts>(communes: readonly T[], keyOf: (commune: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const commune of communes) {
    const key = keyOf(commune);
    const group = groups.get(key);
    if (group) group.push(commune);
    else groups.set(key, [commune]);
  }
  return new Map([...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Households (or the unserved of them) by category over communes that give their mix; null where none does. */
export function sumByCsp(communes: readonly CountedCommune[], of: 'byCsp' | 'unservedByCsp'): Record<Csp, number> | null {
  const known = communes.flatMap((commune) => commune[of] ?? []);
  return known.length === 0 ? null : recordOf((csp) => Math.round(known.reduce((sum, record) => sum + record[csp], 0)));
}

/** The category most households belong to; the poorer one of two that are equal. */
export function dominantCsp(shares: Readonly<Partial<Record<Csp, number>>>): Csp | null {
  let best: Csp | null = null;
  for (const csp of CSP) if ((shares[csp] ?? 0) > 0 && (best === null || shares[csp]! >= shares[best]!)) best = csp;
  return best;
}
