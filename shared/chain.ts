/**
 * The chain ties each record to all before it, so that a journal restored from an old disk, or copied to a second
 * PC, is noticed at its first batch. `chain_0` is sixteen zeros; `chain_n` is the first 8 bytes of
 * SHA-256(chain_{n-1} as ASCII hexadecimal, then the record as the JSON text `[seq,kind,m,w,body]`), in hexadecimal.
 * That text is what ECMAScript's JSON.stringify makes of the record as parsed: no spaces, numbers in their shortest form, text
 * escaped only where JSON demands it, object keys in the order in which the agent wrote them; but keys that are whole numbers
 * (`"7"`) come first, ascending. vectors/chain.json has a case of each.
 * A sequence number that will never come (dropped, lost) leaves the chain as it is.
 */
import { hash } from 'node:crypto';
import type { WireRecord } from './records.ts';

export const CHAIN_START = '0000000000000000';

/** The chain value after this record. `record` is hashed as received: fields of a newer agent count too. */
export function nextChain(previous: string, record: WireRecord): string {
  return hash('sha256', previous + JSON.stringify(record), 'hex').slice(0, 16);
}
