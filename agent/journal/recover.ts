/** Opening what an earlier process, or a power cut, or a failing disk left behind. Never fails for damage, never asks a human. */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import { TEMPORARY, type Files } from './files.ts';
import { decode, HEADER_BYTES, JOURNAL_VERSION, recordAt, wallAt, type Decoded, type Entry } from './format.ts';
import { decodeMark, MARK_FILES, type Mark } from './marks.ts';
import { rebuild } from './rebuild.ts';

/** A segment on disk, as the journal remembers it. */
export interface Segment {
  name: string;
  number: number;
  firstSeq: number;
  lastSeq: number;
  chainBefore: string;
  bytes: number;
  /** Wall clock of its last record, for the seven days that acknowledged records are kept. */
  lastW: number;
}

export interface Recovered {
  kind: 'recovered';
  /** Counts the epochs of this directory, so that the newest is known. */
  generation: number;
  /** Null: nothing (readable) was there. */
  ep: string | null;
  segments: Segment[];
  mark: Mark | null;
  markTurn: number;
  /** What was found and repaired, one line each, for the log. */
  notes: string[];
}

const NAME = /^([0-9a-f]{6})-([a-z0-9]{16})-(\d{8})\.seg$/;
export const segmentName = (generation: number, ep: string, number: number): string =>
  `${generation.toString(16).padStart(6, '0')}-${ep}-${String(number).padStart(8, '0')}.seg`;

export function foldChain(chain: string, bytes: Buffer, entries: readonly Entry[]): string {
  for (const entry of entries) if (!entry.gap) chain = nextChain(chain, recordAt(bytes, entry));
  return chain;
}

/**
 * 1. Remove unfinished files, choose the epoch. 2. Read the marks. 3. Decode each segment; a newer version's: refuse, touching nothing.
 * 4. Truncate a torn tail. 5. Write damaged segments anew, declaring what is lost. 6. Nothing readable: move aside.
 */
export function recover(files: Files): Recovered | { kind: 'refused'; reason: string } {
  const notes: string[] = [];
  const found = chooseEpoch(files);
  const { mark, turn } = readMarks(files, found?.ep ?? null);
  const empty: Recovered = { kind: 'recovered', generation: found?.generation ?? 0, ep: null, segments: [], mark: null, markTurn: turn, notes };
  if (!found) return empty;
  const raw = found.numbers.map((number) => {
    const name = segmentName(found.generation, found.ep, number);
    const bytes = files.read(name);
    return { name, number, bytes, decoded: decode(bytes) };
  });
  const newer = raw.find((r) => r.decoded.newer !== null);
  if (newer) return { kind: 'refused', reason: `journal_version ${newer.decoded.newer} > ${JOURNAL_VERSION}` };
  if (raw.every((r) => r.decoded.header === null && r.decoded.entries.length === 0)) {
    for (const r of raw) files.rename(r.name, `unreadable-${r.number % 4}`);
    notes.push(`journal_unreadable segments=${raw.length}: moved aside, new epoch`);
    return empty;
  }
  const segments: Segment[] = [];
  let owed = 0; // numbers that unreadable bytes before this segment may have held
  for (const [index, r] of raw.entries()) {
    const last = index === raw.length - 1;
    const before = segments.at(-1);
    const starts = r.decoded.header?.firstSeq ?? r.decoded.entries[0]?.seq ?? null;
    if (starts !== null) owed = 0;
    const firstSeq = before ? before.lastSeq + 1 : r.number === 1 ? 1 : (starts ?? (mark ? mark.W + 1 : 1));
    const chainBefore = r.decoded.header?.firstSeq === firstSeq ? r.decoded.header.chainBefore : chainAfter(files, before, mark, firstSeq);
    const heldTo = r.decoded.entries.at(-1)?.to ?? Math.max(firstSeq, starts ?? firstSeq) - 1;
    const upTo = last ? Math.max(heldTo + owed + r.decoded.lostAfter, mark?.W ?? 0) : heldTo;
    owed += r.decoded.lostAfter;
    segments.push(repair(files, r, { firstSeq, chainBefore, ep: found.ep }, upTo, last, notes));
  }
  return { kind: 'recovered', generation: found.generation, ep: found.ep, segments, mark, markTurn: turn, notes };
}

