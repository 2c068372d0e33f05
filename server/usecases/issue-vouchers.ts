/** Issues and revokes vouchers. A code is said once, here; the database keeps its SHA-256. */
import type { NewVoucher } from '@cac/shared/api.ts';
import { printVoucherCode, voucherCodeOf } from '@cac/shared/voucher-code.ts';
import { randomBytes } from 'node:crypto';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import { findVoucher, insertVouchers, revokeVoucher as markRevoked } from '../store/vouchers.ts';
import type { Author } from './add-sites.ts';
import { hashOf } from '../core/hash.ts';

export interface VoucherWish {
  siteId: string;
  uses: number;
  days: number;
}

const DAY_MS = 86_400_000;

/** Throws `unknown_site` for a site that does not exist or is out of the author's scope. */
export async function issueVouchers(store: Store, author: Author, wishes: readonly VoucherWish[], now: number): Promise<NewVoucher[]> {
  return store.db.transaction().execute(async (tx) => {
    for (const [index, { siteId }] of wishes.entries()) {
      if (!(await findSite(tx, author.scope, siteId))) {
        throw problem('unknown_site', `There is no site ${siteId}.`, { where: wishes.length === 1 ? 'siteId' : `items[${index}].siteId` });
      }
    }
    const codes = wishes.map(() => voucherCodeOf(randomBytes(10)));
    const made = await insertVouchers(
      tx,
      wishes.map((wish, i) => ({
        site_id: wish.siteId,
        code_hash: hashOf(codes[i]!),
        created_at: now,
        created_by: author.name,
        expires_at: now + wish.days * DAY_MS,
        uses: wish.uses,
      })),
    );
    const subject = wishes.length === 1 ? wishes[0]!.siteId : `${wishes.length} sites`;
    await writeAudit(tx, { at: now, who: author.name, act: 'issue_vouchers', subject, detail: '' });
    return made.map((voucher, i) => ({ ...voucher, code: printVoucherCode(codes[i]!) }));
  });
}

/** Takes effect at once. Throws `not_found` out of scope. */
export async function revokeVoucher(store: Store, author: Author, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const voucher = await findVoucher(tx, author.scope, id);
    if (!voucher) throw problem('not_found', 'There is no such voucher.');
    await markRevoked(tx, id, now);
    await writeAudit(tx, { at: now, who: author.name, act: 'revoke_voucher', subject: voucher.siteId, detail: String(id) });
  });
}
