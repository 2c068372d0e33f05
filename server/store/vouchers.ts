/** Vouchers (a site's enrolment codes) and the machines enrolled with them. Only a code's SHA-256 is kept. */
import type { Scope, Voucher } from '@cac/shared/api.ts';
import type { Selectable } from 'kysely';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { MachineTable, VoucherTable } from './tables.ts';

const voucherOf = (row: Selectable<VoucherTable>): Voucher => ({
  id: row.id,
  siteId: row.site_id as Voucher['siteId'],
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  uses: row.uses,
  used: row.used,
  revoked: row.revoked_at !== null,
});

type VoucherInsert = Omit<VoucherTable, 'id' | 'used' | 'revoked_at'>;

export async function insertVouchers(db: Handle, rows: readonly VoucherInsert[]): Promise<Voucher[]> {
  const made = await db
    .insertInto('vouchers')
    .values(rows.map((row) => ({ ...row, used: 0, revoked_at: null })))
    .returningAll()
    .execute();
  // The database may return them in another order.
  const byHash = new Map(made.map((row) => [row.code_hash, row]));
  return rows.map((row) => voucherOf(byHash.get(row.code_hash)!));
}

export async function listVouchers(db: Handle, scope: Scope, query: { site?: string | undefined; after: number; limit: number }): Promise<Voucher[]> {
  let select = db
    .selectFrom('vouchers as v')
    .innerJoin('sites as s', 's.id', 'v.site_id')
    .selectAll('v')
    .where('v.id', '>', query.after)
    // Those that only carry a PC to another site are nobody's to give away.
    .where('v.created_by', 'not like', 'move:%')
    .where(inScope(scope, 's.region'))
    .orderBy('v.id')
    .limit(query.limit);
  if (query.site !== undefined) select = select.where('v.site_id', '=', query.site);
  return (await select.execute()).map(voucherOf);
}

export async function findVoucher(db: Handle, scope: Scope, id: number): Promise<Voucher | null> {
  const row = await db
    .selectFrom('vouchers as v')
    .innerJoin('sites as s', 's.id', 'v.site_id')
    .selectAll('v')
    .where('v.id', '=', id)
    .where(inScope(scope, 's.region'))
    .executeTakeFirst();
  return row ? voucherOf(row) : null;
}

export const revokeVoucher = (db: Handle, id: number, now: number): Promise<unknown> =>
  db.updateTable('vouchers').set({ revoked_at: now }).where('id', '=', id).where('revoked_at', 'is', null).execute();

export interface UsableVoucher {
  id: number;
  site_id: string;
  site_name: string;
  uses: number;
  used: number;
  expires_at: number;
  created_by: string;
}

/** The voucher with this code if it is neither revoked nor expired; whether uses are left is for the caller. */
export const voucherByCode = (db: Handle, codeHash: string, now: number): Promise<UsableVoucher | undefined> =>
  db
    .selectFrom('vouchers as v')
    .innerJoin('sites as s', 's.id', 'v.site_id')
    .select(['v.id', 'v.site_id', 's.name as site_name', 'v.uses', 'v.used', 'v.expires_at', 'v.created_by'])
    .where('v.code_hash', '=', codeHash)
    .where('v.revoked_at', 'is', null)
    .where('v.expires_at', '>', now)
    .executeTakeFirst();

/** Counts one use if one is left and the voucher was not withdrawn meanwhile. */
export async function takeUse(db: Handle, id: number): Promise<boolean> {
  const result = await db
    .updateTable('vouchers')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .whereRef('used', '<', 'uses')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The machine that an earlier, perhaps unanswered, attempt with the same nonce made. */
export const machineByNonce = (db: Handle, voucher: number, nonce: string) =>
  db.selectFrom('machines').select(['id', 'fingerprint', 'secret_hash']).where('voucher_id', '=', voucher).where('nonce', '=', nonce).executeTakeFirst();

export const insertMachine = (db: Handle, row: MachineTable): Promise<unknown> => db.insertInto('machines').values(row).execute();
