/**
 * The database, whichever it is: SQLite in the data directory, or PostgreSQL by CAC_DATABASE_URL. Same migrations,
 * same queries, same tests. Query functions take a `Handle` first, so that they work inside a transaction too.
 */
import { Kysely, PostgresAdapter, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Pool, types } from 'pg';
import { problem } from '../core/problem.ts';
import { DBI_BYTES, incarnationOf, noteAliveBeside } from './incarnation.ts';
import { lockDataDir } from './lock.ts';
import { createMachineMemory, noMemory, type MachineMemory } from './memory.ts';
import { madeOnce } from './meta.ts';
import { migrate } from './migrate.ts';
import { copySqlite, openSqlite, withStatementCache } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;
export type Handle = Kysely<Tables> | Transaction<Tables>;

export interface Store {
  db: Db;
  /** The database's incarnation: made with it, renewed when a backup is put back (SQLite). */
  dbi: string;
  /** Random, made with the installation and kept through restores: salts fingerprints. */
  salt: string;
  /** The machines ingest has heard of lately. */
  memory: MachineMemory;
  /** After each `alive` mark in the database: keeps it beside the database too (SQLite). */
  noteAlive(at: number): void;
  /** What the person who starts the server should know, such as a database that does not keep what it confirms. */
  warnings: string[];
  close(): Promise<void>;
}

export interface StoreOptions {
  dataDir: string;
  /** `postgres://...`; absent for SQLite in `dataDir`. */
  databaseUrl?: string | undefined;
}

export const isPostgres = (db: Handle): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/** Opens, locks (SQLite), migrates. Throws a Problem when the database is in use, damaged, too new or out of reach. */
export async function openStore(options: StoreOptions): Promise<Store> {
  return options.databaseUrl === undefined ? openSqliteStore(options.dataDir) : openPostgresStore(options.databaseUrl);
}

async function openSqliteStore(dataDir: string): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  try {
    const file = join(dataDir, 'cac.sqlite');
    const raw = openSqlite(file);
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: withStatementCache(raw) }) });
    await migrate(db, { copyBefore: (version) => copySqlite(raw, `${file}.before-${version}`) });
    return {
      db,
      dbi: await incarnationOf(db, file),
      salt: await madeOnce(db, 'salt', 16),
      memory: createMachineMemory(),
      noteAlive: (at) => noteAliveBeside(file, at),
      warnings: [],
      async close() {
        await db.destroy();
        lock.release();
      },
    };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

// Counts and instants fit a double; without this pg hands bigint back as text.
types.setTypeParser(types.builtins.INT8, Number);

async function openPostgresStore(url: string): Promise<Store> {
  const pool = new Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 5_000 });
  // A connection that breaks while idle is replaced by the pool; the next query tells if the server is gone.
  pool.on('error', () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, {});
    return {
      db,
      dbi: await madeOnce(db, 'dbi', DBI_BYTES),
      salt: await madeOnce(db, 'salt', 16),
      memory: noMemory,
      noteAlive() {},
      warnings: await durabilityWarnings(db),
      close: () => db.destroy(),
    };
  } catch (cause) {
    await db.destroy();
    if ((cause as Error).name === 'Problem') throw cause;
    throw problem('database_unreachable', `PostgreSQL does not answer as asked: ${(cause as Error).message}.`, {
      where: 'CAC_DATABASE_URL',
      todo: 'Check that the server runs and that the address, the user, the password and the database name are right.',
    });
  }
}

async function durabilityWarnings(db: Db): Promise<string[]> {
  const { rows } = await sql<{ synchronous_commit: string; fsync: string }>`
    select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync`.execute(db);
  const { synchronous_commit: commit, fsync } = rows[0]!;
  if (commit !== 'off' && fsync === 'on') return [];
  return [`ack_not_durable: PostgreSQL runs with synchronous_commit=${commit}, fsync=${fsync}: a power cut may lose what agents were told is safe. Set both to on.`];
}
