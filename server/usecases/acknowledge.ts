/** Somebody takes an incident on, with a reason; or gives it back. Of two who take it at once one is told of the other. */
import type { Incident } from '@cac/shared/incidents.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { noteEvent, releaseIncident, takeIncident } from '../store/incident-acts.ts';
import { findIncident, type IncidentReader } from '../store/incidents.ts';
import type { Handle, Store } from '../store/store.ts';

/** Throws `not_found` for what does not exist or lies outside the author's scope. */
export async function requireIncident(tx: Handle, author: IncidentReader, id: number): Promise<Incident> {
  const incident = await findIncident(tx, author, id);
  if (incident === null) throw noIncident();
  return incident;
}

export const noIncident = () => problem('not_found', 'There is no such incident.');

const isOver = () => problem('incident_over', 'This incident is over.', { todo: 'Write a note if there is something to add.' });

/** Throws `not_found`, `incident_over`, `already_acknowledged` (which says by whom). */
export async function acknowledge(store: Store, author: IncidentReader, id: number, reason: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await requireIncident(tx, author, id);
    if (!(await takeIncident(tx, id, author.name, reason, now))) {
      const { state, acknowledged } = await requireIncident(tx, author, id);
      if (state === 'resolved') throw isOver();
      throw problem('already_acknowledged', `${acknowledged?.by ?? 'Somebody'} has taken it already.`, { where: acknowledged?.by ?? '', todo: 'Add a note, or have it assigned to you.' });
    }
    await noteEvent(tx, { incident: id, at: now, act: 'acknowledged', who: author.name, detail: { reason } });
    await writeAudit(tx, { at: now, who: author.name, act: 'acknowledge_incident', subject: `incident:${id}`, detail: reason });
  });
}

/** Throws `not_found`, `incident_over`, `not_acknowledged`. */
export async function unacknowledge(store: Store, author: IncidentReader, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const { acknowledged, state } = await requireIncident(tx, author, id);
    if (state === 'resolved') throw isOver();
    if (!(await releaseIncident(tx, id, now))) throw problem('not_acknowledged', 'Nobody has taken this incident.');
    await noteEvent(tx, { incident: id, at: now, act: 'unacknowledged', who: author.name, detail: { by: acknowledged?.by ?? '' } });
    await writeAudit(tx, { at: now, who: author.name, act: 'unacknowledge_incident', subject: `incident:${id}`, detail: acknowledged?.by ?? '' });
  });
}
