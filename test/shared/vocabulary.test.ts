/** The shared words as tables: topics, states, codes. */
import * as fc from 'fast-check';
import * as v from 'valibot';
import * as assert from 'uvu/assert';
import { LINK_WORDS, MachineState, stateOfWord, stateWord } from '@cac/shared/states.ts';
import { machineTopic, mayPublish, maySubscribe, readMachineTopic, SERVER_TOPIC } from '@cac/shared/topics.ts';
import { printVoucherCode, readVoucherCode, VOUCHER_ALPHABET, voucherCodeOf } from '@cac/shared/voucher-code.ts';
import { suite } from '../harness.ts';

const test = suite('vocabulary');

// ---- topics

const A = 'a'.repeat(20);
const B = 'b'.repeat(20);

const TOPICS: [topic: string, publish: boolean, subscribe: boolean][] = [
  [`cac/1/${A}/up`, true, false],
  [`cac/1/${A}/will`, true, false],
  [`cac/1/${A}/ack`, false, true],
  [`cac/1/${A}/dn`, false, true],
  ['cac/1/srv', false, true],
  // of another machine
  [`cac/1/${B}/up`, false, false],
  [`cac/1/${B}/will`, false, false],
  [`cac/1/${B}/ack`, false, false],
  [`cac/1/${B}/dn`, false, false],
  // wildcards and shares
  ['#', false, false],
  ['cac/#', false, false],
  ['cac/1/+/dn', false, false],
  [`cac/1/${A}/+`, false, false],
  [`cac/1/${A}/#`, false, false],
  [`$share/g/cac/1/${A}/dn`, false, false],
  ['$SYS/#', false, false],
  // almost
  ['', false, false],
  ['cac/1', false, false],
  [`cac/1/${A}`, false, false],
  [`cac/1/${A}/`, false, false],
  [`cac/1/${A}/UP`, false, false],
  [`cac/1/${A}/up/`, false, false],
  [`/cac/1/${A}/up`, false, false],
  [`cac/2/${A}/up`, false, false],
  [`cac/1/${A}/up\n`, false, false],
  [`cac/1/${A}/up\0`, false, false],
  [`cac/1//up`, false, false],
  ['cac/1/srv/', false, false],
];
for (const [topic, publish, subscribe] of TOPICS) {
  test(`topic ${JSON.stringify(topic)}: ${publish ? 'may' : 'may not'} be published, ${subscribe ? 'may' : 'may not'} be subscribed`, () => {
    assert.equal([mayPublish(A, topic), maySubscribe(A, topic)], [publish, subscribe]);
  });
}

test('a topic names its machine and channel, or none of ours', () => {
  for (const channel of ['up', 'ack', 'dn', 'will'] as const) assert.equal(readMachineTopic(machineTopic(A, channel)), { machine: A, channel });
  const others = [SERVER_TOPIC, `cac/1/${A}/hello`, `cac/1/${A}/up/x`, `cac/1/${A}/up\n`, `cac/1/${'A'.repeat(20)}/up`, `cac/1/${'a'.repeat(19)}/up`, `cac/1/${'a'.repeat(21)}/up`, `x/cac/1/${A}/up`, 'cac/1/+/up'];
  for (const topic of others) assert.is(readMachineTopic(topic), null, topic);
});

// ---- states

const STATES: [word: string, state: MachineState][] = [
  ['unseen', { kind: 'unseen' }],
  ['on', { kind: 'on', link: 'ok' }],
  ...LINK_WORDS.filter((link) => link !== 'ok').map((link): [string, MachineState] => [`on:${link}`, { kind: 'on', link }]),
  ['off:clean', { kind: 'off', how: 'clean' }],
  ['off:unclean', { kind: 'off', how: 'unclean' }],
  ['off:rebooting', { kind: 'off', how: 'rebooting' }],
  ['asleep', { kind: 'asleep' }],
  ['agent_dead:stopped', { kind: 'agent_dead', how: 'stopped' }],
  ['agent_dead:killed', { kind: 'agent_dead', how: 'killed' }],
  ['unreachable', { kind: 'unreachable' }],
  ['removed', { kind: 'removed' }],
];
for (const [word, state] of STATES) {
  test(`state ${word}`, () => {
    assert.is(stateWord(state), word);
    assert.equal(stateOfWord(word), state);
  });
}

test('every kind of state has a word here', () => {
  assert.equal(new Set(STATES.map(([, state]) => state.kind)), new Set(MachineState.options.map((option) => option.entries.kind.literal)));
});

test('a word of no state is a broken invariant', () => {
  for (const word of ['', 'fine', 'on:fine', 'off', 'off:', 'off:tired', 'agent_dead', 'ON', ' on', 'toString']) assert.throws(() => stateOfWord(word), undefined, word);
});

test('states from outside are those and no others', () => {
  for (const state of [null, {}, { kind: 'fine' }, { kind: 'on' }, { kind: 'off' }, { kind: 'off', how: 'on' }, { kind: 'on', link: '' }, []]) assert.not(v.is(MachineState, state), JSON.stringify(state));
});

// ---- vouchers

test('eighty bits make a code, and the code is read back however it is typed', () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.constantFrom('', ' ', '-', ' - '), (ten, lower, between) => {
      const code = voucherCodeOf(ten);
      assert.ok(code.length === 16 && [...code].every((c) => VOUCHER_ALPHABET.includes(c)));
      const printed = printVoucherCode(code).replaceAll('-', between);
      assert.is(readVoucherCode(lower ? printed.toLowerCase() : printed), code);
      let bits = 0n;
      for (const c of code) bits = bits * 32n + BigInt(VOUCHER_ALPHABET.indexOf(c));
      assert.is(bits.toString(16).padStart(20, '0'), Buffer.from(ten).toString('hex'));
    }),
  );
});

test.run();
