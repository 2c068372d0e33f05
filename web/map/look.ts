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

type Rgb = readonly [number, number, number];
const ZONE_COLOURS: readonly Rgb[] = [
  [63, 143, 134],
  [159, 205, 192],
  [243, 231, 204],
];

/** The zones' colours, mixed by their shares (0 to 1, in the order of ZONE_COLOURS): a province is rarely of one zone only. */
export function zoneColour(shares: readonly [dense: number, moderate: number, greyWhite: number]): string {
  const mixed = [0, 1, 2].map((channel) => Math.round(shares.reduce((sum, share, zone) => sum + share * ZONE_COLOURS[zone]![channel]!, 0)));
  return `rgb(${mixed.join(' ')})`;
}

/** How one kind of site is drawn: a state's shape, in a colour. */
export interface Look {
  readonly shape: SiteState;
  readonly colour: string;
}

/** What sites are coloured by: looks in the order they are drawn, and which of them a crowd takes, the first that any of its sites has. */
export interface Colouring<S> {
  readonly looks: readonly Look[];
  readonly crowdFirst: readonly number[];
  of(site: S): number;
}

const rankOfState = new Map(DRAWING_ORDER.map((state, rank) => [state, rank]));

/** A crowd is as its worst site: what needs attention comes first. */
export const BY_STATE: Colouring<{ state: SiteState }> = {
  looks: DRAWING_ORDER.map((shape) => ({ shape, colour: STATE_COLOURS[shape] })),
  crowdFirst: (['unreachable', 'no_internet', 'off', 'unseen', 'connected'] as const).map((state) => rankOfState.get(state)!),
  of: ({ state }) => rankOfState.get(state) ?? 0,
};

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
