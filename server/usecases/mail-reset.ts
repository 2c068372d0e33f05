/** Somebody asks by name for a link to a new password, by mail. Only who reads that mail learns whether there is such an account. */
import { accountByName, holdAccounts, writeAudit } from '../store/accounts.ts';
import { mailIsSent } from '../store/outbox-letters.ts';
import type { Store } from '../store/store.ts';
import { giveLink } from './give-link.ts';

/** Does nothing for a name that is unknown, disabled or without an address, or where the server sends no mail. Password and sessions stay until the link is used. */
export async function mailReset(store: Store, name: string, publicUrl: string, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const account = await accountByName(tx, name);
    if (account === null || account.disabled || account.email === null || !(await mailIsSent(tx))) return;
    await giveLink(tx, account, account.passwordHash === '' ? 'invitation' : 'password_reset', account.name, publicUrl, now);
    await writeAudit(tx, { at: now, who: account.name, act: 'ask_reset', subject: account.name, detail: '' });
  });
}
