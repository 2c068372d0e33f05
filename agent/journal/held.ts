/** What an open journal holds in memory, and reading its records and gaps in order. */
import type { WireRecord } from '@cac/shared/records.ts';
import type { Files } from './files.ts';
import type { Draft } from './append.ts';
import { decode, gapAt, HEADER_BYTES, recordAt, type Gap } from './format.ts';
import type { Mark } from './marks.ts';
import type { Segment } from './recover.ts';

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

/** Changed in place by the acts of the journal: append.ts, cap.ts, move-mark.ts, start-epoch.ts. */
export interface Held {
  files: Files;
  options: Required<JournalOptions>;
  generation: number;
  segments: Segment[];
  mark: Mark;
  markTurn: number;
  /** Where the entry after the mark lies, if known: spares reading a segment from its beginning. */
  hint: { number: number; at: number } | null;
  /** Highest number a batch was built from: its chain is out, it must not be thinned. */
  handedOut: number;
  /** A failed append may have left bytes behind. */
  torn: boolean;
  /** The `boot` record to which the first record kept belongs, where it went with an acknowledged segment. */
  bootBefore: WireRecord | null;
  /** Transitions that a full disk refused, its reserve included: written before anything else once it takes records again. */
  owed: Draft[];
  /** The reserve was given up: only transitions are written until there is room for it again. */
  full: boolean;
}

export type JournalItem = { kind: 'record'; record: WireRecord } | ({ kind: 'gap' } & Gap);

export const tailOf = (held: Held): Segment => held.segments.at(-1)!;
export const bytesOf = (held: Held): number => held.segments.reduce((sum, s) => sum + s.bytes, 0);
export const lastOf = (item: JournalItem): number => (item.kind === 'gap' ? item.to : item.record[0]);

/** Every record and gap from this number on, with where it ends; a number that no entry holds is in a gap. */
export function* walk(held: Held, from: number): Generator<{ item: JournalItem; segment: Segment; end: number }> {
  const known = from === held.mark.W + 1 ? held.hint : null;
  let next = from;
  for (const segment of held.segments) {
    if (segment.lastSeq < from) continue;
    const bytes = held.files.read(segment.name);
    const start = known && known.number === segment.number ? known.at : HEADER_BYTES;
    for (const entry of decode(bytes, start).entries) {
      if (entry.to < next) continue;
      if (entry.seq > next) yield { item: { kind: 'gap', from: next, to: entry.seq - 1, why: 'corrupt' }, segment, end: entry.at };
      const item: JournalItem = entry.gap ? { kind: 'gap', ...gapAt(bytes, entry), from: Math.max(entry.seq, next) } : { kind: 'record', record: recordAt(bytes, entry) };
      yield { item, segment, end: entry.end };
      next = entry.to + 1;
    }
  }
  const segment = tailOf(held);
  if (next <= segment.lastSeq) yield { item: { kind: 'gap', from: next, to: segment.lastSeq, why: 'corrupt' }, segment, end: segment.bytes };
}
