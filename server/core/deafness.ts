/**
 * Is it the machines that fell silent, or do we hear nobody any more? When a fleet is thought to be on and not one of its machines
 * was heard for longer than any of them needs, the server's own link is the likelier cause: nobody is told off for a while.
 */
export interface Hearing {
  /** Machines thought to be on. */
  on: number;
  /** Server time of the newest sign of life of any machine; null when there never was one. */
  lastSignAt: number | null;
  /** Since when nobody is heard, as noted before; null when somebody was. */
  deafSince: number | null;
}

/** Fewer tell nothing: they may well be switched off together. */
const FLEET = 20;
const SILENCE_MS = 3 * 60_000;
/** So long the silence of all is held against ourselves; then they are told as unreachable. */
export const HELD_MS = 30 * 60_000;

/** Since when the server is deaf; null when it is not. `startedAt`: nobody is missed sooner than that after a start. */
export function deafSince({ on, lastSignAt, deafSince: noted }: Hearing, startedAt: number, now: number): number | null {
  if (on < FLEET) return null;
  const heardAt = Math.max(lastSignAt ?? 0, startedAt);
  return now - heardAt > SILENCE_MS ? (noted ?? heardAt) : null;
}
