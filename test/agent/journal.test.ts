/** The journal as a whole: kills, power cuts, damage, the cap, epochs. */
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import { crc32c } from '@cac/agent/journal/crc32c.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import { startMinutes, stepMinute } from '@cac/agent/core/minute.ts';
import { openJournal, type Draft, type Journal } from '@cac/agent/journal/journal.ts';
import { readRecord } from '@cac/shared/records.ts';
import { suite } from '../harness.ts';
import { draft, epochs, filled, gapsOf, itemsOf, opened, options, recordsOf, segmentsOf } from './journal-fixture.ts';

const test = suite('journal');

const seqs = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const DBI = 'db1';

test('numbers go on where they stopped, over many segments and restarts', () => {
  const { files } = filled(500, { segmentBytes: 2048 });
  const { journal, notes } = opened(files, { segmentBytes: 2048 });
  journal.append([draft(501), draft(502)]);
  assert.equal(recordsOf(journal).map((r) => r[0]), seqs(1, 502));
  assert.equal(recordsOf(journal, 499).map((r) => r[0]), [499, 500, 501, 502]);
  assert.equal(notes, []);
});

test('the chain at the mark is the fold of all records before it, also across a restart', () => {
  const { files, journal } = filled(120, { segmentBytes: 2048 });
  let chain = CHAIN_START;
  for (const record of recordsOf(journal).slice(0, 77)) chain = nextChain(chain, record);
  journal.acknowledge(40, DBI);
  journal.acknowledge(77, DBI);
  assert.equal(journal.mark(), { ep: journal.ep(), W: 77, chain, dbi: DBI });
  assert.equal(opened(files).journal.mark(), journal.mark());
});

test('both marks lost: the chain is found again from the segments', () => {
  const { files, journal } = filled(300, { segmentBytes: 2048 });
  journal.acknowledge(250, DBI);
  const before = journal.mark();
  files.remove('mark.0');
  files.remove('mark.1');
  const again = opened(files).journal;
  assert.is(again.mark().W, 0);
  again.acknowledge(250, DBI);
  assert.equal(again.mark(), before);
});

test('a restored server with a lower W is served from what is kept, with the right chain', () => {
  const { journal } = filled(300, { segmentBytes: 2048 });
  const chains = [CHAIN_START];
  for (const record of recordsOf(journal)) chains.push(nextChain(chains.at(-1)!, record));
  journal.acknowledge(290, DBI);
  journal.rewind(133, 'db2');
  assert.equal(journal.mark(), { ep: journal.ep(), W: 133, chain: chains[133], dbi: 'db2' });
});

test('A-02: a power cut at any step of any operation loses only what was never announced', () => {
  for (let stop = 0; stop < 400; stop += 1) {
    for (const keep of [0, 0.5, 1]) {
      const files = memoryFiles();
      let steps = 0;
      files.onStep = () => {
        if ((steps += 1) > stop) throw new Error('power cut');
      };
      const announced: string[] = [];
      let acked = 0;
      const first = openJournal(files, options({ segmentBytes: 1024 }));
      if (first.kind === 'open') {
        for (let n = 1; n <= 60; n += 1) {
          for (const record of first.journal.append([draft(n)]).records) announced.push(JSON.stringify(record));
          if (n % 10 === 0 && announced.length === n) first.journal.acknowledge((acked = n - 5), DBI);
        }
      }
      files.onStep = null;
      files.crash((unsynced) => Math.floor(unsynced * keep));
      const { journal } = opened(files, { segmentBytes: 1024 });
      const kept = recordsOf(journal, 1).map((r) => JSON.stringify(r));
      assert.equal(kept.slice(0, announced.length), announced, `stop ${stop} keep ${keep}`);
      assert.equal(gapsOf(journal), [], `stop ${stop} keep ${keep}: no gap`);
      assert.ok(kept.length <= announced.length + 1 && journal.hi() === kept.length && journal.mark().W <= acked);
    }
  }
});

