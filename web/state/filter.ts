/** Which sites are shown. Pure; the same filter serves the map and the list. */
import type { Programme, Zone } from '@cac/shared/api.ts';
import { searchKey } from '@cac/shared/search-key.ts';
import type { Csp, Technology } from '@cac/shared/site-fields.ts';
import type { SiteState } from '@cac/shared/states.ts';
import { SITE_STATES, standsOn, type Stage } from '../words.ts';
import type { FleetSite } from './fleet.ts';

/** Null, or an empty list: any. */
export interface Filter {
  readonly programme: Programme | null;
  readonly region: string | null;
  readonly province: string | null;
  readonly zone: Zone | null;
  /** The dominant category of a site's commune. */
  readonly csp: Csp | null;
  readonly stage: Stage | null;
  readonly carrier: string | null;
  readonly technology: Technology | null;
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

export const NO_FILTER: Filter = { programme: null, region: null, province: null, zone: null, csp: null, stage: null, carrier: null, technology: null, states: [], text: '' };

/** What a site itself says, and a filter asks for word by word. */
const EQUAL = ['programme', 'region', 'province', 'zone', 'csp', 'carrier', 'technology'] as const;

/** How many of its questions are asked, the text aside. */
export const inUse = (f: Filter): number => EQUAL.filter((name) => f[name] !== null).length + (f.stage === null ? 0 : 1) + (f.states.length > 0 ? 1 : 0);

export const isFiltering = (f: Filter): boolean => inUse(f) > 0 || f.text.trim() !== '';

const searchedSites = new WeakMap<FleetSite, string>();

function searchable(site: FleetSite): string {
  let text = searchedSites.get(site);
  if (text === undefined) searchedSites.set(site, (text = searchKey(site.name, site.nameAr, site.id, site.officialCode)));
  return text;
}

/** Every word of the search must stand in a name or a code, French or Arabic, however it is written. */
export function shownOf(sites: readonly FleetSite[], filter: Filter): Shown {
  const mask = new Uint8Array(sites.length);
  const byState = Object.fromEntries(SITE_STATES.map((state) => [state, 0])) as Record<SiteState, number>;
  const words = searchKey(filter.text).split(' ').filter(Boolean);
  const asked = EQUAL.filter((name) => filter[name] !== null);
  let count = 0;
  for (const [i, site] of sites.entries()) {
    if (asked.some((name) => site[name] !== filter[name])) continue;
    if (filter.stage !== null && !standsOn(filter.stage, site)) continue;
    if (words.length > 0 && !words.every((word) => searchable(site).includes(word))) continue;
    byState[site.state] += 1;
    if (filter.states.length > 0 && !filter.states.includes(site.state)) continue;
    mask[i] = 1;
    count += 1;
  }
  return { mask, count, byState };
}
