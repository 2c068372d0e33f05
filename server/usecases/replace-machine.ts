/** A PC that another one took the place of: it counts no longer, the site's history goes on with the other. */
import { stateOfWord } from '@cac/shared/states.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { markReplaced } from '../store/identities.ts';
import { findMachine, revokeMachine } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';
import { changeStates } from './change-states.ts';

/** Throws `not_found`, or `other_site` where the other PC is of another site (or is this one). */
export async function replaceMachine(store: Store, author: Author, id: string, by: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const machine = await findMachine(tx, author.scope, id);
    const other = await findMachine(tx, author.scope, by);
    if (!machine || machine.revoked) throw problem('not_found', 'There is no such machine.');
    if (!other || other.revoked || other.siteId !== machine.siteId || by === id) throw problem('other_site', 'The PC that takes its place must be another one of the same site.', { where: 'by', todo: 'Install the agent on the new PC with a code of this site first.' });
    store.memory.forget([id]);
    await revokeMachine(tx, id, now);
    await markReplaced(tx, id, by);
    if (machine.state.kind !== 'removed') await changeStates(tx, [{ machineId: id, siteId: machine.siteId, from: machine.state, to: { state: stateOfWord('removed'), sinceAt: now, provisional: false, deadlineAt: null, cause: 'replaced' } }], now);
    await writeAudit(tx, { at: now, who: author.name, act: 'replace_machine', subject: id, detail: `${machine.siteId}: ${by}` });
  });
}
