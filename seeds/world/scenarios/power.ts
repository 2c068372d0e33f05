/** Mains, buttons and sleep. */
import { aPc, cut, during, HOUR_MS, MINUTE_MS, nextOpenDay, onPc, type Scenario } from './scenario.ts';

export const POWER: readonly Scenario[] = [
  {
    name: 'power cut of a site', happens: 'Mains fail for up to two hours, router included; then all PCs are switched on again.', destroys: null, days: 1,
    play(stage) {
      const { plan, day, random } = stage;
      const at = during(stage, plan, day, 10, 13);
      const lasts = (0.1 + 1.9 * random.next()) * HOUR_MS;
      cut(stage, 'mains', at, Math.round(lasts));
      for (const pc of plan.pcs.keys()) onPc(stage, pc, Math.round(at + lasts + (1 + 5 * random.next()) * MINUTE_MS), { do: 'press' });
    },
  },
  {
    name: 'PC asleep at noon', happens: 'One PC stands by from noon for an hour or more.', destroys: null, days: 1,
    play(stage) {
      const pc = aPc(stage);
      const at = during(stage, stage.plan, stage.day, 12, 12.5);
      onPc(stage, pc, at, { do: 'standby' });
      onPc(stage, pc, at + Math.round((0.5 + stage.random.next()) * HOUR_MS), { do: 'press' });
    },
  },
  {
    name: 'hibernate over the weekend', happens: 'All PCs hibernate in the evening and wake on the next open day.', destroys: null, days: 4,
    play({ plan, day }) {
      for (const days of plan.pcs) if (days[day]) days[day] = { ...days[day], by: 'hibernate' };
    },
  },
  {
    name: 'standing by overnight', happens: 'One PC is left standing by, its lid closed.', destroys: null, days: 2,
    play(stage) {
      const own = stage.plan.pcs[aPc(stage)]!;
      if (own[stage.day]) own[stage.day] = { ...own[stage.day]!, by: 'standby' };
    },
  },
  {
    name: 'unclean reboot', happens: 'A frozen PC is switched off by its button and on again.', destroys: null, days: 1,
    play(stage) {
      const pc = aPc(stage);
      const at = during(stage, stage.plan, stage.day, 10, 14);
      onPc(stage, pc, at, { do: 'force_off' });
      onPc(stage, pc, at + 10_000 + stage.random.int(20 * MINUTE_MS), { do: 'press' });
    },
  },
  {
    name: 'clean reboot', happens: 'An update restarts a PC.', destroys: null, days: 1,
    play: (stage) => onPc(stage, aPc(stage), during(stage, stage.plan, stage.day, 10, 14), { do: 'reboot' }),
  },
  {
    name: 'plug pulled at closing', happens: 'One PC is unplugged in the evening and found so the next open day.', destroys: null, days: 4,
    play(stage) {
      const own = stage.plan.pcs[aPc(stage)]!;
      if (own[stage.day] && nextOpenDay(stage.plan, stage.day) !== null) own[stage.day] = { ...own[stage.day]!, by: 'force_off' };
    },
  },
];
