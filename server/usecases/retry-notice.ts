/** Sends once more what could not be delivered, when a person asks for it. */
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { reviveNotice } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';

export async function retryNotice(store: Store, who: string, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    if (!(await reviveNotice(tx, id, now))) throw problem('not_found', 'There is no such failed message.', { todo: 'Links cannot be sent again: make a new one for the account.' });
    await writeAudit(tx, { at: now, who, act: 'retry_notice', subject: `notice ${id}`, detail: '' });
  });
}
