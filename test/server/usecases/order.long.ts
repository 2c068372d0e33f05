/** The same history, in whatever order and however often its batches come, leaves the same evidence, and is told the same to the byte. */
import * as assert from 'uvu/assert';
import { createHash } from 'node:crypto';
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { loadEvidence } from '@cac/server/store/evidence.ts';
import type { Store } from '@cac/server/store/store.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { receiveReports, type Report } from '@cac/server/usecases/receive-reports.ts';
import { databases } from '../../databases.ts';
import { bytesOf, siteWithMachines, T0, type TestMachine } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const SERVER = { sid: 's1', dbi: 'd1' };
const MIN = 60_000;
const HOUR = 60 * MIN;

interface Batch {
  message: Record<string, unknown>;
  receivedAt: number;
}

type Draft = [boot: string, kind: string, minute: number, body: Record<string, unknown>];

/** A boot of the made-up PC: when it really started, and how far its clock is off. */
const BOOTS: Record<string, { startAt: number; skewMs: number }> = {
  a: { startAt: T0 - 50 * HOUR, skewMs: 0 },
  b: { startAt: T0 - 41 * HOUR, skewMs: 400_000 },
  c: { startAt: T0 - 28 * HOUR + 137, skewMs: 0 },
  d: { startAt: T0 - 20 * HOUR, skewMs: -9_000_000 },
  e: { startAt: T0 - 3 * HOUR - 999, skewMs: 2_000 },
};

const hours = (boot: string, from: number, minutes: number, link = 'ok'): Draft[] =>
  Array.from({ length: minutes }, (_, i): Draft => (i % 5 === 4 ? [boot, 'sample', from + i, { gw: i / 10, dns: 'timeout' }] : [boot, 'hb', from + i, { link }]));
const start = (boot: string): Draft[] => [[boot, 'boot', 1, { boot, up: MIN }], [boot, 'agent_start', 1, { ver: '1', up: MIN }]];

/** An epoch: its records, and who sends them: from..to, by which boot, at which minute of it, and after how long it is received. */
interface Epoch {
  ep: string;
  drafts: Draft[];
  sends: [to: number, boot: string, minute: number, latencyMs: number][];
  drop?: [number, number, string];
  poison?: number;
}

const EPOCHS: Epoch[] = [
  {
    ep: 'aaaaaaaaaaaaaaaa',
    drafts: [...start('a'), ...hours('a', 2, 60), ['a', 'stop', 62, { why: 'shutdown' }], ...start('b'), ...hours('b', 2, 90, 'internet'), ...start('c'), ...hours('c', 2, 40)],
    sends: [[10, 'a', 12, 900], [25, 'a', 27, 80], [50, 'a', 52, 2_500], [70, 'c', 5, 7_000], [110, 'c', 6, 300], [150, 'c', 7, 40], [180, 'c', 31, 95], [199, 'c', 43, 45]],
    drop: [80, 85, 'cap'],
    poison: 30,
  },
  {
    // A fork: what the server had not acknowledged comes again, under a copy of its boot.
    ep: 'bbbbbbbbbbbbbbbb',
    drafts: [['c', 'boot', 1, { boot: 'c', up: MIN }], ...hours('c', 30, 25), ['c', 'suspend', 55, {}], ['c', 'resume', 300, { gap: 245 * MIN }], ...start('d'), ['d', 'clk', 3, { off: 9_000_000 - 50 }], ...hours('d', 4, 30), ...start('e'), ...hours('e', 2, 60)],
    sends: [[20, 'c', 301, 400], [40, 'e', 3, 1_200], [70, 'e', 20, 20], [100, 'e', 50, 60], [125, 'e', 62, 10]],
  },
];

