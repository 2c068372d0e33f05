/**
 * When a third of the fleet fell silent, our own sight was suspected, and only administrators were told. Once nearly all are back, those that stay behind for half an hour have a
 * trouble of their own that nobody of their region has heard of: they leave, it is told as over, and in the same round they are judged as what they are now. Other incidents of several
 * sites are over when all are back: who stays behind was told already.
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
