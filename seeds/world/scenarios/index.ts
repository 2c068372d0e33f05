/** All scenarios, in one table each: of a site, and of all sites together. */
import { AGENT } from './agent.ts';
import { CLOCKS } from './clocks.ts';
import { DAYS, DAYS_OF_ALL } from './days.ts';
import { NETWORK, NETWORK_OF_ALL } from './network.ts';
import { PLATFORM } from './platform.ts';
import { POWER } from './power.ts';
import type { NationScenario, Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [...DAYS, ...POWER, ...NETWORK, ...AGENT, ...CLOCKS];
export const NATION_SCENARIOS: readonly NationScenario[] = [...DAYS_OF_ALL, ...NETWORK_OF_ALL, ...PLATFORM];
