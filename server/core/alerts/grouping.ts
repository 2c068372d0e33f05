/**
 * Which sites that fell silent together are one outage. Shares are of the sites that were heard just before, so nights, holidays and places that
 * never came make no pattern.
 *
 *   1. those in the same trouble whose beginnings lie within the window of one another are one wave;
 *   2. of what a wave's sites share (province, carrier, technology), that explains it which the largest share fell of; most of the wave lies in it;
 *   3. what is left is looked at again; who shares nothing with enough others is an outage of its own;
 *   4. a third of the whole fleet, and nothing explains it: our own sight is the likelier cause.
 */
import type { AlertSettings, Grouping, SiteCondition } from '@cac/shared/incidents.ts';

export interface FallenSite {
  id: string;
  condition: SiteCondition;
  sinceAt: number;
  province: string | null;
  carrier: string | null;
  technology: string | null;
}

export interface Group {
  by: Grouping;
  key: string;
  sites: FallenSite[];
  /** How many with this key were heard just before. */
  expected: number;
}

/** How many sites were heard just before, by what they share; `fleet` holds one number under ''. */
export type HeardBefore = Record<Grouping, ReadonlyMap<string, number>>;

/** Centres open between eight and ten: who did not open is one wave all morning. */
const MORNING_MS = 3 * 3_600_000;
const EXPLAINS = 0.8;
const FLEET = { sites: 20, share: 0.3 } as const;
const SHARED = ['carrier', 'province', 'technology'] as const;

export const windowOf = (condition: SiteCondition, windowMs: number): number => (condition === 'did_not_open' ? MORNING_MS : windowMs);

/** Waves of one trouble, in the order of their beginnings. */
export function wavesOf(fallen: readonly FallenSite[], windowMs: number): FallenSite[][] {
  const waves: FallenSite[][] = [];
  for (const condition of new Set(fallen.map((site) => site.condition))) {
    const sorted = fallen.filter((site) => site.condition === condition).sort((a, b) => a.sinceAt - b.sinceAt);
    let wave: FallenSite[] = [];
    for (const site of sorted) {
      if (wave.length > 0 && site.sinceAt - wave[0]!.sinceAt > windowOf(condition, windowMs)) {
        waves.push(wave);
        wave = [];
      }
      wave.push(site);
    }
    if (wave.length > 0) waves.push(wave);
  }
  return waves;
}

/** The groups in a wave; who is in none is an outage of its own. */
export function groupsOf(wave: readonly FallenSite[], heard: HeardBefore, { sites: least, share }: AlertSettings['group']): { groups: Group[]; alone: FallenSite[] } {
  const groups: Group[] = [];
  let left = [...wave];
  while (left.length >= least) {
    const best = bestOf(left, heard, least, share);
    if (best === null) break;
    groups.push(best);
    const taken = new Set(best.sites.map((site) => site.id));
    left = left.filter((site) => !taken.has(site.id));
  }
  const fleet = heard.fleet.get('') ?? 0;
  if (left.length >= FLEET.sites && fleet > 0 && left.length / fleet >= FLEET.share) {
    groups.push({ by: 'fleet', key: '', sites: left, expected: Math.max(fleet, left.length) });
    left = [];
  }
  return { groups, alone: left };
}

function bestOf(left: readonly FallenSite[], heard: HeardBefore, least: number, share: number): Group | null {
  let best: (Group & { rank: number }) | null = null;
  for (const by of SHARED) {
    const byKey = new Map<string, FallenSite[]>();
    for (const site of left) {
      const key = site[by];
      if (key === null) continue;
      const sites = byKey.get(key);
      if (sites) sites.push(site);
      else byKey.set(key, [site]);
    }
    for (const [key, sites] of byKey) {
      const expected = Math.max(heard[by].get(key) ?? 0, sites.length);
      if (sites.length < least || sites.length / expected < share) continue;
      // What explains most of the wave comes first, then what fell nearly whole, then the nearer thing.
      const rank = (sites.length / left.length >= EXPLAINS ? 10 : 0) + sites.length / expected + sites.length / left.length;
      if (best === null || rank > best.rank + 1e-9) best = { by, key, sites, expected, rank };
    }
  }
  return best === null ? null : { by: best.by, key: best.key, sites: best.sites, expected: best.expected };
}
