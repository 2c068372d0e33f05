/**
 * Where a machine's boots stand in time. What is known of each, best first:
 *
 *   receipt   the least of (received at - sent at `m`) over its batches: late by the fastest way here, and never early
 *   clk       (w - m) + off, as the agent learned it from acks: early by the way back, and never late
 *   wall      the PC's clock at its newest record: what a later step corrected is corrected in it
 *   guess     its neighbours only
 *
 * In the order of the journal a boot ends before the next one starts, and starts when the one before has ended. So a boot that overlaps the
 * next is too late, by a slow first batch, and moves back; one that only the PC's clock places moves behind the one before. Moved by more
 * than five minutes its time is a guess, and nothing that rests on it ever settles. Instants are whole seconds, rounded down: whatever order
 * batches arrive in, the same minimum gives the same start.
 */
import type { Placing } from './evidence.ts';

export interface BootFacts {
  offsetMs: number | null;
  clkMs: number | null;
  wallMs: number | null;
  /** Its last event, ms since the boot; null where it still goes on. */
  lastM: number | null;
}

export interface Place {
  startAt: number;
  placed: Placing;
}

const GUESS_OVER_MS = 5 * 60_000;
/** No PC of this platform ran before: a clock that says so was never set (D-08). */
const CLOCK_SET_SINCE = Date.UTC(2024, 0, 1);

const wholeSecond = (ms: number): number => Math.floor(ms / 1_000) * 1_000;

function estimateOf({ offsetMs, clkMs, wallMs }: BootFacts): { at: number; placed: Placing } | null {
  if (offsetMs !== null) return { at: wholeSecond(offsetMs), placed: 'receipt' };
  if (clkMs !== null && clkMs >= CLOCK_SET_SINCE) return { at: wholeSecond(clkMs), placed: 'clk' };
  if (wallMs !== null && wallMs >= CLOCK_SET_SINCE) return { at: wholeSecond(wallMs), placed: 'wall' };
  return null;
}

export const isMeasured = (placed: Placing | undefined): boolean => placed === 'receipt' || placed === 'clk';

/** `boots` in the order of the journal; `afterAt`: when the boot before them ended; `untilAt`: when the last batch was received. */
export function placeBoots(boots: readonly BootFacts[], afterAt: number, untilAt: number): Place[] {
  const estimates = boots.map(estimateOf);
  // The latest start of each: a weaker estimate never moves what is placed by a better one.
  const latest: number[] = [];
  // What was measured by receipt never lies after it; of a last boot that was not, its records were received by then.
  let receipts = estimates[boots.length - 1]?.placed === 'receipt' ? Infinity : wholeSecond(untilAt);
  let measured = receipts;
  for (let i = boots.length - 1; i >= 0; i -= 1) {
    const { at, placed } = estimates[i] ?? { at: Infinity, placed: undefined };
    receipts = wholeSecond(receipts - (boots[i]!.lastM ?? 0));
    measured = wholeSecond(measured - (boots[i]!.lastM ?? 0));
    latest[i] = isMeasured(placed) ? receipts : measured;
    if (placed === 'receipt') receipts = Math.min(receipts, at);
    if (isMeasured(placed)) measured = Math.min(measured, at);
  }
  let after = afterAt;
  return boots.map((boot, i) => {
    const estimate = estimates[i]!;
    const upTo = latest[i]!;
    let startAt = Math.min(estimate?.at ?? upTo, upTo);
    if (estimate?.placed !== 'receipt') startAt = Math.min(Math.max(startAt, Math.ceil(after / 1_000) * 1_000), upTo);
    after = startAt + (boot.lastM ?? 0);
    const moved = estimate === null ? Infinity : Math.abs(startAt - estimate.at);
    return { startAt, placed: estimate === null || moved > GUESS_OVER_MS ? 'guess' : estimate.placed };
  });
}
