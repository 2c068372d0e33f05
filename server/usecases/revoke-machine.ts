/** Takes a machine's identity back: it counts no longer, its connection is cut, its journal stays as it is. */
import { stateOfWord } from '@cac/shared/states.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { findMachine, revokeMachine as markRevoked } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';
import { changeStates } from './change-states.ts';

/** Throws `not_found` out of scope. Doing it twice changes nothing. */
export async function revokeMachine(store: Store, author: Author, id: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const machine = await findMachine(tx, author.scope, id);
    if (!machine) throw problem('not_found', 'There is no such machine.');
    if (machine.revoked) return;
    store.memory.forget([id]);
    await markRevoked(tx, id, now);
    if (machine.state.kind !== 'removed') {
      const to = { state: stateOfWord('removed'), sinceAt: now, provisional: false, deadlineAt: null, cause: 'revoked' };
      await changeStates(tx, [{ machineId: id, siteId: machine.siteId, from: machine.state, to }], now);
    }
    await writeAudit(tx, { at: now, who: author.name, act: 'revoke_machine', subject: id, detail: machine.siteId });
  });
}
