/** The order of the list. Pure. */
import type { SiteState } from '@cac/shared/states.ts';
import type { FleetSite } from './fleet.ts';

export const COLUMNS = ['name', 'id', 'programme', 'region', 'state', 'since', 'machines'] as const;
export type Column = (typeof COLUMNS)[number];
export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** What needs attention first. */
const STATE_RANK: Readonly<Record<SiteState, number>> = { unreachable: 0, no_internet: 1, off: 2, connected: 3, unseen: 4 };

/** Positions of the shown sites, in order. `words` compares texts in the language of the page. */
export function sortedSites(sites: readonly FleetSite[], mask: Uint8Array, { column, descending }: Sorting, words: (a: string, b: string) => number, regionName: (code: string | null) => string): number[] {
  const positions: number[] = [];
  for (let i = 0; i < sites.length; i += 1) if (mask[i] === 1) positions.push(i);
  const compare = (a: FleetSite, b: FleetSite): number => {
    switch (column) {
      case 'name':
        return words(a.name, b.name);
      case 'id':
        return words(a.id, b.id);
      case 'programme':
        return words(a.programme ?? '', b.programme ?? '');
      case 'region':
        return words(regionName(a.region), regionName(b.region));
      case 'state':
        return STATE_RANK[a.state] - STATE_RANK[b.state];
      case 'since':
        return (b.since ?? 0) - (a.since ?? 0);
      case 'machines':
        return b.on - a.on || b.total - a.total;
      default:
        return column satisfies never;
    }
  };
  const sign = descending ? -1 : 1;
  return positions.sort((i, j) => sign * compare(sites[i]!, sites[j]!) || i - j);
}
