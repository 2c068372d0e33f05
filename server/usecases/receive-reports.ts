/**
 * Many machines' batches, in one transaction. Whatever broker brought them, this is the one door of ingest.
 *
 *   1. each payload is read and checked;            4. state and deadline follow from the newest evidence;
 *   2. machines, epochs and boots are known or read; 5. all is written, a statement a table, and committed;
 *   3. each batch is accepted, machine by machine;   6. only then do the acks exist.
 */
import type { Epoch, MachineId } from '@cac/shared/ids.ts';
import { PROTOCOL_VERSION, type Ack, type AckCode, type Up } from '@cac/shared/messages.ts';
import { stateOfWord, stateWord } from '@cac/shared/states.ts';
import { acceptBatch, EMPTY_EPOCH, type Acceptance, type EpochState } from '../core/accept.ts';
import { presenceAfter, probesOf, tellsOfNow } from '../core/presence.ts';
import { readUp, type ReadUp } from '../core/read-up.ts';
import * as rows from '../store/ingest.ts';
import type { KnownMachine } from '../store/memory.ts';
import { isPostgres, type Handle, type Store } from '../store/store.ts';
import { changeStates, type MachineChange } from './change-states.ts';

/** One `up` message as it came in. */
export interface Report {
  machine: MachineId;
  payload: Uint8Array;
  /** Server time, ms UTC. */
  receivedAt: number;
  /** How often this machine gives a sign of life, ms. */
  livenessMs: number;
}

export interface ReportsOutcome {
  /** One per report, in their order; null where nothing can be said (no epoch is known). */
  acks: (Ack | null)[];
  /** Whether the log has new rows. */
  changed: boolean;
  records: number;
  rejected: number;
}

export interface ServerIdentity {
  sid: string;
  dbi: string;
}

interface Batch {
  index: number;
  report: Report;
  read: ReadUp;
}

/** A machine of this group, and what is to be written of it. */
interface Work {
  known: KnownMachine;
  epochTouched: boolean;
  bootTouched: boolean;
  presence: rows.PresenceWrite | null;
}

interface Writes {
  beats: rows.BeatWrite[];
  records: rows.RecordWrite[];
  dead: rows.DeadLetterWrite[];
  changes: MachineChange[];
}

export async function receiveReports(store: Store, reports: readonly Report[], now: number, server: ServerIdentity): Promise<ReportsOutcome> {
  const batches = reports.map((report, index): Batch => ({ index, report, read: readUp(report.payload) }));
  // Where there are several writers: machines in id order, so that none waits for another crosswise.
  if (isPostgres(store.db)) batches.sort((a, b) => (a.report.machine < b.report.machine ? -1 : a.report.machine > b.report.machine ? 1 : a.index - b.index));
  try {
    return await store.db.transaction().execute((tx) => receive(store, tx, batches, now, server));
  } catch (error) {
    store.memory.forget(reports.map((report) => report.machine));
    throw error;
  }
}

async function receive(store: Store, tx: Handle, batches: readonly Batch[], now: number, server: ServerIdentity): Promise<ReportsOutcome> {
  const works = await load(store, tx, batches);
  const outcome: ReportsOutcome = { acks: Array.from({ length: batches.length }, () => null), changed: false, records: 0, rejected: 0 };
  const writes: Writes = { beats: [], records: [], dead: [], changes: [] };

  for (const { index, report, read } of batches) {
    const work = works.get(report.machine);
    const answer = (code: AckCode, ep: string | null, W: number): void => {
      if (ep !== null) outcome.acks[index] = { v: PROTOCOL_VERSION, ep: ep as Epoch, W, t: now, ...server, code, wait: 0 };
    };
    if (!work || work.known.row.revoked_at !== null) {
      answer(work ? 'revoked' : 'unknown', read.ok ? read.up.ep : (work?.known.row.ep ?? null), 0);
    } else if (!read.ok) {
      const { row, epoch } = work.known;
      outcome.rejected += 1;
      writes.dead.push({ machine_id: report.machine, at: now, ep: row.ep, seq: null, reason: read.fault, excerpt: excerptOf(`${read.where} ${read.excerpt}`) });
      answer(read.fault === 'bad_version' ? 'upgrade' : 'too_big', row.ep, epoch?.W ?? 0);
    } else {
      const { code, W, records, rejected } = await take(tx, work, report, read.up, writes, now);
      outcome.records += records;
      outcome.rejected += rejected;
      answer(code, read.up.ep, W);
    }
  }

  await write(tx, [...works.values()], writes, now);
  for (const { known } of works.values()) store.memory.keep(known);
  outcome.changed = writes.changes.length > 0;
  return outcome;
}

