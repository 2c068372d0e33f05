/** The smallest of the kill tests; A-01, the agents killed, and both far more often, in many.long.ts. */
import { suite } from '../harness.ts';
import { killServer } from './plan.ts';

const test = suite('kills, a few');
const SCALE = { agents: 10, records: 100, kills: 3, perProcess: 5, paceMs: 40 };

test('G-01 B-14 the server is killed three times: each record is stored exactly once', () => killServer(SCALE));
test.run();
