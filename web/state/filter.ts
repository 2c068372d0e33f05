/** Which sites are shown. Pure; the same filter serves the map and the list. */
import type { Programme } from '@cac/shared/api.ts';
import type { SiteState } from '@cac/shared/states.ts';
import { SITE_STATES } from '../words.ts';
import type { FleetSite } from './fleet.ts';

export interface Filter {
  readonly programme: Programme | null;
  readonly region: string | null;
  /** Empty: every state. */
  readonly states: readonly SiteState[];
  readonly text: string;
}

export interface Shown {
  /** 1 where the site at that position is shown. */
  readonly mask: Uint8Array;
  readonly count: number;
  /** Sites by state, whatever the filter says of states: what the legend prints. */
  readonly byState: Readonly<Record<SiteState, number>>;
}

export const NO_FILTER: Filter = { programme: null, region: null, states: [], text: '' };

export const isFiltering = (f: Filter): boolean => f.programme !== null || f.region !== null || f.states.length > 0 || f.text.trim() !== '';

/** Text as it is searched: no case, no accents, Arabic without vowel marks and with one alef. */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036F\u064B-\u0655\u0640]/g, '')
    .replace(/[\u0622\u0623\u0625]/g, '\u0627')
    .toLowerCase();

const foldedSites = new WeakMap<FleetSite, string>();

function searchable(site: FleetSite): string {
  let text = foldedSites.get(site);
  if (text === undefined) foldedSites.set(site, (text = folded(`${site.name} ${site.id}`)));
  return text;
}

/** Every word of the search must stand in the name or the code. */
export function shownOf(sites: readonly FleetSite[], filter: Filter): Shown {
  const mask = new Uint8Array(sites.length);
  const byState = Object.fromEntries(SITE_STATES.map((state) => [state, 0])) as Record<SiteState, number>;
  const words = folded(filter.text).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const [i, site] of sites.entries()) {
    if (filter.programme !== null && site.programme !== filter.programme) continue;
    if (filter.region !== null && site.region !== filter.region) continue;
    if (words.length > 0 && !words.every((word) => searchable(site).includes(word))) continue;
    byState[site.state] += 1;
    if (filter.states.length > 0 && !filter.states.includes(site.state)) continue;
    mask[i] = 1;
    count += 1;
  }
  return { mask, count, byState };
}
