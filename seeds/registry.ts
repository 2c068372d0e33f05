/**
 * The demonstration registry: 400 centres and 9,260 schools, made up from a seed, on real ground. No such list exists
 * in the plan: every id begins with `DEMO-`, and nothing here stands for an existing site.
 */
import type { SiteDraftInput, Zone } from '@cac/shared/api.ts';
import { demoCommunes, near, type DemoCommune } from './communes.ts';
import { readGround, type Ground, type Province } from './ground.ts';
import { random as randomOf, weightedDraw, type Random } from './random.ts';
import { arabicSiteName } from './site-names.ts';
import { HOST_LABELS, PROPER_NAMES } from './registry-words.ts';

export type HostPremises = NonNullable<SiteDraftInput['hostPremises']>;

export interface DemoRegistry {
  communes: DemoCommune[];
  sites: SiteDraftInput[];
}

const CENTRES = 400;
const SCHOOLS = 9_260;
/** Centres aim above all at where Internet at home is missing; schools are where children are. */
const CENTRE_ZONES: Shares<Zone> = { dense: 0.22, moderate: 0.33, 'grey-white': 0.45 };
const SCHOOL_ZONES: Shares<Zone> = { dense: 0.24, moderate: 0.21, 'grey-white': 0.55 };
const HOSTS: Shares<HostPremises> = { youth_centre: 0.4, girls_home: 0.17, post_office: 0.15, womens_centre: 0.1, library: 0.08, commune_hall: 0.06, other: 0.04 };
const EQUIPMENT = {
  urban: { room: 0.72, suitcase: 0.2, trolley: 0.08 },
  rural: { room: 0.22, suitcase: 0.68, trolley: 0.1 },
} as const;
const DECLARED = { centres: 0.75, schools: 0.7 };
/** How far from its commune's middle a site lies: standard deviation, degrees of latitude. */
const SPREAD: Record<Zone, number> = { dense: 0.012, moderate: 0.03, 'grey-white': 0.06 };
/** Made-up names: no carrier's network is told of here. */
const CARRIERS = ['Opérateur A (démo)', 'Opérateur B (démo)', 'Opérateur C (démo)'];
type Access = 'adsl' | 'fibre' | 'mobile' | 'satellite' | 'wimax';
const TECHNOLOGY: Record<Zone, Shares<Access>> = {
  dense: { adsl: 0.62, fibre: 0.3, mobile: 0.06, satellite: 0, wimax: 0.02 },
  moderate: { adsl: 0.68, fibre: 0.08, mobile: 0.18, satellite: 0.02, wimax: 0.04 },
  'grey-white': { adsl: 0.2, fibre: 0, mobile: 0.48, satellite: 0.24, wimax: 0.08 },
};
const SPEEDS: Record<Access, number[]> = { adsl: [2, 4, 8, 20], fibre: [20, 50, 100], mobile: [3.6, 7.2, 14.4], satellite: [2, 4], wimax: [2, 4] };
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2009, 9, 12) / DAY_MS;
const LAST_DAY = Date.UTC(2013, 11, 31) / DAY_MS;

type Shares<K extends string> = Readonly<Record<K, number>>;

const drawOf = <K extends string>(shares: Shares<K>): ((random: Random) => K) => {
  const keys = Object.keys(shares) as K[];
  const draw = weightedDraw(keys.map((key) => shares[key]));
  return (random) => keys[draw(random)]!;
};

