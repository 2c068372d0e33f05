/** Adds sites, one or many: all or none. A refused one is named by its place in the list and its field. */
import type { Scope, SiteDraft } from '@cac/shared/api.ts';
import { searchKey } from '@cac/shared/search-key.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { insertSites, takenSiteIds } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import type { SiteTable } from '../store/tables.ts';
import { provinceRegions } from '../store/territory.ts';
import { appendLog } from '../store/transitions.ts';

export interface Author {
  name: string;
  scope: Scope;
}

/** `many`: whether the list came as one, so that errors name the row. Throws on the first wrong row; nothing is kept. */
export async function addSites(store: Store, author: Author, drafts: readonly SiteDraft[], options: { many: boolean; demo: boolean }, now: number): Promise<void> {
  const at = (index: number, field: string): string => (options.many ? `items[${index}].${field}` : field);
  const seen = new Set<string>();
  for (const [index, draft] of drafts.entries()) {
    if (seen.has(draft.id)) throw problem('duplicate_site', `The code ${draft.id} stands twice in the list.`, { where: at(index, 'id') });
    seen.add(draft.id);
    if (author.scope.kind === 'regions' && !author.scope.regions.includes(draft.region)) {
      throw problem('outside_scope', `Region ${draft.region} is not one of yours.`, { where: at(index, 'region'), todo: 'Choose one of your regions, or ask an administrator.' });
    }
  }
  await store.db.transaction().execute(async (tx) => {
    const regionOf = await provinceRegions(tx);
    const taken = await takenSiteIds(tx, [...seen]);
    for (const [index, draft] of drafts.entries()) {
      if (taken.has(draft.id)) {
        throw problem('site_exists', `A site with the code ${draft.id} exists already.`, { where: at(index, 'id'), todo: 'Use another code, or open the existing site.' });
      }
      const region = draft.province === null ? draft.region : regionOf.get(draft.province);
      if (region === undefined) throw problem('unknown_province', `There is no province ${draft.province}.`, { where: at(index, 'province') });
      if (region !== draft.region) {
        throw problem('province_elsewhere', `Province ${draft.province} lies in region ${region}, not in ${draft.region}.`, { where: at(index, 'province') });
      }
    }
    await insertSites(
      tx,
      drafts.map((draft) => siteRow(draft, author.name, options.demo, now)),
    );
    await appendLog.run(
      tx,
      drafts.map((draft) => ({
        site_id: draft.id, machine_id: null, at: now, told_at: now, from_state: null, to_state: null, cause: 'site_added', provisional: 0, revises: null
      })),
    );
    const subject = drafts.length === 1 ? drafts[0]!.id : `${drafts.length} sites`;
    await writeAudit(tx, { at: now, who: author.name, act: 'add_sites', subject, detail: '' });
  });
}

const flagOf = (value: boolean | null): number | null => (value === null ? null : value ? 1 : 0);

/** What a draft says, as columns. */
export const siteColumnsOf = (draft: SiteDraft) => ({
  id: draft.id,
  name: draft.name,
  programme: draft.programme,
  kind: draft.kind,
  region: draft.region,
  province: draft.province,
  commune: draft.commune,
  lat: draft.lat,
  lon: draft.lon,
  zone: draft.zone,
  host_premises: draft.hostPremises,
  equipment: draft.equipment,
  declared_connected_at: draft.declaredConnectedAt,
  declared_source: draft.declaredSource,
  counts_towards_target: draft.countsTowardsTarget ? 1 : 0,
  official_code: draft.officialCode,
  name_ar: draft.nameAr,
  manager: draft.manager,
  carrier: draft.carrier,
  technology: draft.technology,
  contracted_mbps: draft.contractedMbps,
  line_number: draft.lineNumber,
  metered: flagOf(draft.metered),
  cap_mb: draft.capMb,
  expected_computers: draft.expectedComputers,
  expected_telephones: draft.expectedTelephones,
  students: draft.students,
  duty_phone: draft.dutyPhone,
  opened_on: draft.openedOn,
  search: searchKey(draft.id, draft.name, draft.nameAr, draft.officialCode),
});

const siteRow = (draft: SiteDraft, author: string, demo: boolean, now: number): SiteTable => ({
  ...siteColumnsOf(draft),
  demo: demo ? 1 : 0,
  created_at: now,
  created_by: author,
  n_on: 0,
  n_failing: 0,
  n_unreachable: 0,
  n_off: 0,
  n_unseen: 0,
  state: 'unseen',
  state_since: null,
  rolled_to: '',
  measured_from: null,
  measured_to: null,
  changed_at: null,
  identified_on: null,
  built_on: null,
  equipped_on: null,
  connected_on: draft.declaredConnectedAt === null ? null : localDayOf(draft.declaredConnectedAt),
  telephone_works: null,
  telephone_on: null,
  stuck_cause: null,
  stuck_on: null,
  proven_rung: 0,
  proven_on: null,
});
