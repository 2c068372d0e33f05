/**
 * What batches bring to a machine's history: entries under their boots, boots with their place in time, holes, and which past is to be counted
 * anew. Noted batch by batch, written once at the end of the group. A heartbeat of today that only lengthens its run passes by untouched.
 */
import type { BeatRun, BootSpan, SeqHole } from '../core/accept.ts';
import { isMeasured, placeBoots } from '../core/history/place-boot.ts';
import { HEARTBEAT_MS, type JournalRecord } from '@cac/shared/records.ts';
import { BOOTS_BEFORE, bootsBefore, bootsFrom, findBoot, freshBoot, insertBoots, lastEventM, updateBoots, type BootRow } from '../store/boots.ts';
import { addHoles } from '../store/holes.ts';
import { writeEntries, type EntryWrite } from '../store/ingest.ts';
import { markStale, type StaleMark } from '../store/stale.ts';
import type { Handle } from '../store/store.ts';

/** What one group brings to one machine. */
export interface Findings {
  machine: string;
  /** Nothing was ever reported by it: there is nothing to look up. */
  isNew: boolean;
  /** The boot the machine is in, as far as is known. */
  present: BootRow | null;
  /** By name: those this group named, besides the present one. */
  boots: Map<string, BootRow>;
  /** Whose row is to be written. */
  touched: Set<BootRow>;
  /** Boots that ended: another one sends now. `seenM`: of the newest record of this group. */
  left: { boot: BootRow; seenM: number }[];
  /** The newest record of the present boot in this group, ms. */
  seenM: number;
  isMisplaced: boolean;
  entries: { boot: BootRow; write: EntryWrite }[];
  holes: { epochNo: number; holes: SeqHole[]; at: number }[];
  /** Stretches of a boot's own time whose past is to be counted anew. */
  stale: { boot: BootRow; fromM: number; toM: number }[];
  receivedAt: number;
}

export const noFindings = (machine: string, present: BootRow | null, isNew: boolean): Findings => ({
  machine, present, isNew, boots: new Map(), touched: new Set(), left: [], seenM: 0, isMisplaced: false, entries: [], holes: [], stale: [], receivedAt: 0,
});

/** What one accepted batch told. */
export interface Told {
  epochNo: number;
  receivedAt: number;
  spans: readonly BootSpan[];
  records: readonly { record: JournalRecord; boot: string }[];
  runs: readonly BeatRun[];
  holes: SeqHole[];
}

/** Its row, wherever it is known; a new one if nowhere. */
export async function bootOf(tx: Handle, found: Findings, name: string): Promise<BootRow> {
  if (found.present?.boot === name) return found.present;
  const known = found.boots.get(name) ?? (found.isNew ? null : await findBoot(tx, found.machine, name)) ?? freshBoot(found.machine, name);
  found.boots.set(name, known);
  if (known.id === 0) misplace(found, known);
  return known;
}

function misplace(found: Findings, boot: BootRow): void {
  found.touched.add(boot);
  found.isMisplaced = true;
}

/** Boots stand at whole seconds: finer than this, a packet that was a little faster than all before it is no news, and writes nothing. */
const OFFSET_STEP_MS = 250;

export const offsetOf = (ms: number): number => Math.floor(ms / OFFSET_STEP_MS) * OFFSET_STEP_MS;

/** `offset`: received at, minus how far the boot's clock was, of one packet (`offsetOf`). The least is kept; a new second moves the boot. */
export function noteOffset(found: Findings, boot: BootRow, offset: number): void {
  const before = boot.offset_ms;
  if (before !== null && offset >= before) return;
  boot.offset_ms = offset;
  found.touched.add(boot);
  if (before === null || Math.floor(before / 1_000) !== Math.floor(offset / 1_000)) found.isMisplaced = true;
}

/** Another boot sends now than before. */
export function noteSwitch(found: Findings, to: BootRow): void {
  if (found.present) {
    found.left.push({ boot: found.present, seenM: found.seenM });
    found.boots.set(found.present.boot, found.present);
  }
  Object.assign(found, { present: to, seenM: 0 });
  to.last_m = null;
  misplace(found, to);
}

const BOUNDARIES: ReadonlySet<string> = new Set(['boot', 'agent_start', 'resume']);

