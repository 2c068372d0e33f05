/** Small facts about this database: when the server was last alive, and when it was blind. */
import { randomBytes } from 'node:crypto';
import type { Handle } from './store.ts';

/** When a server last said that it is there, ms UTC. */
export const ALIVE_KEY = 'alive_at';

export async function readMeta(db: Handle, key: string): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

export async function writeMeta(db: Handle, key: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute();
}

/** A random value that is made the first time it is asked for, and stays. */
export async function madeOnce(db: Handle, key: string, bytes: number): Promise<string> {
  await db
    .insertInto('meta')
    .values({ key, value: randomBytes(bytes).toString('hex') })
    .onConflict((c) => c.column('key').doNothing())
    .execute();
  return (await readMeta(db, key))!;
}

/** Its number. */
export async function insertBlindWindow(db: Handle, row: { from_at: number; to_at: number; reason: string }): Promise<number> {
  return (await db.insertInto('blind_windows').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

export const extendBlindWindow = (db: Handle, id: number, toAt: number): Promise<unknown> => db.updateTable('blind_windows').set({ to_at: toAt }).where('id', '=', id).execute();

export const blindWindows = (db: Handle) => db.selectFrom('blind_windows').selectAll().orderBy('id').execute();
