import { suite } from '../harness.ts';
import { killAgents, killServer } from './plan.ts';

const test = suite('kills, many');
const SCALE = { agents: 50, records: 400, kills: 10, perProcess: 10, paceMs: 60 };

test('G-01 B-14 B-15 the server, and the broker in it, is killed ten times under 50 agents of 400 records: 20,000 of 20,000 stored exactly once', () => killServer(SCALE));
test('A-01 the agents are killed ten times: 20,000 of 20,000 stored exactly once', () => killAgents(SCALE));
test.run();
