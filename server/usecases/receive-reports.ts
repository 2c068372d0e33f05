/**
 * Many machines' batches, in one transaction. Whatever broker brought them, this is the one door of ingest.
 *
 *   1. each payload is read and checked;           4. state and deadline follow from the newest evidence;
 *   2. machines, epochs and boots are read at once; 5. all is written, a statement a table, and committed;
 *   3. each batch is accepted, machine by machine;  6. only then do the acks exist.
 */
import { PROTOCOL_VERSION, type Ack, type AckCode, type Up } from '@cac/shared/messages.ts';
import type { Epoch, MachineId } from '@cac/shared/ids.ts';
import type { ProbeResults } from '@cac/shared/records.ts';
import { stateOfWord, type LinkWord } from '@cac/shared/states.ts';
import { acceptBatch, EMPTY_EPOCH, type Acceptance, type EpochState } from '../core/accept.ts';
import { afterReport, sameState, type Standing } from '../core/machine-state.ts';
import { readUp, type ReadUp } from '../core/read-up.ts';
import * as rows from '../store/ingest.ts';
import type { Handle, Store } from '../store/store.ts';
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

interface Work {
  machine: rows.IngestMachine;
  standing: Standing;
  presence: rows.PresenceWrite | null;
  changes: MachineChange[];
}

interface Batch {
  index: number;
  report: Report;
  read: ReadUp;
}

export async function receiveReports(store: Store, reports: readonly Report[], now: number, server: ServerIdentity): Promise<ReportsOutcome> {
  const batches = reports.map((report, index): Batch => ({ index, report, read: readUp(report.payload) }));
  // Machines in id order, so that two writers never wait for each other crosswise.
  batches.sort((a, b) => (a.report.machine < b.report.machine ? -1 : a.report.machine > b.report.machine ? 1 : a.index - b.index));
  return store.db.transaction().execute((tx) => receive(tx, batches, now, server));
}

async function receive(tx: Handle, batches: readonly Batch[], now: number, server: ServerIdentity): Promise<ReportsOutcome> {
  const known = await load(tx, batches);
  const outcome: ReportsOutcome = { acks: Array.from({ length: batches.length }, () => null), changed: false, records: 0, rejected: 0 };
  const written = { beats: [] as rows.BeatWrite[], records: [] as rows.RecordWrite[], dead: [] as rows.DeadLetterWrite[], boots: new Map<string, number>() };
  const touched = new Map<string, EpochState>();

  for (const { index, report, read } of batches) {
    const work = known.machines.get(report.machine);
    const answer = (code: AckCode, ep: string | null, W: number): void => {
      if (ep !== null) outcome.acks[index] = { v: PROTOCOL_VERSION, ep: ep as Epoch, W, t: now, ...server, code, wait: 0 };
    };
    if (!work) {
      answer('unknown', read.ok ? read.up.ep : null, 0);
      continue;
    }
    if (work.machine.revoked_at !== null) {
      answer('revoked', read.ok ? read.up.ep : work.machine.ep, 0);
      continue;
    }
    if (!read.ok) {
      const ep = work.machine.ep;
      outcome.rejected += 1;
      written.dead.push({ machine_id: report.machine, at: now, ep, seq: null, reason: read.fault, excerpt: `${read.where} ${read.excerpt}`.trim().slice(0, 200) });
      answer(read.fault === 'bad_version' ? 'upgrade' : 'too_big', ep, ep === null ? 0 : (known.epochs.get(key(report.machine, ep))?.W ?? 0));
      continue;
    }
    const { up } = read;
    const epochKey = key(report.machine, up.ep);
    const epoch = known.epochs.get(epochKey);
    if (epoch && work.machine.ep !== up.ep) {
      answer('stale_epoch', up.ep, epoch.W);
      continue;
    }
    const before = epoch ?? EMPTY_EPOCH;
    const isOlder = up.inst === work.machine.inst && up.conn < (work.machine.conn ?? 0);
    const accepted = acceptBatch(before, up, isOlder);
    if (accepted.code === 'ok') {
      known.epochs.set(epochKey, accepted.epoch);
      touched.set(epochKey, accepted.epoch);
    }
    collect(written, report, up, accepted, now);
    outcome.records += accepted.epoch.W - before.W;
    outcome.rejected += accepted.rejected.length;
    if (accepted.code === 'ok' && !isOlder && isFresh(work.machine, before, accepted, up)) {
      notePresence(work, known.boots, written.boots, report, up, accepted);
    }
    answer(accepted.code, up.ep, accepted.epoch.W);
  }

  await rows.writeEpochs.run(tx, epochWrites(touched, now));
  await rows.writeBeats.run(tx, written.beats);
  await rows.writeRecords.run(tx, written.records);
  await rows.writeDeadLetters.run(tx, written.dead);
  await rows.writeBoots.run(
    tx,
    [...written.boots].map(([id, offset_ms]) => ({ machine_id: id.slice(0, 20), boot: id.slice(21), offset_ms })),
  );
  const works = [...known.machines.values()];
  await rows.writePresence.run(tx, works.flatMap((work) => work.presence ?? []));
  const changes = works.flatMap((work) => work.changes);
  await changeStates(tx, changes, now);
  outcome.changed = changes.length > 0;
  return outcome;
}

const key = (machine: string, tail: string): string => `${machine}|${tail}`;