test('A-03: a torn tail is truncated, said, and its number used again', () => {
  const { files } = filled(10);
  const [name] = segmentsOf(files);
  files.truncate(name!, files.read(name!).length - 7);
  const { journal, notes } = opened(files);
  assert.is(journal.hi(), 9);
  assert.match(notes.join(), /^journal_tail_truncated bytes=\d+$/);
  journal.append([draft(10)]);
  assert.equal(recordsOf(opened(files).journal).map((r) => r[0]), seqs(1, 10));
});

const DAMAGE: { name: string; records: number; at: (bytes: Buffer) => number; lost: [number, number, string][] }[] = [
  { name: 'in the middle', records: 30, at: () => 52 + 48 * 2 + 20, lost: [[3, 3, 'corrupt']] },
  { name: 'in the complete last record', records: 9, at: (bytes) => bytes.length - 3, lost: [[9, 9, 'corrupt']] },
  { name: 'in the length of the last record', records: 9, at: (bytes) => bytes.length - 48, lost: [[9, 9, 'corrupt']] },
  { name: 'in the header', records: 30, at: () => 20, lost: [] },
  { name: 'in the header\'s version', records: 30, at: () => 4, lost: [] },
];

for (const { name, records, at, lost } of DAMAGE) {
  test(`A-04: a bit flipped ${name}: both sides are kept, the rest is declared, no number is used again`, () => {
    const { files } = filled(records);
    const [segment] = segmentsOf(files);
    const bytes = Buffer.from(files.read(segment!));
    bytes[at(bytes)]! ^= 2;
    files.create(segment!, bytes);
    const { journal, notes } = opened(files);
    assert.equal(gapsOf(journal), lost);
    assert.is(notes.length, 1);
    assert.is(journal.append([draft(records + 1)]).records[0]![0], records + 1);
    const again = opened(files);
    assert.equal(gapsOf(again.journal), lost);
    assert.equal(again.notes, [], 'repaired once');
    assert.is(recordsOf(again.journal).length, records + 1 - lost.length);
  });
}

test('A-04: one bit flipped in each byte of two segments: every other record is kept, in place, and appending goes on', () => {
  const { files } = filled(60, { segmentBytes: 2048 });
  const whole = new Map(segmentsOf(files).map((name) => [name, Buffer.from(files.read(name))]));
  const records = recordsOf(opened(files).journal).map((r) => JSON.stringify(r));
  for (const [damaged, bytes] of whole) {
    for (let at = 0; at < bytes.length; at += 1) {
      const copy = memoryFiles();
      for (const [name, content] of whole) copy.create(name, content);
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at % 8);
      copy.create(damaged, flipped);
      const { journal } = opened(copy, { segmentBytes: 2048 });
      const kept = new Set(recordsOf(journal).map((r) => JSON.stringify(r)));
      const lost = records.filter((r) => !kept.has(r));
      const declared = gapsOf(journal).reduce((sum, [from, to]) => sum + to - from + 1, 0);
      if (lost.length > 1 || declared !== lost.length || journal.hi() !== 60 || journal.append([draft(61)]).records[0]![0] !== 61) {
        assert.unreachable(`${damaged} byte ${at}: lost ${lost.length}, declared ${declared}, hi ${journal.hi()}`);
      }
    }
  }
});

const damage = fc.record({ what: fc.constantFrom('zero', 'noise', 'cut', 'remove', 'insert'), where: fc.double({ min: 0, max: 0.999, noNaN: true }), length: fc.nat(300), segment: fc.nat(20) });

