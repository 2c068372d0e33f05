/** What is older than is kept, deleted some rows at a time. */
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import { sql } from 'kysely';
import { openRuns, type BootRow } from './boots.ts';
import { lockBoot } from './blocks.ts';
import type { Handle } from './store.ts';

type OldBoot = Pick<BootRow, 'id' | 'machine_id' | 'start_at'>;

/** In the order of time, behind `after`. */
export const bootsStartedBefore = (db: Handle, at: number, after: Pick<OldBoot, 'start_at' | 'id'>, limit: number): Promise<OldBoot[]> =>
  db
    .selectFrom('boots')
    .select(['id', 'machine_id', 'start_at'])
    .where('start_at', '<', at)
    .where((eb) => eb.or([eb('start_at', '>', after.start_at), eb.and([eb('start_at', '=', after.start_at), eb('id', '>', after.id)])]))
    .orderBy('start_at')
    .orderBy('id')
    .limit(limit)
    .execute();

const changed = ({ numAffectedRows }: { numAffectedRows?: bigint }): number => Number(numAffectedRows ?? 0n);

/** Those that ended before `beforeM`: a run by its last heartbeat. */
export const deleteEntries = async (db: Handle, boot: number, beforeM: number, limit: number): Promise<number> =>
  changed(
    await sql`delete from entries where boot_id = ${boot} and (m, epoch_no, seq) in (select m, epoch_no, seq from entries
      where boot_id = ${boot} and m < ${beforeM} and m + (last_seq - seq) * ${sql.lit(HEARTBEAT_MS)} < ${beforeM} order by m limit ${limit})`.execute(db),
  );

export const deleteBlocks = async (db: Handle, boot: number, beforeM: number, limit: number): Promise<number> =>
  changed(await sql`delete from blocks where id in (select id from blocks where boot_id = ${boot} and first_m < ${beforeM} and end_m < ${beforeM} limit ${limit})`.execute(db));

/**
 * A boot of which nothing is left; the one its machine is in stays, with its growing run. A run that something followed goes like an entry:
 * left alone, it would tell of a PC whose proper stop has expired. Returns how many rows that were.
 */
export async function deleteEmptyBoot(db: Handle, { id, machine_id: machine, start_at: startAt }: OldBoot, before: number): Promise<number> {
  const boot = await lockBoot(db, machine, id);
  const runs = (await openRuns(db, machine)).filter((run) => run.boot === boot?.boot);
  for (const { epoch, m, from, to } of runs) {
    if (startAt + m + (to - from) * HEARTBEAT_MS >= before) return 0;
    await db.updateTable('epochs').set({ run: null }).where('machine_id', '=', machine).where('no', '=', epoch).where('w', '>', to).execute();
  }
  return changed(
    await sql`delete from boots where id = ${id} and not exists (select 1 from entries where boot_id = ${id}) and not exists (select 1 from blocks where boot_id = ${id})
      and not exists (select 1 from machines m where m.id = boots.machine_id and m.boot = boots.boot)`.execute(db),
  );
}

/** An agent's own affairs: bytes by day (of two months back and more), logs, commands that were carried out, enrolments that were decided or given up. Never more than `limit` of each. */
export async function deleteFieldTraces(db: Handle, now: number, limit: number): Promise<number> {
  const before = now - FIELD_KEPT_MS;
  const day = new Date(before).toISOString().slice(0, 10);
  const counts = [
    await sql`delete from machine_use where (machine_id, day) in (select machine_id, day from machine_use where day < ${day} order by day limit ${limit})`.execute(db),
    await sql`delete from agent_logs where machine_id in (select machine_id from agent_logs where at < ${before} limit ${limit})`.execute(db),
    await sql`delete from machine_commands where id in (select id from machine_commands where done_at < ${before} order by id limit ${limit})`.execute(db),
    await sql`delete from enrol_requests where id in (select id from enrol_requests where asked_at < ${before} order by id limit ${limit})`.execute(db),
    // What carried one PC to another site; what a machine or a request came with stays.
    await sql`delete from vouchers where id in (select id from vouchers where created_by like 'move:%' and expires_at < ${before}
      and not exists (select 1 from machines where voucher_id = vouchers.id) and not exists (select 1 from enrol_requests where voucher_id = vouchers.id) order by id limit ${limit})`.execute(db),
  ];
  return Math.max(...counts.map(changed));
}

const FIELD_KEPT_MS = 90 * 24 * 3_600_000;

export const deleteHoles = async (db: Handle, before: number, limit: number): Promise<number> =>
  changed(
    await sql`delete from holes where (machine_id, epoch_no, from_seq) in (select machine_id, epoch_no, from_seq from holes where at < ${before} order by at limit ${limit})`.execute(db),
  );

/** Of a table whose rows are numbered in the order of time: `limit` rows from the first behind `from` on are looked at. */
export async function deleteLines(db: Handle, table: 'dead_letters' | 'transitions', column: 'at' | 'told_at', from: number, before: number, limit: number): Promise<{ deleted: number; last: number | null }> {
  const name = sql.table(table);
  const { rows } = await sql<{ last: number | null }>`select max(id) as last from (select id from ${name} where id > ${from} order by id limit ${limit}) batch`.execute(db);
  const last = rows[0]?.last ?? null;
  if (last === null) return { deleted: 0, last };
  return { deleted: changed(await sql`delete from ${name} where id > ${from} and id <= ${last} and ${sql.ref(column)} < ${before}`.execute(db)), last };
}
