/**
 * One machine that sends without end must not be the others' trouble (B-13): beyond its bucket its reports are not taken, and it is told `slow` with the
 * watermark it was last told. That one is committed, and an agent may read it as such; what it sent is still in its journal.
 */
import type { Ack } from '@cac/shared/messages.ts';
import { takeToken, type Bucket, type BucketRule } from '../core/bucket.ts';

/** An agent that drains its journal sends five a second at most: acks come no quicker. */
export const REPORT_RATE: BucketRule = { capacity: 1_200, refillMs: 60_000 };
const SLOW_WAIT_MS = 60_000;

interface Sender {
  bucket: Bucket | undefined;
  /** The last ack that followed a commit. */
  told: Ack | null;
}

export interface ReportRate {
  /** Takes one from the machine's bucket; false when it is empty. */
  allows(machine: string): boolean;
  /** To be called with each ack of a commit. */
  note(machine: string, ack: Ack): void;
  /** What is answered instead of taking a report; null where nothing was committed of this machine since the start. */
  slow(machine: string): Ack | null;
}

/** About 500 B each. */
const MACHINES_KEPT = 20_000;

export function createReportRate(now: () => number, rule: BucketRule = REPORT_RATE): ReportRate {
  const senders = new Map<string, Sender>();
  const senderOf = (machine: string): Sender => {
    let sender = senders.get(machine);
    if (sender === undefined) {
      if (senders.size >= MACHINES_KEPT) senders.delete(senders.keys().next().value as string);
      senders.set(machine, (sender = { bucket: undefined, told: null }));
    }
    return sender;
  };
  return {
    allows(machine) {
      const sender = senderOf(machine);
      const { bucket, waitMs } = takeToken(sender.bucket, rule, now());
      sender.bucket = bucket;
      return waitMs === 0;
    },
    note(machine, ack) {
      if (ack.code === 'ok') senderOf(machine).told = ack;
    },
    slow(machine) {
      const told = senders.get(machine)?.told ?? null;
      return told && { ...told, t: now(), code: 'slow', wait: SLOW_WAIT_MS };
    },
  };
}
