/**
 * The queue in front of `authenticate` (B-12): when thousands connect at once, after a power cut or our own restart, so many a second are proved and the
 * rest wait their turn, first come first served. Who waits here has said its CONNECT: no clock of the gate runs against it.
 */
import { AUTH_PACE, passOne, type Pace, type PaceRule } from '../core/pace.ts';

/** Beyond it there is no turn soon enough for anybody: whoever comes is sent away, and comes again later (CONNACK 3). */
const MOST_WAITING = 20_000;
const SPENT_KEPT = 1_000;

export interface Admission {
  /** Calls one of the two, once: when its turn has come, or at once when too many wait. */
  enter(turn: () => void, tooMany: () => void): void;
  waiting(): number;
  /** Those who wait get no turn any more. */
  close(): void;
}

/** `now`: ms, of any clock that does not step back by much. */
export function createAdmission(now: () => number, rule: PaceRule = AUTH_PACE, most = MOST_WAITING): Admission {
  let queue: (() => void)[] = [];
  let next = 0;
  let pace: Pace | null = null;
  let timer: NodeJS.Timeout | null = null;

  const passes = (): number => {
    const step = passOne(pace, rule, now());
    pace = step.pace;
    return step.waitMs;
  };
  const drain = (): void => {
    timer = null;
    while (next < queue.length) {
      const waitMs = passes();
      if (waitMs > 0) return void (timer = setTimeout(drain, waitMs));
      queue[next++]!();
      if (next === SPENT_KEPT) [queue, next] = [queue.slice(next), 0];
    }
    queue = [];
    next = 0;
  };

  return {
    enter(turn, tooMany) {
      if (next === queue.length && passes() === 0) return turn();
      if (queue.length - next >= most) return tooMany();
      queue.push(turn);
      timer ??= setTimeout(drain, rule.slotMs);
    },
    waiting: () => queue.length - next,
    close() {
      if (timer) clearTimeout(timer);
      queue = [];
      next = 0;
    },
  };
}
