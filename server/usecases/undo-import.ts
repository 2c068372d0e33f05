/**
 * Takes the last import back: each row stands again as it stood before it. Refused, with the rows named, when something was built upon
 * them since: a later change, a machine, a voucher, a visit, a calendar.
 */
import type { DayRule } from '@cac/shared/calendar.ts';
import type { Fields } from '@cac/shared/registry.ts';
import { problem } from '../core/problem.ts';
import { communeFields, communeOfFields } from '../core/registry/commune-fields.ts';
import { siteRecordOf } from '../core/registry/site-record.ts';
import { writeAudit } from '../store/accounts.ts';
import { findFact } from '../store/calendar-facts.ts';
import { removeCommunes, writeCommunes } from '../store/communes.ts';
import { builtUpon, findImport, holdImports, lastImport, markUndone, standingCommunes, standingSites, withdrawStages } from '../store/imports.ts';
import { restateSite } from '../store/ladder.ts';
import { changedSince, changesOfImport, writeChanges, type ChangeWrite } from '../store/registry-changes.ts';
import { removeSites } from '../store/site-edits.ts';
import type { Handle, Store } from '../store/store.ts';
import { appendLog } from '../store/transitions.ts';
import { changeCalendar } from './change-calendar.ts';
import { writeSites } from './edit-site.ts';
import type { ImportAuthor } from './plan-import.ts';

const NAMED = 20;

/** Administrators take back any import, others their own. */
export const mayUndo = (author: Pick<ImportAuthor, 'name' | 'role'>, made: { author: string }): boolean => author.role === 'administrator' || author.name === made.author;

export async function undoImport(store: Store, author: ImportAuthor, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdImports(tx);
    const made = await findImport(tx, id);
    if (!made || made.undone_at !== null || !mayUndo(author, made)) throw problem('not_found', 'There is no such import to take back.');
    if ((await lastImport(tx)) !== id) throw problem('import_not_last', 'Another import came after it.', { todo: 'Take the later one back first.' });
    const changed = (await changedSince(tx, id, NAMED + 1)).map((subject) => subject.id);
    refuse(changed, 'changed again since');
    refuse(await builtUpon(tx, id, NAMED + 1), 'with machines, vouchers, visits, attestations or a calendar by now');
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

function refuse(ids: readonly string[], why: string): void {
  if (ids.length === 0) return;
  const named = ids.slice(0, NAMED).join(', ');
  throw problem('changed_since', `Rows ${why}: ${named}${ids.length > NAMED ? ' …' : ''}.`, { where: named, todo: 'Change them by hand, or import a corrected file.' });
}

async function undoSites(tx: Handle, author: ImportAuthor, id: number, changes: readonly ChangeWrite[], now: number): Promise<void> {
  const restated = await withdrawStages(tx, id, author.name, now);
  const added = changes.filter(({ before }) => before === null).map((change) => change.subject_id);
  const changed = changes.filter(({ before }) => before !== null);
  const standing = changed.length === 0 ? new Map() : await standingSites(tx, { kind: 'all' });
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
  const restored = changes.flatMap(({ subject_id: code, before }) => {
    const commune = standing.get(code);
    return before === null || commune === undefined ? [] : [{ code, ...communeOfFields({ ...communeFields(commune), ...before }), demo: commune.demo }];
  });
  await writeCommunes(tx, restored, author.name, now);
  await removeCommunes(tx, changes.filter(({ before }) => before === null).map((change) => change.subject_id));
}

async function undoRule(tx: Handle, author: ImportAuthor, { subject_id: rule, before, after }: ChangeWrite, now: number): Promise<void> {
  const was = (fields: Fields | null): DayRule | null => (fields === null ? null : (JSON.parse(String(fields['rule'])) as DayRule));
  const stands = await findFact(tx, 'rule', rule);
  if (JSON.stringify(stands) !== JSON.stringify(was(after))) refuse([was(after)?.label.fr ?? rule], 'changed again since');
  await changeCalendar(tx, author.name, { act: 'undo', before: stands, after: was(before) }, now);
}
