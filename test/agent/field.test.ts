/** What an agent makes of its surroundings, pure: budget, opening hours, bursts, power, signal, bytes on the line, settings as they come. */
import * as assert from 'uvu/assert';
import { mkdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { readDown } from '@cac/agent/core/ack.ts';
import { burstOf, isOpen, spendingOf } from '@cac/agent/core/budget.ts';
import { probesFor } from '@cac/agent/core/rounds.ts';
import { parseWireless } from '@cac/agent/probes/linux.ts';
import { parseNetsh } from '@cac/agent/probes/windows.ts';
import { onTheLine, openByteCount } from '@cac/agent/service/byte-count.ts';
import { parseBattery, powerOf } from '@cac/agent/service/context.ts';
import { claimJournal } from '@cac/agent/service/journal-owner.ts';
import { Down } from '@cac/shared/messages.ts';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';

const test = suite('agent in the field');
const config = { batchS: 1_200, capMb: null as number | null, leftMb: null as number | null, metered: false };

for (const { name, is, spent = 0, spending } of [
  { name: 'an open line', is: {}, spending: { postponed: null, bursts: true, sampleEvery: 5, batchEveryMs: 1_200_000 } },
  { name: 'a metered line measures less often', is: { metered: true }, spending: { postponed: 'metered', bursts: false, sampleEvery: 15, batchEveryMs: 1_200_000 } },
  { name: 'a cap that is far', is: { capMb: 100, leftMb: 60 }, spending: { postponed: null, bursts: true, sampleEvery: 5, batchEveryMs: 1_200_000 } },
  { name: 'a fifth is left', is: { capMb: 100, leftMb: 19 }, spending: { postponed: 'near_cap', bursts: false, sampleEvery: 15, batchEveryMs: 1_200_000 } },
  { name: 'what was spent since counts', is: { capMb: 100, leftMb: 60 }, spent: 41, spending: { postponed: 'near_cap', bursts: false, sampleEvery: 15, batchEveryMs: 1_200_000 } },
  { name: 'nothing is left: transitions go, the rest seldom', is: { capMb: 100, leftMb: 1 }, spent: 1, spending: { postponed: 'cap', bursts: false, sampleEvery: 30, batchEveryMs: 3_600_000 } },
] as { name: string; is: Partial<typeof config>; spent?: number; spending: ReturnType<typeof spendingOf> }[])
  test(`budget: ${name}`, () => assert.equal(spendingOf({ ...config, ...is }, spent), spending));

test('a round every fifteen minutes tries its target then, and only then', () => {
  const tried = Array.from({ length: 45 }, (_, minute) => probesFor({ minute, link: 'ok', serverAnswers: true, targets: 3, every: 15 }).filter((name) => name.startsWith('net')));
  assert.equal(tried.flatMap((names, minute) => names.map((name) => `${minute} ${name}`)), ['0 net1', '15 net2', '30 net3']);
});

test('opening hours come as minutes of the UTC week', () => {
  const open: [number, number][] = [[9 * 60, 18 * 60], [6 * 1440 + 600, 6 * 1440 + 660]];
  const at = (iso: string): boolean => isOpen(open, Date.parse(iso));
  assert.equal([at('2026-11-23T08:59:00Z'), at('2026-11-23T09:00:00Z'), at('2026-11-23T18:00:00Z'), at('2026-11-29T10:30:00Z'), at('2026-11-24T09:00:00Z')], [false, true, false, true, false]);
  assert.is(isOpen([], 0), true);
});

test('a burst: lost tries in percent, and how much one differs from the next', () => {
  assert.equal(burstOf([10, 14, 'timeout', 12, 11]), { loss: 20, jitter: 2.3 });
  assert.equal(burstOf(['timeout', 'timeout']), { loss: 100 });
  assert.equal(burstOf([5]), { loss: 0 });
});

test('mains and battery: of a laptop, of a desktop that says nothing, of Windows', () => {
  assert.equal(powerOf([{ type: 'Mains', online: '0', capacity: '' }, { type: 'Battery', online: '', capacity: '81' }]), { mains: 0, battery: 81 });
  assert.equal(powerOf([]), {});
  assert.equal(parseBattery('\r\n\r\nBatteryStatus=2\r\nEstimatedChargeRemaining=97\r\n'), { mains: 1, battery: 97 });
  assert.equal(parseBattery('B\0a\0t\0t\0e\0r\0y\0S\0t\0a\0t\0u\0s\0=\u00001\0'), { mains: 0 });
  assert.equal(parseBattery('No Instance(s) Available.'), {});
});

test('the strength of the Wi-Fi, as Linux and Windows say it', () => {
  assert.is(parseWireless('Inter-| sta-|   Quality        |   Discarded packets\n face | tus | link level noise |  nwid  crypt\nwlp2s0: 0000   56.  -54.  -256        0      0'), 80);
  assert.is(parseWireless('Inter-| sta-|   Quality\n face | tus | link'), null);
  assert.is(parseNetsh('    Nom                   : Wi-Fi\r\n    Signal                : 83%\r\n    Profil                : x'), 83);
  assert.is(parseNetsh('There is no wireless interface on the system.'), null);
});

test('bytes: what the socket moved, and the headers that carried it; counted by day, and not forgotten by a restart', () => {
  assert.is(onTheLine({ bytes: 0, writes: 0, reads: 0 }), 0);
  assert.is(onTheLine({ bytes: 1_000, writes: 3, reads: 2 }), 364 + 1_000 + 7 * 52);
  const dir = temporaryDir('bytes');
  const noon = Date.parse('2026-11-21T12:00:00Z');
  const count = openByteCount(dir);
  for (let day = 0; day < 5; day += 1) count.add(100 + day, noon + day * 86_400_000);
  count.save();
  assert.equal(openByteCount(dir).days(noon), [['2026-11-23', 102], ['2026-11-24', 103], ['2026-11-25', 104]]);
  assert.equal([count.total(), openByteCount(dir).today(noon + 4 * 86_400_000)], [510, 104]);
  writeFileSync(join(dir, 'bytes.json'), '{"day":1,"bytes":2}');
  assert.equal(openByteCount(dir).days(noon), []);
});

test('what the agent takes from its server is what the schema takes', () => {
  const cfg = { version: 7, keepaliveS: 60, batchS: 300, targets: ['www.maroc.ma:443', '[2001:db8::1]:443'], capMb: 500, leftMb: 12.5, metered: true, open: [[540, 1080]] };
  const base = { v: 1, t: 5 };
  const wrong = [{ cfg: { ...cfg, keepaliveS: 5 } }, { cfg: { ...cfg, targets: ['a b:1'] } }, { cfg: { ...cfg, open: [[1]] } }, { cfg: { ...cfg, version: 0 } }, { cfg: { ...cfg, capMb: 0.5 } }, { cfg: [] }, { cmd: 'format_disk' }, { id: 0 }, { held: 'yes' }, { enrol: { voucher: 5 } }, { enrol: {} }];
  const right = [{}, { hello: true }, { cfg }, { cfg: { ...cfg, capMb: null, leftMb: null } }, { cmd: 'rotate_secret', id: 3 }, { held: false }, { enrol: { voucher: null } }, { enrol: { voucher: 'x' } }];
  for (const down of right) assert.equal([readDown({ ...base, ...down }) !== null, v.safeParse(Down, { ...base, ...down }).success], [true, true], JSON.stringify(down));
  for (const down of wrong) assert.equal([readDown({ ...base, ...down } as Record<string, unknown>) !== null, v.safeParse(Down, { ...base, ...down }).success], [false, false], JSON.stringify(down));
  fc.assert(fc.property(fc.record({ v: fc.integer(), t: fc.integer(), cfg: fc.option(fc.jsonValue()), id: fc.option(fc.integer()), held: fc.option(fc.boolean()) }), (down) => {
    readDown(down as Record<string, unknown>);
  }));
});

test('C-01: a journal that another machine wrote is not sent under this one’s name', () => {
  const dir = temporaryDir('owner');
  const log: string[] = [];
  const fill = (): void => {
    mkdirSync(join(dir, 'journal'), { recursive: true });
    writeFileSync(join(dir, 'journal', 'segment'), 'x');
  };
  fill();
  claimJournal(dir, 'machine-a', (line) => log.push(line));
  assert.ok(existsSync(join(dir, 'journal', 'segment')), 'an agent from before this mark keeps its own');
  claimJournal(dir, 'machine-a', (line) => log.push(line));
  assert.ok(existsSync(join(dir, 'journal', 'segment')));
  claimJournal(dir, 'machine-b', (line) => log.push(line));
  assert.not.ok(existsSync(join(dir, 'journal')));
  assert.equal(log.map((line) => line.split(':')[0]), ['journal_of_another machine-a']);
});

test.run();
