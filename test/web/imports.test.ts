import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { territoryOf } from '../../web/state/territory.ts';
import { suite } from '../harness.ts';

const test = suite('web layers');
const web = resolve(import.meta.dirname, '../../web');
const sources = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f) && !f.includes('node_modules'));
const importsOf = (file: string): string[] => [...readFileSync(join(web, file), 'utf8').matchAll(/^import .*?from '([^']+)'/gms)].map((m) => m[1]!);

test('only the map folder knows Leaflet', () => {
  for (const file of sources) if (!file.startsWith('map/')) assert.not.ok(importsOf(file).includes('leaflet'), file);
});

test('the web imports nothing of the server, the agent or the seeds, and no validator', () => {
  for (const file of sources) {
    for (const name of importsOf(file)) {
      assert.not.match(name, /@cac\/(?:server|agent|seeds)|^valibot/, file);
      if (name.startsWith('.')) assert.not.ok(relative(web, resolve(web, dirname(file), name)).startsWith('..'), `${file}: ${name}`);
    }
  }
});

test('the map knows nothing of the screens', () => {
  for (const file of sources) if (file.startsWith('map/')) for (const name of importsOf(file)) assert.not.match(name, /\/ui\/|store/, file);
});

test('a territory is read into names, rings and shared borders; a layer it lacks is empty', () => {
  const square = (arc: number) => ({ type: 'Polygon', arcs: [[arc, 2]] });
  const topology = {
    type: 'Topology',
    // Two triangles that share the arc 2.
    arcs: [[[1, 1], [2, 0], [1, 0]], [[1, 1], [0, 0], [1, 0]], [[1, 0], [1, 1]]],
    objects: {
      regions: { type: 'GeometryCollection', geometries: [{ ...square(0), properties: { code: 'MA-01', fr: 'Un', ar: 'واحد' } }, { ...square(1), properties: { code: 'MA-02', fr: 'Deux' } }] },
      places: { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [1, 0.5], properties: { n: 'Rabat', r: 1 } }] },
    },
  };
  const { regions, provinces, regionLines, places } = territoryOf(topology as never);
  assert.equal(regions.map(({ code, ar, rings }) => [code, ar, rings.length]), [['MA-01', 'واحد', 1], ['MA-02', 'Deux', 1]]);
  assert.equal(provinces, []);
  assert.is(regionLines.length, 1);
  assert.equal(places, [{ fr: 'Rabat', ar: 'Rabat', rank: 1, lon: 1, lat: 0.5 }]);
});

test.run();
