/** A random mix of scenarios through the real agent core, journal and sending into the real use cases over SQLite: no settled minute is told wrongly. Each scenario by itself is played by `npm run test:long`. */
import * as assert from 'uvu/assert';
import { mix } from '@cac/seeds/world/mix.ts';
import { compare, noConfusion, type Machine } from '../../tools/truth/compare.ts';
import { judge } from '../../tools/truth/run.ts';
import { suite } from '../harness.ts';

const test = suite('truth');

test('a random mix: 20 sites for three days', async () => {
  const { confusion, machines, days } = await judge(mix(1, 20, 3), 1);
  assert.is(confusion.minutes, machines * days * 1_440);
  assert.equal([confusion.wrongSettled, confusion.settledUnknown, confusion.untold], [0, 0, 0], JSON.stringify(confusion.examples));
});

// ---- the comparison itself

const MINUTE = 60_000;
const HOURS = (n: number): number => n * 60 * MINUTE;
const machine = (told: Machine['told']): Machine => ({ id: 'm', site: 0, pc: 0, labels: [{ at: 0, word: 'off:clean' }, { at: HOURS(8), word: 'on' }, { at: HOURS(12), word: 'on:dns' }, { at: HOURS(16), word: 'off:clean' }], told });
const told = (fromAt: number, toAt: number, word: string, settled = true) => ({ fromAt, toAt, word, cause: 'heard', settled });

const COMPARED: { name: string; told: Machine['told']; wrong: number; untold?: number }[] = [
  { name: 'what is so', told: [told(0, HOURS(8), 'off:clean'), told(HOURS(8), HOURS(12), 'on'), told(HOURS(12), HOURS(16), 'on:dns'), told(HOURS(16), HOURS(24), 'off:clean')], wrong: 0 },
  { name: 'a minute late is not wrong', told: [told(0, HOURS(8) + MINUTE, 'off:clean'), told(HOURS(8) + MINUTE, HOURS(12), 'on'), told(HOURS(12), HOURS(16), 'on:dns'), told(HOURS(16), HOURS(24), 'off:clean')], wrong: 0 },
  { name: 'a link five minutes late is not wrong', told: [told(0, HOURS(8), 'off:clean'), told(HOURS(8), HOURS(12) + 5 * MINUTE, 'on'), told(HOURS(12) + 5 * MINUTE, HOURS(16), 'on:dns'), told(HOURS(16), HOURS(24), 'off:clean')], wrong: 0 },
  { name: 'on for five minutes too long is', told: [told(0, HOURS(8), 'off:clean'), told(HOURS(8), HOURS(12), 'on'), told(HOURS(12), HOURS(16) + 5 * MINUTE, 'on:dns'), told(HOURS(16) + 5 * MINUTE, HOURS(24), 'off:clean')], wrong: 4 },
  { name: 'off uncleanly instead of cleanly', told: [told(0, HOURS(8), 'off:clean'), told(HOURS(8), HOURS(12), 'on'), told(HOURS(12), HOURS(16), 'on:dns'), told(HOURS(16), HOURS(24), 'off:unclean')], wrong: 480 },
  { name: 'provisional is not settled', told: [told(0, HOURS(8), 'off:clean'), told(HOURS(8), HOURS(12), 'on'), told(HOURS(12), HOURS(16), 'on:dns'), told(HOURS(16), HOURS(24), 'off:unclean', false)], wrong: 0 },
  { name: 'a minute that nothing is told of is counted as that', told: [told(0, HOURS(8), 'off:clean')], wrong: 0, untold: 960 },
];
for (const { name, told: intervals, wrong, untold = 0 } of COMPARED) {
  test(`compared: ${name}`, () => {
    const sum = noConfusion();
    compare(sum, machine(intervals), [], 0, HOURS(24));
    assert.equal([sum.wrongSettled, sum.untold, sum.minutes], [wrong, untold, 1_440]);
  });
}

test.run();
