/** What happens by the clock: named ticks, of which none overlaps itself, and a bad one never stops the next. */
import type { Log } from './log.ts';

export interface Ticks {
  /** From now on, every `ms`; a tick that is due while the last one still runs is left out. */
  every(ms: number, name: string, act: () => Promise<unknown>): void;
  /** Starts no more; what runs goes on to its end. */
  stop(): void;
}

export function createTicks(log: Log): Ticks {
  const timers: NodeJS.Timeout[] = [];
  return {
    every(ms, name, act) {
      let busy = false;
      const tick = (): void => {
        if (busy) return;
        busy = true;
        act()
          .catch((err: unknown) => log.error({ err }, `${name} failed`))
          .finally(() => (busy = false));
      };
      timers.push(setInterval(tick, ms));
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
