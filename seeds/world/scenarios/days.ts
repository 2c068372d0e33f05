/** How days begin and end. */
import { isOpenDay, timeOf, usualDay, type PcDay } from '../routine.ts';
import { aPc, during, MINUTE_MS, nextOpenDay, onSite, type NationScenario, type Scenario } from './scenario.ts';

function leaveOn(days: (PcDay | null)[], day: number): void {
  const own = days[day];
  if (own) days[day] = { ...own, by: 'stays' };
}

export const DAYS: readonly Scenario[] = [
  { name: 'school day', happens: 'PCs are switched on in the morning and shut down in the evening.', destroys: null, days: 1, play: () => {} },
  {
    name: 'closing time', happens: 'All PCs are shut down within a minute, a quarter of an hour before closing.', destroys: null, days: 1,
    play({ plan, day, random }) {
      const at = timeOf(plan, day, plan.closes - 15);
      for (const days of plan.pcs) if (days[day]) days[day] = { ...days[day], offAt: at + random.int(MINUTE_MS) };
    },
  },
  {
    name: 'forgotten PC at night', happens: 'One PC stays on all night, and the day after is shut down.', destroys: null, days: 2,
    play(stage) {
      leaveOn(stage.plan.pcs[aPc(stage)]!, stage.day);
    },
  },
  {
    name: 'mains off at closing every day', happens: 'Whoever leaves throws the main switch, all PCs still on; for three days.', destroys: null, days: 3,
    play(stage) {
      const { plan, day: first } = stage;
      for (let day = first; day < Math.min(first + 3, plan.days.length); day += 1) {
        if (!isOpenDay(plan, day)) continue;
        for (const days of plan.pcs) leaveOn(days, day);
        onSite(stage, during(stage, plan, day, plan.closes / 60, plan.closes / 60 + 0.2), { do: 'mains', up: false });
        const next = nextOpenDay(plan, day);
        if (next !== null) onSite(stage, timeOf(plan, next, plan.opens - 20), { do: 'mains', up: true });
      }
    },
  },
  {
    name: 'late opening', happens: 'The person with the key comes three hours late.', destroys: null, days: 1,
    play({ plan, day, random }) {
      for (const days of plan.pcs) if (days[day]) days[day] = { ...days[day], onAt: days[day].onAt + 3 * 60 * MINUTE_MS + random.int(MINUTE_MS) };
    },
  },
  {
    name: 'Ramadan hours', happens: 'Open from nine to three, two days running.', destroys: null, days: 2,
    play({ plan, day, random }) {
      for (const days of plan.pcs) for (const d of [day, day + 1]) if (days[d]) days[d] = usualDay(random, plan, d, 9 * 60, 15 * 60);
    },
  },
  {
    name: 'public holiday', happens: 'Nobody comes.', destroys: null, days: 1,
    play({ plan, day }) {
      for (const days of plan.pcs) days[day] = null;
    },
  },
];

export const DAYS_OF_ALL: readonly NationScenario[] = [
  {
    name: 'the whole fleet booting at once', happens: 'Every PC of every site that opens is switched on within the same five seconds.', destroys: null, days: 1,
    play({ plans, day, random }) {
      for (const plan of plans) {
        const at = timeOf(plan, day, 8 * 60 + 30);
        for (const days of plan.pcs) if (days[day]) days[day] = { ...days[day], onAt: at + random.int(5_000) };
      }
    },
  },
];
