import * as assert from 'uvu/assert';
import { createRestarts } from '@cac/server/broker/restarts.ts';
import { suite } from '../../harness.ts';

const test = suite('restarts');

test('A-12 C-02 the sixteenth process within an hour is told, once; reconnections of one process are not counted', () => {
  let now = 0;
  const restarts = createRestarts(() => now);
  const told = Array.from({ length: 40 }, (_, i) => {
    now += 10_000;
    return restarts.note('m', `p${i}`) ? i + 1 : 0;
  }).filter(Boolean);
  assert.equal(told, [16]);
  for (let i = 0; i < 40; i += 1) assert.is(restarts.note('other', 'one process'), false);
});

test('PCs switched on and off some times a day are told never', () => {
  let now = 0;
  const restarts = createRestarts(() => now);
  for (let i = 0; i < 500; i += 1) {
    now += 5 * 60_000;
    assert.is(restarts.note('m', `p${i}`), false);
  }
});

test.run();
