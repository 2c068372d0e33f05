/** Site LOCAL-1: the place of the very machine the server runs on, outside every programme and total. */
import { SiteDraft } from '@cac/shared/api.ts';
import * as v from 'valibot';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import { addSites } from './add-sites.ts';
import { issueVouchers } from './issue-vouchers.ts';

export const LOCAL_SITE = 'LOCAL-1';

/** The capital stands in for a position that nobody has given. */
const DRAFT = v.parse(SiteDraft, {
  id: LOCAL_SITE,
  name: 'Cette machine (position non renseignée)',
  kind: 'local',
  region: 'MA-04',
  lat: 34.0209,
  lon: -6.8417,
  countsTowardsTarget: false,
});

const STARTER = { name: 'start', scope: { kind: 'all' } } as const;

/** Makes the site if it is missing, and a voucher for it: one use, one day. */
export async function ensureLocalSite(store: Store, now: number): Promise<string> {
  if (!(await findSite(store.db, STARTER.scope, LOCAL_SITE))) await addSites(store, STARTER, [DRAFT], { many: false, demo: false }, now);
  const [voucher] = await issueVouchers(store, STARTER, [{ siteId: LOCAL_SITE, uses: 1, days: 1 }], now);
  return voucher!.code;
}
