/** A segment written anew: what is kept byte for byte, and a gap entry for every number that will never come. Pure. */
import { encodeGap, encodeHeader, gapAt, kindAt, type Entry, type Gap, type SegmentHeader } from './format.ts';

/**
 * `why` says for what reason an entry is given up, or null to keep it. Numbers from `header.firstSeq` to `upTo` that no entry holds
 * are declared `corrupt`.
 */
export function rebuild(header: SegmentHeader, bytes: Buffer, entries: readonly Entry[], why: (entry: Entry) => string | null, upTo: number): Buffer {
  const pieces: Uint8Array[] = [encodeHeader(header)];
  let open: Gap | null = null;
  let next = header.firstSeq;
  const close = (): void => {
    if (open) pieces.push(encodeGap(open));
    open = null;
  };
  const lose = (from: number, to: number, reason: string): void => {
    if (open && open.why === reason && open.to + 1 === from) open.to = to;
    else {
      close();
      open = { from, to, why: reason };
    }
  };
  for (const entry of entries) {
    if (entry.seq > next) lose(next, entry.seq - 1, 'corrupt');
    const reason = entry.gap ? gapAt(bytes, entry).why : why(entry);
    if (reason) lose(entry.seq, entry.to, reason);
    else {
      close();
      pieces.push(bytes.subarray(entry.at, entry.end));
    }
    next = entry.to + 1;
  }
  if (upTo >= next) lose(next, upTo, 'corrupt');
  close();
  return Buffer.concat(pieces);
}

/** What the 16 MiB cap gives up, in this order, oldest segment first; transitions are the last to go, and then it is said. */
export const THINNING = ['samples every 10 min', 'samples every hour', 'no samples', 'no heartbeats', 'nothing'] as const;
const KEEP_EVERY_MS = [10 * 60_000, 60 * 60_000];

/** Says which entries of a segment a level of thinning (an index into THINNING) gives up. */
export function thin(bytes: Buffer, level: number): (entry: Entry) => string | null {
  let keptAt = -Infinity;
  return (entry) => {
    if (level === THINNING.length - 1) return 'cap_transitions';
    const kind = kindAt(bytes, entry);
    if (kind === 'hb') return level >= 3 ? 'cap' : null;
    if (kind !== 'sample') return null;
    const every = KEEP_EVERY_MS[level];
    if (every === undefined) return 'cap';
    const m = bytes.readDoubleLE(entry.at + 16);
    if (m >= keptAt && m - keptAt < every) return 'cap';
    keptAt = m;
    return null;
  };
}
