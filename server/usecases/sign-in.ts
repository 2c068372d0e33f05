/**
 * The doors that strangers knock at: signing in, a link to choose a password, a forgotten one. Wrong name and wrong password look and last the same;
 * failed tries slow down per account and per address, so that guessing is hopeless and the account's owner is never locked out from elsewhere.
 */
import type { Role, Scope } from '@cac/shared/api.ts';
import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { hashOf } from '../core/hash.ts';
import { problem, type Problem } from '../core/problem.ts';
import { closeLinks } from '../store/account-links.ts';
import { accountById, accountByName, holdAccounts, insertAccount, setPassword, writeAudit, type Account } from '../store/accounts.ts';
import { cancelLetters } from '../store/outbox-letters.ts';
import { deleteOtherSessions, deleteSession } from '../store/sessions.ts';
import type { Handle, Store } from '../store/store.ts';
import { mailReset } from './mail-reset.ts';
import { openSession, type Visitor } from './open-session.ts';
import { redeemLink } from './redeem-link.ts';
import { createTries } from './tries.ts';

export const ADMIN_NAME = 'admin';
/** Who acts when the configuration does. */
const PLATFORM = 'constat';
/** Past the answer: what is done for a known name must not be felt in it. */
const AFTER_ANSWER_MS = 25;

export interface SignInDoor {
  /** Returns the session's token. Throws `sign_in_refused` or `too_many_tries`. */
  signIn(name: string, password: string, visitor: Visitor, now: number): Promise<{ token: string; account: Account }>;
  /** The same for who holds a link. Throws `link_refused` or `too_many_tries`. */
  redeem(link: string, password: string, visitor: Visitor, now: number): Promise<{ token: string; account: Account }>;
  /** Throws `too_many_tries` at once. What it returns ends when the letter was written, if there is one to write: who answers must not wait for it. */
  askReset(name: string, address: string, publicUrl: string, now: number): Promise<void>;
}

export function createSignInDoor(store: Store): SignInDoor {
  const perAccountAndAddress = createTries({ capacity: 5, refillMs: 5 * 60_000 });
  const perAddress = createTries({ capacity: 30, refillMs: 30 * 60_000 });
  const resetsPerPair = createTries({ capacity: 5, refillMs: 5 * 60_000 });
  // However many addresses ask: nobody's box is filled from here.
  const lettersPerAccount = createTries({ capacity: 5, refillMs: 3_600_000 });
  // Verified against when the name is unknown, so that the answer takes as long.
  const decoy = hash(randomBytes(16).toString('hex'));

  const refuseWhileWaiting = (...waits: number[]): void => {
    const waitMs = Math.max(...waits);
    if (waitMs <= 0) return;
    const retryAfterS = Math.ceil(waitMs / 1000);
    throw problem('too_many_tries', 'Too many tries from this address.', { retryAfterS, todo: `Wait ${retryAfterS} s, then try again.` });
  };

  return {
    async signIn(name, password, visitor, now) {
      const { address } = visitor;
      const pair = `${name} ${address}`;
      refuseWhileWaiting(perAccountAndAddress.waitMs(pair, now), perAddress.waitMs(address, now));
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
      if (account === null) throw refusal();
      forgive();
      const token = await store.db.transaction().execute(async (tx) => {
        await holdAccounts(tx);
        // Reset or disabled while the password was looked at: the session would outlive the act that ends them all.
        const still = await accountById(tx, account.id);
        if (still === null || still.disabled || still.passwordHash !== account.passwordHash) throw refusal();
        return openSession(tx, account, visitor, now);
      });
      return { token, account };
    },

    async redeem(link, password, visitor, now) {
      const { address } = visitor;
      refuseWhileWaiting(perAddress.waitMs(address, now));
      perAddress.fail(address, now);
      try {
        const opened = await redeemLink(store, link, password, visitor, now);
        perAddress.forgive(address);
        return opened;
      } catch (cause) {
        // A database that does not answer says nothing of who asked.
        if ((cause as { info?: { code: string } }).info?.code !== 'link_refused') perAddress.forgive(address);
        throw cause;
      }
    },

    askReset(name, address, publicUrl, now) {
      const pair = `${name} ${address}`;
      refuseWhileWaiting(resetsPerPair.waitMs(pair, now), perAddress.waitMs(address, now));
      resetsPerPair.fail(pair, now);
      perAddress.fail(address, now);
      if (lettersPerAccount.waitMs(name, now) > 0) return Promise.resolve();
      lettersPerAccount.fail(name, now);
      return pause(AFTER_ANSWER_MS).then(() => mailReset(store, name, publicUrl, now));
    },
  };
}

