/**
 * Communes of the demonstration: as many as there are, each in its province, with a zone and households that sum up to
 * the plan's figures by zone. Real place names where there are any; the rest, and every zone, is made up and says so.
 */
import type { Zone } from '@cac/shared/api.ts';
import { ZONES } from '@cac/shared/api.ts';
import { inProvince, rounded, settle, type Ground, type Province } from './ground.ts';
import type { Position } from './geometry.ts';
import { apportion, type Random } from './random.ts';
import { COMMUNES_BY_REGION, COMMUNE_HEADS, COMMUNE_TAILS, DENSE_CITIES, QUARTERS } from './registry-words.ts';
import type { Place } from './territory/read.ts';

export interface DemoCommune {
  code: string;
  name: string;
  province: string;
  region: string;
  zone: Zone;
  households: number;
  lat: number;
  lon: number;
  generated: true;
}

interface Draft {
  name: string;
  province: Province;
  zone: Zone;
  at: Position;
}

export function demoCommunes(random: Random, ground: Ground): DemoCommune[] {
  const placesOf = new Map(ground.provinces.map((province) => [province, [] as Place[]]));
  for (const place of ground.places) {
    const settled = settle(ground.provinces, place.at);
    if (settled) placesOf.get(settled.province)!.push({ ...place, at: settled.at });
  }
  const regions = [...new Set(ground.provinces.map((p) => p.region))].sort();
  const drafts = regions.flatMap((region, i) => {
    const provinces = ground.provinces.filter((p) => p.region === region);
    const weights = provinces.map((p) => placesOf.get(p)!.reduce((sum, { name }) => sum + 1 + (DENSE_CITIES.get(name) ?? 0), 2));
    const counts = apportion(COMMUNES_BY_REGION[i]!, weights);
    return provinces.flatMap((province, j) => communesOf(random, province, placesOf.get(province)!, counts[j]!));
  });
  const perCommune = new Map(regions.map((region, i) => [region, ground.population.get(region)! / COMMUNES_BY_REGION[i]!]));
  const sizes = drafts.map(({ province }) => Math.exp(0.45 * random.normal()) * Math.sqrt(perCommune.get(province.region)!));
  const households = drafts.map(() => 0);
  for (const zone of ZONES) {
    const members = drafts.flatMap((draft, i) => (draft.zone === zone ? [i] : []));
    const shares = apportion(ground.households[zone], members.map((i) => sizes[i]!));
    for (const [k, i] of members.entries()) households[i] = shares[k]!;
  }
  return drafts.map(({ name, province, zone, at: [lon, lat] }, i) => ({
    code: `DEMO-COM-${String(i + 1).padStart(4, '0')}`,
    name,
    province: province.code,
    region: province.region,
    zone,
    households: households[i]!,
    lat,
    lon,
    generated: true,
  }));
}

/** Quarters of dense cities first, then real places, the larger first, then made-up communes around them. */
function communesOf(random: Random, province: Province, places: readonly Place[], count: number): Draft[] {
  const taken = new Set<string>();
  const drafts: Draft[] = [];
  const add = (name: string, zone: Zone, at: Position): void => {
    if (drafts.length === count || taken.has(name)) return;
    taken.add(name);
    drafts.push({ name, province, zone, at });
  };
  const dense = places.reduce((sum, { name }) => sum + (DENSE_CITIES.get(name) ?? 0), 0);
  const suburb = dense >= 4 ? 0.8 : 0; // around a large city hardly anything is grey
  for (const { name, at } of places) {
    const quarters = DENSE_CITIES.get(name) ?? 0;
    for (let i = 0; i < quarters; i += 1) add(quarters === 1 ? name : `${name} ${QUARTERS[i]!}`, 'dense', near(random, province, at, 0.02));
  }
  for (const { name, rank, at } of places.toSorted((a, b) => a.rank - b.rank)) {
    if (!DENSE_CITIES.has(name)) add(name, rank <= 3 || random.chance(Math.max(suburb, 0.2)) ? 'moderate' : 'grey-white', at);
  }
  while (drafts.length < count) {
    const around = places.length > 0 ? random.pick(places).at : province.middle;
    add(`${random.pick(COMMUNE_HEADS)} ${random.pick(COMMUNE_TAILS)}`, random.chance(Math.max(suburb, 0.08)) ? 'moderate' : 'grey-white', near(random, province, around, 0.15));
  }
  return drafts;
}

/** A position around another one that lies in the province, as far as `deviation` (degrees of latitude) makes likely; at worst that one. */
export function near(random: Random, province: Province, at: Position, deviation: number): Position {
  const east = 1 / Math.cos((at[1] * Math.PI) / 180);
  for (let spread = deviation; spread > deviation / 50; spread *= 0.85) {
    const beside = rounded([at[0] + random.normal() * spread * east, at[1] + random.normal() * spread]);
    if (inProvince(province, beside)) return beside;
  }
  return at;
}
