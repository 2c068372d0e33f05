/** Weekly hours of a layer, from a day on: set, or taken away so that the layer below decides again. */
import type { CalendarChange, Timetable, TimetableDraft } from '@cac/shared/calendar.ts';
import { tidyWeek } from '@cac/shared/opening-hours.ts';
import { randomBytes } from 'node:crypto';
import { timetableFault } from '../core/calendar/changes.ts';
import { sameTimetable } from '../store/calendar-facts.ts';
import type { Store } from '../store/store.ts';
import { allowChange, changeCalendar, factToChange, refuse, type CalendarAuthor } from './change-calendar.ts';

/** Hours from the same day on are replaced; earlier ones go on holding for the days before. Throws a fault that names the day. */
export async function setHours(store: Store, author: CalendarAuthor, draft: TimetableDraft, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => {
    await allowChange(tx, author, draft.scope);
    refuse(timetableFault(draft));
    const before = await sameTimetable(tx, draft);
    const { scope, season, from, to, week, confirmed, source } = draft;
    const after: Timetable = { kind: 'timetable', id: before?.id ?? randomBytes(8).toString('hex'), writtenAt: now, scope, season, from, to, week: tidyWeek(week), confirmed, source };
    return changeCalendar(tx, author.name, { act: 'set_hours', before, after }, now);
  });
}

export async function removeHours(store: Store, author: CalendarAuthor, id: string, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => changeCalendar(tx, author.name, { act: 'remove_hours', before: await factToChange(tx, author, 'timetable', id), after: null }, now));
}
