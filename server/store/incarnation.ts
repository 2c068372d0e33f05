/**
 * The database's incarnation, `dbi`: made with it, and made anew when the file in place is older than what was last
 * written here, as a backup put back is. Agents that see another `dbi` send again what this database lacks.
 *
 * How it is known: the `alive` mark that the server writes every ten seconds is also kept in a small file beside the
 * database, written after the commit. A mark there that is newer, or missing, tells. A folder put back whole does not.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ALIVE_KEY, madeOnce, readMeta, writeMeta } from './meta.ts';
import type { Db } from './store.ts';

export const DBI_BYTES = 8;

const besideOf = (file: string): string => `${file}.alive`;

/** Of the SQLite database in `file`, which is open as `db`. */
export async function incarnationOf(db: Db, file: string): Promise<string> {
  const dbi = await madeOnce(db, 'dbi', DBI_BYTES);
  const inside = await readMeta(db, ALIVE_KEY);
  if (inside === null || Number(inside) >= readBeside(file)) return dbi;
  const renewed = randomBytes(DBI_BYTES).toString('hex');
  await writeMeta(db, 'dbi', renewed);
  noteAliveBeside(file, Number(inside));
  return renewed;
}

/** Whole or not at all; not synced: a mark lost to a power cut costs the agents a resend. */
export function noteAliveBeside(file: string, at: number): void {
  const next = `${besideOf(file)}.next`;
  writeFileSync(next, String(at), { mode: 0o600 });
  renameSync(next, besideOf(file));
}

function readBeside(file: string): number {
  try {
    return Number(readFileSync(besideOf(file), 'utf8')) || Infinity;
  } catch {
    return Infinity;
  }
}
