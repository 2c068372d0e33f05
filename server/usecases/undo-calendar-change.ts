/** Takes a change of a calendar back: what stood before stands again, as a change of its own. */
import type { CalendarChange } from '@cac/shared/calendar.ts';
import { problem } from '../core/problem.ts';
import { findChange } from '../store/calendar-changes.ts';
import { findFact } from '../store/calendar-facts.ts';
import type { Store } from '../store/store.ts';
import { allowChange, changeCalendar, type CalendarAuthor } from './change-calendar.ts';

/** Throws `changed_since` when somebody has changed the same fact after it. */
export async function undoCalendarChange(store: Store, author: CalendarAuthor, id: number, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => {
    const change = await findChange(tx, author.scope, id);
    if (!change) throw problem('not_found', 'There is no such change.');
    await allowChange(tx, author, change.scope);
    const fact = (change.after ?? change.before)!;
    const stands = await findFact(tx, fact.kind, fact.id);
    if (JSON.stringify(stands) !== JSON.stringify(change.after)) {
      throw problem('changed_since', 'This was changed again since.', { todo: 'Look at the history, then change it as it should be.' });
    }
    return changeCalendar(tx, author.name, { act: 'undo', before: stands, after: change.before, undoes: change.id }, now);
  });
}
