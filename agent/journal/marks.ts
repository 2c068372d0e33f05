/**
 * The ack mark: how far the server has the journal, and the chain value there. Two slots written in turn, each with its checksum:
 * a torn one leaves the other, and losing both costs a resend. Pure.
 */
import { crc32c } from './crc32c.ts';

export interface Mark {
  ep: string;
  /** Everything up to here is accounted for by the server. */
  W: number;
  /** The chain value at W. */
  chain: string;
  /** The server database that said so; null before the first ack. */
  dbi: string | null;
}

export const MARK_FILES = ['mark.0', 'mark.1'] as const;

/** `turn` grows with every write: the higher of two readable slots is the newer. */
export function encodeMark(mark: Mark, turn: number): Buffer {
  const json = Buffer.from(JSON.stringify([turn, mark.ep, mark.W, mark.chain, mark.dbi]));
  return Buffer.from(`${crc32c(json).toString(16).padStart(8, '0')} ${json.toString()}`);
}

export function decodeMark(bytes: Buffer): { mark: Mark; turn: number } | null {
  const json = bytes.subarray(9);
  if (bytes.length < 10 || bytes.toString('latin1', 0, 8) !== crc32c(json).toString(16).padStart(8, '0')) return null;
  const [turn, ep, W, chain, dbi] = JSON.parse(json.toString()) as [number, string, number, string, string | null];
  return { mark: { ep, W, chain, dbi }, turn };
}
