/** Boots of machines: what is known of each, and where it was placed in time. */
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { Selectable } from 'kysely';
import type { BeatRun } from '../core/accept.ts';
import { rowStatement, type RowColumns } from './rows.ts';
import type { Handle } from './store.ts';
import type { BootTable } from './tables.ts';

/** `id` is 0 until it is written. */
export type BootRow = Selectable<BootTable>;

export const freshBoot = (machine: string, boot: string): BootRow => ({
  id: 0, machine_id: machine, boot, offset_ms: null, clk_ms: null, wall_ms: null, start_at: 0, placed: 'guess', at_epoch: null, at_seq: null, last_m: null, hot_since: null,
});

const FACTS = {
  offset_ms: 'double precision', clk_ms: 'double precision', wall_ms: 'double precision', start_at: 'bigint', placed: 'text', at_epoch: 'bigint', at_seq: 'bigint',
  last_m: 'double precision', hot_since: 'bigint',
} as const satisfies RowColumns;
const names = Object.keys(FACTS);

// A morning in which every PC starts asks these of every machine: their text is made once.
const select = `select ${['id', 'machine_id', 'boot', ...names].map((name) => `b.${name}`).join(', ')} from {rows} join boots b on b.machine_id = r.machine_id`;
const oneBoot = rowStatement<Pick<BootRow, 'machine_id' | 'boot'>, BootRow>({ machine_id: 'text', boot: 'text' }, `${select} and b.boot = r.boot`);

export async function findBoot(db: Handle, machine: string, boot: string): Promise<BootRow | undefined> {
  const [row] = await oneBoot.run(db, [{ machine_id: machine, boot }]);
  return row;
}

interface JournalPlace {
  machine_id: string;
  epoch_no: number;
  seq: number;
}

const PLACE = { machine_id: 'text', epoch_no: 'bigint', seq: 'bigint' } as const;
const BOOTS_AT_ONCE = 400;
/** As far back as one boot's place may push those before it. */
export const BOOTS_BEFORE = 8;

const from = rowStatement<JournalPlace, BootRow>(PLACE, `${select} and (b.at_epoch > r.epoch_no or (b.at_epoch = r.epoch_no and b.at_seq >= r.seq)) order by b.at_epoch, b.at_seq limit ${BOOTS_AT_ONCE}`);
const before = rowStatement<JournalPlace, BootRow>(
  PLACE,
  `${select} and (b.at_epoch < r.epoch_no or (b.at_epoch = r.epoch_no and b.at_seq < r.seq)) order by b.at_epoch desc, b.at_seq desc limit ${BOOTS_BEFORE + 1}`,
);

/** In the order of the journal, from a place in it on. */
export const bootsFrom = (db: Handle, machine: string, epochNo: number, seq: number): Promise<BootRow[]> => from.run(db, [{ machine_id: machine, epoch_no: epochNo, seq }]);

/** Those before it, nearest first; one more than `BOOTS_BEFORE` where there are so many. */
export const bootsBefore = (db: Handle, machine: string, epochNo: number, seq: number): Promise<BootRow[]> => before.run(db, [{ machine_id: machine, epoch_no: epochNo, seq }]);

export const insertBoots = rowStatement<BootRow, Pick<BootRow, 'id' | 'machine_id' | 'boot'>>(
  { machine_id: 'text', boot: 'text', ...FACTS },
  `insert into boots (machine_id, boot, ${names.join(', ')}) select r.machine_id, r.boot, ${names.map((name) => `r.${name}`).join(', ')} from {rows} where true
   returning id, machine_id, boot`,
);

export const updateBoots = rowStatement<BootRow>(
  { id: 'bigint', ...FACTS },
  `update boots set ${names.map((name) => `${name} = r.${name}`).join(', ')} from {rows} where boots.id = r.id`,
);

/** The end of the last entry stored of a boot, ms since it began; null when there is none. Runs that still grow count. */
export async function lastEventM(db: Handle, boot: BootRow): Promise<number | null> {
  const ends: number[] = [];
  const hot = await db.selectFrom('entries').select(['m', 'seq', 'last_seq']).where('boot_id', '=', boot.id).orderBy('m', 'desc').limit(1).executeTakeFirst();
  if (hot) ends.push(hot.m + (hot.last_seq - hot.seq) * HEARTBEAT_MS);
  const packed = await db.selectFrom('blocks').select('end_m').where('boot_id', '=', boot.id).orderBy('first_m', 'desc').limit(1).executeTakeFirst();
  if (packed) ends.push(packed.end_m);
  for (const run of await openRuns(db, boot.machine_id)) if (run.boot === boot.boot) ends.push(run.m + (run.to - run.from) * HEARTBEAT_MS);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Runs of heartbeats that still grow, with the number of their epoch. */
export async function openRuns(db: Handle, machine: string): Promise<(BeatRun & { epoch: number })[]> {
  const rows = await db.selectFrom('epochs').select(['no', 'run']).where('machine_id', '=', machine).where('run', 'is not', null).execute();
  return rows.map((row) => ({ ...(JSON.parse(row.run!) as BeatRun), epoch: row.no }));
}
