/** Accounts, whom an open session belongs to, and the line that says who did what. Of passwords only their argon2id hash is kept. */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { Language, Person, Profile } from '@cac/shared/people.ts';
import { sql, type Selectable } from 'kysely';
import { isPostgres, type Handle } from './store.ts';
import type { AccountTable } from './tables.ts';

export interface Account extends Profile {
  id: number;
  name: string;
  role: Role;
  scope: Scope;
  /** Empty while nobody has chosen a password: nothing matches it. */
  passwordHash: string;
  mustChange: boolean;
  disabled: boolean;
  createdAt: number;
}

const accountOf = (row: Selectable<AccountTable>): Account => ({
  id: row.id,
  name: row.name,
  role: row.role as Role,
  scope: JSON.parse(row.scope) as Scope,
  passwordHash: row.password_hash,
  mustChange: row.must_change === 1,
  disabled: row.disabled === 1,
  createdAt: row.created_at,
  fullName: row.full_name,
  email: row.email,
  phone: row.phone,
  language: row.language as Language,
  quiet: row.quiet_from === null || row.quiet_to === null ? null : { from: row.quiet_from, to: row.quiet_to },
});

const profileColumns = (profile: Profile) => ({
  full_name: profile.fullName, email: profile.email, phone: profile.phone, language: profile.language, quiet_from: profile.quiet?.from ?? null, quiet_to: profile.quiet?.to ?? null,
});

/**
 * First of all in a transaction that changes an account: one at a time. On PostgreSQL two administrators who take each other's
 * role away would both count the other. SQLite has one writer.
 */
export async function holdAccounts(tx: Handle): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(20091014, hashtext('accounts'))`.execute(tx);
}

export async function accountByName(db: Handle, name: string): Promise<Account | null> {
  const row = await db.selectFrom('accounts').selectAll().where('name', '=', name).executeTakeFirst();
  return row ? accountOf(row) : null;
}

export async function accountById(db: Handle, id: number): Promise<Account | null> {
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? accountOf(row) : null;
}

/** Returns its number. */
export async function insertAccount(db: Handle, account: Omit<Account, 'id'>): Promise<number> {
  const { id } = await db
    .insertInto('accounts')
    .values({
      name: account.name,
      password_hash: account.passwordHash,
      role: account.role,
      scope: JSON.stringify(account.scope),
      must_change: account.mustChange ? 1 : 0,
      disabled: account.disabled ? 1 : 0,
      created_at: account.createdAt,
      ...profileColumns(account),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export const updateAccount = (db: Handle, id: number, account: Profile & Pick<Account, 'role' | 'scope' | 'disabled'>): Promise<unknown> =>
  db
    .updateTable('accounts')
    .set({ role: account.role, scope: JSON.stringify(account.scope), disabled: account.disabled ? 1 : 0, ...profileColumns(account) })
    .where('id', '=', id)
    .execute();

export const updateProfile = (db: Handle, id: number, profile: Profile): Promise<unknown> => db.updateTable('accounts').set(profileColumns(profile)).where('id', '=', id).execute();

export async function setPassword(db: Handle, id: number, passwordHash: string, mustChange: boolean): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ password_hash: passwordHash, must_change: mustChange ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

/** Administrators beside this account who can sign in: neither disabled nor still without a password. */
export async function otherAdministrators(db: Handle, id: number): Promise<number> {
  const { n } = await db
    .selectFrom('accounts')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('role', '=', 'administrator')
    .where('disabled', '=', 0)
    .where('password_hash', '<>', '')
    .where('id', '<>', id)
    .executeTakeFirstOrThrow();
  return Number(n);
}

// ---- as people are shown

export interface PeopleQuery {
  /** Looked for in names and addresses. */
  q?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
  /** Past this name. */
  after?: string | undefined;
  limit: number;
}

const people = (db: Handle) =>
  db
    .selectFrom('accounts as a')
    .selectAll('a')
    .select((eb) => [
      eb.selectFrom('sessions as s').whereRef('s.account_id', '=', 'a.id').select(({ fn }) => fn.max(fn.coalesce('s.seen_at', 's.created_at')).as('at')).as('last_seen_at'),
      eb.selectFrom('audit as u').whereRef('u.subject', '=', 'a.name').where('u.act', '=', 'sign_in').select(({ fn }) => fn.max('u.at').as('at')).as('signed_in_at'),
    ]);

function personOf(row: Selectable<AccountTable> & { last_seen_at: number | null; signed_in_at: number | null }): Person {
  const { passwordHash, ...shown } = accountOf(row);
  const seen = Math.max(row.last_seen_at ?? 0, row.signed_in_at ?? 0);
  return { ...shown, invited: passwordHash === '', lastSeenAt: seen === 0 ? null : seen };
}

/** By name. */
export async function listPeople(db: Handle, query: PeopleQuery): Promise<Person[]> {
  let select = people(db).orderBy('a.name').limit(query.limit);
  for (const word of (query.q ?? '').toLowerCase().split(/\s+/).filter((one) => one !== '')) {
    const like = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    select = select.where(sql<boolean>`lower(a.name || ' ' || a.full_name || ' ' || coalesce(a.email, '')) like ${like} escape '\\'`);
  }
  if (query.role !== undefined) select = select.where('a.role', '=', query.role);
  if (query.disabled !== undefined) select = select.where('a.disabled', '=', query.disabled ? 1 : 0);
  if (query.after !== undefined) select = select.where('a.name', '>', query.after);
  return (await select.execute()).map(personOf);
}

export async function findPerson(db: Handle, id: number): Promise<Person | null> {
  const row = await people(db).where('a.id', '=', id).executeTakeFirst();
  return row ? personOf(row) : null;
}

// ---- whom a session belongs to

export interface SignedIn {
  account: Account;
  /** When it was last used, as far as was written. */
  seenAt: number | null;
}

/** Who holds this session now: null when it is unknown, expired, or the account is disabled. */
export async function signedIn(db: Handle, tokenHash: string, now: number): Promise<SignedIn | null> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('accounts as a', 'a.id', 's.account_id')
    .selectAll('a')
    .select('s.seen_at')
    .where('s.token_hash', '=', tokenHash)
    .where('s.expires_at', '>', now)
    .where('a.disabled', '=', 0)
    .executeTakeFirst();
  return row ? { account: accountOf(row), seenAt: row.seen_at } : null;
}

export const accountOfSession = async (db: Handle, tokenHash: string, now: number): Promise<Account | null> => (await signedIn(db, tokenHash, now))?.account ?? null;

// ---- who did what

export interface AuditWrite {
  at: number;
  who: string;
  act: string;
  subject: string;
  detail: string;
  /** What stood before and after, without anything secret. */
  before?: object | null;
  after?: object | null;
}

export const writeAudit = (db: Handle, { before = null, after = null, ...row }: AuditWrite): Promise<unknown> =>
  db
    .insertInto('audit')
    .values({ ...row, before: before === null ? null : JSON.stringify(before), after: after === null ? null : JSON.stringify(after) })
    .execute();
