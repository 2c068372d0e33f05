/** The carrier's ticket, and when it promised the repair. */
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { noteEvent, writeTicket } from '../store/incident-acts.ts';
import type { IncidentReader } from '../store/incidents.ts';
import type { Store } from '../store/store.ts';
import { requireIncident } from './acknowledge.ts';

const YEAR_MS = 366 * 86_400_000;

/** Throws `not_found`; `bad_field` for a promise that lies before the incident, or more than a year ahead. */
export async function fileTicket(store: Store, author: IncidentReader, id: number, filed: { ticket: string | null; promisedAt: number | null }, now: number): Promise<void> {
  const ticket = filed.ticket || null;
  const { promisedAt } = filed;
  await store.db.transaction().execute(async (tx) => {
    const before = await requireIncident(tx, author, id);
    if (promisedAt !== null && (promisedAt < before.sinceAt || promisedAt > now + YEAR_MS)) throw problem('bad_field', 'The promised time lies before the incident, or more than a year ahead.', { where: 'promisedAt' });
    if (before.ticket === ticket && before.promisedAt === promisedAt) return;
    await writeTicket(tx, id, ticket, promisedAt, now);
    await noteEvent(tx, { incident: id, at: now, act: 'ticket', who: author.name, detail: { ticket, promisedAt } });
    await writeAudit(tx, { at: now, who: author.name, act: 'file_ticket', subject: `incident:${id}`, detail: ticket ?? '', before: { ticket: before.ticket, promisedAt: before.promisedAt }, after: { ticket, promisedAt } });
  });
}
