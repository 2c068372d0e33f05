import * as assert from 'uvu/assert';
import { startProduct } from '../browser/product.ts';
import { suite } from '../harness.ts';
import { until } from '../until.ts';

const test = suite('starting and stopping the whole');

test('an impatient Ctrl-C, given three times, leaves no process behind', async () => {
  const product = await startProduct();
  try {
    // The boot script, start, the server, the agent.
    await until('the agent runs', () => product.alive().length >= 4, 20_000);
    const [first, second, third] = [product.interrupt(), product.interrupt(), product.interrupt()];
    assert.equal(await Promise.all([first, second, third]), [0, 0, 0]);
    await until('all are gone', () => product.alive().length === 0, 10_000);
  } finally {
    product.destroy();
  }
});

test.run();
