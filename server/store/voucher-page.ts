/** What a voucher's page shows: its site's names, the PCs that came with it and stand there still, and those that wait. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { MachineFlag } from '@cac/shared/states.ts';
import { stateOfWord } from '@cac/shared/states.ts';
import { checkOf } from '../core/arrival.ts';
import type { Handle } from './store.ts';

export type VoucherFacts = Pick<VoucherPage, 'site' | 'expiresAt' | 'uses' | 'used'>;

export async function voucherFacts(db: Handle, voucher: number): Promise<VoucherFacts> {
  const row = await db
    .selectFrom('vouchers as v')
    .innerJoin('sites as s', 's.id', 'v.site_id')
    .select(['s.id', 's.name', 's.name_ar', 'v.expires_at', 'v.uses', 'v.used'])
    .where('v.id', '=', voucher)
    .executeTakeFirstOrThrow();
  return { site: { id: row.id, name: row.name, nameAr: row.name_ar }, expiresAt: row.expires_at, uses: row.uses, used: row.used };
}

/** In the order in which they came; without those that were revoked, removed, replaced or moved elsewhere. */
export async function arrivedWith(db: Handle, voucher: number, site: string): Promise<VoucherPage['arrived']> {
  const rows = await db
    .selectFrom('machines')
    .select(['name', 'enrolled_at', 'state', 'flags', 'clone_suspect_at', 'last_sign_at'])
    .where('voucher_id', '=', voucher)
    .where('site_id', '=', site)
    .where('revoked_at', 'is', null)
    .where('replaced_by', 'is', null)
    .where('state', '!=', 'removed')
    .orderBy('enrolled_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => {
    const flags = [...(JSON.parse(row.flags) as MachineFlag[]), ...(row.clone_suspect_at === null ? [] : (['clone_suspect'] as const))];
    return { name: row.name, at: row.enrolled_at, check: checkOf(stateOfWord(row.state), flags), lastAt: row.last_sign_at };
  });
}

export async function waitingWith(db: Handle, voucher: number): Promise<VoucherPage['waiting']> {
  const rows = await db.selectFrom('enrol_requests').select(['name', 'requested_at', 'why']).where('voucher_id', '=', voucher).where('state', '=', 'waiting').orderBy('id').execute();
  return rows.map((row) => ({ name: row.name, at: row.requested_at, why: row.why as VoucherPage['waiting'][number]['why'] }));
}
