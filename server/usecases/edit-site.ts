/** Changes what the registry says of sites: their sums move with them, and the past that their calendars decide is counted again. */
import type { SiteEdit } from '@cac/shared/registry.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { problem, Problem } from '../core/problem.ts';
import { differences } from '../core/registry/differences.ts';
import { siteFault } from '../core/registry/site-fault.ts';
import { siteRecordOf, type SiteRecord } from '../core/registry/site-record.ts';
import { writeAudit } from '../store/accounts.ts';
import { holdPasts, moveAreas } from '../store/area-move.ts';
import { knownPlaces } from '../store/communes.ts';
import { holdRegistry, writeChanges } from '../store/registry-changes.ts';
import { markSitesStale, updateSites, type SiteUpdate } from '../store/site-edits.ts';
import { findSite } from '../store/sites.ts';
import type { Handle, Store } from '../store/store.ts';
import { appendLog } from '../store/transitions.ts';
import type { Author } from './add-sites.ts';

/** Both the region it lies in and the one it is moved to must be the author's. Throws a problem that names the field. */
export async function editSite(store: Store, author: Author, id: string, edit: SiteEdit, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    const site = await findSite(tx, author.scope, id);
    if (site === null) throw problem('not_found', 'There is no such site.');
    if (author.scope.kind === 'regions' && !author.scope.regions.includes(edit.region)) {
      throw problem('outside_scope', `Region ${edit.region} is not one of yours.`, { where: 'region', todo: 'Choose one of your regions, or ask an administrator.' });
    }
    const fault = siteFault(edit, await knownPlaces(tx, [edit.commune]));
    if (fault !== null) throw new Problem(fault);
    const update = { id, before: siteRecordOf(site), after: siteRecordOf(edit) };
    const change = differences(update.before, update.after);
    if (change === null) return;
    await writeSites(tx, [update], now);
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: 'site', subject_id: id, act: 'edit', ...change, import_id: null }]);
    await writeAudit(tx, { at: now, who: author.name, act: 'edit_site', subject: id, detail: Object.keys(change.after).join(' ') });
  });
}

/** Fields that decide which layers of the calendars a site lies under, and by which rule it is in service. */
const RECOUNTED_FIELDS = ['programme', 'province', 'hostPremises', 'equipment'] as const satisfies (keyof SiteRecord)[];

/** The step that an edit, an import and its undoing share, in their transaction. Machines are not touched: ingest goes on with what it remembers. */
export async function writeSites(tx: Handle, updates: readonly SiteUpdate[], now: number): Promise<void> {
  const moves = updates.map(({ id, before, after }) => ({ site: id, before, after }));
  await holdPasts(tx, moves);
  await updateSites(tx, updates, now);
  await moveAreas(tx, moves);
  const recounted = updates.filter(({ before, after }) => RECOUNTED_FIELDS.some((field) => before[field] !== after[field]));
  await markSitesStale(tx, recounted.map(({ id }) => id), dayAfter(localDayOf(now), -1));
  await appendLog.run(
    tx,
    updates.map(({ id, before, after }) => ({
      // Who watches the region it has left must be told that it is gone: live.ts.
      site_id: id, machine_id: null, at: now, told_at: now, from_state: null, to_state: null, cause: before.region === after.region ? 'site_changed' : 'site_moved', provisional: 0, revises: null,
    })),
  );
}
