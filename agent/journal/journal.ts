/**
 * The journal: what this machine observed, durable before it may be sent, kept until the server's database has it.
 * Decides nothing about sending (core/uplink.ts does); knows no clock. Files: segments of 64 KiB and two ack marks.
 */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { writeEpoch } from './carry.ts';
import type { Files } from './files.ts';
import { decode, encodeHeader, encodeRecord, gapAt, HEADER_BYTES, recordAt, type Entry, type Gap } from './format.ts';
import { encodeMark, MARK_FILES, type Mark } from './marks.ts';
import { rebuild, thin, THINNING } from './rebuild.ts';
import { foldChain, recover, segmentName, type Recovered, type Segment } from './recover.ts';

/** A record before it has its number. */
export interface Draft {
  kind: string;
  m: number;
  w: number;
  body: Record<string, unknown>;
}

export interface JournalOptions {
  /** Makes an epoch's name: 16 random characters `[a-z0-9]`. */
  newEpoch: () => string;
  segmentBytes?: number;
  capBytes?: number;
  /** How long acknowledged records are kept, to serve a server restored from a backup. */
  keepAckedMs?: number;
  /** Kept free on disk, for transitions when the disk is full; 0: none. */
  reserveBytes?: number;
}

const DEFAULTS = { segmentBytes: 64 * 1024, capBytes: 16 * 1024 * 1024, keepAckedMs: 7 * 86_400_000, reserveBytes: 256 * 1024 };
const RESERVE = 'reserve';

export type JournalItem = { kind: 'record'; record: WireRecord } | ({ kind: 'gap' } & Gap);
export type Trouble = { code: 'disk_full' | 'journal_unavailable'; detail: string };

export interface Journal {
  ep(): string;
  /** Lowest number kept, and highest appended (0: none yet). */
  lo(): number;
  hi(): number;
  /** How far the server has it: sending goes on at W + 1, and `chain` is the value there. */
  mark(): Mark;
  bytes(): number;
  /** Durable on return. With trouble, `records` are those that were written none the less. */
  append(drafts: readonly Draft[]): { records: WireRecord[]; trouble: Trouble | null };
  /** Records and gaps in order, from this number on. Throws if the directory is gone. */
  read(from: number): Generator<JournalItem>;
  /** The server has everything up to W. */
  acknowledge(W: number, dbi: string): void;
  /** Another database: it has everything up to W only, if that. */
  rewind(W: number, dbi: string): void;
  /** Gives a record up: it will be declared. */
  drop(seq: number, why: string): void;
  /** A new epoch, carrying over every record after the mark, renumbered from 1. */
  openEpoch(): void;
}

export type Opened = { kind: 'open'; journal: Journal; notes: string[] } | { kind: 'refused'; reason: string } | { kind: 'unavailable'; reason: string };

