import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { Up } from '@cac/shared/messages.ts';
import { acceptBatch, EMPTY_EPOCH, type Acceptance, type EpochState } from '@cac/server/core/accept.ts';
import { nextChain } from '@cac/shared/chain.ts';
import { suite } from '../../harness.ts';
import { beats, wireJournal } from '../../fixtures.ts';

const test = suite('what of a batch is accepted');
const EP = 'abcdefghij012345';

const journal = wireJournal(EP, [['boot', { boot: 'b1', up: 5 }], ['agent_start', { ver: '1', up: 5 }], ...beats(6), ['net', { link: 'dns', if: 'wired' }], ...beats(3, 'dns')]);
const read = (message: Record<string, unknown>): Up => v.parse(Up, message);
const accept = (epoch: EpochState, message: Record<string, unknown>, late = false): Acceptance => acceptBatch(epoch, read(message), late);
const tally = ({ W, rejected, dropped, lost, duplicates }: EpochState) => ({ W, rejected, dropped, lost, duplicates });
const NONE = { W: 0, rejected: 0, dropped: 0, lost: 0, duplicates: 0 };
const after = (to: number): EpochState => accept(EMPTY_EPOCH, journal.up(1, to)).epoch;

test('a batch that continues the watermark is accounted whole', () => {
  const done = accept(EMPTY_EPOCH, journal.up(1, 12));
  assert.is(done.code, 'ok');
  assert.equal(tally(done.epoch), { ...NONE, W: 12 });
  assert.equal(done.records.map((r) => r.record.kind), ['boot', 'agent_start', 'net']);
  assert.equal([done.runs.map((r) => [r.from, r.to]), [done.epoch.run?.from, done.epoch.run?.to]], [[[3, 8]], [10, 12]]);
  assert.is(done.last?.seq, 12);
});

test('a run on the wire and its single records leave the same', () => {
  const [, , , m, w, body] = [0, 0, 'hb', journal.records[2]![2], journal.records[2]![3], { link: 'ok' }] as const;
  const asRun = accept(after(2), journal.up(3, 8, { r: [[3, 8, 'hb', m, w, body]] }));
  assert.equal(asRun.epoch, accept(after(2), journal.up(3, 8)).epoch);
});

test('B-11 a duplicate changes nothing but its count', () => {
  const done = accept(after(12), journal.up(1, 12));
  assert.equal(done.records, []);
  assert.equal(tally(done.epoch), { ...NONE, W: 12, duplicates: 12 });
});

test('B-11 a batch that overlaps the watermark adds only what is new', () => {
  const done = accept(after(5), journal.up(3, 9));
  assert.equal(tally(done.epoch), { ...NONE, W: 9, duplicates: 3 });
  assert.equal(done.epoch.chain, after(9).chain);
});

test('a batch beyond the watermark is answered with the watermark', () => {
  const done = accept(after(3), journal.up(6, 9));
  assert.is(done.code, 'ok');
  assert.is(done.epoch.W, 3);
});

test('another chain at the watermark is a fork, and nothing is overwritten', () => {
  for (const [from, to] of [[6, 9], [3, 9], [2, 5]] as const) {
    const done = accept(after(5), journal.up(from, to, { chain: 'ffffffffffffffff' }));
    assert.is(done.code, 'fork', `${from}..${to}`);
    assert.equal(done.epoch, after(5));
    assert.equal(done.records, []);
  }
});

test('a hello below the watermark is a fork, a late one of an older connection is not', () => {
  const hello = journal.up(1, 1, { r: [], hi: 3 });
  assert.is(accept(after(5), hello).code, 'fork');
  assert.is(accept(after(5), hello, true).code, 'ok');
});

