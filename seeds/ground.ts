/** The ground a registry stands on: provinces with their shapes, real places, and what is known of regions and zones. */
import { readFileSync } from 'node:fs';
import type { Zone } from '@cac/shared/api.ts';
import { boxOf, contains, type Box, type Polygons, type Position } from './geometry.ts';
import { readPlan } from './plan.ts';
import { areasOf, placesOf, type Place, type Topology } from './territory/read.ts';

export interface Province {
  code: string;
  region: string;
  fr: string;
  polygons: Polygons;
  box: Box;
  /** A position well inside, for a province without any place. */
  middle: Position;
}

export interface Ground {
  provinces: Province[];
  places: Place[];
  population: ReadonlyMap<string, number>;
  households: Record<Zone, number>;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`territory/${name}`, import.meta.url), 'utf8'));

/** The ground as shipped. */
export function readGround(): Ground {
  const topology = read('territory.json') as Topology;
  const points = new Map((read('provinces.json').provinces as { code: string; point: [number, number] }[]).map(({ code, point: [lat, lon] }) => [code, [lon, lat] as Position]));
  const regions = read('regions.json').regions as { code: string; population: number }[];
  return {
    provinces: areasOf(topology, 'provinces').map(({ properties, polygons }) => ({
      code: String(properties['code']),
      region: String(properties['region']),
      fr: String(properties['fr']),
      polygons,
      box: boxOf(polygons),
      middle: points.get(String(properties['code']))!,
    })),
    places: placesOf(topology),
    population: new Map(regions.map(({ code, population }) => [code, population])),
    households: Object.fromEntries(readPlan().zones.map(({ zone, households }) => [zone, households])) as Record<Zone, number>,
  };
}

/** Is the position in the province? The box is asked first: most are far away. */
export const inProvince = ({ box: [west, south, east, north], polygons }: Province, at: Position): boolean =>
  at[0] >= west && at[0] <= east && at[1] >= south && at[1] <= north && contains(polygons, at);

/** The province of a position and the position itself, or one at most 0.15 degrees beside it: simplified coasts cut harbours off. */
export function settle(provinces: readonly Province[], at: Position): { province: Province; at: Position } | null {
  for (let away = 0; away <= 0.15; away += 0.01) {
    for (let turn = 0; turn < (away === 0 ? 1 : 16); turn += 1) {
      const beside = rounded([at[0] + away * Math.cos((turn * Math.PI) / 8), at[1] + away * Math.sin((turn * Math.PI) / 8)]);
      const province = provinces.find((p) => inProvince(p, beside));
      if (province) return { province, at: beside };
    }
  }
  return null;
}

/** To about a metre. */
export const rounded = ([lon, lat]: Position): Position => [Math.round(lon * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5];
