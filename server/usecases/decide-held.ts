/**
 * A person says which of two PCs with one identity is which. `new_machine`: the held one enrols as another PC, with its kept voucher. `is_the_pc`: the held one is the machine,
 * and the one that was first is held instead.
 */
import type { HeldDecision } from '@cac/shared/field.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { decideHeld as decide } from '../store/identities.ts';
import { findMachine } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

/** Throws `not_found` out of scope, `not_held` where that process is held no longer. */
export const decideHeldProcess = (store: Store, author: Author, machine: string, { inst, act }: HeldDecision, now: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    if (!(await findMachine(tx, author.scope, machine))) throw problem('not_found', 'There is no such machine.');
    if (!(await decide(tx, machine, inst, act, author.name, now))) throw problem('not_held', 'This process is held no longer.', { where: 'inst', todo: 'Open the machine again to see what stands now.' });
    await writeAudit(tx, { at: now, who: author.name, act: `held_${act}`, subject: machine, detail: inst });
  });
