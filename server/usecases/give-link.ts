/** The step that an invitation and both ways of a reset share: a link is made, written as its hash, and mailed where the server sends mail. */
import { randomBytes } from 'node:crypto';
import { hashOf } from '../core/hash.ts';
import { insertLink, type LinkPurpose } from '../store/account-links.ts';
import type { Account } from '../store/accounts.ts';
import { cancelLetters, mailIsSent, queueLetter } from '../store/outbox-letters.ts';
import type { Handle } from '../store/store.ts';

export const LINK_MS = 72 * 3_600_000;

export interface GivenLink {
  /** The only time it is said. What follows `#` never reaches a server's log. */
  url: string;
  expiresAt: number;
  /** It is on its way to the account's address too. */
  mailed: boolean;
}

/** `publicUrl` is the configured address: one taken from a request could send people elsewhere with their link. */
export async function giveLink(tx: Handle, account: Pick<Account, 'id' | 'name' | 'email' | 'language'>, purpose: LinkPurpose, by: string, publicUrl: string, now: number): Promise<GivenLink> {
  const token = randomBytes(32).toString('base64url');
  const url = `${publicUrl.replace(/\/$/, '')}/sign-in#link=${token}`;
  const expiresAt = now + LINK_MS;
  const n = await insertLink(tx, { token_hash: hashOf(token), account_id: account.id, purpose, created_at: now, created_by: by, expires_at: expiresAt });
  await cancelLetters(tx, account.id, now);
  const mailed = account.email !== null && (await mailIsSent(tx));
  if (mailed) await queueLetter(tx, { event: purpose, accountId: account.id, address: account.email!, language: account.language, payload: { url, expiresAt, name: account.name }, n }, now);
  return { url, expiresAt, mailed };
}
