/** How far new evidence reaches: it changes what was between its neighbours, and no more. */
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { Evidence } from './evidence.ts';

export interface Stretch {
  fromAt: number;
  toAt: number;
}

/** From the last entry before the stretch, or where the machine's past begins, to the first one after it, or to now. */
export function reachOf({ boots }: Evidence, { fromAt, toAt }: Stretch, beginsAt: number, now: number): Stretch {
  let before = beginsAt;
  let after = now;
  for (const { startAt, entries } of boots) {
    for (const { m, seq, lastSeq } of entries) {
      const at = startAt + m;
      const beats = lastSeq - seq;
      // Entries come in order: of those before the stretch the last one stands. A run may reach into the stretch: its neighbours are its own beats.
      if (at < fromAt) before = at + Math.min(beats, Math.ceil((fromAt - at) / HEARTBEAT_MS) - 1) * HEARTBEAT_MS;
      const next = at > toAt ? 0 : Math.floor((toAt - at) / HEARTBEAT_MS) + 1;
      if (next <= beats) after = Math.min(after, at + next * HEARTBEAT_MS);
    }
  }
  return { fromAt: Math.max(before, beginsAt), toAt: after };
}
