/**
 * What is known of a machine's past, read back for a stretch of time: entries as they came and those that are packed, runs that still grow, and
 * holes. On either side of the stretch goes what is needed to tell it: back to the nearest entry that says how the link was, or how a process
 * began, and on to the next such one.
 */
import type { RecordKind } from '@cac/shared/records.ts';
import { sql, type Selectable } from 'kysely';
import type { BeatRun } from '../core/accept.ts';
import type { BootEvidence, Entry, Evidence, Hole } from '../core/history/evidence.ts';
import { unpack } from '../core/history/pack.ts';
import { openRuns, type BootRow } from './boots.ts';
import type { Handle } from './store.ts';
import type { EntryTable, Tables } from './tables.ts';

/** Says how the link was, or where a stretch of it begins or ends. */
const TELLING: ReadonlySet<RecordKind> = new Set(['hb', 'net', 'boot', 'agent_start', 'agent_stop', 'stop', 'suspend', 'resume']);
/** Entries read beyond the stretch; a telling one is among them but where an agent says nothing else for hours. */
const AROUND = 24;
/** Boots looked at on either side for the nearest entry: one that says nothing has none. */
const BOOTS_AROUND = 4;

type Run = BeatRun & { epoch: number };

/** All entries whose time lies in `[fromAt, toAt)`, and the nearest before and after. */
export async function loadEvidence(db: Handle, machine: string, fromAt: number, toAt: number): Promise<Evidence> {
  const runs = await openRuns(db, machine);
  const ofMachine = () => db.selectFrom('boots').selectAll().where('machine_id', '=', machine).where('at_epoch', 'is not', null);
  const earlier = await ofMachine().where('start_at', '<', fromAt).orderBy('start_at', 'desc').orderBy('id', 'desc').limit(BOOTS_AROUND).execute();
  const within = await ofMachine().where('start_at', '>=', fromAt).where('start_at', '<', toAt).execute();
  const later = await ofMachine().where('start_at', '>=', toAt).orderBy('start_at').orderBy('id').limit(BOOTS_AROUND).execute();

  const found: BootEvidence[] = [];
  const take = async (boot: BootRow): Promise<Cut> => {
    const cut = cutOut(await entriesAround(db, boot, fromAt - boot.start_at, toAt - boot.start_at, runs), fromAt - boot.start_at, toAt - boot.start_at);
    if (cut.entries.length > 0) found.push({ boot: boot.boot, startAt: boot.start_at, placed: boot.placed, entries: cut.entries });
    return cut;
  };
  let after = false;
  for (const boot of within) after = (await take(boot)).after || after;
  for (const boot of earlier) {
    const cut = await take(boot);
    after ||= cut.after;
    if (cut.before) break;
  }
  for (const boot of later) {
    if (after) break;
    after = (await take(boot)).after;
  }
  found.sort((a, b) => a.startAt - b.startAt || (a.boot < b.boot ? -1 : 1));
  return { boots: found, holes: await holesOf(db, machine, new Set(found.flatMap((boot) => boot.entries.map((entry) => entry.epoch)))) };
}

interface Cut {
  entries: Entry[];
  /** Whether there are entries on this side of the stretch. */
  before: boolean;
  after: boolean;
}

function cutOut(entries: readonly Entry[], fromM: number, toM: number): Cut {
  const from = entries.findIndex((entry) => entry.m >= fromM);
  const first = from < 0 ? entries.length : from;
  const after = entries.findIndex((entry) => entry.m >= toM);
  const last = after < 0 ? entries.length : after;
  let begin = first;
  while (begin > 0 && (begin === first || !TELLING.has(entries[begin]!.kind))) begin -= 1;
  let end = last;
  while (end < entries.length && (end === last || !TELLING.has(entries[end - 1]!.kind))) end += 1;
  return { entries: entries.slice(begin, end), before: first > 0, after: last < entries.length };
}

/** Of one boot, in order: those in the stretch and some on either side. */
async function entriesAround(db: Handle, boot: BootRow, fromM: number, toM: number, runs: readonly Run[]): Promise<Entry[]> {
  const found: Entry[] = [];
  const columns = sql.raw('m, epoch_no, seq, last_seq, kind, w, body');
  const { rows } = await sql<EntryColumns>`
    select * from (select ${columns} from entries where boot_id = ${boot.id} and m < ${fromM} order by m desc, epoch_no desc, seq desc limit ${AROUND}) b
    union all select ${columns} from entries where boot_id = ${boot.id} and m >= ${fromM} and m < ${toM}
    union all select * from (select ${columns} from entries where boot_id = ${boot.id} and m >= ${toM} order by m, epoch_no, seq limit ${AROUND}) a`.execute(db);
  for (const row of rows) found.push(entryOf(row));
  const { rows: blocks } = await sql<Pick<Selectable<Tables['blocks']>, 'data'>>`
    select data from (select data from blocks where boot_id = ${boot.id} and first_m < ${fromM} order by first_m desc limit 1) b
    union all select data from blocks where boot_id = ${boot.id} and first_m >= ${fromM} and first_m < ${toM}
    union all select data from (select data from blocks where boot_id = ${boot.id} and first_m >= ${toM} order by first_m limit 1) a`.execute(db);
  for (const block of blocks) for (const entry of unpack(block.data)) found.push(entry);
  for (const run of runs) {
    if (run.boot !== boot.boot) continue;
    found.push({ epoch: run.epoch, seq: run.from, lastSeq: run.to, kind: 'hb', m: run.m, w: run.w, body: JSON.parse(run.body) as Entry['body'] });
  }
  return inOrder(found);
}

type EntryColumns = Omit<Selectable<EntryTable>, 'boot_id' | 'received_at'>;

export const entryOf = (row: EntryColumns): Entry => ({
  epoch: row.epoch_no, seq: row.seq, lastSeq: row.last_seq, kind: row.kind as RecordKind, m: row.m, w: row.w, body: JSON.parse(row.body) as Entry['body'],
});

/** By `m`, epoch and number, each once. */
export function inOrder(entries: Entry[]): Entry[] {
  entries.sort((a, b) => a.m - b.m || a.epoch - b.epoch || a.seq - b.seq);
  return entries.filter((entry, i) => i === 0 || entry.seq !== entries[i - 1]!.seq || entry.epoch !== entries[i - 1]!.epoch || entry.m !== entries[i - 1]!.m);
}

async function holesOf(db: Handle, machine: string, epochs: ReadonlySet<number>): Promise<Hole[]> {
  if (epochs.size === 0) return [];
  const rows = await db.selectFrom('holes').selectAll().where('machine_id', '=', machine).where('epoch_no', 'in', [...epochs]).orderBy('epoch_no').orderBy('from_seq').execute();
  return rows.map((row) => ({ epoch: row.epoch_no, from: row.from_seq, to: row.to_seq, why: row.why }));
}
