/**
 * Letters about an account: a row of the outbox that carries a link. While it waits its payload holds the link's token readably, as the letter itself
 * will; whoever closes the row (sent, failed or cancelled) empties the payload, so that no finished row opens anything.
 */
import type { Language } from '@cac/shared/people.ts';
import type { LinkPurpose } from './account-links.ts';
import type { Handle } from './store.ts';

export interface Letter {
  event: LinkPurpose;
  accountId: number;
  address: string;
  language: Language;
  payload: { url: string; expiresAt: number; name: string };
  /** How many links the account has had: in the key, so that no two letters share one. */
  n: number;
}

/** Whether this server sends mail at all. */
export async function mailIsSent(db: Handle): Promise<boolean> {
  const row = await db.selectFrom('channels').select('id').where('kind', '=', 'email').where('enabled', '=', 1).where('deleted_at', 'is', null).limit(1).executeTakeFirst();
  return row !== undefined;
}

export const queueLetter = (tx: Handle, letter: Letter, now: number): Promise<unknown> =>
  tx
    .insertInto('outbox')
    .values({
      key: `account_link:${letter.accountId}:${letter.n}`, incident_id: null, event: letter.event, account_id: letter.accountId, channel_kind: 'email', channel_id: null,
      address: letter.address, language: letter.language, payload: JSON.stringify(letter.payload), created_at: now, due_at: now, state: 'queued',
      claim: null, claimed_until: null, first_tried_at: null, closed_at: null, answer: null,
    })
    .execute();

/** Those whose link opens nothing any more. One that is being sent is left to whoever sends it. */
export const cancelLetters = (tx: Handle, accountId: number, now: number): Promise<unknown> =>
  tx
    .updateTable('outbox')
    .set({ state: 'cancelled', payload: '{}', closed_at: now, answer: 'link_closed' })
    .where('account_id', '=', accountId)
    .where('event', 'in', ['invitation', 'password_reset'])
    .where('state', '=', 'queued')
    .execute();