function batchesOf({ ep, drafts, sends, drop, poison }: Epoch): Batch[] {
  let chain = CHAIN_START;
  const chains: string[] = [];
  const records = drafts.map(([boot, kind, minute, body], i): WireRecord => {
    const m = minute * MIN;
    const record: WireRecord = [i + 1, kind, m, BOOTS[boot]!.startAt + m + BOOTS[boot]!.skewMs, i + 1 === poison ? { link: '?' } : body];
    chains.push(chain);
    if (!drop || i + 1 < drop[0] || i + 1 > drop[1]) chain = nextChain(chain, record);
    return record;
  });
  let from = 1;
  const batches: Batch[] = [];
  for (const [end, boot, minute, latencyMs] of sends) {
    for (let next = from; next <= Math.min(end, records.length); next += 1) {
      const to = Math.min(end, records.length, next + 99);
      const inside = (seq: number): boolean => drop !== undefined && seq >= drop[0] && seq <= drop[1];
      const entries = records.slice(next - 1, to).filter(([seq]) => !inside(seq));
      const inst = createHash('sha256').update(boot).digest('hex').slice(0, 16);
      const hi = drafts.findLastIndex(([of, , at]) => of < boot || (of === boot && at <= minute)) + 1;
      const m = minute * MIN;
      batches.push({
        message: {
          v: 1, ep, inst, conn: 1, boot, w: BOOTS[boot]!.startAt + m + BOOTS[boot]!.skewMs, m, lo: 1, hi: Math.max(hi, to), now: { link: 'ok', up: m }, chain: chains[next - 1],
          ...(drop && inside(Math.min(to, Math.max(next, drop[0]))) ? { drop: [drop] } : {}), r: entries,
        },
        receivedAt: BOOTS[boot]!.startAt + m + latencyMs,
      });
      next = to;
    }
    from = end + 1;
  }
  return batches;
}

type Random = () => number;
const randomFrom = (seed: number): Random => {
  let state = seed * 2_654_435_761 + 1;
  return () => ((state = (state * 48_271) % 2_147_483_647), Math.abs(state) / 2_147_483_647);
};
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** Feeds epoch after epoch, each in any order, with batches twice and batches of earlier epochs in between, in groups of any size. */
async function feed(store: Store, pc: TestMachine, random: Random): Promise<void> {
  // Now and then the past is told in the middle of it.
  const perhapsTell = async (): Promise<unknown> => (random() < 0.04 ? recount(store, T0) : null);
  const earlier: Batch[] = [];
  for (const epoch of EPOCHS) {
    const own = batchesOf(epoch);
    for (let W = 0, round = 0; W < epoch.drafts.length; round += 1) {
      if (round > 60) throw new Error(`stuck at ${W}`);
      const queue = shuffled([...own, ...shuffled(own, random).slice(0, 3), ...(W > 0 ? shuffled(earlier, random).slice(0, 2) : [])], random);
      while (queue.length > 0) {
        const group = queue.splice(0, 1 + Math.floor(random() * 4));
        const reports = group.map(({ message, receivedAt }): Report => ({ machine: pc.id, payload: bytesOf(message), receivedAt, livenessMs: 60_000 }));
        const { acks } = await receiveReports(store, reports, T0, SERVER);
        for (const ack of acks) if (ack?.ep === epoch.ep && ack.code === 'ok') W = Math.max(W, ack.W);
        await perhapsTell();
        assert.not(acks.some((ack) => ack?.code === 'fork' || ack?.code === 'too_big'), JSON.stringify(acks));
      }
    }
    earlier.push(...own);
  }
}

/** What lies in the tables, without the numbers the database gave. */
async function kept(store: Store, pc: TestMachine): Promise<string> {
  const { db } = store;
  const boots = await db.selectFrom('boots').selectAll().where('machine_id', '=', pc.id).orderBy('boot').execute();
  const names = new Map(boots.map(({ id, boot }) => [id, boot]));
  const entries = await db.selectFrom('entries').selectAll().where('boot_id', 'in', [...names.keys()]).orderBy('epoch_no').orderBy('seq').execute();
  const holes = await db.selectFrom('holes').selectAll().where('machine_id', '=', pc.id).orderBy('epoch_no').orderBy('from_seq').execute();
  const epochs = await db.selectFrom('epochs').select(['no', 'w', 'chain', 'rejected', 'dropped', 'lost', 'expired', 'boot', 'run']).where('machine_id', '=', pc.id).orderBy('no').execute();
  return JSON.stringify({
    boots: boots.map(({ id: _, machine_id: __, ...rest }) => rest),
    entries: entries.map(({ boot_id, ...rest }) => ({ boot: names.get(boot_id), ...rest })),
    holes: holes.map(({ machine_id: _, ...rest }) => rest),
    epochs,
  });
}