/** `sender`: the boot that sent this batch; `before`: evidence of an earlier time may change what was told. */
export async function noteTold(tx: Handle, found: Findings, told: Told, sender: BootRow, before: number): Promise<void> {
  found.receivedAt = Math.max(found.receivedAt, told.receivedAt);
  for (const span of told.spans) {
    const boot = await bootOf(tx, found, span.boot);
    if (boot.at_epoch === null || told.epochNo < boot.at_epoch || (told.epochNo === boot.at_epoch && span.seq < boot.at_seq!)) {
      Object.assign(boot, { at_epoch: told.epochNo, at_seq: span.seq });
      misplace(found, boot);
    }
    if (boot === found.present) found.seenM = Math.max(found.seenM, span.toM);
    else noteEnd(found, boot, span);
    if (boot !== sender) noteClocks(found, boot, span);
    if (boot.start_at + span.fromM < before) found.stale.push({ boot, fromM: span.fromM, toM: span.toM });
  }
  for (const run of told.runs) found.entries.push({ boot: await bootOf(tx, found, run.boot), write: entryOfRun(run, told.epochNo, told.receivedAt) });
  for (const { record, boot: name } of told.records) {
    const boot = await bootOf(tx, found, name);
    const { seq, kind, m, w } = record;
    found.entries.push({ boot, write: { boot_id: 0, m, epoch_no: told.epochNo, seq, last_seq: seq, kind, w, received_at: told.receivedAt, body: JSON.stringify(record.body) } });
    if (BOUNDARIES.has(kind)) found.stale.push({ boot, fromM: m, toM: m });
  }
  if (told.holes.length === 0) return;
  found.holes.push({ epochNo: told.epochNo, holes: told.holes, at: told.receivedAt });
  // Where it lies is told by what follows it: by the first record after it, or else by this moment.
  const [next] = told.spans;
  if (next) found.stale.push({ boot: await bootOf(tx, found, next.boot), fromM: next.fromM, toM: next.toM });
  else found.stale.push({ boot: sender, fromM: told.receivedAt - sender.start_at, toM: told.receivedAt - sender.start_at });
}

function noteEnd(found: Findings, boot: BootRow, { toM }: BootSpan): void {
  if (boot.last_m !== null && boot.last_m >= toM) return;
  boot.last_m = toM;
  misplace(found, boot);
}

/** Of a boot that another one tells of: of its own clock, only what it said itself is known. */
function noteClocks(found: Findings, boot: BootRow, { wallMs, clkMs, toM }: BootSpan): void {
  if (toM === boot.last_m && boot.wall_ms !== wallMs) {
    boot.wall_ms = wallMs;
    misplace(found, boot);
  }
  if (clkMs !== null && clkMs > (boot.clk_ms ?? -Infinity)) {
    boot.clk_ms = clkMs;
    misplace(found, boot);
  }
}

export const entryOfRun = (run: BeatRun, epochNo: number, receivedAt: number): EntryWrite => ({
  boot_id: 0, m: run.m, epoch_no: epochNo, seq: run.from, last_seq: run.to, kind: 'hb', w: run.w, received_at: run.receivedAt ?? receivedAt, body: run.body,
});

/** Entries older than this, by epoch: accepted and counted, but not stored (D-10). */
export type ExpiredCounts = Map<number, number>;

/** Writes it all. Returns how many entries of each epoch were too old to be kept. */
export async function writeFindings(tx: Handle, all: readonly Findings[], now: number, retentionMs: number): Promise<ExpiredCounts[]> {
  const marks: StaleMark[] = [];
  for (const found of all) {
    const moved = found.isMisplaced || found.left.length > 0 ? await placeAnew(tx, found) : [];
    const mark = markOf(found, moved, now - retentionMs);
    if (mark) marks.push(mark);
  }
  const counts = all.map((found) => expire(found, retentionMs));
  for (const { entries, touched } of all) {
    for (const { boot, write } of entries) {
      if (boot.hot_since !== null && boot.hot_since <= write.received_at) continue;
      boot.hot_since = write.received_at;
      touched.add(boot);
    }
  }
  const touched = all.flatMap((found) => [...found.touched]);
  const fresh = new Map(touched.filter((boot) => boot.id === 0).map((boot) => [`${boot.machine_id} ${boot.boot}`, boot]));
  for (const { id, machine_id, boot } of await insertBoots.run(tx, [...fresh.values()])) fresh.get(`${machine_id} ${boot}`)!.id = id;
  await updateBoots.run(tx, touched.filter((boot) => !fresh.has(`${boot.machine_id} ${boot.boot}`)));
  await writeEntries.run(tx, all.flatMap(({ entries }) => entries.map(({ boot, write }) => Object.assign(write, { boot_id: boot.id }))));
  for (const { machine, holes } of all) for (const { epochNo, holes: some, at } of holes) await addHoles(tx, machine, epochNo, some, at);
  await markStale.run(tx, marks.map((mark) => ({ ...mark, mark: now })));
  return counts;
}

/** Takes out what is too old. Where the time is a guess nothing is. */
function expire(found: Findings, retentionMs: number): ExpiredCounts {
  const counts: ExpiredCounts = new Map();
  if (found.entries.length === 0) return counts;
  found.entries = found.entries.filter(({ boot, write }) => {
    const count = write.last_seq - write.seq + 1;
    const endAt = boot.start_at + write.m + (count - 1) * HEARTBEAT_MS;
    if (boot.placed === 'guess' || endAt >= write.received_at - retentionMs) return true;
    counts.set(write.epoch_no, (counts.get(write.epoch_no) ?? 0) + count);
    return false;
  });
  return counts;
}

