/**
 * Many machines' batches, in one transaction. Whatever broker brought them, this is the one door of ingest.
 *
 *   1. each payload is read and checked;              4. state and deadline follow from the newest evidence;
 *   2. machines, epochs and boots are known or read;  5. all is written, a statement a table, and committed;
 *   3. each batch is accepted, machine by machine;    6. only then do the acks exist.
 *
 * What lies in the past goes to keep-evidence.ts.
 */
import type { Epoch, MachineId } from '@cac/shared/ids.ts';
import { PROTOCOL_VERSION, type Ack, type AckCode, type Up } from '@cac/shared/messages.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import { stateOfWord, stateWord } from '@cac/shared/states.ts';
import { dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { acceptBatch, EMPTY_EPOCH, sentM, type Acceptance, type EpochState } from '../core/accept.ts';
import { presenceAfter, probesOf, tellsOfNow } from '../core/presence.ts';
import { isDegraded } from '../core/history/timeline.ts';
import { readUp, type ReadUp } from '../core/read-up.ts';
import * as rows from '../store/ingest.ts';
import type { BootRow } from '../store/boots.ts';
import type { KnownMachine } from '../store/memory.ts';
import { isPostgres, type Handle, type Store } from '../store/store.ts';
import { markWatched } from '../store/watches.ts';
import { changeStates, type MachineChange } from './change-states.ts';
import { hearAgents, speaks, type Spoken } from './hear-agent.ts';
import { bootOf, entryOfRun, noFindings, noteOffset, noteSwitch, noteTold, offsetOf, writeFindings, type ExpiredCounts, type Findings } from './keep-evidence.ts';

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
  /** Machines that said hello. */
  hellos: MachineId[];
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
  /** Epochs that others replaced. */
  closed: { ep: string; no: number; epoch: EpochState }[];
  found: Findings | null;
  presence: rows.PresenceWrite | null;
}

interface Writes {
  /** The first instant of today, and how long evidence is kept. */
  midnight: number;
  retentionMs: number;
  dead: rows.DeadLetterWrite[];
  changes: MachineChange[];
  /** Sites of machines whose line became slow, or is slow no longer. */
  slower: { site_id: string; due_at: number }[];
  spoken: Spoken[];
}

/** Evidence older than this is not stored (D-10). */
const RETENTION_MS = 400 * 24 * 3_600_000;

export async function receiveReports(store: Store, reports: readonly Report[], now: number, server: ServerIdentity, retentionMs = RETENTION_MS): Promise<ReportsOutcome> {
  const batches = reports.map((report, index): Batch => ({ index, report, read: readUp(report.payload) }));
  // Where there are several writers: machines in id order, so that none waits for another crosswise.
  if (isPostgres(store.db)) batches.sort((a, b) => (a.report.machine < b.report.machine ? -1 : a.report.machine > b.report.machine ? 1 : a.index - b.index));
  try {
    return await store.db.transaction().execute((tx) => receive(store, tx, batches, now, server, retentionMs));
  } catch (error) {
    store.memory.forget(reports.map((report) => report.machine));
    throw error;
  }
}

async function receive(store: Store, tx: Handle, batches: readonly Batch[], now: number, server: ServerIdentity, retentionMs: number): Promise<ReportsOutcome> {
  const works = await load(store, tx, batches);
  const outcome: ReportsOutcome = { acks: Array.from({ length: batches.length }, () => null), changed: false, records: 0, rejected: 0, hellos: [] };
  const writes: Writes = { midnight: dayStartAt(localDayOf(now)), retentionMs, dead: [], changes: [], slower: [], spoken: [] };

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
      if (code === 'ok') {
        if (speaks(read.up)) writes.spoken.push({ machine: report.machine, up: read.up });
        if (read.up.r.length === 0 && read.up.ver !== undefined) outcome.hellos.push(report.machine);
      }
      outcome.records += records;
      outcome.rejected += rejected;
      answer(code, read.up.ep, W);
    }
  }

  await write(tx, [...works.values()], writes, now);
  if (writes.spoken.length > 0) await hearAgents(tx, writes.spoken, now);
  for (const { known } of works.values()) store.memory.keep(known);
  outcome.changed = writes.changes.length > 0;
  return outcome;
}