/** The machines of these batches: those known here, and the others read at once. */
async function load(store: Store, tx: Handle, batches: readonly Batch[]): Promise<Map<string, Work>> {
  const works = new Map<string, Work>();
  const asked = new Map<string, rows.IngestKey>();
  const add = (known: KnownMachine): void => void works.set(known.row.id, { known, epochTouched: false, bootTouched: false, presence: null });
  for (const { report, read } of batches) {
    if (works.has(report.machine)) continue;
    const known = store.memory.get(report.machine);
    if (known) add(known);
    else asked.set(report.machine, { machine: report.machine, boot: read.ok ? read.up.boot : '' });
  }
  for (const found of await rows.machinesForIngest(tx, [...asked.values()])) add(found);
  return works;
}

interface Taken {
  code: AckCode;
  W: number;
  records: number;
  rejected: number;
}

/** One batch of one machine: `work` and `writes` take up what it brings. */
async function take(tx: Handle, work: Work, report: Report, up: Up, writes: Writes, now: number): Promise<Taken> {
  const { known } = work;
  const { row } = known;
  const isOlder = up.inst === row.inst && up.conn < (row.conn ?? 0);
  if (row.ep !== up.ep) {
    const closed = await rows.watermarkOf(tx, row.id, up.ep);
    // An epoch first heard of on an older connection was replaced before it came.
    if (closed !== null || isOlder) return { code: 'stale_epoch', W: closed ?? 0, records: 0, rejected: 0 };
  }
  const before = row.ep === up.ep ? known.epoch : null;
  const accepted = acceptBatch(before ?? EMPTY_EPOCH, up, isOlder);
  const records = accepted.epoch.W - (before?.W ?? 0);
  collect(writes, report, up, accepted, now);
  if (accepted.code !== 'ok') return { code: accepted.code, W: accepted.epoch.W, records: 0, rejected: accepted.rejected.length };

  if (before === null && row.ep !== null && row.ep !== up.ep) await closeEpoch(tx, work, now);
  known.epoch = accepted.epoch;
  work.epochTouched = true;
  if (!isOlder && tellsOfNow(row, before, accepted, up)) await notePresence(tx, work, report, up, accepted, writes);
  row.ep = up.ep;
  return { code: 'ok', W: accepted.epoch.W, records, rejected: accepted.rejected.length };
}

/** The epoch that a new one replaces is written now: only the present one is kept at hand. */
async function closeEpoch(tx: Handle, work: Work, now: number): Promise<void> {
  if (!work.epochTouched) return;
  await rows.writeEpochs.run(tx, epochWrites([work], now));
  work.epochTouched = false;
}

