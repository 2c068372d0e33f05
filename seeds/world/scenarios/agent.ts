/** The agent's process, its disk and its journal. */
import { aPc, during, HOUR_MS, MINUTE_MS, nextOpenDay, onPc, type Scenario } from './scenario.ts';

export const AGENT: readonly Scenario[] = [
  {
    name: 'agent killed', happens: 'An antivirus kills the agent; someone starts it again the same day.', destroys: null, days: 1,
    play(stage) {
      const pc = aPc(stage);
      const at = during(stage, stage.plan, stage.day, 10, 12.5);
      onPc(stage, pc, at, { do: 'kill_agent' });
      onPc(stage, pc, at + Math.round((5 + 85 * stage.random.next()) * MINUTE_MS), { do: 'start_agent' });
    },
  },
  {
    name: 'service stopped', happens: 'A technician stops the agent\'s service and starts it again in the same boot.', destroys: null, days: 1,
    play(stage) {
      const pc = aPc(stage);
      const at = during(stage, stage.plan, stage.day, 10, 12.5);
      onPc(stage, pc, at, { do: 'stop_agent' });
      onPc(stage, pc, at + Math.round((5 + 85 * stage.random.next()) * MINUTE_MS), { do: 'start_agent' });
    },
  },
  {
    name: 'disk full', happens: 'No room for heartbeats and samples for some hours; transitions go into the reserve.', destroys: 'heartbeats only: the process ran through', days: 1,
    play(stage) {
      const pc = aPc(stage);
      const at = during(stage, stage.plan, stage.day, 9.5, 12);
      onPc(stage, pc, at, { do: 'disk', full: true });
      onPc(stage, pc, at + Math.round((0.5 + 2.5 * stage.random.next()) * HOUR_MS), { do: 'disk', full: false });
    },
  },
  {
    name: 'journal lost', happens: 'The agent\'s directory is emptied while the PC is off.', destroys: 'whatever was not sent by then; the night is enclosed by two journals', days: 4,
    play(stage) {
      const pc = aPc(stage);
      const own = stage.plan.pcs[pc]![stage.day];
      if (own) onPc(stage, pc, own.offAt + 3 * MINUTE_MS, { do: 'lose_journal' });
    },
  },
  {
    name: 'restored disk', happens: 'A PC gets back its disk as it was some days ago.', destroys: 'whatever was not sent by then', days: 6,
    play(stage) {
      const { plan, day } = stage;
      const pc = aPc(stage);
      const own = plan.pcs[pc]!;
      const later = nextOpenDay(plan, nextOpenDay(plan, day) ?? day);
      if (!own[day] || later === null || !own[later]) return;
      onPc(stage, pc, own[day].offAt + 2 * MINUTE_MS, { do: 'save_image' });
      onPc(stage, pc, own[later].offAt + 3 * MINUTE_MS, { do: 'restore_image' });
    },
  },
  {
    name: 'cloned PC', happens: 'Another PC\'s disk is copied onto this one: its agent finds foreign hardware and leaves.', destroys: 'everything of this PC from its last evening on', days: 1,
    play(stage) {
      const { plan, day, unknowable } = stage;
      if (plan.pcs.length < 2) return;
      const own = plan.pcs[1]![day];
      if (!own) return;
      onPc(stage, 1, own.offAt + 2 * MINUTE_MS, { do: 'clone', of: 0 });
      unknowable.push({ scenario: 'cloned PC', site: plan.site, pc: 1, fromAt: own.offAt, toAt: Infinity });
    },
  },
];
