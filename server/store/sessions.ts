/** Open sessions, kept on the server. Of a token only its SHA-256 is stored; the first half-line of that names the session without opening it. */
import type { OpenSession } from '@cac/shared/people.ts';
import type { Handle } from './store.ts';

/** Hex digits of the token's hash that are shown: 64 bits tell sessions apart. */
const SHOWN_DIGITS = 16;

export interface NewSession {
  token_hash: string;
  account_id: number;
  created_at: number;
  expires_at: number;
  address: string;
  browser: string;
}

export const insertSession = (db: Handle, row: NewSession): Promise<unknown> => db.insertInto('sessions').values({ ...row, seen_at: row.created_at }).execute();

export const touchSession = (db: Handle, tokenHash: string, now: number): Promise<unknown> => db.updateTable('sessions').set({ seen_at: now }).where('token_hash', '=', tokenHash).execute();

/** Of an account, those that are open now, newest first. `own`: the hash of the asker's token. */
export async function sessionsOf(db: Handle, accountId: number, own: string, now: number): Promise<OpenSession[]> {
  const rows = await db.selectFrom('sessions').selectAll().where('account_id', '=', accountId).where('expires_at', '>', now).orderBy('created_at', 'desc').orderBy('token_hash').limit(200).execute();
  return rows.map((row) => ({
    id: row.token_hash.slice(0, SHOWN_DIGITS), createdAt: row.created_at, expiresAt: row.expires_at, seenAt: row.seen_at, address: row.address, browser: row.browser, own: row.token_hash === own,
  }));
}

export const deleteSession = (db: Handle, tokenHash: string): Promise<unknown> => db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();

/** Ends the one of an account that is named so; false when it has none. */
export async function deleteNamedSession(db: Handle, accountId: number, id: string): Promise<boolean> {
  if (!new RegExp(`^[0-9a-f]{${SHOWN_DIGITS}}$`).test(id)) return false;
  const { numDeletedRows } = await db.deleteFrom('sessions').where('account_id', '=', accountId).where('token_hash', '>=', id).where('token_hash', '<', `${id}g`).executeTakeFirst();
  return Number(numDeletedRows) > 0;
}

/** Ends every session of an account but one; returns how many. */
export async function deleteOtherSessions(db: Handle, accountId: number, keep: string): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('sessions').where('account_id', '=', accountId).where('token_hash', '!=', keep).executeTakeFirst();
  return Number(numDeletedRows);
}

export const deleteExpiredSessions = (db: Handle, now: number): Promise<unknown> => db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
