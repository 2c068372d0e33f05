/** The territory as it is shipped: whole, with its south, and light enough to be sent. */
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { contains, ringArea, type Position } from '@cac/seeds/geometry.ts';
import { areasOf, placesOf, type Topology } from '@cac/seeds/territory/read.ts';
import { suite } from '../harness.ts';

const test = suite('territory');
const file = (name: string): Buffer => readFileSync(new URL(`../../seeds/territory/${name}`, import.meta.url));
const bytes = file('territory.json');
const topology = JSON.parse(bytes.toString()) as Topology;
const listed = JSON.parse(file('provinces.json').toString()).provinces as { code: string; region: string; fr: string; ar: string; point: [number, number]; bbox: number[] }[];
const [country, regions, provinces, neighbours] = ['country', 'regions', 'provinces', 'neighbours'].map((object) => areasOf(topology, object)) as [Areas, Areas, Areas, Areas];
type Areas = ReturnType<typeof areasOf>;

const LAAYOUNE: Position = [-13.2, 27.15];
const areaAt = (areas: Areas, at: Position): unknown => areas.find(({ polygons }) => contains(polygons, at))?.properties['code'];

test('twelve regions and 75 provinces, each with its code and two names', () => {
  assert.is(regions.length, 12);
  assert.is(provinces.length, 75);
  for (const { properties } of regions) assert.ok(v.is(RegionCode, properties['code']) && properties['fr'] && properties['ar'], String(properties['code']));
  for (const { properties } of provinces) {
    assert.ok(v.is(ProvinceCode, properties['code']) && v.is(RegionCode, properties['region']), String(properties['code']));
    assert.match(String(properties['fr']), /^\p{Script=Latin}[\p{Script=Latin}\s'’-]+$/u);
    assert.match(String(properties['ar']), /^\p{Script=Arabic}[\p{Script=Arabic}\s-]+$/u);
  }
  assert.is(new Set(provinces.map(({ properties }) => properties['code'])).size, 75);
});

test('the country is one outline, from Tanger to La Güera', () => {
  assert.is(country.length, 1);
  assert.is(country[0]!.polygons.flat().length, 1);
  const inside: Record<string, Position> = { Laâyoune: LAAYOUNE, Dakhla: [-15.936, 23.69], Aousserd: [-14.33, 22.55], Rabat: [-6.83, 33.98], Figuig: [-1.25, 32.12], Tanger: [-5.82, 35.75], 'Es-Semara': [-11.67, 26.74] };
  for (const [name, at] of Object.entries(inside)) assert.is(areaAt(country, at), 'MA', name);
  const outside: Record<string, Position> = { Tindouf: [-8.13, 27.67], Oran: [-0.64, 35.6], Gibraltar: [-5.35, 36.14], Nouadhibou: [-17.03, 20.93], 'Las Palmas': [-15.43, 28.1], 'the sea': [-10, 33] };
  for (const [name, at] of Object.entries(outside)) assert.is(areaAt(country, at), undefined, name);
});

test('a place lies in its region and province', () => {
  const samples: [string, Position, string, string][] = [
    ['Laâyoune', LAAYOUNE, 'MA-11', 'MA-LAA'],
    ['Dakhla', [-15.936, 23.69], 'MA-12', 'MA-OUD'],
    ['Rabat', [-6.83, 33.98], 'MA-04', 'MA-RAB'],
    ['Casablanca', [-7.6, 33.56], 'MA-06', 'MA-CAS'],
    ['Marrakech', [-8, 31.63], 'MA-07', 'MA-MAR'],
    ['Fès', [-5, 34.03], 'MA-03', 'MA-FES'],
    ['Oujda', [-1.91, 34.68], 'MA-02', 'MA-OUJ'],
    ['Khénifra', [-5.67, 32.94], 'MA-05', 'MA-KHN'],
    ['Midelt', [-4.73, 32.68], 'MA-08', 'MA-MID'],
    ['Sidi Ifni', [-10.15, 29.37], 'MA-10', 'MA-SIF'],
    ['Tata', [-7.97, 29.75], 'MA-09', 'MA-TAT'],
    ['Ouezzane', [-5.58, 34.8], 'MA-01', 'MA-OUZ'],
  ];
  for (const [name, at, region, province] of samples) assert.equal([areaAt(regions, at), areaAt(provinces, at)], [region, province], name);
});

test('each province lies in its region, and the list beside the shapes agrees with them', () => {
  assert.is(listed.length, 75);
  for (const { code, region, fr, point: [lat, lon], bbox } of listed) {
    const province = provinces.find(({ properties }) => properties['code'] === code)!;
    assert.equal([province.properties['region'], province.properties['fr']], [region, fr], code);
    assert.is(areaAt(provinces, [lon, lat]), code);
    assert.is(areaAt(regions, [lon, lat]), region);
    assert.ok(bbox[0]! < lon && lon < bbox[2]! && bbox[1]! < lat && lat < bbox[3]!, code);
  }
});

test('regions tile the country and provinces the regions: no gap, no sliver', () => {
  const area = (areas: Areas): number => areas.reduce((sum, { polygons }) => sum + polygons.flat().reduce((all, ring) => all + Math.abs(ringArea(ring)), 0), 0);
  assert.ok(Math.abs(area(regions) / area(country) - 1) < 1e-4);
  assert.ok(Math.abs(area(provinces) / area(country) - 1) < 1e-4);
  for (const { properties, polygons } of [...regions, ...provinces]) for (const ring of polygons.flat()) assert.ok(Math.abs(ringArea(ring)) > 1e-4, String(properties['code']));
});

test('neighbours reach under the border, and every ring is closed', () => {
  const [within, beyond]: [Position, Position] = [[-1.8, 33.5], [-1.5, 33.5]];
  assert.equal([areaAt(country, within), areaAt(country, beyond)], ['MA', undefined]);
  for (const at of [within, beyond]) assert.ok(neighbours.some(({ polygons }) => contains(polygons, at)), String(at));
  for (const ring of [country, regions, provinces, neighbours].flat().flatMap(({ polygons }) => polygons.flat())) assert.equal(ring[0], ring.at(-1));
});

test('places have a French name and a rank, and the first rank is short', () => {
  const places = placesOf(topology);
  assert.is(places.length, 501);
  for (const { name, rank } of places) assert.ok(name.length > 0 && rank >= 1 && rank <= 4, name);
  assert.ok(places.filter((p) => p.rank === 1).length <= 12);
});

test('at most 70 kB with brotli', () => {
  assert.ok(brotliCompressSync(bytes).length <= 70_000);
});

test.run();
