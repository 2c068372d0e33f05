import * as assert from 'uvu/assert';
import { gridIndex } from '../../web/map/grid-index.ts';
import { mercatorX, mercatorY, worldSize } from '../../web/map/mercator.ts';
import { over, stamp } from '../../web/map/sprites.ts';
import { suite } from '../harness.ts';

const test = suite('web map');

/** A small generator, so that the points are the same at every run. */
function scattered(n: number): { xs: Float64Array; ys: Float64Array } {
  let seed = 7;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return { xs: Float64Array.from({ length: n }, next), ys: Float64Array.from({ length: n }, next) };
}

test('near finds what a look at every point finds, nearest first', () => {
  const { xs, ys } = scattered(2000);
  const grid = gridIndex(xs, ys);
  for (const [x, y, reach] of [[0.5, 0.5, 0.05], [0, 0, 0.1], [0.99, 0.2, 0.03], [1.2, 0.5, 0.1]] as const) {
    const all = [...xs.keys()].filter((i) => Math.hypot(xs[i]! - x, ys[i]! - y) <= reach);
    const found = grid.near(x, y, reach);
    assert.equal([...found].sort((a, b) => a - b), all);
    const distances = found.map((i) => Math.hypot(xs[i]! - x, ys[i]! - y));
    assert.equal(distances, [...distances].sort((a, b) => a - b));
  }
});

test('within finds what lies in a box, and nothing outside all of them', () => {
  const { xs, ys } = scattered(500);
  const grid = gridIndex(xs, ys);
  const found: number[] = [];
  grid.within(0.2, 0.3, 0.6, 0.9, (i) => found.push(i));
  assert.equal(found.sort((a, b) => a - b), [...xs.keys()].filter((i) => xs[i]! >= 0.2 && xs[i]! <= 0.6 && ys[i]! >= 0.3 && ys[i]! <= 0.9));
  assert.equal(grid.near(5, 5, 1), []);
});

test('no point, one point and many on one spot are all found', () => {
  assert.equal(gridIndex(new Float64Array(0), new Float64Array(0)).near(0, 0, 1), []);
  const one = gridIndex(Float64Array.of(0.5), Float64Array.of(0.5));
  assert.equal(one.near(0.5, 0.5, 0.001), [0]);
  const same = gridIndex(new Float64Array(9).fill(0.4), new Float64Array(9).fill(0.6));
  assert.equal(same.near(0.4, 0.6, 0), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a degree of longitude has the width of the projection, and Rabat lies north of Agadir', () => {
  assert.is(worldSize(2), 1024);
  assert.is(Math.round((mercatorX(1) - mercatorX(0)) * 360), 1);
  assert.ok(mercatorY(34.02) < mercatorY(30.42));
  assert.is(Math.abs(mercatorY(0) - 0.5) < 1e-12, true);
});

test('a sprite at the edge is cut, not wrapped to the other side', () => {
  const image = new Int32Array(16);
  const sprite = { pixels: new Int32Array(9).fill(0xff_00_00_ff | 0), side: 3 };
  stamp(image, 4, 4, sprite, -2, -2);
  stamp(image, 4, 4, sprite, 3, 3);
  assert.equal([...image.entries()].filter(([, pixel]) => pixel !== 0).map(([i]) => i), [0, 15]);
});

test('a translucent pixel mixes with what lies below', () => {
  assert.is(over(0xff_11_22_33, 0xff_99_99_99) >>> 0, 0xff_11_22_33);
  assert.is(over(0x80_00_00_00, 0xff_ff_ff_ff) >>> 24, 255);
  assert.is(over(0x80_00_00_00, 0xff_ff_ff_ff) & 255, 127);
});

test.run();
