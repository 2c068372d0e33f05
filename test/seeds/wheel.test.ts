/** The fleet's one timer: every alarm rings once, not early, and not much late. */
import * as assert from 'uvu/assert';
import { createWheel, type Alarm } from '@cac/seeds/simulator/wheel.ts';
import { suite } from '../harness.ts';

const test = suite('timer wheel');

/** A wheel turned by hand, and when each alarm rang. */
function byHand() {
  let now = 5_000;
  const wheel = createWheel(() => now, false);
  const rang: number[] = [];
  const alarm = (): Alarm => ({ slot: null, ring: () => void rang.push(now) });
  const goTo = (at: number): void => {
    for (; now < at; now += 50) wheel.turn();
  };
  return { wheel, rang, alarm, goTo };
}

test('rings once, at most a slot late', () => {
  const { wheel, rang, alarm, goTo } = byHand();
  wheel.set(alarm(), 7_330);
  goTo(7_300);
  assert.equal(rang, []);
  goTo(20_000);
  assert.is(rang.length, 1);
  assert.ok(rang[0]! >= 7_330 - 50 && rang[0]! <= 7_450, String(rang[0]));
});

test('moved or cleared, it does not ring where it was', () => {
  const { wheel, rang, alarm, goTo } = byHand();
  const [moved, cleared] = [alarm(), alarm()];
  for (const one of [moved, cleared]) wheel.set(one, 6_000);
  wheel.set(moved, 9_000);
  wheel.clear(cleared);
  goTo(8_900);
  assert.equal(rang, []);
  goTo(9_500);
  assert.is(rang.length, 1);
});

test('an alarm whose time is past rings at the next turn, one beyond a turn rings early', () => {
  const { wheel, rang, alarm, goTo } = byHand();
  wheel.set(alarm(), 10);
  goTo(5_200);
  assert.is(rang.length, 1);
  wheel.set(alarm(), Infinity);
  goTo(5_200 + 110_000);
  assert.is(rang.length, 2);
});

test('an alarm may set itself again, or clear another that is due with it', () => {
  const { wheel, rang, alarm, goTo } = byHand();
  const other = alarm();
  const again: Alarm = { slot: null, ring: () => void (rang.push(-1), rang.length < 3 && wheel.set(again, 0)) };
  wheel.set(again, 6_000);
  wheel.set(other, 8_000);
  goTo(7_000);
  assert.equal(rang, [-1, -1, -1]);
});

test.run();
