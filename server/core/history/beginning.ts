/**
 * Where a machine's past begins: at its enrolment, or at the first thing it journaled before it, for an agent may have run offline for days. Only
 * an entry whose time was measured counts, by receipt or by what acks taught the agent: a PC's clock alone, or its neighbours, prove no beginning.
 */
import type { Evidence } from './evidence.ts';
import { isMeasured } from './place-boot.ts';

export const MOST_BEFORE_MS = 35 * 24 * 3_600_000;

/** `evidence`: of the time from `MOST_BEFORE_MS` before the enrolment on. */
export function beginningOf({ boots }: Evidence, enrolledAt: number): number {
  let first = enrolledAt;
  for (const { placed, startAt, entries } of boots) {
    const [entry] = entries;
    if (entry && isMeasured(placed)) first = Math.min(first, startAt + entry.m);
  }
  return Math.max(first, enrolledAt - MOST_BEFORE_MS);
}
