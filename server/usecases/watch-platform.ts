/** The platform's own blindness as an incident: whoever runs it hears of it, nobody else. */
import type { IncidentCause } from '@cac/shared/incidents.ts';
import { changeIncident, holdWatch, insertIncident, livePlatformIncident, writeEvent } from '../store/incident-writes.ts';
import type { Handle, Store } from '../store/store.ts';
import { announce } from './announce.ts';

/** A restart of a few minutes is nobody's outage. */
const WORTH_TELLING_MS = 5 * 60_000;

async function open(tx: Handle, cause: IncidentCause, sinceAt: number, now: number): Promise<number> {
  const id = await insertIncident(tx, { kind: 'platform_blind', severity: 'critical', site: null, machine: null, group: null, sinceAt, cause, reason: { word: cause, figures: { sinceAt } }, evidence: [], sites: 0, pcs: 0, flapping: false, demo: false }, now);
  await changeIncident(tx, id, { told_at: now }, now);
  await announce(tx, id, 'opened', now);
  return id;
}

async function end(tx: Handle, id: number, endAt: number, now: number): Promise<void> {
  await changeIncident(tx, id, { state: 'resolved', resolved_at: now, end_at: endAt }, now);
  await writeEvent(tx, id, 'resolved', now, { why: 'well', endAt });
  await announce(tx, id, 'resolved', now);
}

/** `since`: from when on nobody is heard; null when somebody is. True when that is news. */
export const noteDeafness = (store: Store, since: number | null, now: number): Promise<boolean> =>
  store.db.transaction().execute(async (tx) => {
    await holdWatch(tx);
    const live = await livePlatformIncident(tx, 'nobody_heard');
    if (since !== null && live === undefined) await open(tx, 'nobody_heard', since, now);
    else if (since === null && live !== undefined) await end(tx, live.id, now, now);
    else return false;
    return true;
  });

/** After a start: the time in which nobody listened. False when it was too short to tell. */
export async function noteAbsence(store: Store, window: { fromAt: number; toAt: number } | null, now: number): Promise<boolean> {
  if (window === null || window.toAt - window.fromAt < WORTH_TELLING_MS) return false;
  await store.db.transaction().execute(async (tx) => {
    await holdWatch(tx);
    await end(tx, await open(tx, 'server_stopped', window.fromAt, now), window.toAt, now);
  });
  return true;
}
