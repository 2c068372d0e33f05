/** How far new evidence reaches: it changes what was between its neighbours, and no more. */
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { Evidence } from './evidence.ts';

export interface Stretch {
  fromAt: number;
  toAt: number;
}

/** From the last entry before the stretch, or the machine's enrolment, to the first one after it, or to now. */
export function reachOf({ boots }: Evidence, { fromAt, toAt }: Stretch, enrolledAt: number, now: number): Stretch {
  let before = enrolledAt;
  let after = now;
  for (const { startAt, entries } of boots) {
    for (const { m, seq, lastSeq } of entries) {
      const at = startAt + m;
      const endAt = at + (lastSeq - seq) * HEARTBEAT_MS;
      // Entries come in order: of those before the stretch the last one stands.
      if (at < fromAt) before = Math.min(endAt, fromAt);
      if (at > toAt) after = Math.min(after, at);
    }
  }
  return { fromAt: Math.max(before, enrolledAt), toAt: after };
}