/** The same seed gives the same registry. Takes under half a second. */
export function demoRegistry(seed: number, ground: Ground = readGround()): DemoRegistry {
  const random = randomOf(seed);
  const communes = demoCommunes(random, ground);
  const provinces = new Map(ground.provinces.map((province) => [province.code, province]));
  const communeOf = communeDraw(communes);
  const [centreZone, schoolZone, host] = [drawOf(CENTRE_ZONES), drawOf(SCHOOL_ZONES), drawOf(HOSTS)];
  const equipment = { urban: drawOf(EQUIPMENT.urban), rural: drawOf(EQUIPMENT.rural) };

  const regions = [...ground.population.keys()];
  const centre = (i: number): SiteDraftInput => {
    const draw = (): DemoCommune => communeOf(random, centreZone(random));
    let commune = draw();
    // Two centres for every region first, so that no region is empty.
    while (i <= 2 * regions.length && commune.region !== regions[i % regions.length]) commune = draw();
    const hostPremises = host(random);
    const name = `CAC ${HOST_LABELS[hostPremises]} ${random.pick(PROPER_NAMES)} — ${commune.name}`;
    return { ...siteIn(random, commune, provinces), id: `DEMO-CAC-${String(i).padStart(4, '0')}`, name, programme: 'CAC', kind: 'centre', hostPremises, equipment: null, ...declared(random, DECLARED.centres, 'Circulaire du programme CAC') };
  };
  const school = (i: number): SiteDraftInput => {
    const commune = communeOf(random, schoolZone(random));
    const rural = commune.zone === 'grey-white';
    const level = random.next();
    const kind = level < (rural ? 0.82 : 0.6) ? 'École' : level < (rural ? 0.96 : 0.85) ? 'Collège' : 'Lycée';
    const name = `${kind} ${random.pick(PROPER_NAMES)} — ${commune.name}`;
    return { ...siteIn(random, commune, provinces), id: `DEMO-ECO-${String(i).padStart(5, '0')}`, name, programme: 'GENIE', kind: 'school', hostPremises: null, equipment: equipment[rural ? 'rural' : 'urban'](random), ...declared(random, DECLARED.schools, 'Délégation provinciale') };
  };
  const fields = fieldDraw(seed);
  const numbered = (count: number, make: (i: number) => SiteDraftInput): SiteDraftInput[] => Array.from({ length: count }, (_, i) => make(i + 1));
  return { communes, sites: [...numbered(CENTRES, centre), ...numbered(SCHOOLS, school)].map((site) => ({ ...site, ...fields(site) })) };
}

/** Draws a commune of a zone, in proportion to its households. */
function communeDraw(communes: readonly DemoCommune[]): (random: Random, zone: Zone) => DemoCommune {
  const members = (zone: Zone) => {
    const own = communes.filter((commune) => commune.zone === zone);
    return { own, draw: weightedDraw(own.map((commune) => commune.households)) };
  };
  const byZone: Record<Zone, ReturnType<typeof members>> = { dense: members('dense'), moderate: members('moderate'), 'grey-white': members('grey-white') };
  return (random, zone) => byZone[zone].own[byZone[zone].draw(random)]!;
}

function siteIn(random: Random, commune: DemoCommune, provinces: ReadonlyMap<string, Province>) {
  const [lon, lat] = near(random, provinces.get(commune.province)!, [commune.lon, commune.lat], SPREAD[commune.zone]);
  return { region: commune.region, province: commune.province, commune: commune.code, zone: commune.zone, lat, lon, countsTowardsTarget: true };
}

/** Share of sites whose registry says how many computers stand there. */
const EXPECTED_KNOWN = 0.12;

/** What a registry says beyond the place, from random numbers of its own: where sites lie does not hang on it. */
function fieldDraw(seed: number): (site: SiteDraftInput) => Partial<SiteDraftInput> {
  const random = randomOf(seed + 31);
  const technology = { dense: drawOf(TECHNOLOGY.dense), moderate: drawOf(TECHNOLOGY.moderate), 'grey-white': drawOf(TECHNOLOGY['grey-white']) };
  return ({ kind, zone, name, nameAr }) => {
    const by = technology[zone ?? 'moderate'](random);
    const metered = by === 'mobile' || by === 'satellite';
    return {
      nameAr: nameAr ?? arabicSiteName(name),
      carrier: random.pick(CARRIERS),
      technology: by,
      contractedMbps: random.pick(SPEEDS[by]),
      metered,
      capMb: metered ? random.pick([10_240, 20_480, 51_200]) : null,
      lineNumber: `DEMO-${String(random.int(1_000_000)).padStart(6, '0')}`,
      // Mostly not recorded: a simulated site has few PCs, and each of these asks for a visit.
      expectedComputers: random.chance(EXPECTED_KNOWN) ? (kind === 'school' ? 8 + random.int(13) : 6 + random.int(10)) : null,
      expectedTelephones: kind === 'school' ? null : 1 + random.int(4),
      students: kind === 'school' ? 90 + random.int(900) : null,
      manager: kind === 'school' ? null : `Exploitant de démonstration ${1 + random.int(24)}`,
      dutyPhone: kind === 'school' ? null : `05 00 ${String(random.int(100)).padStart(2, '0')} 00 00`,
    };
  };
}

function declared(random: Random, share: number, who: string): Pick<SiteDraftInput, 'declaredConnectedAt' | 'declaredSource'> {
  const day = FIRST_DAY + random.int(LAST_DAY - FIRST_DAY);
  return random.chance(share) ? { declaredConnectedAt: day * DAY_MS, declaredSource: `${who} (démonstration)` } : { declaredConnectedAt: null, declaredSource: null };
}
