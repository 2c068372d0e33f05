/** Makes an account for somebody, who chooses the password by a link: nobody else ever knows it. */
import type { AccountDraft, AccountLink } from '@cac/shared/people.ts';
import { accountFacts, accountFault, plainScope } from '../core/people/account-change.ts';
import { problem, Problem } from '../core/problem.ts';
import { accountByName, findPerson, holdAccounts, insertAccount, writeAudit } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';
import { giveLink } from './give-link.ts';

/** Throws `account_exists`, or what is wrong with role and regions. */
export async function inviteAccount(store: Store, by: string, draft: AccountDraft, publicUrl: string, now: number): Promise<AccountLink> {
  return store.db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const facts = { ...draft, scope: plainScope(draft.scope), disabled: false };
    const fault = accountFault(facts);
    if (fault !== null) throw new Problem(fault);
    if ((await accountByName(tx, draft.name)) !== null) throw problem('account_exists', `There is an account ${draft.name} already.`, { where: 'name', todo: 'Choose another name, or change that account.' });
    const id = await insertAccount(tx, { ...facts, passwordHash: '', mustChange: false, createdAt: now });
    const link = await giveLink(tx, { ...facts, id }, 'invitation', by, publicUrl, now);
    await writeAudit(tx, { at: now, who: by, act: 'invite_account', subject: draft.name, detail: link.mailed ? 'mailed' : '', after: accountFacts(facts) });
    return { ...link, person: (await findPerson(tx, id))! };
  });
}
