/** What timelines of outages begin with: a region with its operator, a centre with two PCs that were heard. */
import type { Store } from '@cac/server/store/store.ts';
import { alertStage, operator, type Place, type Stage } from './alert-stage.ts';
import { at, MINUTE } from './told-past.ts';

export const RABAT = 'amal@example.ma';
export const MON = 3;
export const minutesAfter = (from: number, to: number | null): number => Math.round(((to ?? Number.NaN) - from) / MINUTE);

export interface Timeline {
  name: string;
  /** Played by `npm test` on SQLite; all else by `npm run test:long`. */
  always: boolean;
  play(store: Store, isSqlite: boolean): Promise<void>;
}

export async function begin(store: Store, clock = '08:00'): Promise<Stage> {
  const stage = await alertStage(store, at(MON, clock));
  await operator(store, 'amal', ['MA-04']);
  await operator(store, 'other', ['MA-07']);
  await operator(store, 'chief', [], 'fr', 'administrator');
  return stage;
}

export const incidentRow = (store: Store) => store.db.selectFrom('incidents').selectAll().where('id', '=', 1).executeTakeFirstOrThrow();

/** A centre with two PCs, heard before, on since a quarter to nine. */
export async function working(stage: Stage, site = 'S-1', over = {}, pcs = 2): Promise<Place> {
  const place = await stage.place(site, pcs, over);
  await stage.on(place, at(MON, '08:45'));
  return place;
}
