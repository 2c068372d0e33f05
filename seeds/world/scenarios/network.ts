/** Lines, names, portals and carriers. */
import { timeOf } from '../routine.ts';
import { cut, during, HOUR_MS, MINUTE_MS, onSite, type NationScenario, type Scenario } from './scenario.ts';

export const NETWORK: readonly Scenario[] = [
  {
    name: 'line cut', happens: 'The line is cut for a quarter of an hour to three hours.', destroys: null, days: 1,
    play: (stage) => cut(stage, 'line', during(stage, stage.plan, stage.day, 9.5, 13), Math.round((0.25 + 2.75 * stage.random.next()) * HOUR_MS)),
  },
  {
    name: 'six-hour cut, then backfill', happens: 'The line is cut from nine to three: records wait in the journal.', destroys: null, days: 1,
    play: (stage) => cut(stage, 'line', during(stage, stage.plan, stage.day, 9, 9.5), 6 * HOUR_MS),
  },
  {
    name: 'line cut over closing', happens: 'The line is cut at noon and comes back at night; PCs are shut down meanwhile.', destroys: null, days: 2,
    play: (stage) => cut(stage, 'line', during(stage, stage.plan, stage.day, 12, 15), 10 * HOUR_MS),
  },
  {
    name: 'DNS broken', happens: 'Names are not resolved for an hour or two; standing connections live on.', destroys: null, days: 1,
    play: (stage) => cut(stage, 'resolver', during(stage, stage.plan, stage.day, 10, 13), Math.round((1 + stage.random.next()) * HOUR_MS)),
  },
  {
    name: 'captive portal', happens: 'From opening until someone signs in, a portal holds everything back.', destroys: null, days: 1,
    play(stage) {
      const { plan, day } = stage;
      onSite(stage, timeOf(plan, day, plan.opens - 60), { do: 'captive', up: true });
      onSite(stage, during(stage, plan, day, 10, 12), { do: 'captive', up: false });
    },
  },
  {
    name: 'router hangs', happens: 'The router stops answering and is switched off and on by hand.', destroys: null, days: 1,
    play: (stage) => cut(stage, 'router', during(stage, stage.plan, stage.day, 9.5, 14), Math.round((10 + 60 * stage.random.next()) * MINUTE_MS)),
  },
  {
    name: 'network unplugged', happens: 'Someone unplugs the switch that all PCs hang on.', destroys: null, days: 1,
    play: (stage) => cut(stage, 'lan', during(stage, stage.plan, stage.day, 9.5, 14), Math.round((10 + 60 * stage.random.next()) * MINUTE_MS)),
  },
  {
    name: 'no transit', happens: 'The carrier answers, nothing beyond it does.', destroys: null, days: 1,
    play: (stage) => cut(stage, 'transit', during(stage, stage.plan, stage.day, 9.5, 14), Math.round((10 + 90 * stage.random.next()) * MINUTE_MS)),
  },
  {
    name: 'a line that comes and goes', happens: 'Ten short cuts of one to four minutes in a morning.', destroys: null, days: 1,
    play(stage) {
      let at = during(stage, stage.plan, stage.day, 9.2, 9.6);
      for (let i = 0; i < 10; i += 1) {
        cut(stage, 'line', at, MINUTE_MS + stage.random.int(3 * MINUTE_MS));
        at += (8 + stage.random.int(10)) * MINUTE_MS + stage.random.int(60_000);
      }
    },
  },
];

export const NETWORK_OF_ALL: readonly NationScenario[] = [
  {
    name: 'carrier outage over a province', happens: 'One carrier is down in one province for one to three hours.', destroys: null, days: 1,
    play(stage) {
      const { plans, day, random, acts } = stage;
      const plan = random.pick(plans);
      const at = during(stage, plan, day, 9, 14);
      acts.push({ at, of: 'nation', act: { do: 'carrier', province: plan.province, up: false } });
      acts.push({ at: at + Math.round((1 + 2 * random.next()) * HOUR_MS), of: 'nation', act: { do: 'carrier', province: plan.province, up: true } });
    },
  },
];
