/** The life of a site's trouble, step by step on a clock. */
import * as assert from 'uvu/assert';
import { isFlapping, NO_WATCH, stepOf, type Watch } from '@cac/server/core/alerts/life.ts';
import type { Judgement } from '@cac/server/core/alerts/judge.ts';
import { isOlderVersion, minorsOf } from '@cac/server/core/alerts/minors.ts';
import { causeOfPast } from '@cac/server/core/alerts/cause.ts';
import { suite } from '../../../harness.ts';

const test = suite('the life of a trouble');
const MINUTE = 60_000;
const SETTINGS = { recoveryMs: 3 * MINUTE };
const at = (minutes: number): number => minutes * MINUTE;
const offline = (since: number, opens = since + 13.5): Judgement => ({ kind: 'trouble', condition: 'site_offline', sinceAt: at(since), opensAt: at(opens), heldUntil: 0, cause: 'silence', reason: { word: 'x', figures: {} } });
const well = (since: number): Judgement => ({ kind: 'well', sinceAt: at(since) });
const CLOSED: Judgement = { kind: 'closed', sinceAt: null };
const step = (watch: Watch, judgement: Judgement, now: number, judgeFrom: number | null = 0) => stepOf(watch, judgement, judgeFrom === null ? null : at(judgeFrom), at(now), SETTINGS);
const inIncident = (watch: Watch): Watch => ({ ...watch, incident: 7, opensAt: null });

test('trouble waits for its grace, and what is over before was never told', () => {
  const first = step(NO_WATCH, offline(60), 64);
  assert.equal([first.watch.condition, first.dueAt, first.act.do], ['site_offline', at(73.5), 'nothing']);
  const back = step(first.watch, well(70), 70);
  assert.equal([back.watch.condition, back.watch.incident, back.act.do], ['', null, 'nothing']);
});

test('a layer that changes does not begin the grace anew', () => {
  const down = (since: number): Judgement => ({ kind: 'trouble', condition: 'internet_down', sinceAt: at(since), opensAt: at(since + 10), heldUntil: 0, cause: 'dns', reason: { word: 'x', figures: {} } });
  const first = step(NO_WATCH, down(60), 60);
  assert.is(step(first.watch, down(65), 65).watch.opensAt, at(70));
});

test('an incident ends when its site was well for the recovery time, dated at its return', () => {
  const open = inIncident(step(NO_WATCH, offline(60), 64).watch);
  const back = step(open, well(90), 90.2);
  assert.equal([back.act.do, back.watch.wellSince, back.dueAt], ['nothing', at(90), at(93.2)]);
  const over = step(back.watch, well(90), 93.2);
  assert.equal([over.act, over.watch.incident], [{ do: 'leave', endAt: at(90), why: 'well' }, null]);
});

test('who falls again within the recovery time is still in it', () => {
  const back = step(inIncident(step(NO_WATCH, offline(60), 64).watch), well(90), 90);
  const again = step(back.watch, offline(91), 92);
  assert.equal([again.act.do, again.watch.wellSince, again.watch.incident], ['nothing', null, 7]);
});

test('at closing an incident pauses; at the next opening it goes on a grace later, or ends', () => {
  const paused = step(inIncident(step(NO_WATCH, offline(60), 64).watch), CLOSED, 480, null);
  assert.equal([paused.act.do, paused.watch.paused, paused.watch.incident], ['pause', true, 7]);
  assert.is(step(paused.watch, CLOSED, 500, null).act.do, 'nothing');
  const early = step(paused.watch, { ...offline(1440), condition: 'did_not_open' } as Judgement, 1441, 1470);
  assert.equal([early.act.do, early.dueAt], ['nothing', at(1470)]);
  assert.is(step(early.watch, { ...offline(1440), condition: 'did_not_open' } as Judgement, 1470, 1470).act.do, 'go_on');
  const back = step(paused.watch, well(1438), 1441, 1470);
  assert.is(step(back.watch, well(1438), 1444, 1470).act.do, 'leave');
});

test('who is expected no longer leaves', () => {
  const open = inIncident(step(NO_WATCH, offline(60), 64).watch);
  assert.equal(step(open, { kind: 'not_expected', sinceAt: null }, 9_999).act, { do: 'leave', endAt: at(9_999), why: 'not_expected' });
});

test('E-04 four falls within an hour are flapping: ripe at once, over after an hour without one', () => {
  let watch = NO_WATCH;
  const flips: boolean[] = [];
  for (const minute of [0, 12, 24, 36]) {
    const fell = step(watch, offline(minute), minute + 4);
    flips.push(fell.flapping);
    watch = fell.watch;
    if (fell.flapping) assert.is(watch.opensAt, at(minute + 4));
    else watch = step(watch, well(minute + 6), minute + 6).watch;
  }
  assert.equal(flips, [false, false, false, true]);
  const open = inIncident(watch);
  const back = step(open, well(42), 42);
  assert.equal([back.act.do, back.dueAt], ['nothing', at(96)]);
  assert.is(step(back.watch, well(42), 96).act.do, 'leave');
  assert.is(isFlapping(watch.onsets, at(95)), true);
  assert.is(isFlapping(watch.onsets, at(96)), false);
});

test('a PC that is missing while others are there, an old agent, a telephone that fails', () => {
  const machine = (over: object) => ({ id: 'm', name: 'PC', lastSignAt: 5, isCloned: false, agent: '0.1.0', silentDays: 0, ...over });
  const kinds = (facts: Parameters<typeof minorsOf>[0], isWell = true, minimumAgent: string | null = null): string[] => minorsOf(facts, isWell, { missingDays: 5, minimumAgent }, 9).map((minor) => minor.kind);
  assert.equal(kinds({ machines: [machine({ silentDays: 5 }), machine({ silentDays: 4 })], telephoneWorks: null, data: null }), ['machine_missing']);
  assert.equal(kinds({ machines: [machine({ silentDays: 8 })], telephoneWorks: null, data: null }, false), []);
  assert.equal(kinds({ machines: [machine({ isCloned: true })], telephoneWorks: false, data: null }), ['clone_suspected', 'telephone_failing']);
  assert.equal(kinds({ machines: [machine({}), machine({ agent: '0.10.0' })], telephoneWorks: true, data: null }, true, '0.2.0'), ['agent_too_old']);
  const used = (usedMb: number): string[] => kinds({ machines: [], telephoneWorks: null, data: { usedMb, capMb: 100 } });
  assert.equal([used(89), used(90)], [[], ['data_cap_near']]);
  assert.equal([isOlderVersion('0.9.9', '0.10.0'), isOlderVersion('1.0.0', '1.0.0'), isOlderVersion('2.0.0', '1.9.9')], [true, false, false]);
});

test('the cause follows from what most of the time is told to be', () => {
  const stretch = (from: number, to: number, verdict: string, cause: string) => ({ fromAt: at(from), toAt: at(to), verdict, cause }) as never;
  assert.is(causeOfPast([stretch(0, 60, 'connected', 'heard'), stretch(60, 90, 'cut', 'power'), stretch(90, 95, 'no_pc', 'all_off')], at(60), at(95)), 'power');
  assert.is(causeOfPast([stretch(0, 60, 'no_internet', 'gateway')], at(10), at(20)), 'gateway');
  assert.is(causeOfPast([stretch(0, 60, 'connected', 'heard')], at(10), at(20)), 'was_open');
  assert.is(causeOfPast([stretch(0, 60, 'closed', 'hours')], at(10), at(20)), null);
});

test.run();
