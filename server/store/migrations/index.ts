/** Numbered, frozen once released, and importing nothing of the application: a migration must mean the same for ever. */
import { spine } from './0001-spine.ts';

/** Words that differ between the two databases. */
export interface SqlWords {
  int: string;
  real: string;
  id: string;
  strict: string;
  clustered: string;
}

export interface Migration {
  number: number;
  name: string;
  statements(words: SqlWords): string[];
}

export const migrations: readonly Migration[] = [spine];

export const SQLITE_WORDS: SqlWords = {
  int: 'integer',
  real: 'real',
  id: 'integer primary key autoincrement',
  strict: 'strict',
  clustered: 'strict, without rowid',
};

export const POSTGRES_WORDS: SqlWords = {
  int: 'bigint',
  real: 'double precision',
  id: 'bigint generated always as identity primary key',
  strict: '',
  clustered: '',
};
