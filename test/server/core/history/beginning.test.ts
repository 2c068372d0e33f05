/** Where a machine's past begins. */
import * as assert from 'uvu/assert';
import type { BootEvidence, Placing } from '@cac/server/core/history/evidence.ts';
import { beginningOf, MOST_BEFORE_MS } from '@cac/server/core/history/beginning.ts';
import { T0 } from '../../../fixtures.ts';
import { suite } from '../../../harness.ts';

const test = suite('beginning');
const HOUR = 3_600_000;
const boot = (startAt: number, placed: Placing, m = 30_000): BootEvidence => ({ boot: `b${startAt}`, startAt, placed, entries: [{ epoch: 1, seq: 1, lastSeq: 1, kind: 'boot', m, w: 0, body: { boot: 'b', up: m } }] });

const TABLE: [name: string, boots: BootEvidence[], begins: number][] = [
  ['nothing was journaled before', [boot(T0 + HOUR, 'receipt')], 0],
  ['nothing at all was', [], 0],
  ['on since before the enrolment', [boot(T0 - HOUR, 'receipt'), boot(T0 + HOUR, 'receipt')], -HOUR + 30_000],
  ['its time was learned from acks', [boot(T0 - 9 * HOUR, 'clk')], -9 * HOUR + 30_000],
  ['a wall clock and a guess prove nothing; what follows them does', [boot(T0 - 9 * HOUR, 'wall'), boot(T0 - 8 * HOUR, 'guess'), boot(T0 - 7 * HOUR, 'clk')], -7 * HOUR + 30_000],
  ['the boot lies before, its first entry after', [boot(T0 - HOUR, 'receipt', 2 * HOUR)], 0],
  ['a boot without entries', [{ ...boot(T0 - HOUR, 'receipt'), entries: [] }], 0],
  ['older than any that is told', [boot(T0 - MOST_BEFORE_MS - HOUR, 'clk')], -MOST_BEFORE_MS],
];

for (const [name, boots, begins] of TABLE) test(name, () => assert.is(beginningOf({ boots, holes: [] }, T0) - T0, begins));

test.run();
