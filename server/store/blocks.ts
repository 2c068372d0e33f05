/** Packed days: which boots wait for it, and what moves from rows to blocks. */
import { sql, type Insertable, type Selectable } from 'kysely';
import type { BootRow } from './boots.ts';
import { isPostgres, type Handle } from './store.ts';
import type { EntryTable, Tables } from './tables.ts';

export type HotBoot = Pick<BootRow, 'id' | 'machine_id'>;
export type BlockWrite = Insertable<Tables['blocks']>;

/** Boots with entries that were received before `at`. */
export const hotBoots = (db: Handle, at: number, limit: number): Promise<HotBoot[]> =>
  db.selectFrom('boots').select(['id', 'machine_id']).where('hot_since', '<', at).orderBy('hot_since').limit(limit).execute();

/** On PostgreSQL no report of this machine comes in between. */
export async function lockBoot(db: Handle, machine: string, id: number): Promise<BootRow | undefined> {
  if (isPostgres(db)) await sql`select 1 from machines where id = ${machine} for update`.execute(db);
  return db.selectFrom('boots').selectAll().where('id', '=', id).executeTakeFirst();
}

export const oldestEntry = (db: Handle, boot: number): Promise<{ m: number } | undefined> =>
  db.selectFrom('entries').select('m').where('boot_id', '=', boot).orderBy('m').limit(1).executeTakeFirst();

/** Takes out the entries before `untilM`, the oldest first; those of one instant stay together. */
export async function takeEntries(db: Handle, boot: number, untilM: number, limit: number): Promise<Selectable<EntryTable>[]> {
  const ofBoot = () => db.selectFrom('entries').where('boot_id', '=', boot).where('m', '<', untilM);
  const beyond = await ofBoot().select('m').orderBy('m').offset(limit).limit(1).executeTakeFirst();
  const first = await ofBoot().select('m').orderBy('m').limit(1).executeTakeFirst();
  const isCut = beyond !== undefined && beyond.m > first!.m;
  const end = isCut ? beyond.m : untilM;
  const rows = await ofBoot().selectAll().where('m', '<', end).orderBy('m').orderBy('epoch_no').orderBy('seq').execute();
  await db.deleteFrom('entries').where('boot_id', '=', boot).where('m', '<', end).execute();
  return rows;
}

/** Takes out the blocks that share time with `[fromM, untilM)`, and those they overlap then: blocks of a boot lie one behind the other. */
export async function takeBlocks(db: Handle, boot: number, fromM: number, untilM: number): Promise<{ data: Uint8Array }[]> {
  const rows = await db.selectFrom('blocks').select(['id', 'data']).where('boot_id', '=', boot).where('first_m', '<', untilM).where('last_m', '>=', fromM).execute();
  if (rows.length > 0) await db.deleteFrom('blocks').where('id', 'in', rows.map((row) => row.id)).execute();
  return rows;
}

export const addBlock = async (db: Handle, block: BlockWrite): Promise<void> => void (await db.insertInto('blocks').values({ ...block, data: Buffer.from(block.data) }).execute());

/** When the oldest entry left was received, or at least `at`; null when none is left. */
export async function setHotSince(db: Handle, boot: number, at?: number): Promise<void> {
  const { oldest } = await db.selectFrom('entries').select(({ fn }) => fn.min('received_at').as('oldest')).where('boot_id', '=', boot).executeTakeFirstOrThrow();
  await db.updateTable('boots').set({ hot_since: oldest === null ? null : Math.max(oldest, at ?? 0) }).where('id', '=', boot).execute();
}
