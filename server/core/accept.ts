/**
 * What of a batch is new, what it becomes, and what the agent is told: the exactly-once rule, as a pure function.
 *
 * In order: 1. a hello below the watermark is a fork. 2. What lies below `lo` and never came is lost. 3. A batch that
 * begins beyond the watermark is answered with the watermark. 4. What was already accounted is walked again only to
 * carry the chain; 5. the chain must meet ours at the watermark. 6. Each following number is stored, rejected or
 * dropped, until the batch ends or leaves a hole.
 *
 * The future cannot be stored (D-08). Of the boot that sends, the newest of its records and the message itself say how far its clock
 * is: that is the moment of receipt (`sentM`). A record more than a day ahead of its own message is poison (`bad_time`).
 */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import { LIMITS, type AckCode } from '@cac/shared/messages.ts';
import type { DropRange, Up } from '@cac/shared/messages.ts';
import { HEARTBEAT_MS, readRecord, recordOfRun, type JournalRecord, type RecordFault, type WireRecord, type WireRun } from '@cac/shared/records.ts';
import type { Hole } from './history/evidence.ts';

/** A run of equal heartbeats, as the store keeps it: one a minute from `m` (ms since boot) on. */
export interface BeatRun {
  from: number;
  to: number;
  boot: string;
  m: number;
  w: number;
  /** JSON of the body. */
  body: string;
  /** When its first was received; null until whoever received it has noted that. */
  receivedAt: number | null;
}

/** Numbers of this epoch that will never come. */
export type SeqHole = Omit<Hole, 'epoch'>;

/** New records that belong to one boot and follow each other in the journal. */
export interface BootSpan {
  boot: string;
  /** Of its first. */
  seq: number;
  fromM: number;
  toM: number;
  /** The PC's wall clock minus `m`, at its last. */
  wallMs: number;
  /** Server time at the boot's start, by the offset the agent had learned from acks; null where it noted none. */
  clkMs: number | null;
}

/** What the server holds of one epoch of one machine. `stored + expired + rejected + dropped + lost = W`. */
export interface EpochState {
  W: number;
  /** At the watermark; `CHAIN_UNKNOWN` after numbers were lost, until a batch that follows them brings its own. */
  chain: string;
  hi: number;
  /** The boot that the records at the watermark belong to; null before the first is known. */
  boot: string | null;
  rejected: number;
  dropped: number;
  lost: number;
  duplicates: number;
  /** Accepted, but older than what is kept. */
  expired: number;
  run: BeatRun | null;
}

export interface Rejected {
  seq: number | null;
  reason: string;
  excerpt: string;
}

export interface Acceptance {
  code: AckCode;
  epoch: EpochState;
  /** New records other than heartbeats. */
  records: { record: JournalRecord; boot: string }[];
  /** Runs of heartbeats that ended with this batch. */
  runs: BeatRun[];
  rejected: Rejected[];
  /** What this batch says will never come, in the order of its numbers. */
  holes: SeqHole[];
  /** The new records, heartbeats too, by boot. */
  spans: BootSpan[];
  /** The newest new record: what the machine did last, when it is the newest of the journal. */
  last: JournalRecord | null;
}

const CHAIN_UNKNOWN = '';
const AHEAD_MS = 24 * 3_600_000;

export const EMPTY_EPOCH: EpochState = { W: 0, chain: CHAIN_START, hi: 0, boot: null, rejected: 0, dropped: 0, lost: 0, duplicates: 0, expired: 0, run: null };

/** One stretch of sequence numbers that a batch speaks of. */
type Stretch = { from: number; to: number } & ({ kind: 'drop'; why: string } | { kind: 'run'; run: WireRun } | { kind: 'one'; entry: readonly unknown[] });

