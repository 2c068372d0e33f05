/** The platform's own absences. */
import { during, HOUR_MS, type NationScenario } from './scenario.ts';

const away = (what: 'server' | 'broker', hours: number): NationScenario['play'] => (stage) => {
  const at = during(stage, stage.plans[0]!, stage.day, 10, 13);
  stage.acts.push({ at, of: 'nation', act: { do: what, up: false } }, { at: at + Math.round(hours * HOUR_MS), of: 'nation', act: { do: what, up: true } });
};

export const PLATFORM: readonly NationScenario[] = [
  { name: 'server down for two hours', happens: 'The server is killed and comes back two hours later.', destroys: null, days: 1, play: away('server', 2) },
  { name: 'broker down', happens: 'No agent reaches the broker for half an hour; the server itself runs.', destroys: null, days: 1, play: away('broker', 0.5) },
];
