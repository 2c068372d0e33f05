/**
 * The outbox: one row a message and receiver, put in with what it tells of, claimed by a conditional update, closed after the provider's answer.
 *
 * A receiver's rows go out strictly in order; those that wait together leave as one message. `claim` holds that message's id (the same at every
 * try, until the provider certainly did not take it) and who sends it. Letters with links neither wait nor are joined.
 */
import { sql, type Selectable } from 'kysely';
import type { OutboxTable } from './alert-tables.ts';
import { isPostgres, type Handle, type Store } from './store.ts';

export type OutboxRow = Selectable<OutboxTable>;

export const LETTERS: readonly string[] = ['invitation', 'password_reset'];
/** The provider's limits give a try a minute: whoever holds a row longer is gone. */
export const LEASE_MS = 120_000;
/** What one joined message may hold. */
const MOST_TOGETHER = 500;

export interface OutboxDraft {
  key: string;
  incidentId: number | null;
  event: string;
  accountId: number | null;
  channelKind: string;
  channelId: number | null;
  address: string;
  language: string;
  payload: string;
  dueAt: number;
}

/** How many were new: a key that is there already is left alone. */
export async function insertNotices(tx: Handle, drafts: readonly OutboxDraft[], now: number): Promise<number> {
  let inserted = 0;
  // Ten thousand receivers are not met; a statement takes a hundred rows.
  for (let at = 0; at < drafts.length; at += 100) {
    const rows = drafts.slice(at, at + 100).map((d) => ({
      key: d.key, incident_id: d.incidentId, event: d.event, account_id: d.accountId, channel_kind: d.channelKind, channel_id: d.channelId, address: d.address, language: d.language, payload: d.payload,
      created_at: now, due_at: d.dueAt, state: 'queued', claim: null, claimed_until: null, first_tried_at: null, closed_at: null, answer: null,
    }));
    const added = await tx.insertInto('outbox').values(rows).onConflict((c) => c.column('key').doNothing()).returning('id').execute();
    inserted += added.length;
  }
  return inserted;
}

/** How many messages each receiver was given since `from`, by `key kind` as core/notices/receivers.ts names them. */
export async function givenSince(db: Handle, from: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('outbox')
    .select(['account_id', 'channel_kind', (eb) => eb.fn.countAll<number>().as('n')])
    .where('account_id', 'is not', null)
    .where('created_at', '>=', from)
    // Numbers grow with time: this keeps the reading at the end of the table.
    .where('id', '>', sql<number>`(select coalesce(max(id), 0) - 5000 from outbox)`)
    .where('state', '<>', 'cancelled')
    .groupBy(['account_id', 'channel_kind'])
    .execute();
  return new Map(rows.map((row) => [`account:${row.account_id} ${row.channel_kind}`, Number(row.n)]));
}

export const noticesOfIncident = (db: Handle, incidentId: number): Promise<OutboxRow[]> => db.selectFrom('outbox').selectAll().where('incident_id', '=', incidentId).orderBy('id').execute();

/** In the words of the partial indexes: SQLite takes none of them for a value that is bound. */
const isOpen = (state: string) => sql<boolean>`${sql.ref(state)} in ('queued', 'sending')`;

/** Of each receiver that has something due, the row that must go first; never one whose elder still waits. */
export async function dueHeads(db: Handle, now: number, limit: number): Promise<OutboxRow[]> {
  return db
    .selectFrom('outbox as o')
    .selectAll('o')
    .where(isOpen('o.state'))
    .where('o.due_at', '<=', now)
    .where((eb) => eb.or([eb('o.state', '=', 'queued'), eb('o.claimed_until', '<=', now)]))
    .where((eb) =>
      eb.or([
        eb('o.event', 'in', LETTERS),
        eb.not(eb.exists(eb.selectFrom('outbox as e').select('e.id').where(isOpen('e.state')).whereRef('e.channel_kind', '=', 'o.channel_kind').whereRef('e.address', '=', 'o.address').whereRef('e.id', '<', 'o.id').where('e.event', 'not in', LETTERS))),
      ]),
    )
    .orderBy('o.due_at')
    .orderBy('o.id')
    .limit(limit)
    .execute();
}

