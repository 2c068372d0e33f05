/** The scenarios of places: days, power, network. Those of agents and clocks, and a random mix of all, are in world-truth.test.ts, which `npm test` runs. */
import { SCENARIOS } from '@cac/seeds/world/scenarios/index.ts';
import { AGENT } from '@cac/seeds/world/scenarios/agent.ts';
import { CLOCKS } from '@cac/seeds/world/scenarios/clocks.ts';
import { suite } from '../harness.ts';
import { check, playOnly } from './played-scenarios.ts';

const test = suite('truth of places');
const ELSEWHERE = new Set([...AGENT, ...CLOCKS].map(({ name }) => name));

for (const one of SCENARIOS) if (!ELSEWHERE.has(one.name)) test(one.name, async () => check(one.name, await playOnly([one], [])));

test.run();