const refusal = (): Problem => problem('sign_in_refused', 'This name and password do not go together.', { todo: 'Check both and try again, or ask an administrator for a new password.' });

/** Null when the name or the password is wrong, or the account disabled: after the same time. */
async function provenAccount(store: Store, name: string, password: string, decoy: Promise<string>): Promise<Account | null> {
  const account = await accountByName(store.db, name);
  const kept = account?.passwordHash ?? '';
  const matches = await verify(kept === '' ? await decoy : kept, password);
  return account && kept !== '' && matches && !account.disabled ? account : null;
}

export const signOut = (store: Store, token: string): Promise<unknown> => deleteSession(store.db, hashOf(token));

/** With a new password, links that were given to choose one open nothing any more. */
async function putPassword(tx: Handle, id: number, passwordHash: string, now: number): Promise<void> {
  await setPassword(tx, id, passwordHash, false);
  await closeLinks(tx, id, now);
  await cancelLetters(tx, id, now);
}

/** Changes the own password and ends every other session of the account. */
export async function changePassword(store: Store, account: Account, token: string, current: string, next: string, now: number): Promise<void> {
  if (!(await verify(account.passwordHash, current))) throw problem('wrong_password', 'The present password is not right.', { where: 'current' });
  if (current === next) throw problem('same_password', 'The new password must differ from the present one.', { where: 'next' });
  const passwordHash = await hash(next);
  await store.db.transaction().execute(async (tx) => {
    await putPassword(tx, account.id, passwordHash, now);
    await deleteOtherSessions(tx, account.id, hashOf(token));
    await writeAudit(tx, { at: now, who: account.name, act: 'change_password', subject: account.name, detail: '' });
  });
}

const NO_PROFILE = { fullName: '', email: null, phone: null, language: 'fr', quiet: null } as const;

export async function createAccount(store: Store, draft: { name: string; role: Role; scope: Scope; password: string; mustChange: boolean }, now: number): Promise<void> {
  await insertAccount(store.db, { ...NO_PROFILE, ...draft, passwordHash: await hash(draft.password), disabled: false, createdAt: now });
}

/**
 * Makes the administrator's account at the first start, and returns its first password, to be said once. A password
 * given in the configuration is set instead, needs no change, and is never said.
 */
export async function ensureAdministrator(store: Store, configured: string | undefined, now: number): Promise<string | null> {
  const known = await accountByName(store.db, ADMIN_NAME);
  if (known) {
    if (configured !== undefined && (known.passwordHash === '' || !(await verify(known.passwordHash, configured)))) {
      const passwordHash = await hash(configured);
      await store.db.transaction().execute(async (tx) => {
        await putPassword(tx, known.id, passwordHash, now);
        await deleteOtherSessions(tx, known.id, '');
        await writeAudit(tx, { at: now, who: PLATFORM, act: 'set_password', subject: ADMIN_NAME, detail: 'CAC_ADMIN_PASSWORD' });
      });
    }
    return null;
  }
  const password = configured ?? randomBytes(12).toString('base64url');
  await createAccount(store, { name: ADMIN_NAME, role: 'administrator', scope: { kind: 'all' }, password, mustChange: configured === undefined }, now);
  return configured === undefined ? password : null;
}
