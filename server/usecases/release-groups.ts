/**
 * An incident of many sites is over when the many are back: those that stay behind half an hour after the last return have a trouble of their own. They leave it,
 * it is told as over with its duration, and in the same round they are judged as what they are now.
 */
import { changeIncident, holdWatch, leaveMembers, outlivedGroups, stragglersOf, writeEvent } from '../store/incident-writes.ts';
import type { Store } from '../store/store.ts';
import { leaveIncident } from '../store/watches.ts';
import { announce } from './announce.ts';

const BEHIND_MS = 30 * 60_000;
/** Fewer than a fifth are left: the outage that they shared is over. */
const FEW = 0.2;

/** Returns how many were told as over. */
export async function releaseGroups(store: Store, now: number): Promise<number> {
  const outlived = await outlivedGroups(store.db, now - BEHIND_MS, FEW);
  for (const { id, lastLeftAt } of outlived) {
    await store.db.transaction().execute(async (tx) => {
      await holdWatch(tx);
      const sites = await stragglersOf(tx, id);
      if (sites.length === 0) return;
      await leaveMembers.run(tx, sites.map((site) => ({ incident_id: id, site_id: site, left_at: now })));
      await leaveIncident.run(tx, sites.map((site) => ({ site_id: site, at: now })));
      await changeIncident(tx, id, { state: 'resolved', resolved_at: now, end_at: lastLeftAt, paused_at: null }, now);
      await writeEvent(tx, id, 'resolved', now, { why: 'most_back', endAt: lastLeftAt, left: sites.length });
      await announce(tx, id, 'resolved', now);
    });
  }
  return outlived.length;
}
