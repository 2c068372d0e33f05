/** When nobody acknowledges: the routes whose wait has passed are told, each step once. */
import { silenceOf } from '../core/alerts/silenced.ts';
import { listRoutes } from '../store/alert-routes.ts';
import { noteEscalated, noteIncidentEvent, sitesOfIncident, unacknowledged } from '../store/notice-facts.ts';
import { runningSilences } from '../store/silences.ts';
import type { Store } from '../store/store.ts';
import { announceStep } from './announce.ts';

/** How many messages it wrote. What is paused waits for its opening, what is silenced for the silence's end. */
export async function escalateUnacknowledged(store: Store, now: number): Promise<number> {
  const waits = [...new Set((await listRoutes(store.db)).filter(({ enabled, afterMs }) => enabled && afterMs > 0).map(({ afterMs }) => afterMs))];
  if (waits.length === 0) return 0;
  const due = (await unacknowledged(store.db, now - Math.min(...waits))).flatMap((incident) => {
    const to = Math.max(0, ...waits.filter((wait) => (incident.told_at ?? incident.opened_at!) + wait <= now));
    return to > incident.escalated ? [{ incident, to }] : [];
  });
  if (due.length === 0) return 0;
  const silences = await runningSilences(store.db, now);
  let written = 0;
  for (const { incident, to } of due) {
    if (silences.length > 0) {
      const sites = await sitesOfIncident(store.db, incident.id);
      if (sites.length > 0 && sites.every((site) => silenceOf(site, silences, now) !== null)) continue;
    }
    written += await store.db.transaction().execute(async (tx) => {
      if (!(await noteEscalated(tx, incident.id, incident.escalated, to, now))) return 0;
      const told = await announceStep(tx, incident, 'escalated', { from: incident.escalated + 1, to }, now);
      await noteIncidentEvent(tx, incident.id, now, 'escalated', { afterMs: to, told });
      return told;
    });
  }
  return written;
}