/** The machines of these batches: those known here, and the others read at once. */
async function load(store: Store, tx: Handle, batches: readonly Batch[]): Promise<Map<string, Work>> {
  const works = new Map<string, Work>();
  const asked = new Set<string>();
  const add = (known: KnownMachine): void => void works.set(known.row.id, { known, epochTouched: false, closed: [], found: null, presence: null });
  for (const { report } of batches) {
    if (works.has(report.machine)) continue;
    const known = store.memory.get(report.machine);
    if (known) add(known);
    else asked.add(report.machine);
  }
  for (const found of await rows.machinesForIngest(tx, [...asked])) add(found);
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
    const closed = work.closed.find((one) => one.ep === up.ep)?.epoch.W ?? (await rows.watermarkOf(tx, row.id, up.ep));
    // An epoch first heard of on an older connection was replaced before it came.
    if (closed !== null || isOlder) return { code: 'stale_epoch', W: closed ?? 0, records: 0, rejected: 0 };
  }
  const before = row.ep === up.ep ? known.epoch : null;
  const accepted = acceptBatch(before ?? EMPTY_EPOCH, up, isOlder);
  const records = accepted.epoch.W - (before?.W ?? 0);
  for (const { seq, reason, excerpt } of accepted.rejected) writes.dead.push({ machine_id: report.machine, at: now, ep: up.ep, seq, reason, excerpt: excerptOf(excerpt) });
  if (accepted.code !== 'ok') return { code: accepted.code, W: accepted.epoch.W, records: 0, rejected: accepted.rejected.length };

  if (before === null) await openEpoch(tx, work, report, up);
  known.epoch = accepted.epoch;
  if (known.epoch.run) known.epoch.run.receivedAt ??= report.receivedAt;
  work.epochTouched = true;
  const isOfNow = !isOlder && tellsOfNow(row, before, accepted, up);
  // By number, not by arrival: a late packet of an earlier process does not bring its boot back (D-11).
  const isNewest = isOfNow && up.hi >= (before?.hi ?? 0);
  const sender = await noteEvidence(tx, work, report, up, accepted, isNewest, staleBefore(known, before, writes.midnight));
  if (isOfNow) notePresence(work, report, up, accepted, sender, writes);
  row.ep = up.ep;
  return { code: 'ok', W: accepted.epoch.W, records, rejected: accepted.rejected.length };
}

/** Another epoch takes the place of the present one, whose last run of heartbeats grows no more. */
async function openEpoch(tx: Handle, work: Work, report: Report, up: Up): Promise<void> {
  const { known } = work;
  const { ep, id } = known.row;
  if (ep !== null && ep !== up.ep && known.epoch !== null) {
    const { run } = known.epoch;
    if (run) {
      const found = (work.found ??= noFindings(id, known.present, false));
      found.entries.push({ boot: await bootOf(tx, found, run.boot), write: entryOfRun(run, known.epochNo, report.receivedAt) });
    }
    if (run || work.epochTouched) work.closed.push({ ep, no: known.epochNo, epoch: { ...known.epoch, run: null } });
  }
  known.epochNo = Math.max(known.epochNo, ep === null ? 0 : await rows.lastEpochNo(tx, id)) + 1;
}

/** The boot that sent this batch. What today's plain heartbeats tell is in the run already. */
async function noteEvidence(tx: Handle, work: Work, report: Report, up: Up, accepted: Acceptance, isNewest: boolean, before: number): Promise<BootRow> {
  const { known } = work;
  const offset = offsetOf(report.receivedAt - sentM(up, accepted.spans));
  const { records, runs, holes, spans } = accepted;
  if (work.found === null && isPlain(known.present, up, offset, accepted, before)) return known.present!;
  const found = (work.found ??= noFindings(known.row.id, known.present, known.row.ep === null));
  const sender = await bootOf(tx, found, up.boot);
  if (isNewest && known.present !== sender) {
    noteSwitch(found, sender);
    known.present = sender;
  }
  noteOffset(found, sender, offset);
  await noteTold(tx, found, { epochNo: known.epochNo, receivedAt: report.receivedAt, spans, records, runs, holes }, sender, before);
  return sender;
}

/**
 * Evidence of a time before this may change what was told: of finished days, and today of a machine that was silent, until its backlog has come.
 * The first heartbeat after midnight closes yesterday.
 */
function staleBefore({ row, present }: KnownMachine, before: EpochState | null, midnight: number): number {
  // Of a machine enrolled today nothing was told that could be wrong.
  if (row.state === 'unseen' && row.since_at >= midnight) return midnight;
  if (row.state !== 'on' && !row.state.startsWith('on:')) return Infinity;
  if (before !== null && before.W < before.hi) return Infinity;
  const run = before?.run ?? null;
  const heardAt = run !== null && present?.boot === run.boot ? present.start_at + run.m + (run.to - run.from) * HEARTBEAT_MS : Infinity;
  return heardAt < midnight ? Infinity : midnight;
}

