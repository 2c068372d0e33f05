/**
 * Bytes of this agent by UTC day, kept in a small file so that a restart does not forget the morning. What the socket moved is read; the headers that carried it follow
 * a stated model (TCP and IP of version 4, with timestamps): 52 B for each piece written or read, and 52 B for the bare acknowledgement of each piece read. Opening and
 * closing a connection is seven more. A try of a probe is four segments, a name asked for 150 B.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../uplink/identity.ts';
import type { Traffic } from '../uplink/mqtt.ts';

const SEGMENT = 52;
const OPENING = 7 * SEGMENT;
export const TRY_BYTES = 224;
export const NAME_BYTES = 150;

/** What a connection has cost on the line, by the model. Pure. */
export const onTheLine = ({ bytes, writes, reads }: Traffic): number => (bytes === 0 ? 0 : OPENING + bytes + (writes + 2 * reads) * SEGMENT);

export interface ByteCount {
  add(bytes: number, now: number): void;
  today(now: number): number;
  /** Since this process started. */
  total(): number;
  /** Of the last days, the newest last, for the server. */
  days(now: number): [day: string, bytes: number][];
  save(): void;
}

const KEPT_DAYS = 3;
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

export function openByteCount(dir: string): ByteCount {
  const path = join(dir, 'bytes.json');
  const days = new Map(read(path));
  let total = 0;
  return {
    add(count, now) {
      total += count;
      const day = dayOf(now);
      days.set(day, (days.get(day) ?? 0) + count);
      while (days.size > KEPT_DAYS) days.delete([...days.keys()].toSorted()[0]!);
    },
    total: () => total,
    today: (now) => days.get(dayOf(now)) ?? 0,
    days: () => [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    save() {
      try {
        writePrivate(path, JSON.stringify([...days]));
      } catch {
        // counted again from here after a restart
      }
    },
  };
}

function read(path: string): [string, number][] {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(found) ? found.filter((pair): pair is [string, number] => Array.isArray(pair) && /^\d{4}-\d\d-\d\d$/.test(String(pair[0])) && Number.isFinite(pair[1])) : [];
  } catch {
    return [];
  }
}
