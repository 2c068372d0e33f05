/** When a message that could not be handed over is tried again: full jitter under a bound that doubles, for a day. */
const FIRST_MS = 30_000;
const MOST_MS = 15 * 60_000;
const GIVE_UP_MS = 24 * 3_600_000;

/** `attempts`: those made so far, one at least; `random`: from 0 up to 1. Never at once: the provider has just refused. */
export function waitMs(attempts: number, random: number): number {
  const bound = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return 1_000 + Math.floor(random * (bound - 1_000));
}

export const givesUp = (firstTriedAt: number, now: number): boolean => now - firstTriedAt >= GIVE_UP_MS;
