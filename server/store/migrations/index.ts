/** Numbered, frozen once released, and importing nothing of the application: a migration must mean the same for ever. */
import { spine } from './0001-spine.ts';
import { truth } from './0002-truth.ts';
import { calendars } from './0003-calendars.ts';
import { history } from './0004-history.ts';
import { programme } from './0005-programme.ts';
import { alerts } from './0006-alerts.ts';
import { field } from './0007-field.ts';

/** Words that differ between the two databases. */
export interface SqlWords {
  int: string;
  real: string;
  id: string;
  blob: string;
  strict: string;
  clustered: string;
  /** The value of a key in a column of JSON, as text. */
  jsonField: (column: string, key: string) => string;
  /** The day, UTC, of a column of milliseconds, as text. */
  dayOf: (column: string) => string;
}

export interface Migration {
  number: number;
  name: string;
  statements(words: SqlWords): string[];
}

export const migrations: readonly Migration[] = [spine, truth, calendars, history, programme, alerts, field];

export const SQLITE_WORDS: SqlWords = {
  int: 'integer',
  real: 'real',
  id: 'integer primary key autoincrement',
  strict: 'strict',
  clustered: 'strict, without rowid',
  blob: 'blob',
  jsonField: (column, key) => `json_extract(${column}, '$.${key}')`,
  dayOf: (column) => `strftime('%Y-%m-%d', ${column} / 1000, 'unixepoch')`,
};

export const POSTGRES_WORDS: SqlWords = {
  int: 'bigint',
  real: 'double precision',
  id: 'bigint generated always as identity primary key',
  strict: '',
  clustered: '',
  blob: 'bytea',
  jsonField: (column, key) => `(${column}::jsonb ->> '${key}')`,
  dayOf: (column) => `to_char(to_timestamp(${column} / 1000.0) at time zone 'UTC', 'YYYY-MM-DD')`,
};
