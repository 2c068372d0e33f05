/** Writing a whole epoch at once: the records carried over from another one, and what it lacks, renumbered from 1. */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import type { Files } from './files.ts';
import { encodeGap, encodeHeader, encodeRecord, HEADER_BYTES } from './format.ts';
import type { JournalItem } from './held.ts';
import { segmentName, type Segment } from './recover.ts';

/**
 * Writes the segments and returns them. The first is written last, and makes the epoch valid: until then an earlier one counts
 * (recover.ts). Only one segment, and the first, are held in memory.
 */
export function writeEpoch(files: Files, epoch: { generation: number; ep: string }, segmentBytes: number, carried: Iterable<JournalItem>): Segment[] {
  const segments: Segment[] = [];
  let chain = CHAIN_START;
  let seq = 0;
  let pieces: Buffer[] = [];
  let first: Buffer[] = [];

  const open = (): Segment => {
    const number = segments.length + 1;
    const start = { number, firstSeq: seq + 1, chainBefore: chain };
    pieces = [encodeHeader({ ep: epoch.ep, ...start })];
    if (number === 1) first = pieces;
    const segment = { ...start, name: segmentName(epoch.generation, epoch.ep, number), lastSeq: seq, bytes: HEADER_BYTES, lastW: 0 };
    segments.push(segment);
    return segment;
  };
  const close = (segment: Segment): void => {
    if (segment.number > 1) files.create(segment.name, Buffer.concat(pieces));
  };

  let segment = open();
  for (const item of carried) {
    const to = item.kind === 'gap' ? seq + 1 + item.to - item.from : seq + 1;
    const record = item.kind === 'gap' ? null : renumbered(item.record, to);
    const bytes = item.kind === 'gap' ? encodeGap({ from: seq + 1, to, why: item.why }) : encodeRecord(record!);
    if (segment.bytes + bytes.length > segmentBytes) {
      close(segment);
      segment = open();
    }
    pieces.push(bytes);
    seq = to;
    segment.bytes += bytes.length;
    segment.lastSeq = seq;
    if (!record) continue;
    chain = nextChain(chain, record);
    segment.lastW = record[3];
  }
  close(segment);
  files.create(segments[0]!.name, Buffer.concat(first));
  return segments;
}

const renumbered = ([, kind, m, w, body]: WireRecord, seq: number): WireRecord => [seq, kind, m, w, body];
