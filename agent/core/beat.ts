/**
 * The minutes of an agent: heartbeats on a grid of exactly 60,000 ms of the PC's monotonic time, so that equal ones make runs.
 * `m`: ms since the operating system booted, sleep included. `wall`: the PC's clock, which may be wrong or step.
 */
import { HEARTBEAT_MS } from '@cac/shared/records.ts';

export interface BeatState {
  /** The next heartbeat's `m`. */
  nextM: number;
  lastM: number;
  /** wall - m, sampled anew only when the wall moved more than SLACK_MS: a run's `w` then steps like its `m`. */
  wallOffset: number;
}

export interface TimedDraft {
  kind: string;
  m: number;
  w: number;
  body: Record<string, unknown>;
}

const SLACK_MS = 500;
const STEP_MS = 2_000;
/** A tick later than this, inside one process: the PC slept. */
const SLEEP_MS = 150_000;

export const createBeat = (m: number, wall: number): BeatState => ({ nextM: m + HEARTBEAT_MS, lastM: m, wallOffset: Math.round(wall - m) });

/** The `w` of something that happens at `m`. */
export const wallOf = (beat: BeatState, m: number): number => m + beat.wallOffset;

/**
 * Ticks: whatever is due by `m`. A step of the wall clock over 2 s is a `clk`, a gap over 150 s a `resume` (a new grid then starts), and
 * so is any gap after a `suspend` (at `suspendedM`). `body` of the heartbeats is the link as last known. Minutes whose heartbeats the
 * disk refused are no gap: only a process that did not run has one.
 */
export function tick(beat: BeatState, m: number, wall: number, body: { link: string }, suspendedM: number | null = null): { beat: BeatState; drafts: TimedDraft[] } {
  const next = { ...beat };
  const drafts: TimedDraft[] = [];
  const gap = m - (suspendedM ?? beat.lastM);
  const step = Math.round(wall - m) - beat.wallOffset;
  if (Math.abs(step) > SLACK_MS) next.wallOffset = beat.wallOffset + step;
  const draft = (kind: string, at: number, content: Record<string, unknown>): void => void drafts.push({ kind, m: at, w: wallOf(next, at), body: content });
  if (gap > SLEEP_MS || suspendedM !== null) {
    draft('resume', m, { gap });
    next.nextM = m;
  }
  // Heartbeats come first: m never runs backwards in the journal.
  for (; next.nextM <= m; next.nextM += HEARTBEAT_MS) draft('hb', next.nextM, { ...body });
  if (Math.abs(step) > STEP_MS) draft('clk', m, { step });
  next.lastM = Math.max(beat.lastM, m);
  return { beat: next, drafts };
}
