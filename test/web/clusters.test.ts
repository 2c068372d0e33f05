/** Crowds of sites from afar, and sites on one point from near. */
import * as assert from 'uvu/assert';
import { areClustered, clusterRadius, clustersOf } from '../../web/map/clusters.ts';
import { latitudeOf, mercatorX, mercatorY } from '../../web/map/mercator.ts';
import { sitesLayer } from '../../web/map/sites-layer.ts';
import { spreadOf } from '../../web/map/spread.ts';
import { suite } from '../harness.ts';

const test = suite('map clusters');
const at = (...points: [number, number][]): [Float64Array, Float64Array] => [Float64Array.from(points, ([x]) => x), Float64Array.from(points, ([, y]) => y)];

test('sites of one square are one mark in their middle, with how many are in each state', () => {
  const [xs, ys] = at([0.5001, 0.4], [0.5003, 0.4002], [0.9, 0.4], [0.5002, 0.4]);
  const clusters = clustersOf(xs, ys, Uint8Array.of(1, 1, 1, 0), Uint8Array.of(0, 2, 1, 2), 3, 5).toSorted((a, b) => b.count - a.count);
  assert.is(clusters.length, 2);
  assert.equal([clusters[0]!.count, clusters[0]!.byRank, clusters[0]!.only], [2, [1, 0, 1], -1]);
  assert.ok(Math.abs(clusters[0]!.x - 0.5002) < 1e-9);
  assert.equal([clusters[1]!.count, clusters[1]!.only], [1, 2], 'one alone stays a point');
});

test('between two whole zooms the marks are the same: nothing jumps while one zooms', () => {
  const [xs, ys] = at([0.481, 0.401], [0.4812, 0.4011], [0.49, 0.41]);
  const of = (zoom: number) => clustersOf(xs, ys, Uint8Array.of(1, 1, 1), Uint8Array.of(0, 0, 0), 1, zoom);
  assert.equal(of(6), of(6.75));
});

test('every site is in exactly one mark', () => {
  const n = 5_000;
  const xs = Float64Array.from({ length: n }, (_, i) => 0.45 + ((i * 37) % 997) / 20_000);
  const ys = Float64Array.from({ length: n }, (_, i) => 0.38 + ((i * 53) % 991) / 20_000);
  const clusters = clustersOf(xs, ys, new Uint8Array(n).fill(1), new Uint8Array(n), 1, 6);
  assert.is(clusters.reduce((sum, { count }) => sum + count, 0), n);
});

test('few sites, and near ones, are no crowd; marks do not outgrow their square', () => {
  assert.equal([areClustered(5, 9_660), areClustered(5, 300), areClustered(9, 9_660)], [true, false, false]);
  assert.ok(clusterRadius(10_000) < 23 && clusterRadius(2) < clusterRadius(200));
});

test('a crowd is found where it is drawn, its sites are not; near, each is', () => {
  const layer = sitesLayer();
  const sites = Array.from({ length: 500 }, (_, i) => ({ lat: 33.5 + i / 1e5, lon: -7.6, state: i === 7 ? ('unreachable' as const) : ('connected' as const) }));
  layer.place(sites);
  layer.show(new Uint8Array(500).fill(1), 500);
  const crowd = layer.crowdAt(33.5025, -7.6, 5)!;
  assert.equal([crowd.count, crowd.byState.unreachable, crowd.byState.connected], [500, 1, 499]);
  assert.ok(Math.abs(crowd.lat - 33.5025) < 0.01 && Math.abs(crowd.lon + 7.6) < 1e-9);
  assert.equal(layer.near(33.5, -7.6, 8, 256 * 2 ** 5), []);
  assert.is(layer.crowdAt(33.5025, -7.6, 10), null);
  assert.is(layer.near(33.5, -7.6, 8, 256 * 2 ** 16)[0], 0);
});

test('sites on one point stand apart once one is near, and each is found where it is drawn', () => {
  const [xs, ys] = at([0.5, 0.4], [0.5, 0.4], [0.6, 0.4], [0.5, 0.4]);
  const spread = spreadOf(xs, ys);
  assert.equal([spread.of(0, 9), spread.of(2, 15), spread.reach(9)], [[0, 0], [0, 0], 0]);
  const places = [0, 1, 3].map((i) => spread.of(i, 15));
  for (const [i, [ax, ay]] of places.entries()) for (const [bx, by] of places.slice(i + 1)) assert.ok(Math.hypot(ax - bx, ay - by) > 12);
  const layer = sitesLayer();
  layer.place([0, 1, 2].map(() => ({ lat: 33, lon: -7, state: 'off' as const })));
  layer.show(Uint8Array.of(1, 1, 1), 3);
  const world = 256 * 2 ** 15;
  const [, dy] = spreadOf(...at([0, 0], [0, 0], [0, 0])).of(0, 15);
  assert.equal(layer.near(latitudeOf(mercatorY(33) + dy / world), -7, 6, world), [0]);
  assert.equal(layer.near(33, -7, 6, world), [], 'in the middle there is none');
});

test('latitude and Mercator are each other’s way back', () => {
  for (const lat of [21, 29.5, 35.9]) assert.ok(Math.abs(latitudeOf(mercatorY(lat)) - lat) < 1e-9);
  assert.is(mercatorX(0), 0.5);
});

test.run();
