import * as assert from 'uvu/assert';
import { deafSince } from '@cac/server/core/deafness.ts';
import { suite } from '../../harness.ts';

const test = suite('deafness');
const MINUTE = 60_000;
const START = 1_000_000_000;

const CASES: { name: string; on: number; lastSign: number | null; noted?: number; now: number; since: number | null }[] = [
  { name: 'somebody was heard a minute ago', on: 5_000, lastSign: 59 * MINUTE, now: 60 * MINUTE, since: null },
  { name: 'E-02 thousands are on, and nobody was heard for four minutes: deaf since the last sign', on: 5_000, lastSign: 56 * MINUTE, now: 60 * MINUTE, since: 56 * MINUTE },
  { name: 'a handful that is silent may well be switched off', on: 19, lastSign: 50 * MINUTE, now: 60 * MINUTE, since: null },
  { name: 'just started: nobody is missed yet', on: 5_000, lastSign: null, now: 2 * MINUTE, since: null },
  { name: 'started, and nobody came', on: 5_000, lastSign: null, now: 4 * MINUTE, since: 0 },
  { name: 'still deaf: since when it began', on: 5_000, lastSign: 10 * MINUTE, noted: 9 * MINUTE, now: 60 * MINUTE, since: 9 * MINUTE },
];
for (const { name, on, lastSign, noted, now, since } of CASES) {
  const at = (ms: number): number => START + ms;
  test(name, () => assert.is(deafSince({ on, lastSignAt: lastSign === null ? null : at(lastSign), deafSince: noted === undefined ? null : at(noted) }, START, at(now)), since === null ? null : at(since)));
}

test.run();
