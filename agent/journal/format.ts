/**
 * The bytes of a journal segment. Pure: bytes in, data out. Numbers are little-endian.
 *
 *   header  magic "CACJ" 4 | version u16 | crc32c of these six u32 | epoch 16 | number u32 | firstSeq f64 | chainBefore 8 | 0 u16 | crc32c of all before u32
 *   entry   len u16 | ~len u16 | crc32c of len, ~len and all after u32 | seq f64 | m f64 | w f64 | kind (u8 length, then ASCII) | body, JSON
 *
 * The version has a checksum of its own, in the same place in every version to come: a flipped bit never looks like a newer agent's
 * journal. The length is written twice, once inverted: damage to it is told from a tail that was cut off. An entry whose kind is empty is a gap:
 * its body `{to, why}` says that seq..to will never come.
 */
import { crc32c } from './crc32c.ts';
import type { WireRecord } from '@cac/shared/records.ts';

export const JOURNAL_VERSION = 1;
export const HEADER_BYTES = 52;
const MAGIC = [0x43, 0x41, 0x43, 0x4a];
const FIXED = 32; // len, ~len, crc, seq, m, w
const LEAST = FIXED + 1 + 2; // an entry with no kind and the body {}
/** The longest entry: what one batch could still carry. */
const ENTRY_LIMIT = 16 * 1024;

export interface SegmentHeader {
  ep: string;
  number: number;
  /** The first sequence number this segment may hold. */
  firstSeq: number;
  /** The chain value before `firstSeq`, as it was when the segment was opened. */
  chainBefore: string;
}

export interface Gap {
  from: number;
  to: number;
  why: string;
}

/** Where a readable entry lies. `to` is `seq`, or a gap's last number. */
export interface Entry {
  seq: number;
  to: number;
  at: number;
  end: number;
  gap: boolean;
}

export interface Decoded {
  /** Null: unreadable. */
  header: SegmentHeader | null;
  /** The version that wrote this, when it is newer than ours: leave the file alone. */
  newer: number | null;
  entries: Entry[];
  /** Unreadable bytes lie before, between or (complete, so perhaps announced) after the entries. */
  damaged: boolean;
  /** How many sequence numbers the unreadable bytes after the last entry may have held. */
  lostAfter: number;
  /** Bytes of an entry that was never written to its end, and so never announced. */
  tornBytes: number;
  /** Where the readable part ends: what a torn file is truncated to. */
  end: number;
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.set(MAGIC);
  bytes.writeUInt16LE(JOURNAL_VERSION, 4);
  bytes.writeUInt32LE(crc32c(bytes, 0, 6), 6);
  bytes.write(header.ep, 10, 16, 'latin1');
  bytes.writeUInt32LE(header.number, 26);
  bytes.writeDoubleLE(header.firstSeq, 30);
  bytes.write(header.chainBefore, 38, 8, 'hex');
  bytes.writeUInt32LE(crc32c(bytes, 0, 48), 48);
  return bytes;
}

function encodeEntry(seq: number, m: number, w: number, kind: string, body: unknown): Buffer {
  const json = JSON.stringify(body);
  const bytes = Buffer.allocUnsafe(FIXED + 1 + kind.length + Buffer.byteLength(json));
  if (bytes.length > ENTRY_LIMIT) throw new Error(`journal entry of ${bytes.length} bytes: kind ${kind}`);
  bytes.writeUInt16LE(bytes.length, 0);
  bytes.writeUInt16LE(bytes.length ^ 0xffff, 2);
  bytes.writeDoubleLE(seq, 8);
  bytes.writeDoubleLE(m, 16);
  bytes.writeDoubleLE(w, 24);
  bytes[FIXED] = kind.length;
  bytes.write(kind, FIXED + 1, 'latin1');
  bytes.write(json, FIXED + 1 + kind.length);
  bytes.writeUInt32LE(crc32c(bytes, 8, bytes.length, crc32c(bytes, 0, 4)), 4);
  return bytes;
}

export const encodeRecord = ([seq, kind, m, w, body]: WireRecord): Buffer => encodeEntry(seq, m, w, kind, body);
export const encodeGap = (gap: Gap): Buffer => encodeEntry(gap.from, 0, 0, '', { to: gap.to, why: gap.why });

/** The record at an entry that `decode` found. */
export function recordAt(bytes: Buffer, entry: Entry): WireRecord {
  const bodyAt = entry.at + FIXED + 1 + bytes[entry.at + FIXED]!;
  return [entry.seq, kindAt(bytes, entry), bytes.readDoubleLE(entry.at + 16), bytes.readDoubleLE(entry.at + 24), JSON.parse(bytes.toString('utf8', bodyAt, entry.end))];
}

