/** Appending to the last segment, opening the next one when it is full, and what is still written when the disk is full. */
import type { WireRecord } from '@cac/shared/records.ts';
import { dropAcked, makeRoom } from './cap.ts';
import { TEMPORARY } from './files.ts';
import { decode, encodeHeader, encodeRecord, HEADER_BYTES } from './format.ts';
import { bytesOf, tailOf, type Held } from './held.ts';
import { foldChain, segmentName, type Segment } from './recover.ts';

/** A record before it has its number. */
export interface Draft {
  kind: string;
  m: number;
  w: number;
  body: Record<string, unknown>;
}

export type Trouble = { code: 'disk_full' | 'journal_unavailable'; detail: string };

const RESERVE = 'reserve';
/** Transitions kept in memory while a full disk takes nothing at all. */
const OWED = 200;

/**
 * Durable on return. On a full disk the reserve is given up for the transitions, and what it refuses none the less is owed: heartbeats
 * and samples have no number yet, so that leaving them out needs no declaration, but a transition must not be missing.
 */
export function append(held: Held, drafts: readonly Draft[]): { records: WireRecord[]; trouble: Trouble | null } {
  const all = held.owed.length > 0 ? [...held.owed, ...drafts] : drafts;
  if (held.full && !ensureReserve(held)) return appendTransitions(held, all, 'the reserve is in use');
  try {
    const records = write(held, all);
    Object.assign(held, { owed: [], full: false });
    return { records, trouble: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if ((error as { code?: string }).code !== 'ENOSPC') return { records: [], trouble: { code: 'journal_unavailable', detail } };
    return appendTransitions(held, all, detail);
  }
}

/** From here on the reserve is theirs alone, until there is room for it again. */
function appendTransitions(held: Held, drafts: readonly Draft[], detail: string): { records: WireRecord[]; trouble: Trouble } {
  const trouble: Trouble = { code: 'disk_full', detail };
  const transitions = drafts.filter((d) => d.kind !== 'hb' && d.kind !== 'sample');
  if (transitions.length === 0) return { records: [], trouble };
  try {
    held.files.remove(RESERVE);
    held.full = true;
    const records = write(held, transitions);
    held.owed = [];
    return { records, trouble };
  } catch {
    held.owed = transitions.slice(0, OWED);
    return { records: [], trouble };
  }
}

function write(held: Held, drafts: readonly Draft[]): WireRecord[] {
  const { files, options } = held;
  if (held.torn) files.truncate(tailOf(held).name, tailOf(held).bytes);
  held.torn = false;
  const first = tailOf(held).lastSeq + 1;
  const records = drafts.map((d, i): WireRecord => [first + i, d.kind, d.m, d.w, d.body]);
  const bytes = Buffer.concat(records.map(encodeRecord));
  if (tailOf(held).bytes + bytes.length > options.segmentBytes && tailOf(held).lastSeq >= tailOf(held).firstSeq) roll(held);
  const segment = tailOf(held);
  held.torn = true;
  files.append(segment.name, bytes);
  held.torn = false;
  segment.bytes += bytes.length;
  segment.lastSeq += records.length;
  segment.lastW = drafts.at(-1)?.w ?? segment.lastW;
  return records;
}

/** Opens the next segment, after making room for it. */
function roll(held: Held): void {
  const { files, options, segments, mark } = held;
  const full = tailOf(held);
  const chainBefore = chainAtEnd(held, full);
  if (full.lastW > 0) dropAcked(held, (s) => s.lastW < full.lastW - options.keepAckedMs);
  if (bytesOf(held) + options.segmentBytes > options.capBytes) makeRoom(held);
  const number = full.number + 1;
  const firstSeq = full.lastSeq + 1;
  const name = segmentName(held.generation, mark.ep, number);
  files.create(name, encodeHeader({ ep: mark.ep, number, firstSeq, chainBefore }));
  segments.push({ name, number, firstSeq, lastSeq: firstSeq - 1, chainBefore, bytes: HEADER_BYTES, lastW: 0 });
  ensureReserve(held);
}

/** The chain after a segment: from the mark if it lies inside (true to the server), else from its header. */
function chainAtEnd({ files, mark }: Held, segment: Segment): string {
  const bytes = files.read(segment.name);
  const inside = mark.W >= segment.firstSeq - 1 && mark.W <= segment.lastSeq;
  const { entries } = decode(bytes);
  return inside ? foldChain(mark.chain, bytes, entries.filter((e) => e.seq > mark.W)) : foldChain(segment.chainBefore, bytes, entries);
}

/** False: there is no room for it now. It is tried again with the next segment, and before heartbeats are written to a disk that was full. */
export function ensureReserve({ files, options }: Held): boolean {
  if (options.reserveBytes === 0 || files.list().includes(RESERVE)) return true;
  try {
    files.create(RESERVE, Buffer.alloc(options.reserveBytes, 0x52));
    return true;
  } catch {
    removeQuietly(files, RESERVE + TEMPORARY);
    return false;
  }
}

/** What was begun on a full disk takes room itself. */
function removeQuietly(files: Held['files'], name: string): void {
  try {
    files.remove(name);
  } catch {
    // gone, or out of reach: opening removes it
  }
}
