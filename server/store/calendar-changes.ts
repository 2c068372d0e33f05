/** Who changed which calendar, when and how: append-only; and the past days that such a change touched. */
import type { Scope } from '@cac/shared/api.ts';
import type { CalendarChange, Fact, LayerScope } from '@cac/shared/calendar.ts';
import { sql, type Selectable } from 'kysely';
import { scopeOf } from './calendar-facts.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { CalendarChangeTable, Tables } from './tables.ts';

const changeOf = (row: Selectable<CalendarChangeTable>): CalendarChange => ({
  id: row.id,
  at: row.at,
  author: row.author,
  act: row.act,
  scope: scopeOf(row),
  before: row.before === null ? null : (JSON.parse(row.before) as Fact),
  after: row.after === null ? null : (JSON.parse(row.after) as Fact),
  retroactive: row.retroactive === 1,
  fromDay: row.from_day,
  undoes: row.undoes,
});

export async function insertChange(db: Handle, row: Omit<CalendarChangeTable, 'id'>): Promise<CalendarChange> {
  return changeOf(await db.insertInto('calendar_changes').values(row).returningAll().executeTakeFirstOrThrow());
}

const visible = (scope: Scope) => sql<boolean>`(c.scope_kind in ('national', 'programme', 'host') or (s.id is not null and ${inScope(scope, 's.region')}) or (p.code is not null and ${inScope(scope, 'p.region')}))`;

const changesIn = (db: Handle, scope: Scope) =>
  db
    .selectFrom('calendar_changes as c')
    .leftJoin('sites as s', (join) => join.onRef('s.id', '=', 'c.scope_id').on('c.scope_kind', '=', 'site'))
    .leftJoin('provinces as p', (join) => join.onRef('p.code', '=', 'c.scope_id').on('c.scope_kind', '=', 'province'))
    .selectAll('c')
    .where(visible(scope));

export async function findChange(db: Handle, scope: Scope, id: number): Promise<CalendarChange | null> {
  const row = await changesIn(db, scope).where('c.id', '=', id).executeTakeFirst();
  return row ? changeOf(row) : null;
}

/** Newest first; of one layer, or of all that the account may see. */
export async function listChanges(db: Handle, scope: Scope, of: LayerScope | null, before: number | null, limit: number): Promise<CalendarChange[]> {
  let select = changesIn(db, scope).orderBy('c.id', 'desc').limit(limit);
  if (of !== null) select = select.where('c.scope_kind', '=', of.kind).where('c.scope_id', '=', of.id);
  if (before !== null) select = select.where('c.id', '<', before);
  return (await select.execute()).map(changeOf);
}

/** Facts that a person has changed or removed: the shipped file no longer speaks for them. */
export async function touchedByPeople(db: Handle): Promise<Set<string>> {
  const rows = await db.selectFrom('calendar_changes').select('fact_id').where('by_file', '=', 0).distinct().execute();
  return new Set(rows.map((row) => row.fact_id));
}

/** Past days of every site under a layer, both included, to be counted again. */
export const markDaysStale = (db: Handle, row: Omit<Tables['stale_days'], 'mark'>): Promise<unknown> => db.insertInto('stale_days').values(row).execute();
