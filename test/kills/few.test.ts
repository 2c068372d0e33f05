import { suite } from '../harness.ts';
import { killAgents, killServer } from './plan.ts';

const test = suite('kills, a few');
const SCALE = { agents: 10, records: 100, kills: 3, perProcess: 5, paceMs: 40 };

test('G-01 B-14 the server is killed three times: each record is stored exactly once', () => killServer(SCALE));
test('A-01 the agents are killed three times: each record is stored exactly once', () => killAgents(SCALE));
test.run();