export const kindAt = (bytes: Buffer, entry: Entry): string => bytes.toString('latin1', entry.at + FIXED + 1, entry.at + FIXED + 1 + bytes[entry.at + FIXED]!);
export const wallAt = (bytes: Buffer, entry: Entry): number => bytes.readDoubleLE(entry.at + 24);

export function gapAt(bytes: Buffer, entry: Entry): Gap {
  const { to, why } = JSON.parse(bytes.toString('utf8', entry.at + FIXED + 1, entry.end)) as { to: number; why: string };
  return { from: entry.seq, to, why };
}

/** Finds every readable entry, from `start` on (an entry's beginning); scans over damage for the next one with a higher seq. */
export function decode(bytes: Buffer, start = HEADER_BYTES): Decoded {
  const header = readHeader(bytes);
  const found: Decoded = { header: null, newer: null, entries: [], damaged: false, lostAfter: 0, tornBytes: 0, end: start };
  if (header === 'damaged') found.damaged = true;
  else if (typeof header === 'number') return { ...found, newer: header };
  else found.header = header;
  let last = found.header && start === HEADER_BYTES ? found.header.firstSeq - 1 : 0;
  let at = start;
  while (at < bytes.length) {
    const entry = entryAt(bytes, at, last);
    if (entry) {
      if (at !== found.end) found.damaged = true;
      found.entries.push(entry);
      last = entry.to;
      at = entry.end;
      found.end = at;
    } else at = nextCandidate(bytes, at + 1);
  }
  const rest = bytes.length - found.end;
  if (rest > 0) {
    if (isTorn(bytes, found.end)) found.tornBytes = rest;
    else {
      found.damaged = true;
      found.lostAfter = countLost(bytes, found.end);
    }
  }
  return found;
}

/** The next place where a length and its inverse agree. */
function nextCandidate(bytes: Buffer, from: number): number {
  for (let at = from; at + LEAST <= bytes.length; at += 1) {
    if (((bytes[at]! ^ bytes[at + 2]!) & (bytes[at + 1]! ^ bytes[at + 3]!)) === 0xff) return at;
  }
  return bytes.length;
}

function readHeader(bytes: Buffer): SegmentHeader | 'damaged' | number {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte) || bytes.readUInt32LE(6) !== crc32c(bytes, 0, 6)) return 'damaged';
  const version = bytes.readUInt16LE(4);
  if (version > JOURNAL_VERSION) return version;
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(48) !== crc32c(bytes, 0, 48)) return 'damaged';
  return { ep: bytes.toString('latin1', 10, 26), number: bytes.readUInt32LE(26), firstSeq: bytes.readDoubleLE(30), chainBefore: bytes.toString('hex', 38, 46) };
}

function entryAt(bytes: Buffer, at: number, above: number): Entry | null {
  if (at + LEAST > bytes.length) return null;
  const length = bytes[at]! | (bytes[at + 1]! << 8);
  if ((length ^ (bytes[at + 2]! | (bytes[at + 3]! << 8))) !== 0xffff || length < LEAST || length > ENTRY_LIMIT || at + length > bytes.length) return null;
  if (bytes.readUInt32LE(at + 4) !== crc32c(bytes, at + 8, at + length, crc32c(bytes, at, at + 4))) return null;
  const seq = bytes.readDoubleLE(at + 8);
  if (!(seq > above)) return null;
  const entry: Entry = { seq, to: seq, at, end: at + length, gap: bytes[at + FIXED] === 0 };
  if (entry.gap) entry.to = gapAt(bytes, entry).to;
  return entry;
}

/** Cut off before its own end: less than a length, or a sound length that reaches beyond the file. */
function isTorn(bytes: Buffer, at: number): boolean {
  if (bytes.length - at < 4) return true;
  const length = bytes.readUInt16LE(at);
  return (length ^ bytes.readUInt16LE(at + 2)) === 0xffff && length >= LEAST && length <= ENTRY_LIMIT && at + length > bytes.length;
}

/** One, if either copy of the length ends exactly with the file; else as many as the bytes could have held. */
function countLost(bytes: Buffer, at: number): number {
  const rest = bytes.length - at;
  if (rest >= 4 && (bytes.readUInt16LE(at) === rest || (bytes.readUInt16LE(at + 2) ^ 0xffff) === rest)) return 1;
  return Math.max(1, Math.floor(rest / LEAST));
}
