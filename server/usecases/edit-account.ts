/** Changes what an account may, and whose it is; a disabled one is signed out everywhere. What it may see is read anew with each request. */
import type { AccountEdit, Person } from '@cac/shared/people.ts';
import { accountDifferences, changeFault, plainScope } from '../core/people/account-change.ts';
import { problem, Problem } from '../core/problem.ts';
import { closeLinks } from '../store/account-links.ts';
import { accountById, findPerson, holdAccounts, otherAdministrators, updateAccount, writeAudit } from '../store/accounts.ts';
import { cancelLetters } from '../store/outbox-letters.ts';
import { deleteOtherSessions } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';

/** Throws `not_found`, `last_administrator`, or what is wrong with role and regions. */
export async function editAccount(store: Store, by: string, id: number, edit: AccountEdit, now: number): Promise<Person> {
  return store.db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const before = await accountById(tx, id);
    if (before === null) throw problem('not_found', 'There is no such account.');
    const after = { ...edit, scope: plainScope(edit.scope) };
    const fault = changeFault(before, after, await otherAdministrators(tx, id));
    if (fault !== null) throw new Problem(fault);
    const change = accountDifferences(before, after);
    if (change !== null) {
      await updateAccount(tx, id, after);
      if (after.disabled && !before.disabled) {
        await deleteOtherSessions(tx, id, '');
        await closeLinks(tx, id, now);
        await cancelLetters(tx, id, now);
      }
      const act = after.disabled === before.disabled ? 'edit_account' : after.disabled ? 'disable_account' : 'enable_account';
      await writeAudit(tx, { at: now, who: by, act, subject: before.name, detail: Object.keys(change.after).join(' '), ...change });
    }
    return (await findPerson(tx, id))!;
  });
}
