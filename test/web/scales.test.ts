/** The layers' colours: told apart by people who do not see red, or green, and in print; and what the layers read from the figures of an area. */
import type { CoverageArea } from '@cac/shared/coverage.ts';
import * as assert from 'uvu/assert';
import { CSP_COLOURS, SCALES } from '../../web/map/scales.ts';
import { zoneColour } from '../../web/map/look.ts';
import { BREAKS, classOf, LAYERS, readingOf } from '../../web/state/layers.ts';
import { suite } from '../harness.ts';

const test = suite('map layers');

type Rgb = [number, number, number];
const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const rgbOf = (colour: string): Rgb => {
  const numbers = colour.startsWith('#') ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) : colour.match(/\d+/g)!.map(Number);
  return numbers.map((n) => linear(n / 255)) as Rgb;
};

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB. */
const SIGHT: Record<string, [Rgb, Rgb, Rgb]> = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const seen = (colour: string, sight: string): Rgb => {
  const rgb = rgbOf(colour);
  return SIGHT[sight]!.map((row) => Math.min(1, Math.max(0, row.reduce((sum, weight, i) => sum + weight * rgb[i]!, 0)))) as Rgb;
};

function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : (24_389 / 27 * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const difference = (a: string, b: string, sight: string): number => Math.hypot(...lab(seen(a, sight)).map((n, i) => n - lab(seen(b, sight))[i]!));

const SCALE_LIST: [name: string, colours: readonly string[]][] = [
  ...Object.entries(SCALES),
  ['csp', Object.values(CSP_COLOURS).toReversed()],
  ['zones', [zoneColour([0, 0, 1]), zoneColour([0, 1, 0]), zoneColour([1, 0, 0])]],
];

for (const sight of Object.keys(SIGHT)) {
  test(`every step of every scale is told from every other: ${sight}`, () => {
    for (const [name, colours] of SCALE_LIST) {
      for (let i = 0; i < colours.length; i += 1) for (let j = i + 1; j < colours.length; j += 1) {
        const apart = difference(colours[i]!, colours[j]!, sight);
        assert.ok(apart >= 10, `${name}: ${colours[i]} and ${colours[j]} are ${apart.toFixed(1)} apart`);
      }
    }
  });
  test(`every scale only grows darker, so that it reads without any hue: ${sight}`, () => {
    for (const [name, colours] of SCALE_LIST) {
      const light = colours.map((colour) => lab(seen(colour, sight))[0]);
      for (let i = 1; i < light.length; i += 1) assert.ok(light[i]! < light[i - 1]! - 5, `${name}: ${light.map(Math.round).join(' ')}`);
    }
  });
}

const sums = { communes: 2, households: 200, unserved: 100, declared: 60, proven: 15, rules: {}, years: [2008], demo: false };
const area: CoverageArea = {
  code: 'MA-RAB', region: 'MA-04', name: null, at: null, sums, csp: { A: 0, B: 10, C: 40, D: 40, E: 10 }, zones: { of: 'households', dense: 150, moderate: 50, greyWhite: 0 },
  gap: { of: 'registered', target: 20, year: null, declared: 12, proven: 5 }, opening: { openMs: 100, connMs: 40, unkMs: 20 }, demo: false,
};

test('what each layer reads of an area', () => {
  const shares = Object.fromEntries(LAYERS.map((layer) => [layer, readingOf(layer, area)]));
  assert.equal(shares['zones'], { kind: 'zones', shares: [0.75, 0.25, 0], of: 'households' });
  assert.is((shares['csp'] as { csp: string }).csp, 'D', 'of two equal categories the poorer');
  assert.equal(['poor', 'declared', 'proven', 'difference', 'gap', 'availability'].map((layer) => (shares[layer] as { share: number }).share), [0.5, 0.6, 0.15, 0.45, 0.75, 0.5]);
});

test('where nothing is known nothing is painted: no zero is invented', () => {
  const nothing: CoverageArea = { ...area, sums: null, csp: null, zones: { of: 'sites', dense: 0, moderate: 0, greyWhite: 0 }, gap: { ...area.gap, target: 0 }, opening: { openMs: 0, connMs: 0, unkMs: 0 } };
  for (const layer of LAYERS) assert.equal(readingOf(layer, nothing), { kind: 'none' }, layer);
  assert.equal(readingOf('availability', { ...area, opening: { openMs: 10, connMs: 0, unkMs: 10 } }), { kind: 'none' }, 'all of its time is unknown');
  assert.equal(readingOf('proven', { ...area, sums: { ...sums, proven: 0 } }), { kind: 'share', share: 0, part: 0, whole: 100 }, 'a known zero is one');
});

test('more in service than aimed at is no gap, not a negative one', () => assert.is((readingOf('gap', { ...area, gap: { ...area.gap, proven: 30 } }) as { share: number }).share, 0));

test('classes begin at their breaks', () => {
  assert.equal([0, 0.19, 0.2, 0.8, 1].map((share) => classOf('proven', share)), [0, 0, 1, 4, 4]);
  assert.equal([0, 0.05, 0.4].map((share) => classOf('difference', share)), [0, 1, 4]);
  for (const breaks of Object.values(BREAKS)) assert.equal([...breaks].sort(), breaks);
});

test.run();
