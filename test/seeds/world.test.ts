/** The physical world of the scenarios: what follows from what, what is true then, and what an agent's probes would find. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { apply, type Act, type PcAct, type SiteAct } from '@cac/seeds/world/acts.ts';
import { createAgenda } from '@cac/seeds/world/agenda.ts';
import { newSite, wallAt, type World } from '@cac/seeds/world/facts.ts';
import { labelOf, LABELS, siteLabelOf } from '@cac/seeds/world/labels.ts';
import { mix } from '@cac/seeds/world/mix.ts';
import { answerOf, connectFailure, interfaceAt } from '@cac/seeds/world/probes.ts';
import { NATION_SCENARIOS, SCENARIOS } from '@cac/seeds/world/scenarios/index.ts';
import { random } from '@cac/seeds/random.ts';
import { evidenceOf, linkOf } from '@cac/agent/core/link.ts';
import { suite } from '../harness.ts';

const test = suite('world');

interface Scene {
  world: World;
  /** Done one after the other, each a minute later; what follows by itself happens too. Returns the news of it. */
  do(...acts: (PcAct | SiteAct | { do: 'carrier' | 'server' | 'broker'; up: boolean })[]): string[];
  word(pc?: number): string;
}

const OF_SITE = new Set(['mains', 'lan', 'router', 'line', 'resolver', 'transit', 'captive']);
const OF_NATION = new Set(['carrier', 'server', 'broker']);

function scene(): Scene {
  const world: World = { nation: { carrierDown: new Set(), server: true, broker: true }, sites: [newSite('MA-RAB', 2)] };
  const chance = random(1);
  let at = Date.UTC(2026, 9, 5, 8);
  return {
    world,
    word: (pc = 0) => labelOf(world.sites[0]!.pcs[pc]!, world.sites[0]!, world.nation),
    do(...acts) {
      const news: string[] = [];
      for (const one of acts) {
        at += 60_000;
        const act = (OF_SITE.has(one.do) ? { at, of: 'site', site: 0, act: one } : OF_NATION.has(one.do) ? { at, of: 'nation', act: { province: 'MA-RAB', ...one } } : { at, of: 'pc', site: 0, pc: 0, act: one }) as Act;
        const queue = [act];
        for (let next = queue.shift(); next; next = queue.shift()) {
          const done = apply(world, next, chance);
          news.push(...done.news.map((n) => n.news.kind));
          queue.push(...done.follow);
        }
      }
      return news;
    },
  };
}

const on = (): Scene => {
  const s = scene();
  s.do({ do: 'press' });
  return s;
};