test('B-08 a poison record costs only itself', () => {
  const poison: [string, number, unknown[]][] = [
    ['unknown_kind', 4, [4, 'gossip', 1, 1, {}]],
    ['bad_body', 4, [4, 'net', 1, 1, { link: 'perfect', if: 'wired' }]],
    ['bad_body', 4, [4, 'sample', 1, 1, { dns: { ms: 3 } }]],
    ['bad_time', 4, [4, 'hb', -1, 1, { link: 'ok' }]],
    ['bad_entry', 4, ['x', 'hb', 1, 1, { link: 'ok' }]],
    ['unknown_kind', 4, [4, 'toString', 1, 1, {}]],
  ];
  for (const [reason, seq, entry] of poison) {
    const message = journal.up(1, 12);
    (message['r'] as unknown[])[3] = entry;
    const done = accept(EMPTY_EPOCH, message);
    assert.equal(tally(done.epoch), { ...NONE, W: 12, rejected: 1 }, reason);
    assert.equal(done.rejected.map((r) => [r.reason, r.seq]), [[reason, seq]]);
    // The chain holds the record as it came: the next batch must know the same.
    let chain = journal.chainBefore(4);
    chain = nextChain(chain, entry as never);
    for (const record of journal.records.slice(4)) chain = nextChain(chain, record);
    assert.is(done.epoch.chain, chain, reason);
  }
});

test('declared drops are accounted, leave the chain alone, and need no order of their own', () => {
  let chain = journal.chainBefore(4);
  const kept = journal.records.slice(6, 9);
  const done = accept(after(3), journal.up(7, 9, { chain, drop: [[4, 6, 'corrupt']] }));
  assert.equal(tally(done.epoch), { ...NONE, W: 9, dropped: 3 });
  for (const record of kept) chain = nextChain(chain, record);
  assert.is(done.epoch.chain, chain);
});

test('what lies below the lowest kept number is lost, unless declared dropped; the chain is taken over', () => {
  const chain = 'cccccccccccccccc';
  const done = accept(after(3), journal.up(9, 12, { lo: 9, chain, drop: [[5, 6, 'cap']] }));
  assert.equal(tally(done.epoch), { ...NONE, W: 12, dropped: 2, lost: 3 });
  assert.is(accept(done.epoch, journal.up(9, 12, { lo: 9, chain })).code, 'ok');
});

test('G-05 a hello that tells of lost numbers is no fork, nor is the batch that follows it', () => {
  const told = accept(after(3), journal.up(9, 9, { r: [], lo: 9, chain: journal.chainBefore(12) }));
  assert.equal([told.code, tally(told.epoch)], ['ok', { ...NONE, W: 8, lost: 5 }]);
  const done = accept(told.epoch, journal.up(9, 12, { lo: 9 }));
  assert.equal([done.code, done.epoch.W, done.epoch.chain], ['ok', 12, after(12).chain]);
  assert.is(accept(done.epoch, journal.up(11, 12, { chain: 'ffffffffffffffff' })).code, 'fork', 'from there on the chain counts again');
});

test('a hole inside a batch stops it there', () => {
  const message = journal.up(1, 9);
  (message['r'] as unknown[]).splice(4, 1);
  assert.is(accept(EMPTY_EPOCH, message).epoch.W, 4);
});

test('B-07 a run that expands beyond the limit refuses the whole batch', () => {
  const done = accept(EMPTY_EPOCH, journal.up(1, 1, { r: [[1, 2_000_000_000, 'hb', 1, 1, { link: 'ok' }]] }));
  assert.is(done.code, 'too_big');
  assert.is(done.epoch.W, 0);
  assert.is(done.rejected[0]?.reason, 'too_many_records');
});

test('B-07 a run whose records expand to more text than a batch may hold refuses it before they are hashed', () => {
  const startedAt = performance.now();
  for (const entry of [[1, 1_500, 'hb', 1, 1, { link: 'ok', pad: 'x'.repeat(250_000) }], [1, 1_500, 'hb', 'x'.repeat(250_000), 1, { link: 'ok' }]]) {
    const done = accept(EMPTY_EPOCH, journal.up(1, 1, { r: [entry] }));
    assert.equal([done.code, done.epoch.W], ['too_big', 0]);
  }
  assert.ok(performance.now() - startedAt < 500);
  assert.is(accept(EMPTY_EPOCH, journal.up(1, 1, { r: [[1, 1_500, 'hb', 1, 1, { link: 'internet' }]] })).epoch.W, 1_500);
});

test('a run is told from a record by its shape only', () => {
  const done = accept(EMPTY_EPOCH, journal.up(1, 1, { r: [[1, 1, 'hb', 1, 1, { link: 'ok' }]] }));
  assert.equal(tally(done.epoch), { ...NONE, W: 1, rejected: 1 });
});

test.run();