export function acceptBatch(epoch: EpochState, up: Up, isLateHello: boolean): Acceptance {
  const next: EpochState = { ...epoch, hi: Math.max(epoch.hi, up.hi) };
  const result = nothing('ok', next);
  const isHello = up.r.length === 0 && (up.drop ?? []).length === 0;
  if (isHello && up.hi < epoch.W && !isLateHello) return nothing('fork', epoch);

  const stretches = stretchesOf(up, epoch.W);
  if (stretches === null) return whole(epoch, 'too_many_records', up);
  accountLost(result, up.lo, up.drop ?? []);
  const first = stretches[0];
  if (!first || first.from > next.W + 1) return result;

  let chain = up.chain;
  let met = next.chain === CHAIN_UNKNOWN;
  for (const stretch of stretches) {
    for (let seq = stretch.from; seq <= stretch.to; seq += 1) {
      if (!met && seq === next.W + 1) {
        if (chain !== next.chain) return nothing('fork', epoch);
        met = true;
      }
      if (seq > next.W + 1) return finish(result, chain, met);
      if (stretch.kind === 'drop') {
        // Dropped numbers leave the chain alone: take the rest of the range at once.
        if (stretch.to > next.W) {
          next.dropped += stretch.to - next.W;
          addHole(result.holes, next.W + 1, stretch.to, stretch.why);
          next.W = stretch.to;
        }
        break;
      }
      const wire = stretch.kind === 'run' ? recordOfRun(stretch.run, seq) : stretch.entry;
      chain = nextChain(chain, wire as WireRecord);
      if (seq <= next.W) next.duplicates += 1;
      else take(result, seq, wire, up);
    }
  }
  // A batch that only repeats what we have must still agree with it where it ends at the watermark.
  if (!met && lastOf(stretches) === next.W && chain !== next.chain) return nothing('fork', epoch);
  return finish(result, chain, met);
}

const lastOf = (stretches: Stretch[]): number => stretches[stretches.length - 1]!.to;

function finish(result: Acceptance, chain: string, met: boolean): Acceptance {
  if (met) result.epoch.chain = chain;
  return result;
}

/** Stores or rejects the record at `seq`, which is the one after the watermark. */
function take(result: Acceptance, seq: number, wire: readonly unknown[], up: Up): void {
  const { epoch } = result;
  epoch.W = seq;
  const read = readRecord(wire);
  // A journal outlives reboots: what follows a boot record belongs to that boot.
  const ofBoot = read.ok && read.record.kind === 'boot' ? read.record.body.boot : (epoch.boot ?? up.boot);
  if (!read.ok || (ofBoot === up.boot && read.record.m > up.m + AHEAD_MS)) {
    epoch.rejected += 1;
    addHole(result.holes, seq, seq, 'rejected');
    result.rejected.push({ seq, reason: read.ok ? 'bad_time' : read.fault, excerpt: excerptOf(wire) });
    return;
  }
  result.last = read.record;
  epoch.boot = ofBoot;
  noteSpan(result.spans, read.record, ofBoot);
  if (read.record.kind !== 'hb') {
    result.records.push({ record: read.record, boot: ofBoot });
    return;
  }
  const body = JSON.stringify(read.record.body);
  const { run } = epoch;
  if (run && continues(run, seq, read.record, ofBoot, body)) {
    epoch.run = { ...run, to: seq };
    return;
  }
  if (run) result.runs.push(run);
  epoch.run = { from: seq, to: seq, boot: ofBoot, m: read.record.m, w: read.record.w, body, receivedAt: null };
}

function noteSpan(spans: BootSpan[], { seq, kind, m, w, body }: JournalRecord, boot: string): void {
  let span = spans[spans.length - 1];
  if (span?.boot !== boot) spans.push((span = { boot, seq, fromM: m, toM: m, wallMs: w - m, clkMs: null }));
  if (m < span.fromM) span.fromM = m;
  if (m >= span.toM) {
    span.toM = m;
    span.wallMs = w - m;
  }
  // What an ack taught lies early by its way back: the latest is the nearest.
  if (kind === 'clk' && body.off !== undefined) span.clkMs = Math.max(span.clkMs ?? -Infinity, w - m + body.off);
}

