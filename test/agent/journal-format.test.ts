/** The journal's bytes under damage: every cut and every flipped bit. */
import * as assert from 'uvu/assert';
import { crc32c } from '@cac/agent/journal/crc32c.ts';
import { decode, encodeGap, encodeHeader, encodeRecord, gapAt, recordAt, HEADER_BYTES } from '@cac/agent/journal/format.ts';
import { decodeMark, encodeMark } from '@cac/agent/journal/marks.ts';
import { CHAIN_START } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { suite } from '../harness.ts';
import { draft } from './journal-fixture.ts';

const test = suite('journal format');

const header = { ep: 'abcdefghij012345', number: 7, firstSeq: 1, chainBefore: CHAIN_START };
const records = Array.from({ length: 200 }, (_, i): WireRecord => {
  const { kind, m, w, body } = draft(i + 1);
  return [i + 1, kind, m, w, body];
});
const whole = Buffer.concat([encodeHeader(header), ...records.map(encodeRecord)]);
const ends = decode(whole).entries.map((e) => e.end);

test('the checksum is CRC-32C', () => {
  assert.is(crc32c(Buffer.from('123456789')), 0xe3069283);
  assert.is(crc32c(Buffer.alloc(32)), 0x8a9136aa);
});

test('what is encoded is decoded, gaps included', () => {
  const gap = { from: 201, to: 300, why: 'cap' };
  const bytes = Buffer.concat([whole, encodeGap(gap), encodeRecord([301, 'hb', 1, 2, { link: 'é' }])]);
  const found = decode(bytes);
  assert.equal(found.header, header);
  assert.equal(found.entries.slice(0, 200).map((e) => recordAt(bytes, e)), records);
  assert.equal(gapAt(bytes, found.entries[200]!), gap);
  assert.equal(recordAt(bytes, found.entries[201]!), [301, 'hb', 1, 2, { link: 'é' }]);
  assert.not(found.damaged);
});

test('A-03: cut at any byte, every whole record before the cut is kept and the rest is a torn tail', () => {
  for (let cut = HEADER_BYTES; cut <= whole.length; cut += 1) {
    const found = decode(whole.subarray(0, cut));
    const expected = ends.filter((end) => end <= cut).length;
    if (found.entries.length !== expected || found.damaged || found.tornBytes !== cut - found.end) {
      assert.unreachable(`cut at ${cut}: ${found.entries.length} of ${expected} records, damaged ${found.damaged}, torn ${found.tornBytes}`);
    }
  }
});

test('A-04: any one bit flipped costs at most the record it lies in, and is never taken for a torn tail', () => {
  const bytes = Buffer.from(whole);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const at = bit >> 3;
    bytes[at]! ^= 1 << (bit & 7);
    const found = decode(bytes);
    bytes[at]! ^= 1 << (bit & 7);
    const inHeader = at < HEADER_BYTES;
    const hit = inHeader ? -1 : ends.findIndex((end) => at < end);
    const sound = found.newer === null && found.damaged && found.tornBytes === 0 && (inHeader ? found.entries.length === 200 : lostOnly(found.entries, hit));
    const counted = found.lostAfter === (hit === 199 ? 1 : 0);
    if (!sound || !counted) assert.unreachable(`bit ${bit} (record ${hit + 1}): ${found.entries.length} entries, newer ${found.newer}, torn ${found.tornBytes}, lost after ${found.lostAfter}`);
  }
});

function lostOnly(entries: readonly { seq: number }[], index: number): boolean {
  return entries.length === 199 && entries.every((e, i) => e.seq === (i < index ? i + 1 : i + 2));
}

test('A-11: a newer version is named, whatever follows its number', () => {
  const bytes = Buffer.from(whole);
  bytes.writeUInt16LE(3, 4);
  bytes.writeUInt32LE(crc32c(bytes, 0, 6), 6);
  assert.is(decode(bytes).newer, 3);
});

test('a mark survives as long as no bit of it changes', () => {
  const mark = { ep: header.ep, W: 123, chain: CHAIN_START, dbi: 'db1' };
  const bytes = encodeMark(mark, 5);
  assert.equal(decodeMark(bytes), { mark, turn: 5 });
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const read = decodeMark(flipped);
    assert.ok(read === null || (read.mark.W === 123 && read.turn === 5), `bit ${bit}`);
  }
  for (let cut = 0; cut < bytes.length; cut += 1) assert.is(decodeMark(bytes.subarray(0, cut)), null);
});

test.run();
