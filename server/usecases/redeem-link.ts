/** Somebody chooses a password by a link and is signed in; the account's other sessions end. Unknown, used and expired links are refused alike. */
import { hash } from '@node-rs/argon2';
import { hashOf } from '../core/hash.ts';
import { problem, type Problem } from '../core/problem.ts';
import { closeLinks, openLink, useLink } from '../store/account-links.ts';
import { accountById, holdAccounts, setPassword, writeAudit, type Account } from '../store/accounts.ts';
import { cancelLetters } from '../store/outbox-letters.ts';
import { deleteOtherSessions } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { openSession, type Visitor } from './open-session.ts';

const refused = (): Problem => problem('link_refused', 'This link opens nothing any more.', { todo: 'Ask for a new one: “forgotten password”, or an administrator.' });

/** Returns the new session's token. Throws `link_refused`. */
export async function redeemLink(store: Store, link: string, password: string, visitor: Visitor, now: number): Promise<{ token: string; account: Account }> {
  const tokenHash = hashOf(link);
  // Looked at first: a password is hashed only for who holds a link.
  if ((await openLink(store.db, tokenHash, now)) === null) throw refused();
  const passwordHash = await hash(password);
  return store.db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const open = await openLink(tx, tokenHash, now);
    if (open === null || !(await useLink(tx, tokenHash, now))) throw refused();
    const account = (await accountById(tx, open.accountId))!;
    await setPassword(tx, account.id, passwordHash, false);
    await deleteOtherSessions(tx, account.id, '');
    await closeLinks(tx, account.id, now);
    await cancelLetters(tx, account.id, now);
    await writeAudit(tx, { at: now, who: account.name, act: 'choose_password', subject: account.name, detail: open.purpose });
    const token = await openSession(tx, account, visitor, now);
    return { token, account: { ...account, passwordHash, mustChange: false } };
  });
}
