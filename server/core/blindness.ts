/** After a time in which the server could not hear anyone, nobody is told off before a grace has passed. */
export const RECONNECT_CAP_MS = 300_000;

/** The keepalive of an agent that was not told otherwise; of a machine that was never heard, too. */
export const USUAL_LIVENESS_MS = 60_000;

export interface BlindWindow {
  fromAt: number;
  toAt: number;
}

/** How long machines get to come back: twice the liveness interval, the spread, or the longest back-off; and a minute. */
export const graceMs = (livenessMs: number, spreadMs: number): number => Math.max(2 * livenessMs, spreadMs, RECONNECT_CAP_MS) + 60_000;
