/**
 * The journal: what this machine observed, durable before it may be sent, kept until the server's database has it.
 * Decides nothing about sending (core/uplink.ts does); knows no clock. Files: segments of 64 KiB and two ack marks.
 */
import { CHAIN_START } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import type { Past } from '../core/opening.ts';
import { append, ensureReserve, type Draft, type Trouble } from './append.ts';
import { rewrite } from './cap.ts';
import type { Files } from './files.ts';
import { bytesOf, lastOf, tailOf, walk, type Held, type JournalItem, type JournalOptions } from './held.ts';
import type { Mark } from './marks.ts';
import { moveMark, rewindMark } from './move-mark.ts';
import { pastOf } from './past.ts';
import { recover, type Recovered } from './recover.ts';
import { carried, startEpoch } from './start-epoch.ts';

export type { Draft } from './append.ts';
export type { JournalItem, JournalOptions } from './held.ts';

const DEFAULTS = { segmentBytes: 64 * 1024, capBytes: 16 * 1024 * 1024, keepAckedMs: 7 * 86_400_000, reserveBytes: 256 * 1024 };

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
  /** What the server lacks, as a new epoch would begin. */
  carried(): Iterable<JournalItem>;
  /** A new epoch, carrying over all that, then what `also` gives, renumbered from 1. */
  openEpoch(also?: Iterable<JournalItem>): void;
  /** What its newest records say of the boot they belong to. */
  past(): Past;
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
  const held = takeUp(files, found, options);
  const hi = (): number => tailOf(held).lastSeq;
  return {
    ep: () => held.mark.ep,
    lo: () => held.segments[0]!.firstSeq,
    hi,
    mark: () => held.mark,
    bytes: () => bytesOf(held),
    append: (drafts) => append(held, drafts),
    *read(from) {
      for (const { item } of walk(held, from)) {
        held.handedOut = Math.max(held.handedOut, lastOf(item));
        yield item;
      }
    },
    acknowledge: (W, dbi) => moveMark(held, Math.min(W, hi()), dbi),
    rewind: (W, dbi) => rewindMark(held, W, dbi),
    drop(seq, why) {
      const segment = held.segments.find((s) => s.firstSeq <= seq && seq <= s.lastSeq);
      if (segment) rewrite(held, segment, () => (entry) => (entry.seq === seq ? why : null));
    },
    carried: () => carried(held),
    openEpoch: (also = []) => startEpoch(held, both(carried(held), also)),
    past: () => pastOf(held),
  };
}

function* both<T>(first: Iterable<T>, second: Iterable<T>): Generator<T> {
  yield* first;
  yield* second;
}

/** What was found, taken up where it was left; nothing found: a first epoch. */
function takeUp(files: Files, found: Recovered, options: Required<JournalOptions>): Held {
  const { generation, segments, markTurn } = found;
  const held: Held = { files, options, generation, segments, mark: firstMark(found), markTurn, hint: null, handedOut: 0, torn: false, bootBefore: null, owed: [], full: false };
  if (found.ep === null) startEpoch(held, []);
  ensureReserve(held);
  return held;
}

/** The mark that was found, unless what follows it is gone: then the beginning of what is left. */
function firstMark({ ep, segments, mark }: Recovered): Mark {
  if (ep === null) return { ep: '', W: 0, chain: CHAIN_START, dbi: null };
  const first = segments[0]!;
  return mark && mark.W >= first.firstSeq - 1 ? mark : { ep, W: first.firstSeq - 1, chain: first.chainBefore, dbi: mark?.dbi ?? null };
}