const TRUTHS: { name: string; acts: Parameters<Scene['do']>; word: string }[] = [
  { name: 'nothing was ever started', acts: [], word: 'unseen' },
  { name: 'switched on: its agent comes by itself', acts: [{ do: 'press' }], word: 'on' },
  { name: 'shut down', acts: [{ do: 'press' }, { do: 'shutdown' }], word: 'off:clean' },
  { name: 'rebooted, and there again', acts: [{ do: 'press' }, { do: 'reboot' }], word: 'on' },
  { name: 'the button held down', acts: [{ do: 'press' }, { do: 'force_off' }], word: 'off:unclean' },
  { name: 'mains cut', acts: [{ do: 'press' }, { do: 'mains', up: false }], word: 'off:unclean' },
  { name: 'mains back: nobody pressed the button', acts: [{ do: 'press' }, { do: 'mains', up: false }, { do: 'mains', up: true }], word: 'off:unclean' },
  { name: 'a PC that was off when mains were cut was shut down all the same', acts: [{ do: 'press' }, { do: 'shutdown' }, { do: 'mains', up: false }], word: 'off:clean' },
  { name: 'no mains, no boot', acts: [{ do: 'press' }, { do: 'shutdown' }, { do: 'mains', up: false }, { do: 'press' }], word: 'off:clean' },
  { name: 'standing by', acts: [{ do: 'press' }, { do: 'standby' }], word: 'asleep' },
  { name: 'standing by, mains cut', acts: [{ do: 'press' }, { do: 'standby' }, { do: 'mains', up: false }], word: 'off:unclean' },
  { name: 'hibernating does not mind the mains', acts: [{ do: 'press' }, { do: 'hibernate' }, { do: 'mains', up: false }, { do: 'mains', up: true }, { do: 'press' }], word: 'on' },
  { name: 'agent stopped', acts: [{ do: 'press' }, { do: 'stop_agent' }], word: 'agent_dead:stopped' },
  { name: 'agent killed', acts: [{ do: 'press' }, { do: 'kill_agent' }], word: 'agent_dead:killed' },
  { name: 'agent started again', acts: [{ do: 'press' }, { do: 'kill_agent' }, { do: 'start_agent' }], word: 'on' },
  { name: 'a new boot brings the agent back', acts: [{ do: 'press' }, { do: 'stop_agent' }, { do: 'shutdown' }, { do: 'press' }], word: 'on' },
  { name: 'a foreign disk: its agent leaves', acts: [{ do: 'press' }, { do: 'shutdown' }, { do: 'clone', of: 1 }, { do: 'press' }], word: 'agent_dead:stopped' },
  { name: 'the switch unplugged', acts: [{ do: 'press' }, { do: 'lan', up: false }], word: 'on:lan' },
  { name: 'the router off', acts: [{ do: 'press' }, { do: 'router', up: false }], word: 'on:gateway' },
  { name: 'line cut', acts: [{ do: 'press' }, { do: 'line', up: false }], word: 'on:internet' },
  { name: 'its carrier down', acts: [{ do: 'press' }, { do: 'carrier', up: false }], word: 'on:internet' },
  { name: 'names not resolved', acts: [{ do: 'press' }, { do: 'resolver', up: false }], word: 'on:dns' },
  { name: 'a captive portal', acts: [{ do: 'press' }, { do: 'captive', up: true }], word: 'on:portal' },
  { name: 'nothing beyond the carrier', acts: [{ do: 'press' }, { do: 'transit', up: false }], word: 'on:internet' },
  { name: 'the server away', acts: [{ do: 'press' }, { do: 'server', up: false }], word: 'on:server' },
  { name: 'the broker away', acts: [{ do: 'press' }, { do: 'broker', up: false }], word: 'on:server' },
];
for (const { name, acts, word } of TRUTHS) {
  test(`true: ${name}`, () => {
    const s = scene();
    s.do(...acts);
    assert.is(s.word(), word);
  });
}

test('every line of the table of labels is the answer to some scene, and the last answers all', () => {
  const words = new Set([...TRUTHS.map((t) => t.word), 'off:rebooting']);
  for (const row of LABELS) assert.ok(words.has(row.word), row.name);
  assert.is(LABELS.at(-1)!.when({} as never, {} as never, {} as never), true);
});

test('what software notices: a start, a stop that the system announces, a cut that nobody announces', () => {
  const s = scene();
  assert.equal(s.do({ do: 'press' }), ['agent_starts']);
  assert.equal(s.do({ do: 'standby' }, { do: 'press' }), ['sleeps', 'wakes']);
  assert.equal(s.do({ do: 'reboot' }), ['agent_stops', 'agent_starts']);
  assert.equal(s.do({ do: 'mains', up: false }), ['power_lost']);
});

test('a boot has a name of its own, a wake has none', () => {
  const s = on();
  const [pc] = s.world.sites[0]!.pcs;
  const first = pc!.boot!.id;
  s.do({ do: 'hibernate' }, { do: 'press' });
  assert.is(pc!.boot!.id, first);
  s.do({ do: 'shutdown' }, { do: 'press' });
  assert.is.not(pc!.boot!.id, first);
});