function repair(
  files: Files,
  r: { name: string; number: number; bytes: Buffer; decoded: Decoded },
  start: { firstSeq: number; chainBefore: string; ep: string },
  upTo: number,
  last: boolean,
  notes: string[],
): Segment {
  const { header, entries, damaged, tornBytes, end } = r.decoded;
  const segment: Segment = { name: r.name, number: r.number, firstSeq: start.firstSeq, lastSeq: upTo, chainBefore: start.chainBefore, bytes: end, lastW: 0 };
  const newest = entries.findLast((e) => !e.gap);
  if (newest) segment.lastW = wallAt(r.bytes, newest);
  const holes = missing(entries, start.firstSeq, upTo);
  if (damaged || header === null || header.firstSeq !== start.firstSeq || holes > 0) {
    const bytes = rebuild({ ep: start.ep, number: r.number, firstSeq: start.firstSeq, chainBefore: start.chainBefore }, r.bytes, entries, () => null, upTo);
    files.create(r.name, bytes);
    segment.bytes = bytes.length;
    notes.push(`journal_damaged segment=${r.number} lost=${holes}`);
  } else if (tornBytes > 0) {
    files.truncate(r.name, end);
    if (last) notes.push(`journal_tail_truncated bytes=${tornBytes}`);
  }
  return segment;
}

function missing(entries: readonly Entry[], firstSeq: number, upTo: number): number {
  let holes = upTo - firstSeq + 1;
  for (const e of entries) holes -= e.to - e.seq + 1;
  return holes;
}

/** The chain value before `firstSeq` when the segment's own header cannot say it. A wrong guess costs a fork, never a record. */
function chainAfter(files: Files, before: Segment | undefined, mark: Mark | null, firstSeq: number): string {
  if (mark && mark.W + 1 === firstSeq) return mark.chain;
  if (!before) return CHAIN_START;
  const bytes = files.read(before.name);
  return foldChain(before.chainBefore, bytes, decode(bytes, HEADER_BYTES).entries);
}

/** The newest complete epoch. One being opened writes its first segment last: without it, it never was. */
function chooseEpoch(files: Files): { generation: number; ep: string; numbers: number[] } | null {
  const epochs = new Map<number, { generation: number; ep: string; numbers: number[]; names: string[] }>();
  for (const name of files.list()) {
    if (name.endsWith(TEMPORARY)) files.remove(name);
    const parts = NAME.exec(name);
    if (!parts) continue;
    const generation = Number.parseInt(parts[1]!, 16);
    const epoch = epochs.get(generation) ?? { generation, ep: parts[2]!, numbers: [], names: [] };
    epoch.numbers.push(Number(parts[3]));
    epoch.names.push(name);
    epochs.set(generation, epoch);
  }
  const newestFirst = [...epochs.values()].sort((a, b) => b.generation - a.generation);
  const chosen = newestFirst.find((e) => newestFirst.length === 1 || e.numbers.includes(1)) ?? newestFirst.at(-1);
  for (const epoch of newestFirst) if (epoch !== chosen) for (const name of epoch.names) files.remove(name);
  if (!chosen) return null;
  return { generation: chosen.generation, ep: chosen.ep, numbers: chosen.numbers.sort((a, b) => a - b) };
}

function readMarks(files: Files, ep: string | null): { mark: Mark | null; turn: number } {
  let mark: Mark | null = null;
  let turn = 0;
  const names = new Set(files.list());
  for (const name of MARK_FILES) {
    const slot = names.has(name) ? decodeMark(files.read(name)) : null;
    if (!slot || slot.turn < turn) continue;
    turn = slot.turn;
    mark = slot.mark.ep === ep ? slot.mark : mark;
  }
  return { mark, turn };
}
