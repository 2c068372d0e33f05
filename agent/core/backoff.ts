/** Waiting times of the sender. Pure: `random` is a number in [0, 1). */

export const BACKOFF = {
  /** Before the first connection after the PC started, so that a school's PCs do not all come at once. */
  firstConnectMs: 30_000,
  /** A PC that has been on for longer did not just start with the others. */
  freshBootMs: 10 * 60_000,
  baseMs: 2_000,
  capMs: 300_000,
  /** A connection that held this long, and saw one ack, ends a series of failures. */
  stableMs: 60_000,
  /** Before an enrolment is asked for again: while there is no link, while a coordinator is asked, and after a refusal. */
  enrolMs: 60_000,
  enrolCapMs: 300_000,
  enrolRefusedMs: 3_600_000,
  ackMs: 30_000,
  ackCapMs: 300_000,
} as const;

/** Full jitter: anything between zero and the doubled bound. `failures` counts from 1. */
export const reconnectDelay = (failures: number, random: number): number => Math.round(random * Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** Math.min(20, failures)));

/** How long to wait for an ack before the batch is built anew: 30 s, doubling to 300 s, up to half as much again. */
export const ackTimeout = (tries: number, random: number): number =>
  Math.round(Math.min(BACKOFF.ackCapMs, BACKOFF.ackMs * 2 ** Math.min(20, tries)) * (1 + random / 2));

/** A kept enrolment: a minute, growing to five while nobody answers; each minute while a person is asked; an hour after a refusal. Up to a quarter more. */
export function enrolDelay(outcome: 'unreachable' | 'pending' | 'refused', failures: number, random: number): number {
  const growing = Math.min(BACKOFF.enrolCapMs, BACKOFF.enrolMs * 1.5 ** Math.min(20, failures - 1));
  const base = { unreachable: growing, pending: BACKOFF.enrolMs, refused: BACKOFF.enrolRefusedMs }[outcome];
  return Math.round(base * (1 + random / 4));
}
