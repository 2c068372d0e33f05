/** Enrolments that a person must allow. */
import type { EnrolRequestRow } from '@cac/shared/field.ts';
import type { Scope } from '@cac/shared/api.ts';
import type { Insertable } from 'kysely';
import type { EnrolRequestTable } from './field-tables.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export const requestByNonce = (tx: Handle, voucher: number, nonce: string) =>
  tx.selectFrom('enrol_requests').select(['id', 'state', 'fingerprint', 'secret_hash']).where('voucher_id', '=', voucher).where('nonce', '=', nonce).executeTakeFirst();

export async function waitingOfVoucher(tx: Handle, voucher: number): Promise<number> {
  const { n } = await tx.selectFrom('enrol_requests').select((eb) => eb.fn.countAll<number>().as('n')).where('voucher_id', '=', voucher).where('state', '=', 'waiting').executeTakeFirstOrThrow();
  return Number(n);
}

/** Asked again it stays the same row: when it came first is kept. */
export const askPerson = (tx: Handle, row: Omit<Insertable<EnrolRequestTable>, 'state' | 'requested_at' | 'decided_at' | 'decided_by' | 'machine_id'>): Promise<unknown> =>
  tx
    .insertInto('enrol_requests')
    .values({ ...row, requested_at: row.asked_at, state: 'waiting', decided_at: null, decided_by: null, machine_id: null })
    .onConflict((c) => c.columns(['voucher_id', 'nonce']).doUpdateSet({ asked_at: row.asked_at, why: row.why, like_machine: row.like_machine }))
    .execute();

export const closeRequest = (tx: Handle, id: number, machine: string): Promise<unknown> => tx.updateTable('enrol_requests').set({ state: 'done', machine_id: machine }).where('id', '=', id).execute();

export const decideRequest = (tx: Handle, id: number, state: 'accepted' | 'refused', by: string, now: number): Promise<unknown> =>
  tx.updateTable('enrol_requests').set({ state, decided_by: by, decided_at: now }).where('id', '=', id).execute();

const waiting = (db: Handle, scope: Scope) =>
  db
    .selectFrom('enrol_requests as r')
    .innerJoin('sites as s', 's.id', 'r.site_id')
    .select(['r.id', 'r.site_id', 's.name as site_name', 'r.name', 'r.os', 'r.why', 'r.requested_at', 'r.like_machine'])
    .where('r.state', '=', 'waiting')
    .where(inScope(scope, 's.region'));

type Row = Awaited<ReturnType<ReturnType<typeof waiting>['execute']>>[number];

const shown = (row: Row): EnrolRequestRow => ({
  id: row.id, siteId: row.site_id as EnrolRequestRow['siteId'], siteName: row.site_name, name: row.name, os: row.os, why: row.why as EnrolRequestRow['why'], requestedAt: row.requested_at,
  like: row.like_machine as EnrolRequestRow['like'],
});

export async function listEnrolRequests(db: Handle, scope: Scope, query: { site?: string | undefined; after: number; limit: number }): Promise<EnrolRequestRow[]> {
  let select = waiting(db, scope).where('r.id', '>', query.after).orderBy('r.id').limit(query.limit);
  if (query.site !== undefined) select = select.where('r.site_id', '=', query.site);
  return (await select.execute()).map(shown);
}

/** Null: there is none that waits, in scope. */
export async function findEnrolRequest(db: Handle, scope: Scope, id: number): Promise<EnrolRequestRow | null> {
  const row = await waiting(db, scope).where('r.id', '=', id).executeTakeFirst();
  return row ? shown(row) : null;
}