/** The message that a claim names, whoever claimed it. */
export const messageOfClaim = (claim: string): string => claim.split(' ')[0]!;

/**
 * Takes a receiver's head, and with it what waits behind and may be told together: exactly the same rows as at a try whose end is not known. Null when
 * somebody else was faster. `idOf`: the message's id from its rows' keys.
 */
export async function claimFrom(store: Store, head: OutboxRow, postman: string, idOf: (keys: readonly string[]) => string, now: number): Promise<OutboxRow[] | null> {
  return store.db.transaction().execute(async (tx) => {
    let rows: OutboxRow[];
    const fits = tx.selectFrom('outbox').selectAll().where(isOpen('state')).where('channel_kind', '=', head.channel_kind).where('address', '=', head.address).where('id', '>=', head.id);
    if (head.claim !== null) rows = await fits.where('claim', 'like', `${messageOfClaim(head.claim)} %`).orderBy('id').limit(MOST_TOGETHER).execute();
    else if (LETTERS.includes(head.event) || head.channel_kind === 'webhook') rows = await fits.where('id', '=', head.id).execute();
    else rows = beforeGap(await fits.where('event', 'not in', LETTERS).orderBy('id').limit(MOST_TOGETHER).execute(), now);
    if (rows.length === 0) return null;
    const id = head.claim === null ? idOf(rows.map(({ key }) => key)) : messageOfClaim(head.claim);
    const claim = `${id} ${postman}`;
    const taken = await tx
      .updateTable('outbox')
      .set((eb) => ({ state: 'sending', claim, claimed_until: now + LEASE_MS, attempts: eb('attempts', '+', 1), first_tried_at: eb.fn.coalesce('first_tried_at', eb.val(now)) }))
      .where('id', 'in', rows.map((row) => row.id))
      .where((eb) => eb.or([eb('state', '=', 'queued'), eb.and([eb('state', '=', 'sending'), eb('claimed_until', '<=', now)])]))
      .returning('id')
      .execute();
    // Another server took some of them between the reading and the update: it has them all.
    if (taken.length !== rows.length) throw STOLEN;
    return rows.map((row) => ({ ...row, state: 'sending', claim, claimed_until: now + LEASE_MS, attempts: row.attempts + 1, first_tried_at: row.first_tried_at ?? now }));
  }).catch((cause: unknown) => {
    if (cause === STOLEN) return null;
    throw cause;
  });
}

/** Rolls the claim back. */
const STOLEN = new Error('another postman has it');

/** What is due without interruption, and was not begun by another message. */
function beforeGap(rows: readonly OutboxRow[], now: number): OutboxRow[] {
  const end = rows.findIndex((row) => row.state !== 'queued' || row.due_at > now || row.claim !== null);
  return rows.slice(0, end === -1 ? rows.length : end);
}

const own = (db: Handle, rows: readonly OutboxRow[]) =>
  db.updateTable('outbox').where('id', 'in', rows.map(({ id }) => id)).where('claim', '=', rows[0]!.claim).where('state', '=', 'sending');

/** Done, for good or ill. What was said in it and must not be read again (links) goes. */
export const closeNotices = (db: Handle, rows: readonly OutboxRow[], state: 'sent' | 'failed', answer: string, now: number): Promise<unknown> =>
  own(db, rows).set({ state, answer, closed_at: now, claimed_until: null, payload: '{}' }).execute();

