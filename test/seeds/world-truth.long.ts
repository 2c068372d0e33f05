/** Two random mixes of two weeks over sixty sites: no settled minute is told wrongly, and nearly all of the past is settled. */
import * as assert from 'uvu/assert';
import { mix } from '@cac/seeds/world/mix.ts';
import { judge } from '../../tools/truth/run.ts';
import { suite } from '../harness.ts';

const test = suite('long truth');

for (const seed of [20, 21]) {
  test(`seed ${seed}`, async () => {
    const { confusion, machines, rejected } = await judge(mix(seed, 60, 14), seed);
    const wrong = confusion.examples.map((e) => `site ${e.site} PC ${e.pc + 1} ${new Date(e.at).toISOString()} true ${e.true} told ${e.told} (${e.cause})`);
    assert.is(confusion.wrongSettled, 0, wrong.join('; '));
    assert.equal([confusion.untold, rejected, confusion.minutes], [0, 0, machines * 14 * 1_440]);
    const settled = Object.values(confusion.settled).reduce((sum, n) => sum + n, 0);
    assert.ok(settled / confusion.minutes > 0.8, `${settled} of ${confusion.minutes} settled`);
  });
}

test.run();