test('a clock steps and drifts; time does not', () => {
  const s = on();
  s.do({ do: 'set_clock', aheadMs: -3_600_000 }, { do: 'drift', ppm: 1_000 });
  const [pc] = s.world.sites[0]!.pcs;
  assert.is(wallAt(pc!, pc!.clock.since + 1_000_000) - (pc!.clock.since + 1_000_000), -3_600_000 + 1_000);
});

test('from the facts through the probes to the agent\'s own judgement: the layer is the true one', () => {
  const named: [Parameters<Scene['do']>[0], string][] = [
    [{ do: 'lan', up: false }, 'lan'], [{ do: 'router', up: false }, 'gateway'], [{ do: 'line', up: false }, 'internet'], [{ do: 'resolver', up: false }, 'dns'],
    [{ do: 'transit', up: false }, 'internet'], [{ do: 'captive', up: true }, 'portal'], [{ do: 'server', up: false }, 'server'],
  ];
  for (const [act, layer] of named) {
    const s = on();
    const [site] = s.world.sites;
    const probe = () => Object.fromEntries(['gw', 'dns', 'net1', 'net2', 'net3', 'srv', 'portal'].map((name) => [name, answerOf(name, site!, s.world.nation, null, 0.5)]));
    assert.is(linkOf(evidenceOf(interfaceAt(site!), probe())), 'ok');
    assert.is(connectFailure(site!, s.world.nation), null);
    s.do(act);
    assert.is(linkOf(evidenceOf(interfaceAt(site!), probe())), layer, act.do);
    assert.ok(connectFailure(site!, s.world.nation), act.do);
    assert.is(siteLabelOf(site!, s.world.nation).online, act.do === 'server');
  }
});

test('the same seed is the same world; PCs are one to four a site, about 2.2; things happen on arbitrary seconds', () => {
  const drama = mix(7, 300, 8);
  assert.equal(JSON.stringify(mix(7, 300, 8).acts), JSON.stringify(drama.acts));
  const pcs = drama.plans.map((plan) => plan.pcs.length);
  const mean = pcs.reduce((a, b) => a + b) / pcs.length;
  assert.ok(mean > 2 && mean < 2.4 && Math.min(...pcs) === 1 && Math.max(...pcs) === 4, String(mean));
  assert.ok(new Set(drama.acts.map((a) => a.at % 60_000)).size > 1_000);
  for (const [i, act] of drama.acts.entries()) if (i > 0) assert.ok(act.at >= drama.acts[i - 1]!.at);
});

test('in enough worlds every scenario is played', () => {
  const played = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((seed) => mix(seed, 40, 14).played.map((p) => p.name)));
  for (const { name } of [...SCENARIOS, ...NATION_SCENARIOS]) assert.ok(played.has(name), name);
  assert.is(new Set([...SCENARIOS, ...NATION_SCENARIOS].map((s) => s.name)).size, SCENARIOS.length + NATION_SCENARIOS.length);
});

/** The only files that put the world and the agent together. */
const PLAYERS = new Set(['player.ts', 'pc.ts']);

test('truth is judged by facts of its own: the world imports nothing of the server, and nothing of the agent but where it is played', () => {
  const dir = resolve(import.meta.dirname, '../../seeds/world');
  for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(dir, file), 'utf8');
    assert.not.match(text, /from '[^']*server\//, file);
    if (!PLAYERS.has(file)) assert.not.match(text, /from '[^']*(agent\/(core|journal))/, file);
  }
});

test('the agenda gives back everything in the order of time, and of the same instant in the order in which it was put', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const agenda = createAgenda<number>();
      for (const [i, at] of times.entries()) agenda.put(at, i);
      const taken: [number, number][] = [];
      for (let next = agenda.take(); next; next = agenda.take()) taken.push([next.at, next.what]);
      assert.equal(taken, times.map((at, i): [number, number] => [at, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      assert.is(agenda.nextAt(), Infinity);
    }),
  );
});

test.run();
