/**
 * Communes of the demonstration as the registry takes them: places from seeds/communes.ts, households that add up to the plan's by zone, and a mix of
 * categories made up around our estimate for its zone. Nothing of it is a census: source and year say so.
 */
import type { CommuneDraft } from '@cac/shared/registry.ts';
import { CSP, type Csp } from '@cac/shared/site-fields.ts';
import { arabicName } from './commune-names.ts';
import type { DemoCommune } from './communes.ts';
import { random as randomOf, type Random } from './random.ts';

export const DEMO_SOURCE = 'Démonstration : communes inventées, foyers du plan par zone';
/** Of the households they add up to. */
const YEAR = 2008;

/** Thousands of households, about as many as the plan's margins leave to each zone. */
const MIX: Readonly<Record<DemoCommune['zone'], Readonly<Record<Csp, number>>>> = {
  dense: { A: 200, B: 290, C: 692, D: 889, E: 429 },
  moderate: { A: 0, B: 110, C: 282, D: 611, E: 398 },
  'grey-white': { A: 0, B: 0, C: 26, D: 500, E: 1_574 },
};

/** The same seed gives the same. */
export function demoCommuneDrafts(communes: readonly DemoCommune[], seed: number): CommuneDraft[] {
  const random = randomOf(seed + 77);
  return communes.map(({ code, name, province, zone, households, lat, lon }) => ({
    code, nameFr: name, nameAr: arabicName(name), province: province as CommuneDraft['province'], zone, households, onlineShare: null, csp: mixOf(random, zone), lat, lon, year: YEAR, source: DEMO_SOURCE,
  }));
}

/** A commune is a little richer or poorer than its zone, all through. To a thousandth; the rest is the largest category's. */
function mixOf(random: Random, zone: DemoCommune['zone']): CommuneDraft['csp'] {
  const lean = random.normal() * 0.45;
  const weights = CSP.map((csp, i) => MIX[zone][csp] * Math.exp(lean * (2 - i)) * Math.exp(0.2 * random.normal()));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => Math.round((1000 * weight) / whole));
  const largest = shares.indexOf(Math.max(...shares));
  shares[largest]! += 1000 - shares.reduce((sum, share) => sum + share, 0);
  return Object.fromEntries(CSP.map((csp, i) => [csp, shares[i]! / 1000])) as CommuneDraft['csp'];
}
