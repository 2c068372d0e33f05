/** One timer for a whole fleet: alarms lie in slots of 100 ms, and a single interval empties the slots whose time has come. */

export interface Alarm {
  ring(): void;
  /** The slot it lies in; null: not set. Kept by the wheel. */
  slot: Set<Alarm> | null;
}

export interface Wheel {
  /** Sets or moves an alarm, `at` on the wheel's clock (ms). Up to 100 ms late; one further away than a turn rings early, to be set again. */
  set(alarm: Alarm, at: number): void;
  clear(alarm: Alarm): void;
  /** Rings whatever is due. */
  turn(): void;
  stop(): void;
}

const SLOT_MS = 100;
/** A turn is 102.4 s: pings and heartbeats lie inside. */
const SLOTS = 1_024;

/** `now`: ms on a clock that never steps back. Without `ticking`, someone calls `turn`. */
export function createWheel(now: () => number, ticking = true): Wheel {
  const slots = Array.from({ length: SLOTS }, () => new Set<Alarm>());
  let turned = Math.floor(now() / SLOT_MS);

  const clear = (alarm: Alarm): void => {
    alarm.slot?.delete(alarm);
    alarm.slot = null;
  };
  const turn = (): void => {
    const until = Math.floor(now() / SLOT_MS);
    while (turned < until) {
      const slot = slots[turned % SLOTS]!;
      // Before anything rings: what is set meanwhile lies in a slot still to come.
      turned += 1;
      const due = [...slot];
      for (const alarm of due) clear(alarm);
      for (const alarm of due) alarm.ring();
    }
  };
  const timer = ticking ? setInterval(turn, SLOT_MS) : undefined;

  return {
    clear,
    turn,
    set(alarm, at) {
      const wanted = Math.min(Math.max(Math.floor(at / SLOT_MS), turned), turned + SLOTS - 1);
      const slot = slots[wanted % SLOTS]!;
      if (alarm.slot === slot) return;
      clear(alarm);
      slot.add(alarm);
      alarm.slot = slot;
    },
    stop: () => clearInterval(timer),
  };
}
