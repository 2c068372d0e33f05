/** Sixty centres for two weeks: every outage told once, of its kind, in time; nothing else is told. `npm run truth -- --alerts` plays more. */
import * as assert from 'uvu/assert';
import { mix } from '@cac/seeds/world/mix.ts';
import { judgeAlerts } from '../../tools/truth/watch.ts';
import { suite } from '../harness.ts';

const test = suite('outages of two weeks');

for (const seed of [5, 7]) {
  test(`seed ${seed}`, async () => {
    const { table, messages } = await judgeAlerts(mix(seed, 60, 14), seed);
    assert.equal(table.examples, []);
    const { site_offline: offline, internet_down: down, did_not_open: late } = table.kinds;
    for (const row of [offline, down, late]) assert.equal([row.missed, row.late, row.wrongKind, row.twice], [0, 0, 0, 0]);
    assert.is(table.unfounded, 0);
    assert.ok(offline.outages > 40 && down.outages > 0 && late.outages > 5, 'the world has outages of each kind');
    console.log(`\n  note: seed ${seed}: ${offline.told} offline, ${down.told} without Internet, ${late.told} not opened, told ${table.tellings} times; messages ${JSON.stringify(messages)}`);
  });
}

test.run();
