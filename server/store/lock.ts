/**
 * One server per data directory. The lock is an exclusive transaction on a second SQLite file: the operating
 * system drops it with the process, however that dies, so no stale file ever has to be judged.
 */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { problem } from '../core/problem.ts';

/** Takes the lock. Throws `data_dir_in_use` when another server holds it. */
export function lockDataDir(dir: string): { release(): void } {
  const file = join(dir, 'server.lock');
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if ((cause as { code?: string }).code?.startsWith('SQLITE_BUSY')) {
      throw problem('data_dir_in_use', `Another server already uses the data directory ${dir}.`, {
        where: 'CAC_DATA_DIR',
        todo: 'Stop the other server, or give this one a directory of its own with CAC_DATA_DIR.',
      });
    }
    throw cause;
  }
  return {
    release() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}
