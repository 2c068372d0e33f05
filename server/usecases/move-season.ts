/** The dates of Ramadan, summer and winter: added, moved, or confirmed once they are announced. */
import type { CalendarChange, Season, SeasonDraft } from '@cac/shared/calendar.ts';
import { randomBytes } from 'node:crypto';
import { seasonFault } from '../core/calendar/changes.ts';
import type { Store } from '../store/store.ts';
import { allowChange, changeCalendar, factToChange, refuse, type CalendarAuthor } from './change-calendar.ts';

const NATIONAL = { kind: 'national', id: '' } as const;

const written = (id: string, now: number, { season, from, to, confirmed, source }: SeasonDraft): Season => ({ kind: 'season', id, writtenAt: now, season, from, to, confirmed, source });

export async function addSeason(store: Store, author: CalendarAuthor, draft: SeasonDraft, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => {
    await allowChange(tx, author, NATIONAL);
    refuse(seasonFault(draft));
    return changeCalendar(tx, author.name, { act: 'add_season', before: null, after: written(randomBytes(8).toString('hex'), now, draft) }, now);
  });
}

export async function moveSeason(store: Store, author: CalendarAuthor, id: string, draft: Omit<SeasonDraft, 'season'>, now: number): Promise<CalendarChange> {
  return store.db.transaction().execute(async (tx) => {
    const before = await factToChange(tx, author, 'season', id);
    refuse(seasonFault(draft));
    const { season } = before as Season;
    return changeCalendar(tx, author.name, { act: 'move_season', before, after: written(id, now, { ...draft, season }) }, now);
  });
}