/** Opens, repairs or creates the journal in `files`. `refused`: a newer agent wrote it, it is left intact. */
export function openJournal(files: Files, options: JournalOptions): Opened {
  try {
    const found = recover(files);
    if (found.kind === 'refused') return found;
    return { kind: 'open', journal: journalOf(files, found, { ...DEFAULTS, ...options }), notes: found.notes };
  } catch (error) {
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function journalOf(files: Files, found: Recovered, options: Required<JournalOptions>): Journal {
  let { generation, segments, markTurn } = found;
  let mark: Mark;
  /** Where the entry after the mark lies, if known: spares reading a segment from its beginning. */
  let hint: { number: number; at: number } | null = null;
  let handedOut = 0; // highest number a batch was built from: its chain is out, it must not be thinned
  let torn = false; // a failed append may have left bytes behind

  const tail = (): Segment => segments.at(-1)!;
  const hi = (): number => tail().lastSeq;
  const lo = (): number => segments[0]!.firstSeq;
  const total = (): number => segments.reduce((sum, s) => sum + s.bytes, 0);

  function* walk(from: number): Generator<{ item: JournalItem; segment: Segment; end: number }> {
    const known = from === mark.W + 1 ? hint : null;
    let next = from;
    for (const segment of segments) {
      if (segment.lastSeq < from) continue;
      const bytes = files.read(segment.name);
      const start = known && known.number === segment.number ? known.at : HEADER_BYTES;
      for (const entry of decode(bytes, start).entries) {
        if (entry.to < next) continue;
        if (entry.seq > next) yield { item: { kind: 'gap', from: next, to: entry.seq - 1, why: 'corrupt' }, segment, end: entry.at };
        const item: JournalItem = entry.gap ? { kind: 'gap', ...gapAt(bytes, entry), from: Math.max(entry.seq, next) } : { kind: 'record', record: recordAt(bytes, entry) };
        yield { item, segment, end: entry.end };
        next = entry.to + 1;
      }
    }
    const segment = tail();
    if (next <= segment.lastSeq) yield { item: { kind: 'gap', from: next, to: segment.lastSeq, why: 'corrupt' }, segment, end: segment.bytes };
  }

  const lastOf = (item: JournalItem): number => (item.kind === 'gap' ? item.to : item.record[0]);

  /** Moves the mark from where it is to W, folding the chain over what lies between. */
  function moveMark(W: number, dbi: string | null): void {
    let chain = mark.chain;
    if (W > mark.W) {
      for (const { item, segment, end } of walk(mark.W + 1)) {
        if (lastOf(item) > W) break;
        if (item.kind === 'record') chain = nextChain(chain, item.record);
        hint = { number: segment.number, at: end };
      }
    }
    mark = { ep: mark.ep, W, chain, dbi };
    writeMark();
  }

  function writeMark(): void {
    markTurn += 1;
    try {
      files.put(MARK_FILES[markTurn % 2]!, encodeMark(mark, markTurn));
    } catch {
      // A lost mark costs a resend; what is wrong with the disk shows at the next append.
    }
  }

  function create(number: number, firstSeq: number, chainBefore: string): void {
    const name = segmentName(generation, mark.ep, number);
    files.create(name, encodeHeader({ ep: mark.ep, number, firstSeq, chainBefore }));
    segments.push({ name, number, firstSeq, lastSeq: firstSeq - 1, chainBefore, bytes: HEADER_BYTES, lastW: 0 });
  }

  function roll(): void {
    const full = tail();
    const chain = chainAtEnd(full);
    if (full.lastW > 0) dropAcked((s) => s.lastW < full.lastW - options.keepAckedMs);
    if (total() + options.segmentBytes > options.capBytes) makeRoom();
    create(full.number + 1, full.lastSeq + 1, chain);
    ensureReserve();
  }

  /** The chain after a segment: from the mark if it lies inside (true to the server), else from its header. */
  function chainAtEnd(segment: Segment): string {
    const bytes = files.read(segment.name);
    const inside = mark.W >= segment.firstSeq - 1 && mark.W <= segment.lastSeq;
    const { entries } = decode(bytes);
    return inside ? foldChain(mark.chain, bytes, entries.filter((e) => e.seq > mark.W)) : foldChain(segment.chainBefore, bytes, entries);
  }

  function dropAcked(which: (s: Segment) => boolean): void {
    while (segments.length > 1 && segments[0]!.lastSeq <= mark.W && which(segments[0]!)) files.remove(segments.shift()!.name);
  }

  /** The cap: acknowledged segments go first, then unsent ones are thinned level by level, oldest first. */
  function makeRoom(): void {
    const enough = (): boolean => total() + options.segmentBytes <= options.capBytes * 0.95;
    dropAcked(() => !enough());
    for (let level = 0; level < THINNING.length; level += 1) {
      for (const segment of segments) {
        if (enough()) return;
        if (segment.firstSeq > handedOut && segment.firstSeq > mark.W) rewrite(segment, (bytes) => thin(bytes, level));
      }
    }
  }

  function rewrite(segment: Segment, verdict: (bytes: Buffer) => (entry: Entry) => string | null): void {
    const before = files.read(segment.name);
    const header = { ep: mark.ep, number: segment.number, firstSeq: segment.firstSeq, chainBefore: segment.chainBefore };
    const bytes = rebuild(header, before, decode(before).entries, verdict(before), segment.lastSeq);
    if (bytes.length === before.length) return;
    files.create(segment.name, bytes);
    segment.bytes = bytes.length;
    if (hint?.number === segment.number) hint = null;
  }

  function write(drafts: readonly Draft[]): WireRecord[] {
    if (torn) files.truncate(tail().name, tail().bytes);
    torn = false;
    const encode = (): { records: WireRecord[]; bytes: Buffer } => {
      const records = drafts.map((d, i): WireRecord => [hi() + 1 + i, d.kind, d.m, d.w, d.body]);
      return { records, bytes: Buffer.concat(records.map(encodeRecord)) };
    };
    const { records, bytes } = encode();
    if (tail().bytes + bytes.length > options.segmentBytes && tail().lastSeq >= tail().firstSeq) roll();
    const segment = tail();
    torn = true;
    files.append(segment.name, bytes);
    torn = false;
    segment.bytes += bytes.length;
    segment.lastSeq += records.length;
    segment.lastW = drafts.at(-1)?.w ?? segment.lastW;
    return records;
  }

  function ensureReserve(): void {
    if (options.reserveBytes === 0 || files.list().includes(RESERVE)) return;
    try {
      files.create(RESERVE, Buffer.alloc(options.reserveBytes, 0x52));
    } catch {
      // No room for it now: tried again with the next segment.
    }
  }

  /** A fresh epoch, holding what is carried over; then the old one goes. */
  function startEpoch(carried: Iterable<WireRecord>): void {
    const old = segments;
    const ep = options.newEpoch();
    segments = writeEpoch(files, { generation: generation + 1, ep }, options.segmentBytes, carried);
    generation += 1;
    mark = { ep, W: 0, chain: CHAIN_START, dbi: mark.dbi };
    hint = null;
    handedOut = 0;
    torn = false;
    for (const segment of old) files.remove(segment.name);
    writeMark();
  }

  function* recordsFrom(seq: number): Generator<WireRecord> {
    for (const { item } of walk(seq)) if (item.kind === 'record') yield item.record;
  }

  if (found.ep === null) {
    mark = { ep: '', W: 0, chain: CHAIN_START, dbi: null };
    startEpoch([]);
  } else {
    const first = segments[0]!;
    mark = found.mark && found.mark.W >= first.firstSeq - 1 ? found.mark : { ep: found.ep, W: first.firstSeq - 1, chain: first.chainBefore, dbi: found.mark?.dbi ?? null };
  }
  ensureReserve();

  return {
    ep: () => mark.ep,
    lo,
    hi,
    mark: () => mark,
    bytes: total,
    append(drafts) {
      try {
        return { records: write(drafts), trouble: null };
      } catch (error) {
        const full = (error as { code?: string }).code === 'ENOSPC';
        const trouble: Trouble = { code: full ? 'disk_full' : 'journal_unavailable', detail: error instanceof Error ? error.message : String(error) };
        const transitions = drafts.filter((d) => d.kind !== 'hb' && d.kind !== 'sample');
        if (!full || transitions.length === 0) return { records: [], trouble };
        try {
          files.remove(RESERVE);
          return { records: write(transitions), trouble };
        } catch {
          return { records: [], trouble };
        }
      }
    },
    *read(from) {
      for (const { item } of walk(from)) {
        handedOut = Math.max(handedOut, lastOf(item));
        yield item;
      }
    },
    acknowledge: (W, dbi) => moveMark(Math.min(W, hi()), dbi),
    rewind(W, dbi) {
      const at = segments.find((s) => s.lastSeq > W) ?? tail();
      mark = { ep: mark.ep, W: at.firstSeq - 1, chain: at.chainBefore, dbi };
      hint = null;
      moveMark(Math.max(W, at.firstSeq - 1), dbi);
    },
    drop(seq, why) {
      const segment = segments.find((s) => s.firstSeq <= seq && seq <= s.lastSeq);
      if (segment) rewrite(segment, () => (entry) => (entry.seq === seq ? why : null));
    },
    openEpoch: () => startEpoch(recordsFrom(mark.W + 1)),
  };
}
