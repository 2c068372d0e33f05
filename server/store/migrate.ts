/** Brings a database to the schema of this program: all pending migrations in one transaction, or none. */
import { sql, type Transaction } from 'kysely';
import { problem } from '../core/problem.ts';
import { migrations as all, POSTGRES_WORDS, SQLITE_WORDS, type Migration } from './migrations/index.ts';
import { isPostgres, type Db } from './store.ts';
import type { Tables } from './tables.ts';

export interface MigrateOptions {
  /** Called before a database with data is changed: keeps a copy beside it. */
  copyBefore?: (version: number) => void;
  /** Another list of migrations: for the tests of this file. */
  migrations?: readonly Migration[];
}

/** Throws `schema_too_new` (nothing changed) when a newer program has written here. */
export async function migrate(db: Db, options: MigrateOptions): Promise<void> {
  const wanted = options.migrations ?? all;
  const newest = wanted[wanted.length - 1]?.number ?? 0;
  const version = await schemaVersion(db);
  if (version > newest) {
    throw problem('schema_too_new', `The database has schema ${version} > ${newest}: a newer version of this program has used it.`, {
      todo: 'Start the newer version, or put back a backup made before the upgrade.',
    });
  }
  if (version === newest) return;
  if (version > 0) options.copyBefore?.(version);
  await db.transaction().execute(async (tx) => {
    // Two servers starting on one PostgreSQL: the second waits here and then finds nothing to do.
    if (isPostgres(db)) await sql`select pg_advisory_xact_lock(20091013)`.execute(tx);
    const current = await schemaVersion(tx);
    for (const migration of wanted) if (migration.number > current) await apply(tx, migration);
  });
}

async function apply(tx: Transaction<Tables>, migration: Migration): Promise<void> {
  const words = isPostgres(tx) ? POSTGRES_WORDS : SQLITE_WORDS;
  for (const statement of migration.statements(words)) await sql.raw(statement).execute(tx);
  await sql`insert into schema_versions (number, name) values (${migration.number}, ${migration.name})`.execute(tx);
}

async function schemaVersion(db: Db): Promise<number> {
  await sql`create table if not exists schema_versions (number bigint primary key, name text not null)`.execute(db);
  const { rows } = await sql<{ number: number | null }>`select max(number) as number from schema_versions`.execute(db);
  return rows[0]?.number ?? 0;
}
