/** Values of the plan's other indicators, entered by hand: none is changed, each is replaced or withdrawn, with who did it. */
import { localDayOf } from '@cac/shared/wall-time.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { putIndicatorValue, withdrawIndicatorValue } from '../store/indicators.ts';
import { writeChanges } from '../store/registry-changes.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

/** Throws `not_found`, `day_ahead`. */
export async function enterIndicator(store: Store, author: Author, code: string, draft: { day: string; value: number; source: string }, now: number): Promise<void> {
  if (draft.day > localDayOf(now)) throw problem('day_ahead', `${draft.day} has not come yet.`, { where: 'day', todo: 'Give the day for which the value was measured.' });
  await store.db.transaction().execute(async (tx) => {
    const replaced = await putIndicatorValue(tx, { indicator: code, ...draft, author: author.name, written_at: now });
    if (replaced === undefined) throw problem('not_found', 'There is no such indicator.');
    const { day, value, source } = draft;
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: 'indicator', subject_id: code, act: 'enter', before: replaced && { day, value: replaced.value, source: replaced.source }, after: { day, value, source }, import_id: null }]);
    await writeAudit(tx, { at: now, who: author.name, act: 'enter_indicator', subject: code, detail: `${draft.day} ${draft.value}` });
  });
}

/** Throws `not_found`. */
export async function withdrawIndicator(store: Store, author: Author, code: string, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const withdrawn = Number.isSafeInteger(id) ? await withdrawIndicatorValue(tx, code, id, now) : undefined;
    if (withdrawn === undefined) throw problem('not_found', 'There is no such value.');
    const { day, value, source } = withdrawn;
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: 'indicator', subject_id: code, act: 'withdraw', before: { day, value, source }, after: null, import_id: null }]);
    await writeAudit(tx, { at: now, who: author.name, act: 'withdraw_indicator', subject: code, detail: String(id) });
  });
}
