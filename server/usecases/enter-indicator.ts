/** Values of the plan's other indicators, entered by hand: none is changed, each is replaced or withdrawn, with who did it. */
import { localDayOf } from '@cac/shared/wall-time.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { putIndicatorValue, withdrawIndicatorValue } from '../store/indicators.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

/** Throws `not_found`, `day_ahead`. */
export async function enterIndicator(store: Store, author: Author, code: string, draft: { day: string; value: number; source: string }, now: number): Promise<void> {
  if (draft.day > localDayOf(now)) throw problem('day_ahead', `${draft.day} has not come yet.`, { where: 'day', todo: 'Give the day for which the value was measured.' });
  await store.db.transaction().execute(async (tx) => {
    if (!(await putIndicatorValue(tx, { indicator: code, ...draft, author: author.name, written_at: now }))) throw problem('not_found', 'There is no such indicator.');
    await writeAudit(tx, { at: now, who: author.name, act: 'enter_indicator', subject: code, detail: `${draft.day} ${draft.value}` });
  });
}

/** Throws `not_found`. */
export async function withdrawIndicator(store: Store, author: Author, code: string, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    if (!Number.isSafeInteger(id) || !(await withdrawIndicatorValue(tx, code, id, now))) throw problem('not_found', 'There is no such value.');
    await writeAudit(tx, { at: now, who: author.name, act: 'withdraw_indicator', subject: code, detail: String(id) });
  });
}
