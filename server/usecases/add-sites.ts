/** Adds sites, one or many: all or none. A refused one is named by its place in the list and its field. */
import type { Scope, SiteDraft } from '@cac/shared/api.ts';
import { searchKey } from '@cac/shared/search-key.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { problem, Problem } from '../core/problem.ts';
import { knownFields } from '../core/registry/differences.ts';
import { siteFault } from '../core/registry/site-fault.ts';
import { siteColumnsOf, siteRecordOf } from '../core/registry/site-record.ts';
import { writeAudit } from '../store/accounts.ts';
import { knownPlaces } from '../store/communes.ts';
import { insertAttestations } from '../store/ladder.ts';
import { holdRegistry, writeChanges } from '../store/registry-changes.ts';
import { insertSites, takenSiteIds } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import type { SiteTable } from '../store/tables.ts';
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
    await holdRegistry(tx);
    const known = await knownPlaces(tx, drafts.map((draft) => draft.commune));
    const taken = await takenSiteIds(tx, [...seen]);
    for (const [index, draft] of drafts.entries()) {
      if (taken.has(draft.id)) {
        throw problem('site_exists', `A site with the code ${draft.id} exists already.`, { where: at(index, 'id'), todo: 'Use another code, or open the existing site.' });
      }
      const fault = siteFault(draft, known);
      if (fault !== null) throw new Problem({ ...fault, where: at(index, fault.where!) });
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
    await writeChanges(tx, drafts.map((draft) => ({ at: now, author: author.name, subject_kind: 'site', subject_id: draft.id, act: 'add', before: null, after: knownFields(siteRecordOf(draft)), import_id: null })));
    // Whoever adds a site that is connected already attests it.
    await insertAttestations(
      tx,
      drafts.flatMap(({ id, declaredConnectedAt, declaredSource }) =>
        declaredConnectedAt === null
          ? []
          : { site_id: id, kind: 'connected', day: localDayOf(declaredConnectedAt), value: null, source: declaredSource ?? '', author: author.name, note: '', recorded_at: now, import_id: null, visit_id: null, withdrawn_at: null, withdrawn_by: null },
      ),
    );
    const subject = drafts.length === 1 ? drafts[0]!.id : `${drafts.length} sites`;
    await writeAudit(tx, { at: now, who: author.name, act: 'add_sites', subject, detail: '' });
  });
}

/** A new row: what the draft says, and nothing heard of it yet. */
export const siteRow = (draft: SiteDraft, author: string, demo: boolean, now: number): SiteTable => ({
  id: draft.id,
  ...siteColumnsOf(siteRecordOf(draft)),
  search: searchKey(draft.id, draft.name, draft.nameAr, draft.officialCode),
  declared_connected_at: draft.declaredConnectedAt,
  declared_source: draft.declaredSource,
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
