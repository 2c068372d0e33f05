/** What people may change of themselves: how they are called and reached, and when not. */
import type { Profile } from '@cac/shared/people.ts';
import { accountDifferences } from '../core/people/account-change.ts';
import { accountById, holdAccounts, updateProfile, writeAudit } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';

export async function editProfile(store: Store, id: number, profile: Profile, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdAccounts(tx);
    const before = (await accountById(tx, id))!;
    const change = accountDifferences(before, { ...before, ...profile });
    if (change === null) return;
    await updateProfile(tx, id, profile);
    await writeAudit(tx, { at: now, who: before.name, act: 'edit_profile', subject: before.name, detail: Object.keys(change.after).join(' '), ...change });
  });
}
