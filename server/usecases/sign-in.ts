/**
 * Signing in and out. Wrong name and wrong password look and last the same; failed tries slow down per account and
 * per address, so that guessing is hopeless and the account's owner is never locked out from elsewhere.
 */
import type { Role, Scope } from '@cac/shared/api.ts';
import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { problem } from '../core/problem.ts';
import { accountByName, deleteOtherSessions, deleteSession, insertAccount, insertSession, setPassword, writeAudit, type Account } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';
import { hashOf } from '../core/hash.ts';
import { createTries } from './tries.ts';

export const SESSION_MS = 24 * 3_600_000;
export const ADMIN_NAME = 'admin';

export interface SignInDoor {
  /** Returns the session's token. Throws `sign_in_refused` or `too_many_tries`. */
  signIn(name: string, password: string, address: string, now: number): Promise<{ token: string; account: Account }>;
}

export function createSignInDoor(store: Store): SignInDoor {
  const perAccountAndAddress = createTries({ capacity: 5, refillMs: 5 * 60_000 });
  const perAddress = createTries({ capacity: 30, refillMs: 30 * 60_000 });
  // Verified against when the name is unknown, so that the answer takes as long.
  const decoy = hash(randomBytes(16).toString('hex'));
  return {
    async signIn(name, password, address, now) {
      const pair = `${name} ${address}`;
      const waitMs = Math.max(perAccountAndAddress.waitMs(pair, now), perAddress.waitMs(address, now));
      if (waitMs > 0) {
        const retryAfterS = Math.ceil(waitMs / 1000);
        throw problem('too_many_tries', 'Too many failed sign-ins from this address.', { retryAfterS, todo: `Wait ${retryAfterS} s, then try again.` });
      }
      // Counted before it is looked at: of many guesses sent at once all would pass before the first has failed.
      perAccountAndAddress.fail(pair, now);
      perAddress.fail(address, now);
      const forgive = (): void => {
        perAccountAndAddress.forgive(pair);
        perAddress.forgive(address);
      };
      const account = await provenAccount(store, name, password, decoy).catch((cause: unknown) => {
        forgive();
        throw cause;
      });
      if (account === null) {
        throw problem('sign_in_refused', 'This name and password do not go together.', { todo: 'Check both and try again, or ask an administrator for a new password.' });
      }
      forgive();
      const token = randomBytes(32).toString('base64url');
      await insertSession(store.db, { token_hash: hashOf(token), account_id: account.id, created_at: now, expires_at: now + SESSION_MS });
      await writeAudit(store.db, { at: now, who: account.name, act: 'sign_in', subject: account.name, detail: address });
      return { token, account };
    },
  };
}

/** Null when the name or the password is wrong, or the account disabled: after the same time. */
async function provenAccount(store: Store, name: string, password: string, decoy: Promise<string>): Promise<Account | null> {
  const account = await accountByName(store.db, name);
  const matches = await verify(account?.passwordHash ?? (await decoy), password);
  return account && matches && !account.disabled ? account : null;
}

export const signOut = (store: Store, token: string): Promise<unknown> => deleteSession(store.db, hashOf(token));

/** Changes the own password and ends every other session of the account. */
export async function changePassword(store: Store, account: Account, token: string, current: string, next: string, now: number): Promise<void> {
  if (!(await verify(account.passwordHash, current))) throw problem('wrong_password', 'The present password is not right.', { where: 'current' });
  if (current === next) throw problem('same_password', 'The new password must differ from the present one.', { where: 'next' });
  const passwordHash = await hash(next);
  await store.db.transaction().execute(async (tx) => {
    await setPassword(tx, account.id, passwordHash, false);
    await deleteOtherSessions(tx, account.id, hashOf(token));
    await writeAudit(tx, { at: now, who: account.name, act: 'change_password', subject: account.name, detail: '' });
  });
}

export async function createAccount(store: Store, draft: { name: string; role: Role; scope: Scope; password: string; mustChange: boolean }, now: number): Promise<void> {
  await insertAccount(store.db, { ...draft, passwordHash: await hash(draft.password), disabled: false, createdAt: now });
}

/**
 * Makes the administrator's account at the first start, and returns its first password, to be said once. A password
 * given in the configuration is set instead, needs no change, and is never said.
 */
export async function ensureAdministrator(store: Store, configured: string | undefined, now: number): Promise<string | null> {
  const known = await accountByName(store.db, ADMIN_NAME);
  if (known) {
    if (configured !== undefined && !(await verify(known.passwordHash, configured))) {
      await setPassword(store.db, known.id, await hash(configured), false);
      await deleteOtherSessions(store.db, known.id, '');
    }
    return null;
  }
  const password = configured ?? randomBytes(12).toString('base64url');
  await createAccount(store, { name: ADMIN_NAME, role: 'administrator', scope: { kind: 'all' }, password, mustChange: configured === undefined }, now);
  return configured === undefined ? password : null;
}
