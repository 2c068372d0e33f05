/**
 * Many rows through one parameter: a statement of the hot path has one text for ever, whatever it writes. The rows
 * travel as a JSON array of objects, which both databases turn back into a table.
 */
import { CompiledQuery } from 'kysely';
import { isPostgres, type Handle } from './store.ts';

/** Column name -> PostgreSQL type; SQLite takes the JSON value's own. */
export type RowColumns = Record<string, 'text' | 'bigint' | 'double precision'>;

export interface RowStatement<In, Out> {
  run(db: Handle, rows: readonly In[]): Promise<Out[]>;
}

/** `text` is written with `{rows}` where the table of rows stands, as `r`. Its texts are made once, here. */
export function rowStatement<In extends object, Out = never>(columns: RowColumns, text: string): RowStatement<In, Out> {
  const names = Object.keys(columns);
  const sqlite = text.replace('{rows}', `(select ${names.map((n) => `value ->> '${n}' as ${n}`).join(', ')} from json_each(?)) as r`);
  const postgres = text.replace('{rows}', `jsonb_to_recordset($1::jsonb) as r(${names.map((n) => `${n} ${columns[n]}`).join(', ')})`);
  return {
    async run(db, rows) {
      if (rows.length === 0) return [];
      const query = CompiledQuery.raw(isPostgres(db) ? postgres : sqlite, [JSON.stringify(rows)]);
      return (await db.executeQuery<Out>(query)).rows;
    },
  };
}