/** Nothing but heartbeats of now, of the boot we know, whose run goes on. */
function isPlain(present: BootRow | null, up: Up, offset: number, { records, runs, holes, spans }: Acceptance, before: number): boolean {
  if (present === null || present.boot !== up.boot || offset < present.offset_ms! || records.length + runs.length + holes.length > 0) return false;
  return spans.every((span) => span.boot === up.boot && present.at_epoch !== null && present.start_at + span.fromM >= before);
}

function notePresence(work: Work, report: Report, up: Up, accepted: Acceptance, boot: BootRow, writes: Writes): void {
  const { row } = work.known;
  const offset = boot.offset_ms!;
  const { change, link, deadlineAt, worthWriting } = presenceAfter(row, up, accepted, report, offset);
  if (change) {
    writes.changes.push({ machineId: row.id, siteId: row.site_id, from: stateOfWord(row.state), to: change });
    Object.assign(row, { state: stateWord(change.state), since_at: change.sinceAt, provisional: change.provisional ? 1 : 0 });
  }
  if (up.now?.p) noteSlowness(work, up.now.p, writes);
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
    boot: work.known.present?.boot ?? up.boot,
    booted_at: up.now ? Math.round(report.receivedAt - up.now.up) : (earlier?.booted_at ?? null),
    probes: up.now?.p ? JSON.stringify(probesOf(up.now.p, report.receivedAt)) : (earlier?.probes ?? null),
    flags: up.now?.flags || up.ver ? JSON.stringify(up.now?.flags ?? []) : (earlier?.flags ?? null),
    interface: up.now?.if ?? earlier?.interface ?? null,
    versions: up.ver ? JSON.stringify(up.ver) : (earlier?.versions ?? null),
    skew_ms: Math.round(up.w - (offset + up.m)),
  };
}

/** A line that turns slow, or recovers, changes no state: its site is judged all the same. */
function noteSlowness({ known }: Work, probes: Record<string, unknown>, writes: Writes): void {
  const isSlow = isDegraded(probes);
  if (isSlow !== (known.isSlow ?? false)) writes.slower.push({ site_id: known.row.site_id, due_at: 0 });
  known.isSlow = isSlow;
}

/** What can stand in a text column of either database: PostgreSQL takes neither U+0000 nor half a surrogate pair. */
const excerptOf = (text: string): string => Buffer.from(text.trim().slice(0, 200)).toString().replaceAll('\0', '\ufffd');

async function write(tx: Handle, works: readonly Work[], writes: Writes, now: number): Promise<void> {
  const told = works.filter((work) => work.found !== null);
  const expired = await writeFindings(tx, told.map((work) => work.found!), now, writes.retentionMs);
  told.forEach((work, i) => countExpired(work, expired[i]!));
  await rows.writeEpochs.run(tx, epochWrites(works, now));
  await rows.writeDeadLetters.run(tx, writes.dead);
  await changeStates(tx, writes.changes, now);
  if (writes.slower.length > 0) await markWatched.run(tx, [...new Map(writes.slower.map((one) => [one.site_id, one])).values()]);
  // Last: where a machine changed and then said more, the deadline of the last word stands.
  await rows.writePresence.run(tx, works.flatMap((work) => work.presence ?? []));
}

function countExpired({ known, closed }: Work, expired: ExpiredCounts): void {
  for (const { no, epoch } of closed) epoch.expired += expired.get(no) ?? 0;
  if (known.epoch) known.epoch.expired += expired.get(known.epochNo) ?? 0;
}

function epochWrites(works: readonly Work[], now: number): rows.EpochWrite[] {
  const found: rows.EpochWrite[] = [];
  for (const { known, epochTouched, closed } of works) {
    for (const { ep, no, epoch } of closed) found.push(epochWrite(known.row.id, ep, no, epoch, now));
    if (epochTouched && known.epoch) found.push(epochWrite(known.row.id, known.row.ep!, known.epochNo, known.epoch, now));
  }
  return found;
}

const epochWrite = (machine: string, ep: string, no: number, epoch: EpochState, now: number): rows.EpochWrite => ({
  machine_id: machine,
  ep,
  no,
  opened_at: now,
  w: epoch.W,
  chain: epoch.chain,
  hi: epoch.hi,
  boot: epoch.boot,
  rejected: epoch.rejected,
  dropped: epoch.dropped,
  lost: epoch.lost,
  duplicates: epoch.duplicates,
  expired: epoch.expired,
  run: epoch.run === null ? null : JSON.stringify(epoch.run),
});