/** Not done: to be tried again at `dueAt`. Whether the provider may have it decides if the message stays the same. Who waits behind waits too. */
export async function retryNotices(db: Handle, rows: readonly OutboxRow[], answer: string, maybeDelivered: boolean, dueAt: number): Promise<void> {
  await own(db, rows).set({ state: 'queued', answer, due_at: dueAt, claimed_until: null, ...(maybeDelivered ? {} : { claim: null }) }).execute();
  const [first] = rows;
  if (LETTERS.includes(first!.event)) return;
  await db.updateTable('outbox').set({ due_at: dueAt }).where(isOpen('state')).where('state', '=', 'queued').where('channel_kind', '=', first!.channel_kind).where('address', '=', first!.address).where('event', 'not in', LETTERS).where('due_at', '<', dueAt).execute();
}

export const cancelNotices = (db: Handle, ids: readonly number[], answer: string, now: number): Promise<unknown> =>
  ids.length === 0 ? Promise.resolve() : db.updateTable('outbox').set({ state: 'cancelled', answer, closed_at: now, payload: '{}' }).where('id', 'in', [...ids]).where('state', '=', 'queued').where('claim', 'is', null).execute();

/** What was held back and never tried is due now. */
export const hastenNotices = (tx: Handle, channelKind: string, address: string, now: number): Promise<unknown> =>
  tx.updateTable('outbox').set({ due_at: now }).where(isOpen('state')).where('state', '=', 'queued').where('channel_kind', '=', channelKind).where('address', '=', address).where('due_at', '>', now).where('attempts', '=', 0).where('event', 'not in', LETTERS).execute();

/** What was to say that it began now says that it is over. False when it has left meanwhile. */
export async function retellNotice(db: Handle, id: number, event: string): Promise<boolean> {
  const done = await db.updateTable('outbox').set({ event }).where('id', '=', id).where('state', '=', 'queued').where('claim', 'is', null).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** A server with a database of its own starts: nobody else can be sending. On PostgreSQL leases run out instead. */
export async function releaseAll(db: Handle): Promise<void> {
  if (isPostgres(db)) return;
  await db.updateTable('outbox').set({ claimed_until: 0 }).where(isOpen('state')).where('state', '=', 'sending').execute();
}

/** Once more, by hand: what failed begins anew. False when it did not fail, or its link is gone. */
export async function reviveNotice(tx: Handle, id: number, now: number): Promise<boolean> {
  const done = await tx.updateTable('outbox').set({ state: 'queued', due_at: now, attempts: 0, first_tried_at: null, closed_at: null }).where('id', '=', id).where('state', '=', 'failed').where('event', 'not in', LETTERS).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export interface OutboxState {
  waiting: number;
  /** Since when the oldest is due; null when none is. */
  oldestDueAt: number | null;
}

export async function outboxState(db: Handle, now: number): Promise<OutboxState> {
  const open = await db.selectFrom('outbox').select([(eb) => eb.fn.countAll<number>().as('n'), (eb) => eb.fn.min<number | null>('created_at').filterWhere('due_at', '<=', now).as('oldest')]).where(isOpen('state')).executeTakeFirstOrThrow();
  return { waiting: Number(open.n), oldestDueAt: open.oldest === null ? null : Number(open.oldest) };
}

/** What could not be delivered, newest first, with whom it was for. */
export async function failedNotices(db: Handle, before: number | null, limit: number) {
  let select = db
    .selectFrom('outbox as o')
    .leftJoin('accounts as a', 'a.id', 'o.account_id')
    .leftJoin('channels as c', 'c.id', 'o.channel_id')
    .select(['o.id', 'o.event', 'o.incident_id', 'o.channel_kind', 'o.address', 'o.created_at', 'o.closed_at', 'o.attempts', 'o.answer', 'a.name as account', 'a.full_name as full_name', 'c.name as channel'])
    .where(sql<boolean>`o.state = 'failed'`)
    .orderBy('o.id', 'desc')
    .limit(limit);
  if (before !== null) select = select.where('o.id', '<', before);
  return select.execute();
}
