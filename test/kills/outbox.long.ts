/** E-05: the server is killed between the outbox and the provider's answer, hundreds of times; each alert arrives, twice only where nobody could know. */
import * as assert from 'uvu/assert';
import { suite } from '../harness.ts';
import { killPostman } from './outbox-rig.ts';

const test = suite('kills of the postman');

test('E-05 500 SIGKILLs over 5,200 messages: all received, duplicates no more than the kills between answer and commit, each under its one id', async () => {
  // Two databases side by side: a life is mostly its start.
  const counts = await Promise.all([0, 1].map(() => killPostman({ webhooks: 2_400, letters: 200, kills: 250, parallel: 1 })));
  for (const count of counts) {
    console.log(JSON.stringify(count));
    assert.equal([count.notices, count.kills, count.missing, count.strange, count.disorder, count.unsent], [2_600, 250, 0, 0, 0, 0]);
    assert.ok(count.duplicates <= count.killsBetween, `${count.duplicates} duplicates, ${count.killsBetween} kills between answer and commit`);
  }
});

test('E-05 with eight receivers at a time: duplicates no more than the messages that kills left without their commit', async () => {
  const count = await killPostman({ webhooks: 1_000, letters: 100, kills: 60, parallel: 8 });
  console.log(JSON.stringify(count));
  assert.equal([count.missing, count.strange, count.disorder, count.unsent], [0, 0, 0, 0]);
  assert.ok(count.duplicates <= count.between, `${count.duplicates} of ${count.between}`);
});

test.run();