test('A-04: whatever happens to the files, opening never fails, invents no record, and repairs once', () => {
  const { files } = filled(200, { segmentBytes: 2048 });
  const whole = new Map(files.list().map((name) => [name, Buffer.from(files.read(name))]));
  const records = new Set(recordsOf(opened(files).journal).map((r) => JSON.stringify(r)));
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
      const copy = memoryFiles();
      for (const [name, content] of whole) copy.create(name, content);
      for (const { what, where, length, segment } of damages) {
        const names = segmentsOf(copy);
        const name = names[segment % Math.max(1, names.length)];
        if (!name) break;
        const bytes = Buffer.from(copy.read(name));
        const at = Math.floor(where * bytes.length);
        if (what === 'remove') copy.remove(name);
        else if (what === 'cut') copy.truncate(name, at);
        else if (what === 'insert') copy.create(name, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length, 0xa5), bytes.subarray(at)]));
        else copy.create(name, bytes.fill(what === 'zero' ? 0 : 0x9d, at, Math.min(bytes.length, at + length)));
      }
      const { journal } = opened(copy, { segmentBytes: 2048, newEpoch: epochs() });
      for (const record of recordsOf(journal)) assert.ok(records.has(JSON.stringify(record)));
      const accounted = itemsOf(journal).reduce((sum, i) => sum + (i.kind === 'gap' ? i.to - i.from + 1 : 1), 0);
      assert.is(accounted, journal.hi() - journal.lo() + 1);
      const again = opened(copy, { segmentBytes: 2048 });
      assert.equal(again.notes, []);
      assert.equal(itemsOf(again.journal), itemsOf(journal));
    }),
    { numRuns: 400 },
  );
});

test('A-04: a whole segment lost in the middle is declared, and what follows is kept', () => {
  const { files, journal } = filled(300, { segmentBytes: 2048 });
  const names = segmentsOf(files);
  files.remove(names[2]!);
  const again = opened(files).journal;
  const gaps = gapsOf(again);
  assert.is(gaps.length, 1);
  assert.is(recordsOf(again).length + gaps[0]![1] - gaps[0]![0] + 1, 300);
  assert.is(again.hi(), journal.hi());
});

test('A-04: a last segment of zeros: its numbers are not used again', () => {
  const { files, journal } = filled(300, { segmentBytes: 2048 });
  const name = segmentsOf(files).at(-1)!;
  files.create(name, Buffer.alloc(files.read(name).length));
  const again = opened(files).journal;
  assert.ok(again.hi() >= journal.hi());
  assert.equal(again.append([draft(1)]).records[0]![0], again.hi());
});

test('A-04: nothing readable: moved aside, a new epoch, no crash loop', () => {
  const { files, journal } = filled(20);
  const [name] = segmentsOf(files);
  files.create(name!, Buffer.alloc(500, 0xee));
  const again = opened(files, { newEpoch: () => 'zzzzzzzzzzzzzzzz' });
  assert.is(again.journal.ep(), 'zzzzzzzzzzzzzzzz');
  assert.is.not(again.journal.ep(), journal.ep());
  assert.match(again.notes.join(), /journal_unreadable/);
  assert.equal(opened(files).notes, []);
});

test('a tail lost after it was acknowledged is declared: hi never falls below W', () => {
  const { files, journal } = filled(20);
  journal.acknowledge(20, DBI);
  const [name] = segmentsOf(files);
  files.truncate(name!, files.read(name!).length - 48);
  const again = opened(files).journal;
  assert.is(again.hi(), 20);
  assert.is(again.append([draft(21)]).records[0]![0], 21);
});

test('A-11: a newer journal is refused and left intact', () => {
  const { files } = filled(20);
  const [name] = segmentsOf(files);
  const bytes = Buffer.from(files.read(name!));
  bytes.writeUInt16LE(3, 4);
  bytes.writeUInt32LE(crc32c(bytes, 0, 6), 6);
  files.create(name!, bytes);
  assert.equal(openJournal(files, options()), { kind: 'refused', reason: 'journal_version 3 > 1' });
  assert.equal(files.read(name!), bytes);
});

test('a new epoch carries over what is not acknowledged, renumbered, and nothing else', () => {
  const { files, journal } = filled(300, { segmentBytes: 2048, newEpoch: epochs() });
  journal.acknowledge(100, DBI);
  const waiting = recordsOf(journal, 101).map(([, ...rest]) => rest);
  journal.openEpoch();
  const check = (j: typeof journal): void => {
    assert.equal(recordsOf(j, 2).map(([, ...rest]) => rest), waiting);
    assert.equal([j.lo(), j.hi(), j.mark().W, j.mark().chain, j.mark().dbi], [1, 201, 0, CHAIN_START, DBI]);
  };
  check(journal);
  check(opened(files, { segmentBytes: 2048 }).journal);
});

