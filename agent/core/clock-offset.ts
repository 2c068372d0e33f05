/** How far the PC's wall clock is from the server's, learned from acks: told once a boot, and again when it moved. Pure. */

/** As last told: server time minus wall time, ms, and the `m` at which it was. */
export interface ToldOffset {
  ms: number;
  m: number;
}

/** An ack that took longer says too little: its way back may have been anything up to that. */
const USABLE_MS = 10_000;
const MOVED_MS = 1_000;
const AGAIN_MS = 10 * 60_000;

/**
 * The offset to tell now, or null. `t`: server time at commit; it is half a round trip old on receipt, give or take as much. `wall`: what
 * the journal would write now.
 */
export function offsetToTell(told: ToldOffset | null, ack: { t: number; roundTripMs: number }, m: number, wall: number): ToldOffset | null {
  if (ack.roundTripMs > USABLE_MS) return null;
  const half = ack.roundTripMs / 2;
  const ms = Math.round(ack.t + half - wall);
  if (told && (m - told.m < AGAIN_MS || Math.abs(ms - told.ms) <= MOVED_MS + half)) return null;
  return { ms, m };
}
