/** How the map is coloured. Colours of states are told apart by shape too; the legend draws the same shapes (ui/shapes.tsx). */
import type { SiteState } from '@cac/shared/states.ts';

export const STATE_COLOURS: Readonly<Record<SiteState, string>> = {
  connected: '#17825a',
  no_internet: '#d98200',
  unreachable: '#c23b32',
  off: '#5b7390',
  unseen: '#9aa39d',
};

/** Drawn in this order, so that what needs attention lies on top. */
export const DRAWING_ORDER: readonly SiteState[] = ['unseen', 'off', 'connected', 'no_internet', 'unreachable'];

/** Each zone's share of what is painted, 0 to 1, in the order of ZONE_COLOURS; null where nothing is known. */
export type ZoneShares = readonly [dense: number, moderate: number, greyWhite: number] | null;
type Rgb = readonly [number, number, number];
const ZONE_COLOURS: readonly Rgb[] = [
  [63, 143, 134],
  [159, 205, 192],
  [243, 231, 204],
];

/** The zones' colours, mixed by their shares: a province is rarely of one zone only. */
export function zoneColour(shares: NonNullable<ZoneShares>): string {
  const mixed = [0, 1, 2].map((channel) => Math.round(shares.reduce((sum, share, zone) => sum + share * ZONE_COLOURS[zone]![channel]!, 0)));
  return `rgb(${mixed.join(' ')})`;
}

export const LAND = {
  country: '#fdfcf9',
  neighbours: '#eef0ec',
  sea: '#e3ebea',
  neighboursLine: '#dfe3de',
  outline: '#8aa5a0',
  region: '#b9c6c0',
  province: '#dfe4de',
  hatch: '#d5d0c2',
} as const;

export const LABELS = { metropolis: '#21352f', place: '#46594f', area: '#8a9a92', halo: 'rgba(255, 255, 255, 0.92)' } as const;

/** Half the size of a dot, CSS pixels: small when all of Morocco is on screen, larger as one comes closer or as sites are few. */
export function dotRadius(zoom: number, sites: number): number {
  const base = 1.75 + Math.max(0, zoom - 5) * 0.62;
  return Math.min(8, base + (sites < 150 ? 2.4 : sites < 1500 ? 1 : 0));
}
