/** Ends sessions of an account: one, or all but one. What was open with them is refused from the next request on. */
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { deleteNamedSession, deleteOtherSessions } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';

interface Whose {
  id: number;
  name: string;
}

/** Throws `not_found`, the same for a session of somebody else as for none. */
export async function endSession(store: Store, by: string, whose: Whose, session: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    if (!(await deleteNamedSession(tx, whose.id, session))) throw problem('not_found', 'There is no such session.');
    await writeAudit(tx, { at: now, who: by, act: 'end_session', subject: whose.name, detail: session });
  });
}

/** `keep`: the hash of the token whose session stays; empty for none. */
export async function endOtherSessions(store: Store, by: string, whose: Whose, keep: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const ended = await deleteOtherSessions(tx, whose.id, keep);
    if (ended > 0) await writeAudit(tx, { at: now, who: by, act: 'end_sessions', subject: whose.name, detail: String(ended) });
  });
}
