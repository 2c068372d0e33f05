/** Each scenario by itself: of places, agents and clocks, and of the whole nation. A random mix of all is in world-truth.test.ts, which `npm test` runs. */
import { NATION_SCENARIOS, SCENARIOS } from '@cac/seeds/world/scenarios/index.ts';
import { suite } from '../harness.ts';
import { check, playOnly } from './played-scenarios.ts';

const test = suite('truth, scenario by scenario');

for (const one of SCENARIOS) test(one.name, async () => check(one.name, await playOnly([one], [])));
for (const one of NATION_SCENARIOS) test(one.name, async () => check(one.name, await playOnly([], [one])));

test.run();
