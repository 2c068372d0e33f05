/** How fast things may pass: so many in each slot of time, and no more in any second than the slots that touch it allow. Plain data, pure. */
export interface PaceRule {
  slotMs: number;
  perSlot: number;
}

export interface Pace {
  /** The slot, counted from 0 ms. */
  slot: number;
  passed: number;
}

/** 440 a second, and in no second more than 451: also where answers bunch on their way, nobody sees 500. */
export const AUTH_PACE: PaceRule = { slotMs: 25, perSlot: 11 };

/** May one pass now? If not, `waitMs` says when the next slot begins. */
export function passOne(pace: Pace | null, rule: PaceRule, now: number): { pace: Pace; waitMs: number } {
  const slot = Math.floor(now / rule.slotMs);
  const passed = pace?.slot === slot ? pace.passed : 0;
  if (passed < rule.perSlot) return { pace: { slot, passed: passed + 1 }, waitMs: 0 };
  return { pace: { slot, passed }, waitMs: Math.max(1, (slot + 1) * rule.slotMs - now) };
}
