/** One scenario at a time, played and compared: what tests of them have in common. */
import * as assert from 'uvu/assert';
import { stage } from '@cac/seeds/world/mix.ts';
import type { NationScenario, Scenario } from '@cac/seeds/world/scenarios/scenario.ts';
import { random } from '@cac/seeds/random.ts';
import { classOf } from '../../tools/truth/compare.ts';
import { judge, type Verdict } from '../../tools/truth/run.ts';

/** What must be told, settled, somewhere in it; by the scenario's name. */
const TOLD: Record<string, string> = {
  'mains off at closing every day': 'off:unclean', 'power cut of a site': 'off:unclean', 'unclean reboot': 'off:unclean', 'plug pulled at closing': 'off:unclean',
  'PC asleep at noon': 'asleep', 'hibernate over the weekend': 'asleep', 'standing by overnight': 'asleep', 'clean reboot': 'off:rebooting',
  'agent killed': 'agent_dead:killed', 'service stopped': 'agent_dead:stopped', 'router hangs': 'on:gateway', 'network unplugged': 'on:lan',
  'line cut': 'on:internet', 'six-hour cut, then backfill': 'on:internet', 'DNS broken': 'on:dns', 'captive portal': 'on:portal',
  'no transit': 'on:internet', 'carrier outage over a province': 'on:internet',
};

export async function playOnly(scenarios: readonly Scenario[], nation: readonly NationScenario[]): Promise<Verdict> {
  const drama = stage(random(5), { sites: 2, days: 6, firstDay: '2026-10-05', scenarios, nation, share: 2 });
  return judge(drama, 5);
}

export function check(name: string, { confusion, played }: Verdict): void {
  assert.ok(played.some((p) => p.endsWith(name)), 'it was played');
  const wrong = confusion.examples.map((e) => `site ${e.site} PC ${e.pc + 1} ${new Date(e.at).toISOString()} true ${e.true} told ${e.told} (${e.cause})`);
  assert.is(confusion.wrongSettled, 0, wrong.join('; '));
  assert.is(confusion.untold, 0);
  const wanted = TOLD[name];
  const both = Object.keys(confusion.settled).filter((cell) => cell.split(' > ').every((word) => classOf(word) === wanted));
  assert.ok(wanted === undefined || both.length > 0, `${wanted} is told: ${Object.keys(confusion.settled).join(', ')}`);
}
