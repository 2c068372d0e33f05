/** Site LOCAL-1: the place of the very machine the server runs on, outside every programme and total. */
import type { SiteDraft } from '@cac/shared/api.ts';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import { addSites } from './add-sites.ts';
import { issueVouchers } from './issue-vouchers.ts';

export const LOCAL_SITE = 'LOCAL-1';

/** The capital stands in for a position that nobody has given. */
const DRAFT = {
  id: LOCAL_SITE,
  name: 'Cette machine (position non renseignée)',
  programme: null,
  kind: 'local',
  region: 'MA-04',
  province: null,
  commune: null,
  lat: 34.0209,
  lon: -6.8417,
  zone: null,
  hostPremises: null,
  equipment: null,
  declaredConnectedAt: null,
  declaredSource: null,
  countsTowardsTarget: false,
} as unknown as SiteDraft;

const STARTER = { name: 'start', scope: { kind: 'all' } } as const;

/** Makes the site if it is missing, and a voucher for it: one use, one day. */
export async function ensureLocalSite(store: Store, now: number): Promise<string> {
  if (!(await findSite(store.db, STARTER.scope, LOCAL_SITE))) await addSites(store, STARTER, [DRAFT], { many: false, demo: false }, now);
  const [voucher] = await issueVouchers(store, STARTER, [{ siteId: LOCAL_SITE, uses: 1, days: 1 }], now);
  return voucher!.code;
}
