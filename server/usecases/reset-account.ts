/** Takes an account's password and sessions away and gives a link to choose another: lost, or known to somebody else. An invitation that ran out is given again by it. */
import type { AccountLink } from '@cac/shared/people.ts';
import { problem } from '../core/problem.ts';
import { latestPurpose } from '../store/account-links.ts';
import { accountById, findPerson, holdAccounts, setPassword, writeAudit } from '../store/accounts.ts';
import { deleteOtherSessions } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { giveLink } from './give-link.ts';

/** Throws `not_found`, `account_disabled`, or `own_account`: who lost their own link could not come back. */
export async function resetAccount(store: Store, by: string, id: number, publicUrl: string, now: number): Promise<AccountLink> {
  return store.db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const account = await accountById(tx, id);
    if (account === null) throw problem('not_found', 'There is no such account.');
    if (account.name === by) throw problem('own_account', 'This is your own account.', { todo: 'Change your password in your profile.' });
    if (account.disabled) throw problem('account_disabled', 'This account is disabled.', { todo: 'Enable it first.' });
    // Who never had a password is invited again.
    const purpose = account.passwordHash === '' ? ((await latestPurpose(tx, id)) ?? 'invitation') : 'password_reset';
    await setPassword(tx, id, '', false);
    const ended = await deleteOtherSessions(tx, id, '');
    const link = await giveLink(tx, account, purpose, by, publicUrl, now);
    await writeAudit(tx, { at: now, who: by, act: purpose === 'invitation' ? 'invite_again' : 'reset_password', subject: account.name, detail: `sessions ${ended}${link.mailed ? ' mailed' : ''}` });
    return { ...link, person: (await findPerson(tx, id))! };
  });
}
