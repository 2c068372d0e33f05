/**
 * Opens the page of a voucher by its code alone: the site's name, who has arrived with it, who waits. The door is enrolment's own, so that unknown, expired and revoked
 * codes are answered alike and failed tries are counted together; a code whose uses are over still opens its page.
 */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { Store } from '../store/store.ts';
import { arrivedWith, voucherFacts, waitingWith } from '../store/voucher-page.ts';
import type { EnrolDoor } from './enrol.ts';

export type OpenedVoucher = Pick<VoucherPage, 'site' | 'expiresAt' | 'uses' | 'used' | 'arrived' | 'waiting'>;

/** Throws `voucher_refused` or `too_many_tries`. */
export async function openVoucher(store: Store, door: EnrolDoor, typed: string, address: string, now: number): Promise<OpenedVoucher> {
  const { id, site_id } = await door.open(typed, address, now);
  const [facts, arrived, waiting] = await Promise.all([voucherFacts(store.db, id), arrivedWith(store.db, id, site_id), waitingWith(store.db, id)]);
  return { ...facts, arrived, waiting };
}