test('a power cut while a new epoch opens leaves the old one or the new one, whole', () => {
  for (let stop = 0; stop < 80; stop += 1) {
    const { files, journal } = filled(120, { segmentBytes: 1024, newEpoch: epochs() });
    let steps = 0;
    files.onStep = () => {
      if ((steps += 1) > stop) throw new Error('power cut');
    };
    try {
      journal.openEpoch();
    } catch {
      // the cut
    }
    files.onStep = null;
    files.crash();
    const again = opened(files, { segmentBytes: 1024 }).journal;
    assert.is(recordsOf(again).filter((r) => r[1] !== 'boot').length, 120, `stop ${stop}`);
    assert.equal(gapsOf(again), []);
  }
});

test('a record given up is declared, at the place where it was', () => {
  const { files, journal } = filled(20);
  journal.drop(7, 'too_big');
  assert.equal(gapsOf(journal), [[7, 7, 'too_big']]);
  assert.equal(gapsOf(opened(files).journal), [[7, 7, 'too_big']]);
});

test('acknowledged records are kept seven days, then go', () => {
  const { journal } = filled(3 * 1440, { segmentBytes: 8192, keepAckedMs: 86_400_000 });
  journal.acknowledge(journal.hi(), DBI);
  const kept = journal.lo();
  assert.is(kept, 1);
  for (let n = 1; n <= 400; n += 1) journal.append([draft(3 * 1440 + n)]);
  assert.ok(journal.lo() > 2 * 1440 - 400 && journal.lo() < 3 * 1440 - 1000, `lo ${journal.lo()}`);
});

test('A-07: at the cap acknowledged records go first, then samples are thinned, transitions last; every drop is declared', () => {
  const limits = { segmentBytes: 4096, capBytes: 64 * 1024 };
  const { files, journal } = filled(500, limits);
  journal.acknowledge(400, DBI);
  for (let n = 501; n <= 6000; n += 1) journal.append([draft(n)]);
  assert.ok(journal.bytes() <= limits.capBytes, `${journal.bytes()} bytes`);
  const items = itemsOf(journal, 401);
  const records = recordsOf(journal, 401);
  let accounted = 0;
  for (const item of items) {
    accounted += item.kind === 'gap' ? item.to - item.from + 1 : 1;
    if (item.kind === 'gap') assert.is(item.why, 'cap');
  }
  assert.is(accounted, 5600);
  const count = (kind: string): number => records.filter((r) => r[1] === kind).length;
  assert.is(count('net'), 112, 'no transition was lost');
  assert.ok(count('sample') < 300);
  assert.is(journal.append([draft(6001)]).records[0]![0], 6001);
  assert.equal(itemsOf(opened(files, limits).journal, 401).length, items.length + 1);
});

test('A-07: with transitions alone the oldest of them go, and are declared', () => {
  const files = memoryFiles();
  const { journal } = opened(files, { segmentBytes: 4096, capBytes: 32 * 1024 });
  for (let n = 1; n <= 3000; n += 1) journal.append([{ ...draft(50), kind: 'net' }]);
  const records = recordsOf(journal);
  assert.ok(journal.bytes() <= 32 * 1024);
  assert.equal(new Set(gapsOf(journal).map(([, , why]) => why)), new Set(['cap_transitions']), 'not what gives up heartbeats alone');
  assert.is(records.at(-1)![0], 3000);
  assert.is(records.length + gapsOf(journal).reduce((sum, [from, to]) => sum + to - from + 1, 0), 3000);
});

test('A-06: a full disk gives its reserve to transitions and refuses the rest', () => {
  const files = memoryFiles();
  const { journal } = opened(files, { reserveBytes: 1000 });
  const append = files.append.bind(files);
  let room = 300;
  files.append = (name, bytes) => {
    if (bytes.length > room + (files.list().includes('reserve') ? 0 : 1000)) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    room -= bytes.length;
    append(name, bytes);
  };
  for (let n = 1; n <= 40; n += 1) journal.append([draft(n)]);
  assert.is(journal.append([draft(41)]).trouble?.code, 'disk_full');
  assert.is(journal.append([draft(41)]).records.length, 0);
  const mixed = journal.append([draft(41), draft(50), draft(45)]);
  assert.equal([mixed.trouble?.code, mixed.records.map((r) => r[1])], ['disk_full', ['net']]);
  assert.is(opened(files).journal.hi(), journal.hi());
});

