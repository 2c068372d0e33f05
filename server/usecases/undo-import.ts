/**
 * Takes the last import back: each row stands again as it stood before it. Refused, with the rows named, when something was built upon
 * them since: a later change, a machine, a voucher, a visit, a calendar, a site in a commune.
 */
import type { DayRule } from '@cac/shared/calendar.ts';
import type { Fields } from '@cac/shared/registry.ts';
import { problem } from '../core/problem.ts';
import { communeFields, communeOfFields } from '../core/registry/commune-fields.ts';
import { siteRecordOf } from '../core/registry/site-record.ts';
import { writeAudit } from '../store/accounts.ts';
import { findFact } from '../store/calendar-facts.ts';
import { removeCommunes, writeCommunes } from '../store/communes.ts';
import { builtUpon, findImport, lastImport, markUndone, standingCommunes, standingSites, withdrawStages } from '../store/imports.ts';
import { restateSite } from '../store/ladder.ts';
import { changedSince, changesOfImport, holdRegistry, writeChanges, type ChangeWrite } from '../store/registry-changes.ts';
import { removeSites } from '../store/site-edits.ts';
import type { Handle, Store } from '../store/store.ts';
import { appendLog } from '../store/transitions.ts';
import { allowChange, changeCalendar } from './change-calendar.ts';
import { writeSites } from './edit-site.ts';
import type { ImportAuthor } from './plan-import.ts';

const NAMED = 20;

/** Administrators take back any import, others their own. */
export const mayUndo = (author: Pick<ImportAuthor, 'name' | 'role'>, made: { author: string }): boolean => author.role === 'administrator' || author.name === made.author;

export async function undoImport(store: Store, author: ImportAuthor, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    const made = await findImport(tx, id);
    if (!made || made.undone_at !== null || !mayUndo(author, made)) throw problem('not_found', 'There is no such import to take back.');
    if ((await lastImport(tx)) !== id) throw problem('import_not_last', 'Another import came after it.', { todo: 'Take the later one back first.' });
    const changed = (await changedSince(tx, id, NAMED + 1)).map((subject) => subject.id);
    refuse(changed, 'changed again since');
    refuse(await builtUpon(tx, id, NAMED + 1), 'with machines, vouchers, visits, attestations, sites or a calendar by now');
    const changes = await changesOfImport(tx, id);
    const of = (kind: string) => changes.filter((change) => change.subject_kind === kind && change.act === 'import');
    await undoSites(tx, author, id, of('site'), now);
    await undoCommunes(tx, author, of('commune'), now);
    for (const change of of('day_rule').toReversed()) await undoRule(tx, author, change, now);
    await writeChanges(tx, changes.map(({ subject_kind, subject_id, before, after }) => ({ at: now, author: author.name, subject_kind, subject_id, act: 'undo_import', before: after, after: before, import_id: id })));
    await markUndone(tx, id, author.name, now);
    await writeAudit(tx, { at: now, who: author.name, act: 'undo_import', subject: String(id), detail: made.file_name });
  });
}

/** Who made an import may have other regions since: what it touched must still be theirs to change. */
function requireOwn({ scope }: ImportAuthor, regions: readonly unknown[]): void {
  const elsewhere = scope.kind === 'all' ? undefined : regions.find((region) => typeof region === 'string' && !(scope.regions as readonly string[]).includes(region));
  if (elsewhere !== undefined) throw problem('outside_scope', 'It changed rows of a region that is not one of yours.', { todo: 'Ask an administrator.' });
}

/** Of the rows, before the import and after it. */
const regionsOf = (changes: readonly ChangeWrite[]): unknown[] => changes.flatMap(({ before, after }) => [before?.['region'], after?.['region']]);

function refuse(ids: readonly string[], why: string): void {
  if (ids.length === 0) return;
  const named = ids.slice(0, NAMED).join(', ');
  throw problem('changed_since', `Rows ${why}: ${named}${ids.length > NAMED ? ' …' : ''}.`, { where: named, todo: 'Change them by hand, or import a corrected file.' });
}

async function undoSites(tx: Handle, author: ImportAuthor, id: number, changes: readonly ChangeWrite[], now: number): Promise<void> {
  const restated = await withdrawStages(tx, id, author.name, now);
  const added = changes.filter(({ before }) => before === null).map((change) => change.subject_id);
  const changed = changes.filter(({ before }) => before !== null);
  const standing: Awaited<ReturnType<typeof standingSites>> = changed.length === 0 ? new Map() : await standingSites(tx, { kind: 'all' });
  requireOwn(author, [...regionsOf(changes), ...changed.map((change) => standing.get(change.subject_id)?.record.region)]);
  await writeSites(
    tx,
    changed.map(({ subject_id: site, before }) => {
      const record = siteRecordOf(standing.get(site)!.record);
      return { id: site, before: record, after: siteRecordOf({ ...record, ...(before as Fields) }) };
    }),
    now,
  );
  await removeSites(tx, added);
  await appendLog.run(tx, added.map((site) => ({ site_id: site, machine_id: null, at: now, told_at: now, from_state: null, to_state: null, cause: 'site_removed', provisional: 0, revises: null })));
  await restateSite(tx, restated);
}

async function undoCommunes(tx: Handle, author: ImportAuthor, changes: readonly ChangeWrite[], now: number): Promise<void> {
  if (changes.length === 0) return;
  const { rows } = await standingCommunes(tx, { kind: 'all' });
  const standing = new Map(rows.map((commune) => [commune.code as string, commune]));
  requireOwn(author, [...regionsOf(changes), ...changes.map((change) => standing.get(change.subject_id)?.region)]);
  const restored = changes.flatMap(({ subject_id: code, before }) => {
    const commune = standing.get(code);
    return before === null || commune === undefined ? [] : [{ code, ...communeOfFields({ ...communeFields(commune), ...before }), demo: commune.demo }];
  });
  await writeCommunes(tx, restored, author.name, now);
  await removeCommunes(tx, changes.filter(({ before }) => before === null).map((change) => change.subject_id));
}

async function undoRule(tx: Handle, author: ImportAuthor, { subject_id: rule, before, after }: ChangeWrite, now: number): Promise<void> {
  const was = (fields: Fields | null): DayRule | null => (fields === null ? null : (JSON.parse(String(fields['rule'])) as DayRule));
  const own = was(after) ?? was(before);
  if (own !== null) await allowChange(tx, author, own.scope);
  const stands = await findFact(tx, 'rule', rule);
  if (JSON.stringify(stands) !== JSON.stringify(was(after))) refuse([was(after)?.label.fr ?? rule], 'changed again since');
  await changeCalendar(tx, author.name, { act: 'undo', before: stands, after: was(before) }, now);
}
