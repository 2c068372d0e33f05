/** Links by which somebody without a password chooses one: each once, until it expires. Of a token only its SHA-256 is stored. */
import type { Handle } from './store.ts';

export const LINK_PURPOSES = ['invitation', 'password_reset'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export interface NewLink {
  token_hash: string;
  account_id: number;
  purpose: LinkPurpose;
  created_at: number;
  created_by: string;
  expires_at: number;
}

/** Earlier ones of the account open nothing any more. Returns how many it has had, this one included. */
export async function insertLink(tx: Handle, link: NewLink): Promise<number> {
  await closeLinks(tx, link.account_id, link.created_at);
  await tx.insertInto('account_links').values({ ...link, used_at: null }).execute();
  const { n } = await tx.selectFrom('account_links').select((eb) => eb.fn.countAll<number>().as('n')).where('account_id', '=', link.account_id).executeTakeFirstOrThrow();
  return Number(n);
}

export const closeLinks = (db: Handle, accountId: number, now: number): Promise<unknown> =>
  db.updateTable('account_links').set({ used_at: now }).where('account_id', '=', accountId).where('used_at', 'is', null).execute();

/** Whose it is, while it opens something. */
export async function openLink(db: Handle, tokenHash: string, now: number): Promise<{ accountId: number; purpose: LinkPurpose } | null> {
  const row = await db
    .selectFrom('account_links as l')
    .innerJoin('accounts as a', 'a.id', 'l.account_id')
    .select(['l.account_id', 'l.purpose'])
    .where('l.token_hash', '=', tokenHash)
    .where('l.used_at', 'is', null)
    .where('l.expires_at', '>', now)
    .where('a.disabled', '=', 0)
    .executeTakeFirst();
  return row ? { accountId: row.account_id, purpose: row.purpose as LinkPurpose } : null;
}

/** Claims it: of several who hold it one wins. */
export async function useLink(tx: Handle, tokenHash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.updateTable('account_links').set({ used_at: now }).where('token_hash', '=', tokenHash).where('used_at', 'is', null).where('expires_at', '>', now).executeTakeFirst();
  return Number(numUpdatedRows) === 1;
}

/** What the account's newest link was for. */
export async function latestPurpose(db: Handle, accountId: number): Promise<LinkPurpose | null> {
  const row = await db.selectFrom('account_links').select('purpose').where('account_id', '=', accountId).orderBy('created_at', 'desc').limit(1).executeTakeFirst();
  return (row?.purpose as LinkPurpose | undefined) ?? null;
}
