/** Opening the SQLite file: durable (WAL, `synchronous=FULL`), checked, and with each statement prepared once. */
import Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';
import { existsSync, rmSync } from 'node:fs';
import { problem } from '../core/problem.ts';

const STATEMENTS_KEPT = 300;

/** Opens or creates the file. Throws `database_damaged` when it is no sound SQLite database. */
export function openSqlite(file: string): Database.Database {
  const isNew = !existsSync(file);
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    db.pragma('cache_size = -65536');
    db.pragma('temp_store = MEMORY');
    db.pragma('wal_autocheckpoint = 4000');
    if (!isNew) {
      const found = db.pragma('quick_check(1)', { simple: true });
      if (found !== 'ok') throw new Error(String(found));
    }
    return db;
  } catch (cause) {
    db.close();
    throw problem('database_damaged', `The database ${file} cannot be read: ${(cause as Error).message}.`, {
      where: file,
      todo: 'Keep this file for examination, put the last backup in its place and start again. Agents send again what the backup does not have.',
    });
  }
}

/** Writes a copy of the database to `file`. One that an interrupted start left there gives way: it may be half. */
export function copySqlite(db: Database.Database, file: string): void {
  rmSync(file, { force: true });
  db.exec(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
}

/** Kysely prepares a statement at each execution; this face of the connection hands out the ones it has. */
export function withStatementCache(db: Database.Database): SqliteDatabase {
  const kept = new Map<string, ReturnType<Database.Database['prepare']>>();
  return {
    close: () => void db.close(),
    prepare(sql: string) {
      const known = kept.get(sql);
      if (known) return known as never;
      if (kept.size >= STATEMENTS_KEPT) kept.delete(kept.keys().next().value as string);
      const statement = db.prepare(sql);
      // Transaction words are shared by all and cannot be busy twice.
      kept.set(sql, statement);
      return statement as never;
    },
  };
}