async function load(tx: Handle, batches: readonly Batch[]) {
  const asked = new Map<string, rows.IngestKey>();
  for (const { report, read } of batches) {
    const ep = read.ok ? read.up.ep : '';
    const boot = read.ok ? read.up.boot : '';
    asked.set(`${report.machine}|${ep}|${boot}`, { machine: report.machine, ep, boot });
  }
  const machines = new Map<string, Work>();
  const epochs = new Map<string, EpochState>();
  const boots = new Map<string, number>();
  const keys = [...asked.values()];
  const found = await rows.machinesForIngest(tx, keys);
  for (const row of found) {
    const { state, since_at: sinceAt, provisional, deadline_at: deadlineAt } = row;
    if (!machines.has(row.id)) {
      machines.set(row.id, { machine: row, standing: { state: stateOfWord(state), sinceAt, provisional: provisional === 1, deadlineAt }, presence: null, changes: [] });
    }
    const epoch = epochOf(row);
    if (epoch) epochs.set(key(row.id, row.ep_asked), epoch);
    if (row.offset_ms !== null) boots.set(key(row.id, row.boot_asked), row.offset_ms);
  }
  return { machines, epochs, boots };
}

function epochOf(row: rows.IngestMachine): EpochState | null {
  if (row.w === null) return null;
  return {
    W: row.w,
    chain: row.chain!,
    hi: row.hi!,
    boot: row.epoch_boot,
    rejected: row.rejected!,
    dropped: row.dropped!,
    lost: row.lost!,
    duplicates: row.duplicates!,
    run: row.run === null ? null : (JSON.parse(row.run) as EpochState['run']),
  };
}

const epochWrites = (touched: Map<string, EpochState>, now: number): rows.EpochWrite[] =>
  [...touched].map(([id, epoch]) => ({
    machine_id: id.slice(0, 20),
    ep: id.slice(21),
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
  }));

function collect(
  written: { beats: rows.BeatWrite[]; records: rows.RecordWrite[]; dead: rows.DeadLetterWrite[] },
  report: Report,
  up: Up,
  accepted: Acceptance,
  now: number,
): void {
  for (const run of accepted.runs) written.beats.push(rows.beatWrite(report.machine, up.ep, run));
  for (const { record, boot } of accepted.records) {
    const { seq, kind, m, w } = record;
    written.records.push({ machine_id: report.machine, ep: up.ep, seq, kind, boot, m, w, received_at: report.receivedAt, body: JSON.stringify(record.body) });
  }
  for (const { seq, reason, excerpt } of accepted.rejected) written.dead.push({ machine_id: report.machine, at: now, ep: up.ep, seq, reason, excerpt });
}

/** Does this message tell anything of the present? A resend of what was already accounted does not. */
const isFresh = (machine: rows.IngestMachine, before: EpochState, accepted: Acceptance, up: Up): boolean =>
  before === EMPTY_EPOCH ||
  up.inst !== machine.inst || up.conn > (machine.conn ?? 0) || (up.hi >= before.hi && (accepted.epoch.W > before.W || up.hi > before.hi));

function notePresence(work: Work, boots: Map<string, number>, newBoots: Map<string, number>, report: Report, up: Up, accepted: Acceptance): void {
  const bootKey = key(report.machine, up.boot);
  const known = boots.get(bootKey);
  const measured = report.receivedAt - up.m;
  if (known === undefined || measured < known - 1_000) {
    boots.set(bootKey, measured);
    newBoots.set(bootKey, measured);
  }
  const offset = boots.get(bootKey)!;
  const newest = accepted.last?.seq === up.hi ? accepted.last : null;
  const { machine } = work;
  const change = afterReport(work.standing, machine.link as LinkWord, {
    receivedAt: report.receivedAt,
    livenessMs: report.livenessMs,
    link: up.now?.link ?? null,
    newest: newest && { record: newest, at: Math.min(report.receivedAt, Math.round(newest.m + offset)) },
  });
  if (!sameState(work.standing.state, change.state)) {
    work.changes.push({ machineId: machine.id, siteId: machine.site_id, from: work.standing.state, to: change });
  }
  const link = change.state.kind === 'on' ? change.state.link : (machine.link as LinkWord);
  if (worthWriting(work, change.deadlineAt, report.livenessMs, up)) {
    work.presence = {
      id: machine.id,
      deadline_at: change.deadlineAt,
      last_sign_at: report.receivedAt,
      link,
      liveness_ms: report.livenessMs,
      ep: up.ep,
      inst: up.inst,
      conn: up.conn,
      boot: up.boot,
      uptime_ms: up.now ? Math.round(up.now.up) : null,
      probes: up.now?.p ? JSON.stringify(probesOf(up.now.p, report.receivedAt)) : (work.presence?.probes ?? null),
      flags: up.now?.flags || up.ver ? JSON.stringify(up.now?.flags ?? []) : (work.presence?.flags ?? null),
      interface: up.now?.if ?? work.presence?.interface ?? null,
      versions: up.ver ? JSON.stringify(up.ver) : (work.presence?.versions ?? null),
    };
    Object.assign(machine, { ep: up.ep, inst: up.inst, conn: up.conn, link });
  }
  work.standing = change;
}

/** A deadline that moved by less than a quarter of the liveness interval can wait for the next report. */
function worthWriting(work: Work, deadlineAt: number | null, livenessMs: number, up: Up): boolean {
  const { machine, standing } = work;
  if (work.changes.length > 0 || work.presence !== null) return true;
  if (machine.liveness_ms !== livenessMs || up.now?.p || up.ver || machine.ep !== up.ep || machine.inst !== up.inst || machine.conn !== up.conn) return true;
  if (deadlineAt === null || standing.deadlineAt === null) return deadlineAt !== standing.deadlineAt;
  return deadlineAt < standing.deadlineAt || deadlineAt - standing.deadlineAt > machine.liveness_ms / 4;
}

const probesOf = (results: ProbeResults, at: number) =>
  Object.entries(results).map(([name, result]) =>
    typeof result === 'number' ? { name, ok: true, ms: result, at } : { name, ok: false, code: result, at },
  );
