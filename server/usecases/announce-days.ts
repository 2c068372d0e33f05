/** Day rules: a holiday announced for the whole country, a strike in a province, works at one site. One act each, however many sites it concerns. */
import type { CalendarChange, DayRule, DayRuleDraft } from '@cac/shared/calendar.ts';
import { tidyHours } from '@cac/shared/opening-hours.ts';
import { randomBytes } from 'node:crypto';
import { ruleFault, scopeOfFact } from '../core/calendar/changes.ts';
import type { Store } from '../store/store.ts';
import { allowChange, changeCalendar, factToChange, refuse, type CalendarAuthor } from './change-calendar.ts';

type DayRuleChange = Omit<DayRuleDraft, 'scope'>;

const written = (id: string, now: number, { scope, from, to, effect, hours, why, label, confirmed, source }: DayRuleDraft): DayRule => ({
  kind: 'rule', id, writtenAt: now, scope, from, to, effect, hours: tidyHours(hours), why, label: { fr: label.fr, ar: label.ar }, confirmed, source,
});

export async function announceDays(store: Store, author: CalendarAuthor, draft: DayRuleDraft, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => {
    await allowChange(tx, author, draft.scope);
    refuse(ruleFault(draft));
    return changeCalendar(tx, author.name, { act: 'announce_days', before: null, after: written(randomBytes(8).toString('hex'), now, draft) }, now);
  });
}

/** Moves, confirms or rewords announced days; the layer stays. */
export async function changeDays(store: Store, author: CalendarAuthor, id: string, draft: DayRuleChange, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => {
    const before = await factToChange(tx, author, 'rule', id);
    refuse(ruleFault(draft));
    return changeCalendar(tx, author.name, { act: 'change_days', before, after: written(id, now, { ...draft, scope: scopeOfFact(before) }) }, now);
  });
}

export async function removeDays(store: Store, author: CalendarAuthor, id: string, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => changeCalendar(tx, author.name, { act: 'remove_days', before: await factToChange(tx, author, 'rule', id), after: null }, now));
}
