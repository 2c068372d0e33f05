/**
 * The colours of the layers. Each scale runs from light to dark in steps of lightness, so that it reads without any hue; test/web/scales.test.ts
 * measures the steps as people with deuteranopia and protanopia see them.
 */
import type { Csp } from '@cac/shared/site-fields.ts';
import type { ShareLayer } from '../state/layers.ts';

export type Scale = readonly [string, string, string, string, string];

/** More is better: teal. */
const GOOD: Scale = ['#f1f6f4', '#b7d8d1', '#7fb5ad', '#428c87', '#0d5751'];
/** More is worse: from sand to brick. */
const BAD: Scale = ['#fbf1de', '#f5cf9d', '#e59f5f', '#bf6532', '#7f2d16'];
/** Neither: violet. */
const PLAIN: Scale = ['#f3f0f7', '#d3c9e2', '#a99bc7', '#775fa3', '#452d78'];

export const SCALES: Readonly<Record<ShareLayer, Scale>> = { poor: PLAIN, declared: GOOD, proven: GOOD, difference: BAD, gap: BAD, availability: GOOD };

/** From the richest, dark blue, to the poorest, light yellow: in order of lightness too. */
export const CSP_COLOURS: Readonly<Record<Csp, string>> = { A: '#14315f', B: '#48648c', C: '#8a95a3', D: '#d0bf7f', E: '#f8eeb4' };
