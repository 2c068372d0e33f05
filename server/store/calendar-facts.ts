/** Timetables, seasons and day rules as they stand: one row each, read and written as facts. */
import type { DayRule, Fact, LayerScope, Season, Timetable } from '@cac/shared/calendar.ts';
import type { Selectable } from 'kysely';
import { isPostgres, type Handle } from './store.ts';
import type { DayRuleTable, LayerColumns, SeasonTable, TimetableTable } from './tables.ts';

export const scopeOf = (row: LayerColumns): LayerScope => ({ kind: row.scope_kind, id: row.scope_id }) as LayerScope;
const columnsOf = (scope: LayerScope): LayerColumns => ({ scope_kind: scope.kind, scope_id: scope.id });

// Keys stand in one order: facts are compared by their JSON.
export const timetableOfRow = (row: Selectable<TimetableTable>): Timetable => ({
  kind: 'timetable',
  id: row.id,
  writtenAt: row.written_at,
  scope: scopeOf(row),
  season: row.season as Timetable['season'],
  from: row.from_day,
  to: row.to_day,
  week: JSON.parse(row.week) as Timetable['week'],
  confirmed: row.confirmed === 1,
  source: row.source,
});

export const seasonOfRow = (row: Selectable<SeasonTable>): Season => ({
  kind: 'season',
  id: row.id,
  writtenAt: row.written_at,
  season: row.season as Season['season'],
  from: row.from_day,
  to: row.to_day,
  confirmed: row.confirmed === 1,
  source: row.source,
});

export const ruleOfRow = (row: Selectable<DayRuleTable>): DayRule => ({
  kind: 'rule',
  id: row.id,
  writtenAt: row.written_at,
  scope: scopeOf(row),
  from: row.from_day,
  to: row.to_day,
  effect: row.effect as DayRule['effect'],
  hours: JSON.parse(row.hours) as DayRule['hours'],
  why: row.why as DayRule['why'],
  label: { fr: row.label_fr, ar: row.label_ar },
  confirmed: row.confirmed === 1,
  source: row.source,
});

const rowOfTimetable = (fact: Timetable): TimetableTable => ({
  id: fact.id, ...columnsOf(fact.scope), season: fact.season, from_day: fact.from, to_day: fact.to, week: JSON.stringify(fact.week), confirmed: fact.confirmed ? 1 : 0, source: fact.source, written_at: fact.writtenAt,
});
const rowOfSeason = (fact: Season): SeasonTable => ({
  id: fact.id, season: fact.season, from_day: fact.from, to_day: fact.to, confirmed: fact.confirmed ? 1 : 0, source: fact.source, written_at: fact.writtenAt,
});
const rowOfRule = (fact: DayRule): DayRuleTable => ({
  id: fact.id, ...columnsOf(fact.scope), from_day: fact.from, to_day: fact.to, effect: fact.effect, hours: JSON.stringify(fact.hours), why: fact.why,
  label_fr: fact.label.fr, label_ar: fact.label.ar, confirmed: fact.confirmed ? 1 : 0, source: fact.source, written_at: fact.writtenAt,
});

const TABLE = { timetable: 'calendar_timetables', season: 'calendar_seasons', rule: 'calendar_rules' } as const;

/** Held until the transaction ends, so that what it was told to replace is what it replaces. */
export async function findFact(db: Handle, kind: Fact['kind'], id: string): Promise<Fact | null> {
  const locked = isPostgres(db);
  switch (kind) {
    case 'timetable': {
      const row = await db.selectFrom('calendar_timetables').selectAll().where('id', '=', id).$if(locked, (q) => q.forUpdate()).executeTakeFirst();
      return row ? timetableOfRow(row) : null;
    }
    case 'season': {
      const row = await db.selectFrom('calendar_seasons').selectAll().where('id', '=', id).$if(locked, (q) => q.forUpdate()).executeTakeFirst();
      return row ? seasonOfRow(row) : null;
    }
    case 'rule': {
      const row = await db.selectFrom('calendar_rules').selectAll().where('id', '=', id).$if(locked, (q) => q.forUpdate()).executeTakeFirst();
      return row ? ruleOfRow(row) : null;
    }
    default:
      return kind satisfies never;
  }
}

/** The timetable that holds in the same season from the same day on: a new one takes its place. */
export async function sameTimetable(db: Handle, { scope, season, from, to }: Pick<Timetable, 'scope' | 'season' | 'from' | 'to'>): Promise<Timetable | null> {
  const rows = await db.selectFrom('calendar_timetables').selectAll().where('scope_kind', '=', scope.kind).where('scope_id', '=', scope.id).where('season', '=', season).execute();
  const found = rows.find((row) => row.from_day === from && row.to_day === to);
  return found ? timetableOfRow(found) : null;
}

/** Puts `after` where `before` was: either may be nothing. */
export async function replaceFact(db: Handle, before: Fact | null, after: Fact | null): Promise<void> {
  if (before !== null) await db.deleteFrom(TABLE[before.kind]).where('id', '=', before.id).execute();
  switch (after?.kind) {
    case undefined:
      return;
    case 'timetable':
      await db.insertInto('calendar_timetables').values(rowOfTimetable(after)).execute();
      return;
    case 'season':
      await db.insertInto('calendar_seasons').values(rowOfSeason(after)).execute();
      return;
    case 'rule':
      await db.insertInto('calendar_rules').values(rowOfRule(after)).execute();
      return;
    default:
      after satisfies never;
  }
}

/** Every shared fact: what stands in the layers above the sites. */
export async function sharedFacts(db: Handle): Promise<Fact[]> {
  const timetables = await db.selectFrom('calendar_timetables').selectAll().where('scope_kind', '!=', 'site').execute();
  const seasons = await db.selectFrom('calendar_seasons').selectAll().execute();
  const rules = await db.selectFrom('calendar_rules').selectAll().where('scope_kind', '!=', 'site').execute();
  return [...timetables.map(timetableOfRow), ...seasons.map(seasonOfRow), ...rules.map(ruleOfRow)];
}

/** Every day rule, sites' own included. */
export const allRules = async (db: Handle): Promise<DayRule[]> => (await db.selectFrom('calendar_rules').selectAll().execute()).map(ruleOfRow);
