/** The step that signing in and redeeming a link share: a session with a new token. One that the browser brought is never taken over (F-08). */
import { randomBytes } from 'node:crypto';
import { hashOf } from '../core/hash.ts';
import { writeAudit } from '../store/accounts.ts';
import { insertSession } from '../store/sessions.ts';
import type { Handle } from '../store/store.ts';

export const SESSION_MS = 24 * 3_600_000;

/** From where somebody signs in. */
export interface Visitor {
  address: string;
  /** As core/people/browser-name.ts calls it. */
  browser: string;
}

/** Returns the session's token. */
export async function openSession(tx: Handle, account: { id: number; name: string }, { address, browser }: Visitor, now: number): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await insertSession(tx, { token_hash: hashOf(token), account_id: account.id, created_at: now, expires_at: now + SESSION_MS, address, browser });
  await writeAudit(tx, { at: now, who: account.name, act: 'sign_in', subject: account.name, detail: address });
  return token;
}
