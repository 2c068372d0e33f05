import * as assert from 'uvu/assert';
import type { JournalRecord } from '@cac/shared/records.ts';
import { stateOfWord, stateWord, type LinkWord } from '@cac/shared/states.ts';
import { afterDeadline, afterReport, afterSign, deadlineAfter, type Standing } from '@cac/server/core/machine-state.ts';
import { countOf, siteStateOf } from '@cac/server/core/site-state.ts';
import { graceMs } from '@cac/server/core/blindness.ts';
import { suite } from '../../harness.ts';
import { T0 } from '../../fixtures.ts';

const test = suite('the state of a machine');
const L = 60_000;

const standing = (word: string, deadlineAt: number | null = T0 + L): Standing => ({ state: stateOfWord(word), sinceAt: T0 - 3_600_000, provisional: true, deadlineAt });
const record = (kind: string, body: object): { record: JournalRecord; at: number } => ({ record: { seq: 9, kind, m: 0, w: 0, body } as JournalRecord, at: T0 - 2_000 });

// before, what the newest record says, the link told, -> state, deadline after receipt (null: none)
const REPORTS: [string, ReturnType<typeof record> | null, LinkWord | null, string, number | null][] = [
  ['unseen', null, 'ok', 'on', 1.5 * L + 120_000],
  ['on', null, 'ok', 'on', 1.5 * L + 120_000],
  ['on', null, 'dns', 'on:dns', 1.5 * L + 120_000],
  ['on:dns', null, null, 'on:gateway', 1.5 * L + 120_000], // nothing said: the link as last told
  ['unreachable', null, 'ok', 'on', 1.5 * L + 120_000],
  ['off:clean', null, 'ok', 'on', 1.5 * L + 120_000],
  ['on', record('stop', { why: 'shutdown' }), 'ok', 'off:clean', null],
  ['on', record('stop', { why: 'reboot' }), 'ok', 'off:rebooting', 10 * 60_000],
  ['on', record('stop', { why: 'uninstall' }), 'ok', 'removed', null],
  ['on', record('agent_stop', { why: 'signal' }), 'ok', 'on', 30_000], // the PC may go on: soon unreachable
  ['off:rebooting', record('boot', { boot: 'b', up: 1 }), 'ok', 'on', 1.5 * L + 120_000],
];

test('follows the newest record, then the connection', () => {
  for (const [before, newest, link, state, wait] of REPORTS) {
    const to = afterReport(standing(before), 'gateway', { receivedAt: T0, livenessMs: L, link, newest });
    assert.is(stateWord(to.state), state, `${before} + ${newest?.record.kind ?? 'report'}`);
    assert.is(to.deadlineAt, wait === null ? null : T0 + wait, `${before} deadline`);
  }
});

test('a state keeps its beginning while it lasts, and begins when the record says', () => {
  const on = standing('on');
  assert.is(afterReport(on, 'ok', { receivedAt: T0, livenessMs: L, link: 'ok', newest: null }).sinceAt, on.sinceAt);
  assert.is(afterReport(on, 'ok', { receivedAt: T0, livenessMs: L, link: 'ok', newest: record('stop', { why: 'shutdown' }) }).sinceAt, T0 - 2_000);
  assert.ok(afterReport({ ...on, sinceAt: T0 + 5_000 }, 'ok', { receivedAt: T0, livenessMs: L, link: 'ok', newest: record('stop', { why: 'shutdown' }) }).sinceAt >= T0 + 5_000);
});

test('a ping revives what was thought unreachable, and nothing that went off', () => {
  const cases: [string, string][] = [['unreachable', 'on:dns'], ['on:dns', 'on:dns'], ['unseen', 'on:dns'], ['off:clean', 'off:clean'], ['removed', 'removed']];
  for (const [before, expected] of cases) assert.is(stateWord(afterSign(standing(before), 'dns', T0, L).state), expected, before);
});

test('silence is dated when it became due, and stays provisional', () => {
  const to = afterDeadline(T0 - 777);
  assert.equal([stateWord(to.state), to.sinceAt, to.provisional, to.deadlineAt], ['unreachable', T0 - 777, true, null]);
});

test('a deadline is one and a half intervals and two minutes', () => {
  assert.is(deadlineAfter(T0, 60_000), T0 + 210_000);
  assert.is(deadlineAfter(T0, 240_000), T0 + 480_000);
});

test('after blindness everyone has time to come back', () => {
  assert.is(graceMs(60_000, 60_000), 360_000);
  assert.is(graceMs(240_000, 60_000), 540_000);
  assert.is(graceMs(60_000, 900_000), 960_000);
});

test('a site shows the best that one machine proves', () => {
  const none = { on: 0, onFailing: 0, unreachable: 0, off: 0, unseen: 0 };
  const cases: [object, string][] = [
    [{}, 'unseen'],
    [{ unseen: 3 }, 'unseen'],
    [{ unseen: 1, off: 2 }, 'off'],
    [{ off: 2, unreachable: 1 }, 'unreachable'],
    [{ unreachable: 4, onFailing: 1 }, 'no_internet'],
    [{ onFailing: 4, on: 1 }, 'connected'],
  ];
  for (const [counts, expected] of cases) assert.is(siteStateOf({ ...none, ...counts }), expected, JSON.stringify(counts));
});

test('our own address failing is not the site\'s failure', () => {
  assert.is(countOf({ kind: 'on', link: 'server' }), 'on');
  assert.is(countOf({ kind: 'on', link: 'internet' }), 'onFailing');
  assert.is(countOf({ kind: 'removed' }), null);
});

test('each state has one word, and each word its state', () => {
  for (const word of ['unseen', 'on', 'on:portal', 'off:clean', 'off:unclean', 'off:rebooting', 'asleep', 'agent_dead:stopped', 'agent_dead:killed', 'unreachable', 'removed']) {
    assert.is(stateWord(stateOfWord(word)), word);
  }
  assert.throws(() => stateOfWord('on:perhaps'));
});

test.run();