test('A-06: a transition that even the reserve cannot take is owed: written first once the disk takes records again, and no heartbeat with it', () => {
  const files = memoryFiles();
  const { journal } = opened(files);
  const append = files.append.bind(files);
  journal.append([draft(1)]);
  files.append = () => {
    throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
  };
  for (let n = 45; n <= 52; n += 1) assert.equal(journal.append([draft(n)]).records, []);
  files.append = append;
  assert.equal(journal.append([draft(53)]), { records: [recordsOf(journal)[1], recordsOf(journal)[2]], trouble: null });
  assert.equal(recordsOf(opened(files).journal).map((r) => [r[0], r[1], r[2]]), [[1, 'hb', draft(1).m], [2, 'net', draft(50).m], [3, 'hb', draft(53).m]]);
});

test('A-06: a reserve that was given up is for transitions alone, until there is room for it again', () => {
  const files = memoryFiles();
  const { journal } = opened(files, { reserveBytes: 1000 });
  let full = true;
  files.onStep = (step) => {
    if (step === 'write' && full && files.list().includes('reserve')) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    if (step === 'write' && full && files.list().includes('reserve.tmp')) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
  journal.append([draft(50)]);
  assert.equal(journal.append([draft(51), draft(100)]).records.map((r) => r[1]), ['net'], 'there would be room for the heartbeat');
  assert.not(files.list().includes('reserve.tmp'));
  full = false;
  assert.equal(journal.append([draft(101)]).trouble, null);
  assert.equal(recordsOf(journal).map((r) => r[1]), ['net', 'net', 'hb']);
  assert.ok(files.list().includes('reserve'));
});

// ---- C-04: a new epoch stands alone

const at = (kind: string, n: number, body: Record<string, unknown> = {}): Draft => ({ ...draft(n), kind, body });
const bootOf = (name: string, n: number): Draft => at('boot', n, { boot: name, up: 1_000 });
const shapeOf = (journal: Journal): unknown[] => itemsOf(journal).map((i) => (i.kind === 'gap' ? [i.from, i.to, i.why] : [i.record[1], i.record[2], i.record[4]['boot'] ?? null]));
const m = (n: number): number => draft(n).m;

test('C-04: what is carried over begins with a copy of the boot that its first record belongs to', () => {
  const { files, journal } = filled(0, { segmentBytes: 1024, newEpoch: epochs() });
  journal.append([bootOf('a', 1)]);
  for (let n = 2; n <= 60; n += 1) journal.append([draft(n)]);
  journal.append([bootOf('b', 61)]);
  for (let n = 62; n <= 120; n += 1) journal.append([draft(n)]);
  journal.acknowledge(59, DBI);
  journal.openEpoch();
  const expected = [['boot', m(1), 'a'], [draft(60).kind, m(60), null], ['boot', m(61), 'b']];
  assert.equal(shapeOf(journal).slice(0, 3), expected);
  assert.equal(shapeOf(opened(files).journal).slice(0, 3), expected);
});

test('C-04: where the first record carried over is a boot, nothing is added', () => {
  const { journal } = filled(0, { newEpoch: epochs() });
  journal.append([bootOf('a', 1), draft(2), bootOf('b', 3), draft(4)]);
  journal.acknowledge(2, DBI);
  journal.openEpoch();
  assert.equal(shapeOf(journal), [['boot', m(3), 'b'], ['hb', m(4), null]]);
});

test('C-04: where no boot is known a made-up one stands, the same each time', () => {
  const made = [1, 2].map(() => {
    const { journal } = filled(8, { newEpoch: epochs() });
    journal.acknowledge(5, DBI);
    journal.openEpoch();
    return recordsOf(journal)[0]!;
  });
  assert.match(String(made[0]![4]['boot']), /^unknown-[0-9a-f]{16}$/);
  assert.equal([made[0]![2], made[0]![3], made[0]![4]['up']], [m(6), draft(6).w, m(6)]);
  assert.equal(made[0], made[1]);
  assert.ok(readRecord(made[0]!).ok);
});

test('C-04: the boot is remembered when its segment went with what was acknowledged', () => {
  const { journal } = filled(0, { segmentBytes: 1024, keepAckedMs: 0, newEpoch: epochs() });
  journal.append([bootOf('a', 1)]);
  for (let n = 2; n <= 100; n += 1) {
    journal.append([draft(n)]);
    journal.acknowledge(n, DBI);
  }
  assert.ok(journal.lo() > 1);
  journal.append([draft(101)]);
  journal.openEpoch();
  assert.equal(shapeOf(journal), [['boot', m(1), 'a'], ['hb', m(101), null]]);
});

test('C-04: with nothing to carry over the present boot still begins the new epoch; what was given up stays declared', () => {
  const { journal } = filled(0, { newEpoch: epochs() });
  journal.append([bootOf('a', 1), draft(2), at('net', 3), draft(4)]);
  journal.drop(3, 'too_big');
  journal.acknowledge(2, DBI);
  journal.openEpoch();
  assert.equal(shapeOf(journal), [['boot', m(1), 'a'], [2, 2, 'too_big'], ['hb', m(4), null]]);
  journal.acknowledge(3, DBI);
  journal.openEpoch();
  assert.equal(shapeOf(journal), [['boot', m(1), 'a']]);
});

// ---- what a process that starts finds

test('A-12: the past of the present boot is read from the newest records', () => {
  const { journal } = filled(0, { segmentBytes: 1024 });
  assert.equal(journal.past(), { boot: null, last: null, startM: null, net: null, off: null });
  journal.append([bootOf('a', 1), at('net', 2, { link: 'dns', if: 'wifi' }), bootOf('b', 3), at('agent_start', 4, { ver: '1', up: 5 }), at('clk', 5, { off: 77 }), at('clk', 6, { step: 3_000 })]);
  for (let n = 7; n <= 45; n += 1) journal.append([at('hb', n, { link: 'ok' })]);
  assert.equal(journal.past(), { boot: 'b', last: 'hb', startM: m(4), net: null, off: { ms: 77, m: m(5) } });
});

test('A-12: killed every 10 s, ten thousand times a day: the journal grows by no more than on a day of heartbeats, and true transitions stay', () => {
  const files = memoryFiles();
  const first = opened(files).journal;
  const heldM = 60_000;
  first.append([bootOf('a', 0), { kind: 'net', m: heldM, w: heldM, body: { link: 'dns', if: 'wired' } }]);
  const starts = 1_000; // a tenth of a day
  for (let i = 0; i < starts; i += 1) {
    const now = 10 * 60_000 + i * 8_640;
    const { journal } = opened(files);
    const { state, drafts } = startMinutes(journal.past(), { boot: 'a', version: '0.1.0', m: now, wall: now }, 3);
    journal.append(drafts);
    const looked = stepMinute(state, { kind: 'network', interface: 'wired', serverAnswers: false }, { m: now + 100, wall: now + 100 });
    const probed = stepMinute(looked.state, { kind: 'probed', results: { gw: 1, dns: 'timeout', net1: 'timeout', srv: 'timeout' } }, { m: now + 3_000, wall: now + 3_000 });
    journal.append(probed.drafts);
  }
  const { journal } = opened(files);
  assert.is(recordsOf(journal).filter((r) => r[1] === 'boot').length, 1, 'no boot is faked');
  const told = recordsOf(journal).filter((r) => r[1] === 'agent_start').length;
  assert.ok(told > 100 && told <= 144, `${told} starts told`);
  assert.ok(journal.bytes() * 10 < 500_000, `${journal.bytes() * 10} bytes a day: a month fits in the cap`);
});

test.run();
