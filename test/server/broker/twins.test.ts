import * as assert from 'uvu/assert';
import { createTwins, type Twins } from '@cac/server/broker/twins.ts';
import { suite } from '../../harness.ts';

const test = suite('twins');
const M = 'machine';

/** A clock by hand, and what was said to whom. Clients are texts. */
function stage(): { twins: Twins<string>; said: string[]; pass: (ms: number) => void } {
  const said: string[] = [];
  let now = 0;
  const twins: Twins<string> = createTwins<string>({
    now: () => now,
    ask: (client) => said.push(`ask ${client}`),
    drop(client) {
      said.push(`drop ${client}`);
      twins.disconnected(M, client, client);
    },
    release: (client) => said.push(`release ${client}`),
    onHeld: (_machine, _inst, client) => said.push(`hold ${client}`),
  });
  const pass = (ms: number): void => {
    for (const until = now + ms; now < until; ) {
      now += 1_000;
      twins.tick();
    }
  };
  return { twins, said, pass };
}

test('a machine with one process has no contest', () => {
  const { twins, pass, said } = stage();
  assert.is(twins.connected(M, 'a', 'a'), 'own');
  assert.is(twins.isContested(M), false);
  twins.disconnected(M, 'a', 'a');
  assert.is(twins.connected(M, 'b', 'b'), 'own');
  pass(60_000);
  assert.equal(said, []);
});

test('C-02 the first one answers: the second is held, and stays so when the first has gone', () => {
  const { twins, pass, said } = stage();
  twins.connected(M, 'a', 'a');
  assert.is(twins.connected(M, 'b', 'b'), 'waiting');
  assert.is(twins.heard(M, 'a'), 'own', 'what was on its way proves nothing yet');
  assert.is(twins.heard(M, 'b'), 'waiting');
  pass(2_000);
  assert.equal(said, ['ask a']);
  twins.heard(M, 'a');
  assert.equal(said, ['ask a', 'hold b']);
  twins.disconnected(M, 'a', 'a');
  pass(600_000);
  assert.is(twins.heard(M, 'b'), 'held');
  assert.is(twins.isContested(M), true, 'or nobody would ask whose packet it is, and the held one would be taken for the machine');
  assert.is(twins.connected(M, 'c', 'c'), 'own', 'the machine is free for the next');
});

test('a plug that was pulled: the old connection is silent, and the PC has its identity after half a minute', () => {
  const { twins, pass, said } = stage();
  twins.connected(M, 'a', 'a');
  twins.connected(M, 'b', 'b');
  pass(31_000);
  assert.equal(said, ['ask a']);
  pass(2_000);
  assert.equal(said, ['ask a', 'drop a', 'release b']);
  assert.is(twins.heard(M, 'b'), 'own');
  assert.is(twins.isContested(M), false);
});

test('an agent that is started again finds its old connection closing: it waits no longer than that', () => {
  const { twins, said } = stage();
  twins.connected(M, 'a', 'a');
  twins.connected(M, 'b', 'b');
  twins.disconnected(M, 'a', 'a');
  assert.equal(said, ['release b']);
});

test('C-02 thirty processes: one has the identity, twenty-nine are held, the first is asked once', () => {
  const { twins, pass, said } = stage();
  for (let i = 0; i < 30; i += 1) twins.connected(M, `p${i}`, `p${i}`);
  pass(3_000);
  twins.heard(M, 'p0');
  assert.is(said.filter((line) => line.startsWith('ask')).length, 1);
  assert.is(said.filter((line) => line.startsWith('hold')).length, 29);
});

test('a person says that the held one is the PC: it has the identity, and the other is held', () => {
  const { twins, pass, said } = stage();
  twins.connected(M, 'a', 'a');
  twins.connected(M, 'b', 'b');
  pass(2_000);
  twins.heard(M, 'a');
  twins.give(M, 'b');
  assert.equal(said.slice(-2), ['hold a', 'release b']);
  assert.equal([twins.heard(M, 'a'), twins.heard(M, 'b')], ['held', 'own']);
});

test('the first has gone, the second waits, a third comes: the second has the identity, the third is held by its word', () => {
  const { twins, pass, said } = stage();
  for (const inst of ['a', 'b', 'c']) twins.connected(M, inst, inst);
  twins.disconnected(M, 'a', 'a');
  assert.equal(said, ['release b']);
  pass(2_000);
  assert.equal([twins.heard(M, 'b'), twins.heard(M, 'c')], ['own', 'held']);
  for (const inst of ['b', 'c']) twins.disconnected(M, inst, inst);
  assert.is(twins.isContested(M), false);
});

test('a held one that is alone, and that a person calls the PC, has the identity, and nothing is left to look at', () => {
  const { twins, said } = stage();
  twins.connected(M, 'b', 'b', 'held');
  assert.is(twins.isContested(M), true);
  twins.give(M, 'b');
  assert.equal([said, twins.heard(M, 'b'), twins.isContested(M)], [['release b'], 'own', false]);
});

test('one that was held before is held again at once', () => {
  const { twins } = stage();
  assert.is(twins.connected(M, 'b', 'b', 'held'), 'held');
  assert.is(twins.connected(M, 'a', 'a'), 'own');
  assert.is(twins.heard(M, 'b'), 'held');
});

test.run();
