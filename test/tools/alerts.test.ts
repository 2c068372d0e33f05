/** The table of what was told of outages: it can find each fault it is there to find. Worlds are played by the command, of which one is in truth.test.ts, and by alerts.long.ts. */
import * as assert from 'uvu/assert';
import { compareAlerts, isRight, type Telling } from '../../tools/truth/alerts.ts';
import { outagesOf, type TrueOutage } from '../../tools/truth/outages.ts';
import { suite } from '../harness.ts';

const test = suite('outages told against true ones');
const MINUTE = 60_000;
const at = (minutes: number): number => minutes * MINUTE;
const RULES = { graceMs: 10 * MINUTE, openingGraceMs: 30 * MINUTE };
const DAY = [{ fromAt: at(0), toAt: at(480) }];
const labels = (...words: (readonly [number, string])[]) => words.map(([minute, word]) => ({ at: at(minute), word }));
const short = (outages: readonly TrueOutage[]): string[] => outages.map(({ kind, fromAt, toAt }) => `${kind} ${fromAt / MINUTE}-${toAt / MINUTE}`);

test('what is an outage, and of which kind', () => {
  const CASES: readonly (readonly [string, ReturnType<typeof labels>[], string[]])[] = [
    ['a day like any other', [labels([-900, 'off:clean'], [-5, 'on'], [470, 'off:clean'])], []],
    ['nobody came', [labels([-900, 'off:clean'])], ['did_not_open 0-480']],
    ['came late', [labels([-900, 'off:clean'], [95, 'on'])], ['did_not_open 0-95']],
    ['a plug', [labels([-5, 'on'], [60, 'off:unclean'], [90, 'on'])], ['site_offline 60-90']],
    ['a line, and shut down in the evening', [labels([-5, 'on'], [60, 'on:gateway'], [470, 'off:clean'])], ['site_offline 60-480']],
    ['shut down at noon', [labels([-5, 'on'], [200, 'off:clean'])], []],
    ['asleep at noon', [labels([-5, 'on'], [200, 'asleep'], [260, 'on'])], []],
    ['one of two lost', [labels([-5, 'on'], [60, 'off:unclean']), labels([-5, 'on'])], []],
    ['both lost, the second an hour later', [labels([-5, 'on'], [60, 'off:unclean']), labels([-5, 'on'], [120, 'off:unclean'])], ['site_offline 120-480']],
    ['names that are not resolved, on a connection that stands', [labels([-5, 'on'], [60, 'on:dns'], [120, 'on'])], ['internet_down 60-120']],
    ['names that were not resolved when it was switched on: nothing was ever heard', [labels([-900, 'off:clean'], [-5, 'on:dns'], [120, 'on'])], ['did_not_open 0-120']],
  ];
  for (const [name, pcs, wanted] of CASES) assert.equal(short(outagesOf(0, pcs, DAY)), wanted, name);
});

test('a connection that stood without names is gone with the server', () => {
  const pc = labels([-5, 'on'], [60, 'on:dns'], [120, 'on']);
  assert.equal(short(outagesOf(0, [pc], DAY, [at(30)])), ['internet_down 60-120']);
  assert.equal(short(outagesOf(0, [pc], DAY, [at(90)])), ['internet_down 60-120']);
  assert.equal(short(outagesOf(0, [labels([-5, 'on'], [60, 'on:dns'], [120, 'on'])], DAY, [at(60)])), ['site_offline 60-120']);
});

test('names that break while the server is away leave nobody who could say so', () => {
  assert.equal(short(outagesOf(0, [labels([-5, 'on'], [30, 'on:server'], [60, 'on:dns'], [120, 'on'])], DAY, [at(30)])), ['site_offline 60-120']);
});

test('an outage that goes on over closing is one', () => {
  const openings = [...DAY, { fromAt: at(1_440), toAt: at(1_920) }];
  assert.equal(short(outagesOf(0, [labels([-5, 'on'], [400, 'off:unclean'], [1_500, 'on'])], openings)), ['site_offline 400-1500']);
});

test('missed, late, of another kind, told twice, and told of nothing: each is found', () => {
  const outage: TrueOutage = { site: 1, kind: 'site_offline', turns: [], fromAt: at(60), toAt: at(120), firstMs: at(60), either: false };
  const telling = (over: Partial<Telling> = {}): Telling => ({ site: 1, incident: 1, kind: 'site_offline', at: at(74), untilAt: at(123), sinceAt: at(60), flapping: false, grouped: false, ...over });
  const found = (tellings: Telling[], blind = [] as { fromAt: number; toAt: number }[], outages = [outage]): string => {
    const { kinds, unfounded } = compareAlerts(outages, tellings, blind, RULES);
    const { told, missed, late, wrongKind, twice } = kinds.site_offline;
    return `told ${told} missed ${missed} late ${late} kind ${wrongKind} twice ${twice} unfounded ${unfounded}`;
  };
  const RIGHT = 'told 1 missed 0 late 0 kind 0 twice 0 unfounded 0';
  assert.is(found([telling()]), RIGHT);
  assert.is(found([]), 'told 0 missed 1 late 0 kind 0 twice 0 unfounded 0');
  assert.is(found([telling({ at: at(90) })]), 'told 1 missed 0 late 1 kind 0 twice 0 unfounded 0');
  assert.is(found([telling({ at: at(90) })], [{ fromAt: at(50), toAt: at(75) }]), RIGHT, 'judged from the end of the blind time');
  assert.is(found([telling({ kind: 'did_not_open' })]), 'told 1 missed 0 late 0 kind 1 twice 0 unfounded 0');
  assert.is(found([telling(), telling({ incident: 2, at: at(100) })]), 'told 1 missed 0 late 0 kind 0 twice 1 unfounded 0');
  assert.is(found([telling(), telling({ incident: 2, site: 9 })]), 'told 1 missed 0 late 0 kind 0 twice 0 unfounded 1');
  assert.is(found([telling({ at: at(64) })], [], [{ ...outage, toAt: at(65), firstMs: at(5) }]), 'told 0 missed 0 late 0 kind 0 twice 0 unfounded 1');
  assert.is(isRight(compareAlerts([outage], [telling()], [], RULES)), true);
  assert.is(isRight(compareAlerts([outage], [], [], RULES)), false);
});

test.run();
