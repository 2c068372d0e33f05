import * as assert from 'uvu/assert';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { Up } from '@cac/shared/messages.ts';
import { isUsual } from '@cac/server/core/read-up.ts';
import { beats, wireJournal } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const test = suite('reading a batch by hand and by its schema');
const usual = wireJournal('abcdefghij012345', beats(3)).up(1, 3);

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1.5, 1e14, 1e15, 2 ** 53, Number.NaN, Infinity, true, [], {}, [[]], [1], [null], 'ok', 'dns', 'abcdefghij012345', '00000000000000aa'),
  fc.string({ maxLength: 20 }),
  fc.double(),
  fc.record({ link: fc.constantFrom<unknown>('ok', 'portal', 'no', 1), up: fc.constantFrom<unknown>(1, -1, '1') }),
  fc.array(fc.constantFrom<unknown>([], [1, 'hb'], {}, 'x'), { maxLength: 120 }),
);

test('what the quick check takes, the schema takes, and reads the same', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(usual), 'drop', 'ver', 'fp'), odd, { maxKeys: 3 }), (changes) => {
      const message: Record<string, unknown> = { ...usual, ...changes };
      if (!isUsual(message)) return;
      taken += 1;
      const parsed = v.safeParse(Up, message);
      assert.ok(parsed.success, JSON.stringify(changes));
      assert.equal(JSON.parse(JSON.stringify(parsed.output)), JSON.parse(JSON.stringify(message)));
    }),
    { numRuns: 20_000 },
  );
  assert.ok(taken > 500, `${taken} taken`);
});

test('the usual batch is taken by the quick check', () => {
  assert.ok(isUsual(usual));
  for (const change of [{ drop: [] }, { fp: [null, null, null] }, { now: { link: 'ok', up: 1, p: {} } }, { r: [1] }, { hi: -1 }, { ep: 'x' }]) assert.not.ok(isUsual({ ...usual, ...change }), JSON.stringify(change));
});

test.run();
