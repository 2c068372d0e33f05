/** Each scenario through the real agent core, journal and sending into the real use cases over SQLite: no settled minute is told wrongly. */
import * as assert from 'uvu/assert';
import { mix, stage } from '@cac/seeds/world/mix.ts';
import { NATION_SCENARIOS, SCENARIOS } from '@cac/seeds/world/scenarios/index.ts';
import type { NationScenario, Scenario } from '@cac/seeds/world/scenarios/scenario.ts';
import { random } from '@cac/seeds/random.ts';
import { classOf, compare, noConfusion, type Machine } from '../../tools/truth/compare.ts';
import { judge, type Verdict } from '../../tools/truth/run.ts';
import { suite } from '../harness.ts';

const test = suite('truth');

/** What must be told, settled, somewhere in it; by the scenario's name. */
const TOLD: Record<string, string> = {
  'mains off at closing every day': 'off:unclean', 'power cut of a site': 'off:unclean', 'unclean reboot': 'off:unclean', 'plug pulled at closing': 'off:unclean',
  'PC asleep at noon': 'asleep', 'hibernate over the weekend': 'asleep', 'standing by overnight': 'asleep', 'clean reboot': 'off:rebooting',
  'agent killed': 'agent_dead:killed', 'service stopped': 'agent_dead:stopped', 'router hangs': 'on:gateway', 'network unplugged': 'on:lan',
  'line cut': 'on:internet', 'six-hour cut, then backfill': 'on:internet', 'DNS broken': 'on:dns', 'captive portal': 'on:portal',
  'no transit': 'on:internet', 'carrier outage over a province': 'on:internet',
};

async function playOnly(scenarios: readonly Scenario[], nation: readonly NationScenario[]): Promise<Verdict> {
  const drama = stage(random(5), { sites: 2, days: 6, firstDay: '2026-10-05', scenarios, nation, share: 2 });
  return judge(drama, 5);
}

function check(name: string, { confusion, played }: Verdict): void {
  assert.ok(played.some((p) => p.endsWith(name)), 'it was played');
  const wrong = confusion.examples.map((e) => `site ${e.site} PC ${e.pc + 1} ${new Date(e.at).toISOString()} true ${e.true} told ${e.told} (${e.cause})`);
  assert.is(confusion.wrongSettled, 0, wrong.join('; '));
  assert.is(confusion.untold, 0);
  const wanted = TOLD[name];
  const both = Object.keys(confusion.settled).filter((cell) => cell.split(' > ').every((word) => classOf(word) === wanted));
  assert.ok(wanted === undefined || both.length > 0, `${wanted} is told: ${Object.keys(confusion.settled).join(', ')}`);
}

for (const one of SCENARIOS) test(one.name, async () => check(one.name, await playOnly([one], [])));
for (const one of NATION_SCENARIOS) test(one.name, async () => check(one.name, await playOnly([], [one])));

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