interface Move {
  boot: BootRow;
  /** Null when it was placed for the first time. */
  from: number | null;
}

/** Places the boots of this group and their neighbours; those whose place changed are touched. */
async function placeAnew(tx: Handle, found: Findings): Promise<Move[]> {
  for (const { boot, seenM } of found.left) {
    if (boot === found.present) continue;
    const stored = boot.id === 0 ? null : await lastEventM(tx, boot);
    const lastM = Math.max(boot.last_m ?? 0, stored ?? 0, seenM);
    if (lastM !== boot.last_m) boot.last_m = lastM;
    found.touched.add(boot);
  }
  const boots = await inJournalOrder(tx, found);
  const [first] = boots.isWhole ? [] : boots.rows.splice(0, 1);
  const moves: Move[] = [];
  const settle = (boot: BootRow, startAt: number, placed: BootRow['placed']): void => {
    const before = boot.id === 0 || boot.start_at === 0 ? null : boot.start_at;
    if (before === startAt && boot.placed === placed) return;
    // Whether its time was measured decides where the machine's past begins.
    const isJudgedAnew = isMeasured(boot.placed) !== isMeasured(placed);
    Object.assign(boot, { start_at: startAt, placed });
    found.touched.add(boot);
    if (before !== startAt || isJudgedAnew) moves.push({ boot, from: before });
  };
  const places = placeBoots(boots.rows.map(factsOf), first ? first.start_at + (first.last_m ?? 0) : -Infinity, found.receivedAt);
  boots.rows.forEach((boot, i) => settle(boot, places[i]!.startAt, places[i]!.placed));
  // A boot that was heard of but has told nothing yet stands alone.
  for (const boot of found.touched) {
    if (boots.rows.includes(boot) || boot === first || boot.at_epoch !== null) continue;
    const [place] = placeBoots([factsOf(boot)], -Infinity, found.receivedAt);
    settle(boot, place!.startAt, place!.placed);
  }
  return moves;
}

const factsOf = ({ offset_ms, clk_ms, wall_ms, last_m }: BootRow) => ({ offsetMs: offset_ms, clkMs: clk_ms, wallMs: wall_ms, lastM: last_m });

/** The boots from shortly before the earliest touched one on; the one that sends now stands last even before its first record has come. */
async function inJournalOrder(tx: Handle, found: Findings): Promise<{ rows: BootRow[]; isWhole: boolean }> {
  const own = new Map<number | BootRow, BootRow>();
  for (const boot of found.touched) own.set(boot.id || boot, boot);
  for (const boot of found.boots.values()) own.set(boot.id || boot, boot);
  const known = [...own.values()].filter((boot) => boot.at_epoch !== null).sort(byJournal);
  const { present } = found;
  const earliest = known[0];
  const [epochNo, seq] = earliest ? [earliest.at_epoch!, earliest.at_seq!] : [Number.MAX_SAFE_INTEGER, 0];
  const before = found.isNew ? [] : await bootsBefore(tx, found.machine, epochNo, seq);
  const after = earliest && !found.isNew ? await bootsFrom(tx, found.machine, epochNo, seq) : [];
  const rows = new Map<number | BootRow, BootRow>();
  for (const boot of [...before, ...after]) rows.set(boot.id, own.get(boot.id) ?? boot);
  for (const boot of known) rows.set(boot.id || boot, boot);
  const ordered = [...rows.values()].filter((boot) => boot.at_epoch !== null).sort(byJournal);
  return { rows: present?.at_epoch === null ? [...ordered, present] : ordered, isWhole: before.length <= BOOTS_BEFORE };
}

const byJournal = (a: BootRow, b: BootRow): number => a.at_epoch! - b.at_epoch! || a.at_seq! - b.at_seq!;

/** The stretch of time that is to be counted anew; null when there is none. */
function markOf({ machine, stale, receivedAt }: Findings, moved: readonly Move[], oldestAt: number): StaleMark | null {
  let fromAt = Infinity;
  let toAt = -Infinity;
  const add = (from: number, to: number): void => {
    fromAt = Math.min(fromAt, from);
    toAt = Math.max(toAt, to);
  };
  for (const { boot, fromM, toM } of stale) add(boot.start_at + fromM, boot.start_at + toM);
  for (const { boot, from } of moved) {
    if (from !== null) add(Math.min(from, boot.start_at), boot.last_m === null ? receivedAt : Math.max(from, boot.start_at) + boot.last_m);
  }
  if (fromAt === Infinity) return null;
  const within = (at: number): number => Math.floor(Math.min(Math.max(at, oldestAt), receivedAt));
  return { machine_id: machine, from_at: within(fromAt), to_at: within(toAt) };
}
