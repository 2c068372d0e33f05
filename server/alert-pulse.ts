/** The pulse of the loops that alerts depend on: each beats after a round that succeeded; one that has not for too long is named. */
export const ALERT_LOOPS = ['watch', 'deliver'] as const;
export type AlertLoop = (typeof ALERT_LOOPS)[number];

/** A loop runs every second or so; a slow database may hold it up. */
const STALE_MS = 120_000;

export interface AlertPulse {
  beat(loop: AlertLoop, at: number): void;
  /** The loop that has not beaten for two minutes; null when all have. */
  stale(now: number): AlertLoop | null;
  /** Ms since each loop's last beat. */
  ages(now: number): Record<AlertLoop, number>;
}

export function createAlertPulse(startedAt: number): AlertPulse {
  const last: Record<AlertLoop, number> = { watch: startedAt, deliver: startedAt };
  return {
    beat: (loop, at) => void (last[loop] = at),
    stale: (now) => ALERT_LOOPS.find((loop) => now - last[loop] > STALE_MS) ?? null,
    ages: (now) => ({ watch: now - last.watch, deliver: now - last.deliver }),
  };
}
