import * as assert from 'uvu/assert';
import { shownRatio, wholePercents } from '../../web/ui/past/shares.ts';
import { suite } from '../harness.ts';

const test = suite('web shares');

for (const [why, parts, percents] of [
  ['rounded one by one they would add up to 99', [9361, 131, 228, 0], [96, 2, 2, 0]],
  ['rounded one by one they would add up to 101', [505, 495, 0], [51, 49, 0]],
  ['thirds', [1, 1, 1], [34, 33, 33]],
  ['all in one part', [0, 7, 0], [0, 100, 0]],
  ['an empty whole', [0, 0], [0, 0]],
] as const) {
  test(`the parts of a whole add up to 100: ${why}`, () => {
    assert.equal(wholePercents(parts), percents);
  });
}

test('only what is whole says 100 %, and only nothing says 0 %', () => {
  assert.equal([0, 0.001, 0.5, 0.997, 1].map(shownRatio), [0, 0.01, 0.5, 0.99, 1]);
});

test.run();
