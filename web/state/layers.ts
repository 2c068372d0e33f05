/** What the layers of the map show of an area, read from the server's figures. Pure. */
import type { AreaKind, CoverageArea } from '@cac/shared/coverage.ts';
import type { Csp } from '@cac/shared/site-fields.ts';

export const LAYERS = ['zones', 'csp', 'poor', 'declared', 'proven', 'difference', 'gap', 'availability'] as const;
export type Layer = (typeof LAYERS)[number];
export type ShareLayer = Exclude<Layer, 'zones' | 'csp'>;
export const LEVELS = ['region', 'province', 'commune'] as const satisfies readonly AreaKind[];

/** What is painted now, and what is said of an area; points are communes, which the map has no shapes of. */
export interface Painting {
  readonly level: AreaKind;
  /** Null: nothing is known of it. */
  colourOf(code: string): string | null;
  linesOf(code: string): string[];
  readonly points: readonly { readonly code: string; readonly lat: number; readonly lon: number }[];
}

export type Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'zones'; readonly shares: readonly [dense: number, moderate: number, greyWhite: number]; readonly of: 'households' | 'sites' }
  | { readonly kind: 'csp'; readonly csp: Csp; readonly shares: Readonly<Record<Csp, number>> }
  /** `part` over `whole`: households, sites, or ms of opening time. */
  | { readonly kind: 'share'; readonly share: number; readonly part: number; readonly whole: number };

const NONE: Reading = { kind: 'none' };
const CATEGORIES = ['A', 'B', 'C', 'D', 'E'] as const satisfies readonly Csp[];
const shareOf = (part: number, whole: number): Reading => (whole > 0 ? { kind: 'share', share: part / whole, part, whole } : NONE);

export function readingOf(layer: Layer, { sums, csp, zones, gap, opening }: CoverageArea): Reading {
  switch (layer) {
    case 'zones': {
      const total = zones.dense + zones.moderate + zones.greyWhite;
      return total === 0 ? NONE : { kind: 'zones', shares: [zones.dense / total, zones.moderate / total, zones.greyWhite / total], of: zones.of };
    }
    case 'csp': {
      const total = csp === null ? 0 : CATEGORIES.reduce((sum, name) => sum + csp[name], 0);
      if (csp === null || total === 0) return NONE;
      // Of two that are equal the poorer one, as the server counts it for a commune.
      const dominant = CATEGORIES.reduce((best, name) => (csp[name] >= csp[best] ? name : best));
      return { kind: 'csp', csp: dominant, shares: Object.fromEntries(CATEGORIES.map((name) => [name, csp[name] / total])) as Record<Csp, number> };
    }
    case 'poor':
      return csp === null ? NONE : shareOf(csp.D + csp.E, CATEGORIES.reduce((sum, name) => sum + csp[name], 0));
    case 'declared':
      return sums === null ? NONE : shareOf(sums.declared, sums.unserved);
    case 'proven':
      return sums === null ? NONE : shareOf(sums.proven, sums.unserved);
    case 'difference':
      return sums === null ? NONE : shareOf(sums.declared - sums.proven, sums.unserved);
    case 'gap':
      return shareOf(Math.max(0, gap.target - gap.proven), gap.target);
    case 'availability':
      return shareOf(opening.connMs, opening.openMs - opening.unkMs);
    default:
      return layer satisfies never;
  }
}

/** Where each class but the first begins. What is declared and not proven is worth seeing from a few per cent on. */
export const BREAKS: Readonly<Record<ShareLayer, readonly [number, number, number, number]>> = {
  poor: [0.2, 0.4, 0.6, 0.8],
  declared: [0.2, 0.4, 0.6, 0.8],
  proven: [0.2, 0.4, 0.6, 0.8],
  difference: [0.05, 0.1, 0.2, 0.4],
  gap: [0.2, 0.4, 0.6, 0.8],
  availability: [0.2, 0.4, 0.6, 0.8],
};

/** 0 to 4. */
export const classOf = (layer: ShareLayer, share: number): number => BREAKS[layer].filter((from) => share >= from).length;
