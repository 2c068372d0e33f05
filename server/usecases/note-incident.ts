/** A note in an incident's timeline: also when it is over, for what is learnt afterwards. */
import { writeAudit } from '../store/accounts.ts';
import { noteEvent, touch } from '../store/incident-acts.ts';
import type { IncidentReader } from '../store/incidents.ts';
import type { Store } from '../store/store.ts';
import { requireIncident } from './acknowledge.ts';

export async function noteIncident(store: Store, author: IncidentReader, id: number, text: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await requireIncident(tx, author, id);
    await noteEvent(tx, { incident: id, at: now, act: 'note', who: author.name, detail: { text } });
    await touch(tx, id, now);
    await writeAudit(tx, { at: now, who: author.name, act: 'note_incident', subject: `incident:${id}`, detail: text });
  });
}