/** Its days as they are told, once there is nothing left to count. */
async function told(store: Store, pc: TestMachine): Promise<string> {
  while ((await recount(store, T0)).sites > 0);
  const intervals = await store.db.selectFrom('machine_intervals').selectAll().where('machine_id', '=', pc.id).orderBy('from_at').execute();
  const begins = await store.db.selectFrom('machines').select('begins_at').where('id', '=', pc.id).execute();
  const days = await store.db.selectFrom('machine_days').selectAll().where('machine_id', '=', pc.id).orderBy('day').execute();
  return JSON.stringify([...begins, ...[...intervals, ...days].map(({ machine_id: _, ...rest }) => rest)]);
}

const STRETCHES = [[T0 - 60 * HOUR, T0], [T0 - 50 * HOUR, T0 - 40 * HOUR], [T0 - 28 * HOUR, T0 - 27 * HOUR], [T0 - 24 * HOUR, T0 - 23 * HOUR], [T0 - 2 * HOUR, T0 - HOUR]] as const;

for (const database of databases) {
  const test = suite(`order of arrival on ${database.name}`);
  const orders = database.name === 'SQLite' ? 200 : 12;
  test.after(() => database.stop());

  test.needs(database.missing, `B-11 D-11 the same batches in ${orders} orders, resent and repeated, leave the same evidence and the same intervals, byte for byte`, async () => {
    const opened = await database.open();
    const { store } = opened;
    const pcs: TestMachine[] = [];
    for (let i = 0; i < orders; i += 1) pcs.push(...(await siteWithMachines(store, `S-${i}`, 1, {}, T0 - 30 * HOUR)));
    const tables = new Map<string, number>();
    const read = new Map<string, number>();
    const pasts = new Map<string, number>();
    for (const [i, pc] of pcs.entries()) {
      await feed(store, pc, randomFrom(i + 1));
      const rows = await kept(store, pc);
      tables.set(rows, (tables.get(rows) ?? 0) + 1);
      const evidence = JSON.stringify(await Promise.all(STRETCHES.map(([from, to]) => loadEvidence(store.db, pc.id, from, to))));
      read.set(evidence, (read.get(evidence) ?? 0) + 1);
      const past = await told(store, pc);
      pasts.set(past, (pasts.get(past) ?? 0) + 1);
      if (pasts.size > 1) {
        const [first, other] = [...pasts.keys()].map((text) => JSON.parse(text) as unknown[]);
        first!.forEach((row, at) => assert.equal(other![at], row, `order ${i}: told ${at}`));
      }
      if (tables.size > 1) {
        const [first, second] = [...tables.keys()].map((text) => JSON.parse(text) as Record<string, unknown[]>);
        for (const [name, list] of Object.entries(first!)) list.forEach((row, at) => assert.equal(second![name]![at], row, `order ${i}: ${name}`));
      }
      assert.is(read.size, 1, `order ${i}`);
    }
    assert.equal([[...tables.values()], [...read.values()], [...pasts.values()]], [[orders], [orders], [orders]]);
    const [past] = [...pasts.keys()].map((text) => JSON.parse(text) as { word?: string }[]);
    assert.equal(past![0], { begins_at: Math.floor((BOOTS['a']!.startAt + 80) / 1_000) * 1_000 + MIN }, 'its enrolment lies in the middle of what it journaled');
    const words = past!.flatMap((row) => row.word ?? []);
    for (const word of ['on', 'on:internet', 'asleep', 'off:clean', 'off:unclean']) assert.ok(words.includes(word), `${word} is told: ${words.join(', ')}`);

    const [rows] = [...tables.keys()].map((text) => JSON.parse(text) as { boots: { boot: string; start_at: number; placed: string }[]; holes: { from_seq: number; to_seq: number; why: string }[] });
    const second = (at: number): number => Math.floor(at / 1_000) * 1_000;
    assert.equal(rows!.boots.map(({ boot, start_at, placed }) => [boot, start_at, placed]), [
      ['a', second(BOOTS['a']!.startAt + 80), 'receipt'],
      ['b', second(BOOTS['b']!.startAt + 400_000), 'wall'],
      ['c', second(BOOTS['c']!.startAt + 40), 'receipt'],
      ['d', second(BOOTS['d']!.startAt - 50), 'clk'],
      ['e', second(BOOTS['e']!.startAt + 10), 'receipt'],
    ]);
    assert.equal(rows!.holes.map(({ from_seq, to_seq, why }) => [from_seq, to_seq, why]), [[30, 30, 'rejected'], [80, 85, 'cap']]);
    await opened.close();
  });

  test.run();
}