/** Adjacent ones with the same reason are one. */
function addHole(holes: SeqHole[], from: number, to: number, why: string): void {
  const last = holes[holes.length - 1];
  if (last && last.to === from - 1 && last.why === why) last.to = to;
  else holes.push({ from, to, why });
}

/** How far the clock of the boot that sent this was, ms: nothing it tells of itself is later. */
export const sentM = (up: Up, spans: readonly BootSpan[]): number => spans.reduce((m, span) => (span.boot === up.boot ? Math.max(m, span.toM) : m), up.m);

const continues = (run: BeatRun, seq: number, { m, w }: JournalRecord, boot: string, body: string): boolean => {
  const step = (seq - run.from) * HEARTBEAT_MS;
  return run.to === seq - 1 && run.boot === boot && run.body === body && m === run.m + step && w === run.w + step;
};

/**
 * Numbers below the agent's lowest kept one that never came: declared drops count as dropped, the rest as lost.
 * Where some were lost the chain cannot be known here: that of the next batch is taken over. A hello's is of another place.
 */
function accountLost(result: Acceptance, lo: number, drops: readonly DropRange[]): void {
  const { epoch, holes } = result;
  if (lo <= epoch.W + 1) return;
  const lose = (to: number): void => {
    if (to <= epoch.W) return;
    epoch.lost += to - epoch.W;
    addHole(holes, epoch.W + 1, to, 'lost');
    epoch.W = to;
    epoch.chain = CHAIN_UNKNOWN;
  };
  for (const [from, declaredTo, why] of drops.toSorted((a, b) => a[0] - b[0])) {
    const to = Math.min(declaredTo, lo - 1);
    if (to <= epoch.W) continue;
    lose(from - 1);
    epoch.dropped += to - epoch.W;
    addHole(holes, epoch.W + 1, to, why);
    epoch.W = to;
  }
  lose(lo - 1);
}

/** Entries and drops in the order of their numbers. Null when they expand to more records, or to more text, than a batch may hold. */
function stretchesOf(up: Up, W: number): Stretch[] | null {
  const found: Stretch[] = [];
  let expanded = 0;
  let runChars = 0;
  let expected: number | null = null;
  for (const entry of up.r) {
    const stretch = readEntry(entry, expected ?? up.drop?.[0]?.[0] ?? W + 1);
    const count = stretch.to - stretch.from + 1;
    expanded += count;
    // The chain takes in each record of a run: a body of 250 kB, a hundred bytes on the wire, would be hashed 1,500 times.
    if (stretch.kind === 'run') runChars += count * JSON.stringify(entry).length;
    if (expanded > LIMITS.batchRecords || runChars > LIMITS.inflatedBytes) return null;
    found.push(stretch);
    expected = stretch.to + 1;
  }
  for (const [from, to, why] of up.drop ?? []) found.push({ kind: 'drop', from, to, why });
  return found.sort((a, b) => a.from - b.from);
}

/** An entry whose number cannot be read stands where the one after its neighbour would. */
function readEntry(entry: readonly unknown[], expected: number): Stretch {
  const [from, to] = entry;
  if (!Number.isSafeInteger(from) || (from as number) < 1) return { kind: 'one', from: expected, to: expected, entry };
  const start = from as number;
  if (entry.length === 6 && entry[2] === 'hb' && Number.isSafeInteger(to) && (to as number) > start) {
    return { kind: 'run', from: start, to: to as number, run: entry as unknown as WireRun };
  }
  return { kind: 'one', from: start, to: start, entry };
}

const excerptOf = (value: unknown): string => JSON.stringify(value).slice(0, 200);

/** The whole batch is refused: nothing of it is accounted, and the agent is told to halve it. */
export function whole(epoch: EpochState, reason: RecordFault | string, what: unknown): Acceptance {
  return { ...nothing('too_big', epoch), rejected: [{ seq: null, reason, excerpt: excerptOf(what) }] };
}

const nothing = (code: AckCode, epoch: EpochState): Acceptance => ({ code, epoch, records: [], runs: [], rejected: [], holes: [], spans: [], last: null });
