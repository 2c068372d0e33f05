/** Clocks that are wrong. */
import { timeOf } from '../routine.ts';
import { aPc, during, HOUR_MS, onPc, type Scenario, type Stage } from './scenario.ts';

const DAY_MS = 24 * HOUR_MS;

/** Wrong during the day, and set right two hours later. */
function wrongClock(stage: Stage, aheadMs: number): void {
  const pc = aPc(stage);
  const at = during(stage, stage.plan, stage.day, 9.5, 13);
  onPc(stage, pc, at, { do: 'set_clock', aheadMs });
  onPc(stage, pc, at + 2 * HOUR_MS, { do: 'set_clock', aheadMs: 0 });
}

export const CLOCKS: readonly Scenario[] = [
  { name: 'clock + 400 days', happens: 'A PC\'s clock is set 400 days ahead, and right again two hours later.', destroys: null, days: 1, play: (stage) => wrongClock(stage, 400 * DAY_MS) },
  {
    name: 'year 2001', happens: 'An empty CMOS battery: the PC starts in 2001 and finds the time at noon.', destroys: null, days: 1,
    play(stage) {
      const { plan, day } = stage;
      const pc = aPc(stage);
      const at = timeOf(plan, day, plan.opens - 60);
      onPc(stage, pc, at, { do: 'set_clock', aheadMs: Date.UTC(2001, 0, 1) - at });
      onPc(stage, pc, during(stage, plan, day, 11.5, 12.5), { do: 'set_clock', aheadMs: 0 });
    },
  },
  { name: 'back one hour', happens: 'A PC follows an old time zone rule: an hour back, for two hours.', destroys: null, days: 1, play: (stage) => wrongClock(stage, -HOUR_MS) },
  {
    name: 'a clock that drifts', happens: 'A PC\'s clock gains 40 seconds a day.', destroys: null, days: 3,
    play(stage) {
      onPc(stage, aPc(stage), timeOf(stage.plan, stage.day, 60), { do: 'drift', ppm: 463 });
    },
  },
];
