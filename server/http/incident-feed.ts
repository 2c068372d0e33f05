/**
 * What changed about incidents since the last reading, for the live stream. The mark of an incident (`touched_at`) is set by an act before its commit, perhaps by
 * another server: each reading looks a little further back than the last one reached, and says nothing twice.
 */
import { touchedSince, type TouchedIncident } from '../store/incidents.ts';
import type { Handle } from '../store/store.ts';

/** An act takes no longer from its `now` to its commit, and clocks of two servers differ by less. */
const OVERLAP_MS = 10_000;
const PAGE = 500;

export interface IncidentFeed {
  /** Changes that were not told yet, oldest first. `listening`: without listeners nothing is read. */
  read(db: Handle, now: number, listening: boolean): Promise<TouchedIncident[]>;
}

export function createIncidentFeed(): IncidentFeed {
  let reached: number | null = null;
  /** Told of the overlap: number -> mark. */
  let told = new Map<number, number>();
  return {
    async read(db, now, listening) {
      if (!listening) {
        reached = null;
        return [];
      }
      // Who begins to listen reads the pages anew: only what comes from here on is told.
      reached ??= now;
      const fresh: TouchedIncident[] = [];
      const recent = new Map<number, number>();
      let last: TouchedIncident | null = null;
      for (;;) {
        const page: TouchedIncident[] = await touchedSince(db, reached - OVERLAP_MS, last, PAGE);
        for (const one of page) {
          recent.set(one.id, one.touchedAt);
          if (told.get(one.id) !== one.touchedAt) fresh.push(one);
        }
        last = page.at(-1) ?? last;
        if (page.length < PAGE) break;
      }
      told = recent;
      if (last !== null) reached = Math.max(reached, last.touchedAt);
      return fresh;
    },
  };
}
