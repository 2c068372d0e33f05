import * as assert from 'uvu/assert';
import * as fc from 'fast-check';
import type { Entry } from '@cac/server/core/history/evidence.ts';
import { pack, unpack } from '@cac/server/core/history/pack.ts';
import { T0 } from '../../../fixtures.ts';
import { suite } from '../../../harness.ts';

const test = suite('packed days');

const value = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 9_999 }).map((n) => n / 10), fc.string(), fc.constantFrom('ok', 'dns', 'timeout'));
const entry = fc.record({
  epoch: fc.integer({ min: 1, max: 9 }),
  seq: fc.integer({ min: 1, max: 2 ** 40 }),
  length: fc.integer({ min: 0, max: 1_500 }),
  kind: fc.constantFrom('hb', 'sample', 'net', 'boot', 'stop'),
  m: fc.oneof(fc.integer({ min: 0, max: 1e14 }), fc.double({ min: 0, max: 1e14, noNaN: true })),
  w: fc.oneof(fc.integer({ min: -1e14, max: 1e14 }), fc.double({ min: -1e14, max: 1e14, noNaN: true })),
  body: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== '__proto__'), value, { maxKeys: 6 }),
});
/** As the store hands them out: through JSON, which knows no -0. */
const asStored = ({ length, ...rest }: { length: number; seq: number }): Entry => JSON.parse(JSON.stringify({ ...rest, lastSeq: rest.seq + length })) as Entry;
const inOneOrder = ({ epoch, seq, lastSeq, kind, m, w, body }: Entry): unknown => [epoch, seq, lastSeq, kind, m, w, JSON.stringify(body)];

test('unpacking gives back every entry, to the last digit, in its order', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (made) => {
      const entries = made.map(asStored);
      assert.equal(unpack(pack(entries)).map(inOneOrder), entries.map(inOneOrder));
    }),
    { numRuns: 400 },
  );
});

test('a day of heartbeats with a sample every five minutes is a few kilobytes', () => {
  const entries: Entry[] = [];
  let noise = 1;
  const random = (): number => (noise = (noise * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let minute = 0, seq = 1; minute < 1_440; minute += 5, seq += 6) {
    const m = 1_000_000 + minute * 60_000;
    entries.push({ epoch: 1, seq, lastSeq: seq + 4, kind: 'hb', m, w: T0 + m, body: { link: 'ok' } });
    const body = { gw: Math.round(10 + 20 * random()) / 10, dns: Math.round(80 + 300 * random()) / 10, net1: Math.round(300 + 400 * random()) / 10 };
    entries.push({ epoch: 1, seq: seq + 5, lastSeq: seq + 5, kind: 'sample', m: m + 240_100, w: T0 + m + 240_100, body });
  }
  const { length } = pack(entries);
  assert.ok(length < 2_500, `${length} bytes`);
});

test('a block of a later version is refused by its name', () => {
  assert.throws(() => unpack(Uint8Array.of(9, 1)), /version 9/);
});

test.run();