async function notePresence(tx: Handle, work: Work, report: Report, up: Up, accepted: Acceptance, writes: Writes): Promise<void> {
  const { known } = work;
  const { row } = known;
  const measured = report.receivedAt - up.m;
  if (known.boot !== up.boot) Object.assign(known, { boot: up.boot, offset: await rows.bootOffset(tx, row.id, up.boot) });
  if (known.offset === null || measured < known.offset - 1_000) {
    known.offset = measured;
    work.bootTouched = true;
  }
  const { change, link, deadlineAt, worthWriting } = presenceAfter(row, up, accepted, report, known.offset);
  if (change) {
    writes.changes.push({ machineId: row.id, siteId: row.site_id, from: stateOfWord(row.state), to: change });
    Object.assign(row, { state: stateWord(change.state), since_at: change.sinceAt, provisional: change.provisional ? 1 : 0 });
  }
  if (!worthWriting && work.presence === null) return;
  Object.assign(row, { deadline_at: deadlineAt, liveness_ms: report.livenessMs, link, ep: up.ep, inst: up.inst, conn: up.conn });
  const earlier = work.presence;
  work.presence = {
    id: row.id,
    deadline_at: deadlineAt,
    last_sign_at: report.receivedAt,
    link,
    liveness_ms: report.livenessMs,
    ep: up.ep,
    inst: up.inst,
    conn: up.conn,
    boot: up.boot,
    booted_at: up.now ? Math.round(report.receivedAt - up.now.up) : (earlier?.booted_at ?? null),
    probes: up.now?.p ? JSON.stringify(probesOf(up.now.p, report.receivedAt)) : (earlier?.probes ?? null),
    flags: up.now?.flags || up.ver ? JSON.stringify(up.now?.flags ?? []) : (earlier?.flags ?? null),
    interface: up.now?.if ?? earlier?.interface ?? null,
    versions: up.ver ? JSON.stringify(up.ver) : (earlier?.versions ?? null),
  };
}

/** What can stand in a text column of either database: PostgreSQL takes neither U+0000 nor half a surrogate pair. */
const excerptOf = (text: string): string => Buffer.from(text.trim().slice(0, 200)).toString().replaceAll('\0', '\ufffd');

function collect(writes: Writes, report: Report, up: Up, accepted: Acceptance, now: number): void {
  for (const run of accepted.runs) writes.beats.push(rows.beatWrite(report.machine, up.ep, run));
  for (const { record, boot } of accepted.records) {
    const { seq, kind, m, w } = record;
    writes.records.push({ machine_id: report.machine, ep: up.ep, seq, kind, boot, m, w, received_at: report.receivedAt, body: JSON.stringify(record.body) });
  }
  for (const { seq, reason, excerpt } of accepted.rejected) writes.dead.push({ machine_id: report.machine, at: now, ep: up.ep, seq, reason, excerpt: excerptOf(excerpt) });
}

async function write(tx: Handle, works: readonly Work[], writes: Writes, now: number): Promise<void> {
  await rows.writeEpochs.run(tx, epochWrites(works, now));
  await rows.writeBeats.run(tx, writes.beats);
  await rows.writeRecords.run(tx, writes.records);
  await rows.writeDeadLetters.run(tx, writes.dead);
  const boots = works.filter((work) => work.bootTouched);
  await rows.writeBoots.run(tx, boots.map(({ known }) => ({ machine_id: known.row.id, boot: known.boot!, offset_ms: known.offset! })));
  await changeStates(tx, writes.changes, now);
  // Last: where a machine changed and then said more, the deadline of the last word stands.
  await rows.writePresence.run(tx, works.flatMap((work) => work.presence ?? []));
}

function epochWrites(works: readonly Work[], now: number): rows.EpochWrite[] {
  const found: rows.EpochWrite[] = [];
  for (const { known, epochTouched } of works) if (epochTouched && known.epoch) found.push(epochWrite(known.row.id, known.row.ep!, known.epoch, now));
  return found;
}

const epochWrite = (machine: string, ep: string, epoch: EpochState, now: number): rows.EpochWrite => ({
  machine_id: machine,
  ep,
  opened_at: now,
  w: epoch.W,
  chain: epoch.chain,
  hi: epoch.hi,
  boot: epoch.boot,
  rejected: epoch.rejected,
  dropped: epoch.dropped,
  lost: epoch.lost,
  duplicates: epoch.duplicates,
  run: epoch.run === null ? null : JSON.stringify(epoch.run),
});
