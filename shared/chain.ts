/**
 * The chain ties each record to all before it, so that a journal restored from an old disk, or copied to a second
 * PC, is noticed at its first batch. `chain_0` is sixteen zeros; `chain_n` is the first 8 bytes of
 * SHA-256(chain_{n-1} as ASCII hexadecimal, then the record as the JSON text `[seq,kind,m,w,body]`), in hexadecimal.
 * Object keys keep the order in which the agent wrote them and numbers their shortest form, as JSON.stringify does.
 * A sequence number that will never come (dropped, lost) leaves the chain as it is.
 */
import { createHash } from 'node:crypto';
import type { WireRecord } from './records.ts';

export const CHAIN_START = '0000000000000000';

/** The chain value after this record. `record` is hashed as received: fields of a newer agent count too. */
export function nextChain(previous: string, record: WireRecord): string {
  return createHash('sha256').update(previous).update(JSON.stringify(record)).digest('hex').slice(0, 16);
}
