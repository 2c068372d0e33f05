/** Accounts and their server-side sessions. Session tokens are kept as SHA-256 only. */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { Selectable } from 'kysely';
import type { Handle } from './store.ts';
import type { AccountTable } from './tables.ts';

export interface Account {
  id: number;
  name: string;
  role: Role;
  scope: Scope;
  passwordHash: string;
  mustChange: boolean;
  disabled: boolean;
}

const accountOf = (row: Selectable<AccountTable>): Account => ({
  id: row.id,
  name: row.name,
  role: row.role as Role,
  scope: JSON.parse(row.scope) as Scope,
  passwordHash: row.password_hash,
  mustChange: row.must_change === 1,
  disabled: row.disabled === 1,
});

export async function accountByName(db: Handle, name: string): Promise<Account | null> {
  const row = await db.selectFrom('accounts').selectAll().where('name', '=', name).executeTakeFirst();
  return row ? accountOf(row) : null;
}

export async function insertAccount(db: Handle, account: Omit<Account, 'id'> & { createdAt: number }): Promise<void> {
  await db
    .insertInto('accounts')
    .values({
      name: account.name,
      password_hash: account.passwordHash,
      role: account.role,
      scope: JSON.stringify(account.scope),
      must_change: account.mustChange ? 1 : 0,
      disabled: account.disabled ? 1 : 0,
      created_at: account.createdAt,
    })
    .execute();
}

export async function setPassword(db: Handle, id: number, passwordHash: string, mustChange: boolean): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ password_hash: passwordHash, must_change: mustChange ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

export const insertSession = (db: Handle, row: { token_hash: string; account_id: number; created_at: number; expires_at: number }): Promise<unknown> =>
  db.insertInto('sessions').values(row).execute();

/** Who holds this session now: null when it is unknown, expired, or the account is disabled. */
export async function accountOfSession(db: Handle, tokenHash: string, now: number): Promise<Account | null> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('accounts as a', 'a.id', 's.account_id')
    .selectAll('a')
    .where('s.token_hash', '=', tokenHash)
    .where('s.expires_at', '>', now)
    .where('a.disabled', '=', 0)
    .executeTakeFirst();
  return row ? accountOf(row) : null;
}

export const deleteSession = (db: Handle, tokenHash: string): Promise<unknown> => db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();

/** Ends every session of an account but one. */
export const deleteOtherSessions = (db: Handle, accountId: number, keep: string): Promise<unknown> =>
  db.deleteFrom('sessions').where('account_id', '=', accountId).where('token_hash', '!=', keep).execute();

export const deleteExpiredSessions = (db: Handle, now: number): Promise<unknown> => db.deleteFrom('sessions').where('expires_at', '<=', now).execute();

export const writeAudit = (db: Handle, row: { at: number; who: string; act: string; subject: string; detail: string }): Promise<unknown> =>
  db.insertInto('audit').values(row).execute();
