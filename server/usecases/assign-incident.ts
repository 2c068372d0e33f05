/** Gives an incident to somebody who sees it and acts on incidents, or takes it from whom it was given to. */
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { giveIncident, noteEvent } from '../store/incident-acts.ts';
import { assigneesOf } from '../store/incident-opened.ts';
import type { IncidentReader } from '../store/incidents.ts';
import type { Store } from '../store/store.ts';
import { requireIncident } from './acknowledge.ts';

/** Throws `not_found`; `unknown_account` for who does not exist, does not see it, or only looks on. */
export async function assignIncident(store: Store, author: IncidentReader, id: number, account: number | null, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const { assignee } = await requireIncident(tx, author, id);
    const to = account === null ? null : (await assigneesOf(tx, author, id)).find((one) => one.id === account);
    if (to === undefined) throw problem('unknown_account', 'Nobody of this number can be given this incident.', { where: 'account', todo: 'Choose one of the people who see it.' });
    if ((assignee?.id ?? null) === (to?.id ?? null)) return;
    await giveIncident(tx, id, to?.id ?? null, now);
    await noteEvent(tx, { incident: id, at: now, act: 'assigned', who: author.name, detail: { to: to?.name ?? null } });
    await writeAudit(tx, { at: now, who: author.name, act: 'assign_incident', subject: `incident:${id}`, detail: to?.name ?? '', before: { assignee: assignee?.name ?? null }, after: { assignee: to?.name ?? null } });
  });
}
