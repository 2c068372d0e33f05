/**
 * A copy of the database while the server goes on writing: SQLite's own backup, from a connection that holds one read transaction, so that every page
 * of it is of the same moment however long it takes and whatever is committed meanwhile. The write-ahead log grows until it is done.
 */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fdatasyncSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { problem } from '../core/problem.ts';
import { DBI_BYTES } from './incarnation.ts';
import { migrations } from './migrations/index.ts';

/** What a copy must hold, counted in the same moment as it is taken: its watermark. */
export interface DatabaseFacts {
  schema: number;
  sites: number;
  machines: number;
  epochs: number;
  /** Sum of the watermarks of all epochs: every record that agents were told is kept. */
  records: number;
  /** Number of the newest transition. */
  transitions: number;
}

/** A megabyte. What was copied goes to the disk after each few of them, and there is a rest as long as the work was: ingest comes first. */
const PAGES_AT_ONCE = 256;
const SYNC_EVERY = 4;
const LONGEST_REST_MS = 100;

/** Copies the database of `file` to `to`, which must not exist, with mode 0600. `onProgress`: share copied, 0 to 1. Throws `database_missing`. */
export async function copyOnline(file: string, to: string, onProgress: (share: number) => void = () => {}): Promise<DatabaseFacts> {
  if (!existsSync(file)) throw problem('database_missing', `There is no database ${file}.`, { where: 'CAC_DATA_DIR', todo: 'Name the data directory of the server with CAC_DATA_DIR.' });
  const copy = openSync(to, 'wx', 0o600);
  const db = new Database(file, { fileMustExist: true, timeout: 10_000 });
  const still = new Int32Array(new SharedArrayBuffer(4));
  let [steps, startedAt] = [0, performance.now()];
  try {
    db.exec('BEGIN');
    const facts = factsOf(db);
    await db.backup(to, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
        steps += 1;
        if (steps % SYNC_EVERY === 0) {
          fdatasyncSync(copy);
          Atomics.wait(still, 0, 0, Math.min(LONGEST_REST_MS, performance.now() - startedAt));
          startedAt = performance.now();
        }
        return PAGES_AT_ONCE;
      },
    });
    return facts;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
    db.close();
    closeSync(copy);
  }
}

function factsOf(db: Database.Database): DatabaseFacts {
  const one = (text: string): number => Number((db.prepare(text).get() as { n: number | null }).n ?? 0);
  return {
    schema: one('select max(number) as n from schema_versions'),
    sites: one('select count(*) as n from sites'),
    machines: one('select count(*) as n from machines'),
    epochs: one('select count(*) as n from epochs'),
    records: one('select sum(w) as n from epochs'),
    transitions: one('select max(id) as n from transitions'),
  };
}

/** Opens a copy and looks at all of it; makes one file of it. Throws `backup_unsound`, or `schema_too_new`. */
export function examineCopy(file: string): DatabaseFacts {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { fileMustExist: true });
    db.pragma('journal_mode = DELETE');
    const found = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(String(found));
    const strays = db.pragma('foreign_key_check') as unknown[];
    if (strays.length > 0) throw new Error(`${strays.length} rows point at nothing`);
    const facts = factsOf(db);
    const newest = migrations[migrations.length - 1]!.number;
    if (facts.schema > newest) {
      throw problem('schema_too_new', `This backup has schema ${facts.schema} > ${newest}: a newer version of this program made it.`, { todo: 'Restore it with that version or a later one.' });
    }
    return facts;
  } catch (cause) {
    if ((cause as Error).name === 'Problem') throw cause;
    throw problem('backup_unsound', `The copy is no sound database: ${(cause as Error).message}.`, { where: file, todo: 'Make another backup; if that fails alike, check the disk and the database itself.' });
  } finally {
    db?.close();
  }
}

/** Before a copy takes the place of a database: agents are to see another one, and nobody is signed in by it. Returns the new `dbi`. */
export function renewIncarnation(file: string): string {
  const db = new Database(file, { fileMustExist: true });
  try {
    const dbi = randomBytes(DBI_BYTES).toString('hex');
    db.transaction(() => {
      db.prepare("insert into meta (key, value) values ('dbi', ?) on conflict (key) do update set value = excluded.value").run(dbi);
      db.exec('delete from sessions');
    })();
    return dbi;
  } finally {
    db.close();
  }
}

/**
 * Puts the database `fresh` (one file, same file system) in the place of `file`; the one there is kept as `aside`, with what lay in its log. At every
 * moment one of the two stands there.
 */
export function replaceDatabase(fresh: string, file: string, aside: string): void {
  if (existsSync(file)) {
    try {
      const old = new Database(file);
      old.pragma('journal_mode = DELETE');
      old.close();
    } catch {
      // Damaged: its log is kept beside it as it is.
    }
    if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`);
    linkSync(file, aside);
    chmodSync(aside, 0o600);
  }
  rmSync(`${file}-wal`, { force: true });
  rmSync(`${file}-shm`, { force: true });
  renameSync(fresh, file);
  // Missing, it tells the next start that this database was put here.
  rmSync(`${file}.alive`, { force: true });
  syncDirectory(dirname(file));
}

export function syncDirectory(dir: string): void {
  const handle = openSync(dir, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
