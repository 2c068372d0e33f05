/** What is kept of a machine's past: read back, packed, expired, and which of it is to be counted anew. */
import * as assert from 'uvu/assert';
import { dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import type { Evidence } from '@cac/server/core/history/evidence.ts';
import { loadEvidence } from '@cac/server/store/evidence.ts';
import { findMachine, journalState } from '@cac/server/store/machines.ts';
import { clearStale, markStale, takeStale } from '@cac/server/store/stale.ts';
import type { Store } from '@cac/server/store/store.ts';
import { expire } from '@cac/server/usecases/expire.ts';
import { packFinishedDays } from '@cac/server/usecases/pack.ts';
import { receiveReports, type Report } from '@cac/server/usecases/receive-reports.ts';
import { databases } from '../../databases.ts';
import { beats, bytesOf, EVERYTHING, siteWithMachines, T0, wireJournal, type TestMachine, type WireJournal } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const SERVER = { sid: 's1', dbi: 'd1' };
const EP = 'abcdefghij012345';
const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const YEAR_AGO = 380 * DAY;

const report = (machine: TestMachine, message: unknown, receivedAt: number): Report => ({ machine: machine.id, payload: bytesOf(message), receivedAt, livenessMs: 60_000 });
const take = (store: Store, receivedAt: number, ...reports: Report[]) => receiveReports(store, reports, receivedAt, SERVER);
/** Sent the moment its last record happened, if its boot began at `startAt`. */
const sent = (machine: TestMachine, journal: WireJournal, from: number, to: number, startAt: number, over: Record<string, unknown> = {}): Report =>
  report(machine, journal.up(from, to, { hi: to, ...over }), startAt + journal.records[to - 1]![2]);
const flat = ({ boots }: Evidence): [string, number, string, number][] => boots.flatMap(({ boot, entries }) => entries.map(({ seq, lastSeq, kind }): [string, number, string, number] => [boot, seq, kind, lastSeq]));

/** A PC that stays on: `minutes` of heartbeats with a sample every fifth, from m = 0 on. */
const longDay = (minutes: number): WireJournal =>
  wireJournal(EP, [['boot', { boot: 'boot-1', up: 5 }], ...Array.from({ length: minutes }, (_, i): [string, Record<string, unknown>] => (i % 5 === 4 ? ['sample', { gw: (i % 90) / 10 }] : ['hb', { link: 'ok' }]))], 0);

async function takeAll(store: Store, pc: TestMachine, journal: WireJournal, startAt: number): Promise<void> {
  for (let from = 1; from <= journal.records.length; from += 100) {
    const one = sent(pc, journal, from, Math.min(from + 99, journal.records.length), startAt);
    await take(store, one.receivedAt, one);
  }
}

for (const database of databases) {
  const test = suite(`evidence on ${database.name}`);
  const on = (name: string, body: (store: Store) => Promise<void>): void =>
    test.needs(database.missing, name, async () => {
      const opened = await database.open();
      try {
        await body(opened.store);
      } finally {
        await opened.close();
      }
    });
  test.after(() => database.stop());

  on('a stretch of time is read with the nearest telling entry on either side, the growing run included', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const journal = wireJournal(EP, [['boot', { boot: 'boot-1', up: 5 }], ['agent_start', { ver: '1', up: 5 }], ...beats(3), ['sample', { gw: 1 }], ['net', { link: 'dns', if: 'wired' }], ['sample', { gw: 2 }], ...beats(4, 'dns')], 0);
    const one = sent(pc!, journal, 1, 12, T0);
    await take(store, one.receivedAt, one);
    const read = async (fromMin: number, toMin: number) => flat(await loadEvidence(store.db, pc!.id, T0 + fromMin * MIN, T0 + toMin * MIN));
    const all: [string, number, string, number][] = [['boot-1', 1, 'boot', 1], ['boot-1', 2, 'agent_start', 2], ['boot-1', 3, 'hb', 5], ['boot-1', 6, 'sample', 6], ['boot-1', 7, 'net', 7], ['boot-1', 8, 'sample', 8], ['boot-1', 9, 'hb', 12]];
    assert.equal(await read(-60, 60), all);
    assert.equal(await read(5.5, 5.9), all.slice(2, 5), 'back over the sample to the run, on to the net');
    assert.equal(await read(7.5, 7.6), all.slice(4, 7));
    assert.equal(await read(30, 60), all.slice(6));
    assert.equal(await read(-60, -30), all.slice(0, 1));
  });

  on('the nearest entries may lie in other boots, on other days', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const day = (boot: string) => [['boot', { boot, up: 5 }], ...beats(2), ['stop', { why: 'shutdown' }]] as [string, Record<string, unknown>][];
    const monday = wireJournal(EP, day('mon'), 0);
    await take(store, T0 + 3 * MIN, sent(pc!, monday, 1, 4, T0, { boot: 'mon' }));
    const both = wireJournal(EP, [...day('mon'), ...day('thu')], 0);
    const later = both.records.slice(4).map(([seq, kind, m, w, body]) => [seq, kind, m - 4 * MIN, w, body]);
    await take(store, T0 + 3 * DAY + 3 * MIN, report(pc!, both.up(5, 8, { boot: 'thu', m: 3 * MIN, r: later, inst: '00000000000000bb' }), T0 + 3 * DAY + 3 * MIN));
    assert.equal(flat(await loadEvidence(store.db, pc!.id, T0 + DAY, T0 + 2 * DAY)), [['mon', 4, 'stop', 4], ['thu', 5, 'boot', 5]]);
    assert.equal((await loadEvidence(store.db, pc!.id, T0 + DAY, T0 + 2 * DAY)).boots.map(({ startAt, placed }) => [startAt, placed]), [[T0, 'receipt'], [T0 + 3 * DAY, 'receipt']]);
  });

  on('finished days are packed and read the same; what comes late joins them', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const startAt = dayStartAt(localDayOf(T0)) + 20 * HOUR;
    const journal = longDay(40 * 60);
    await takeAll(store, pc!, journal, startAt);
    const now = startAt + 50 * HOUR;
    const windows = [[startAt - DAY, now + DAY], [startAt + 3 * HOUR, startAt + 5 * HOUR], [startAt + 10 * HOUR, startAt + 11 * HOUR]] as const;
    const readAll = () => Promise.all(windows.map(([from, to]) => loadEvidence(store.db, pc!.id, from, to)));
    const before = await readAll();
    const rows = async () => Number((await store.db.selectFrom('entries').select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n);
    const hot = await rows();
    assert.is(await packFinishedDays(store, now), 2);
    assert.ok((await rows()) < hot / 2);
    assert.equal(await readAll(), before);
    assert.is(await packFinishedDays(store, now), 0, 'today stays');

    // An entry of a packed day comes late: it lies hot, is read at once, and is packed in.
    const [boot] = await store.db.selectFrom('boots').selectAll().execute();
    const late = { boot_id: boot!.id, m: 3 * HOUR + 1, epoch_no: 2, seq: 1, last_seq: 1, kind: 'net', w: 0, received_at: now, body: '{"link":"dns","if":"wired"}' };
    await store.db.insertInto('entries').values(late).execute();
    const withLate = await readAll();
    assert.equal(flat(withLate[1]!).filter(([, , kind]) => kind === 'net'), [['boot-1', 1, 'net', 1]]);
    await store.db.updateTable('boots').set({ hot_since: now - 2 * DAY }).execute();
    assert.is(await packFinishedDays(store, now), 1);
    assert.is((await store.db.selectFrom('blocks').selectAll().execute()).length, 2);
    assert.equal(await readAll(), withLate);
  });

  on('reports go on with the boot that was packed meanwhile', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const startAt = T0 - 3 * DAY;
    const journal = longDay(3 * 1_440);
    await takeAll(store, pc!, wireJournal(EP, journal.records.slice(0, 2_000).map(([, kind, , , body]) => [kind, body]), 0), startAt);
    const now = startAt + 2_000 * MIN + 2 * DAY;
    assert.ok((await packFinishedDays(store, now)) > 0);
    assert.is((await store.db.selectFrom('boots').select('hot_since').executeTakeFirstOrThrow()).hot_since, null);
    await take(store, now, report(pc!, journal.up(2_001, 2_020, { hi: 2_020, m: now - startAt }), now));
    const { hot_since } = await store.db.selectFrom('boots').select('hot_since').executeTakeFirstOrThrow();
    assert.ok(hot_since !== null && hot_since <= now);
    assert.is(flat(await loadEvidence(store.db, pc!.id, startAt, now)).reduce((sum, [, seq, , last]) => sum + last - seq + 1, 0), 2_020);
  });

  on('D-10 what is older than the retention is accepted, acknowledged, counted, and not stored', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const journal = wireJournal(EP, [['boot', { boot: 'boot-1', up: 5 }], ['agent_start', { ver: '1', up: 5 }], ...beats(5), ['net', { link: 'dns', if: 'wired' }], ...beats(3, 'dns')], 0);
    const receivedAt = T0 + YEAR_AGO + 60 * DAY;
    const { acks } = await take(store, receivedAt, report(pc!, journal.up(1, 8, { hi: 11, m: receivedAt - T0 }), receivedAt));
    assert.equal([acks[0]?.code, acks[0]?.W], ['ok', 8]);
    const state = await journalState(store.db, EVERYTHING, pc!.id);
    assert.equal([state?.stored, state?.expired, state?.W], [5, 3, 8], 'a growing run is told of when it ends');
    assert.equal(await store.db.selectFrom('entries').selectAll().execute(), []);
    await take(store, receivedAt, report(pc!, journal.up(9, 11, { m: receivedAt - T0 }), receivedAt));
    const later = await journalState(store.db, EVERYTHING, pc!.id);
    assert.equal([later?.stored, later?.expired, later?.W], [3, 8, 11]);
    assert.equal(await store.db.selectFrom('entries').selectAll().execute(), []);
  });

  on('D-08 a PC whose clock is 400 days ahead is flagged, and none of its records lies in the future', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const journal = wireJournal(EP, [['boot', { boot: 'old', up: 5 }], ...beats(2), ['boot', { boot: 'boot-1', up: 5 }], ...beats(2)], 0);
    const wrong = journal.records.map(([seq, kind, m, w, body]) => [seq, kind, m, w + 400 * DAY, body]);
    await take(store, T0, report(pc!, journal.up(1, 6, { r: wrong, w: T0 + 400 * DAY, chain: '0000000000000000' }), T0));
    const machine = (await findMachine(store.db, EVERYTHING, pc!.id))!;
    assert.equal([machine.flags, machine.skewMs], [['clock_skew'], 400 * DAY]);
    const { boots } = await loadEvidence(store.db, pc!.id, T0 - DAY, T0 + 1_000 * DAY);
    assert.equal(boots.map(({ boot, placed }) => [boot, placed]), [['old', 'guess'], ['boot-1', 'receipt']]);
    for (const { startAt, entries } of boots) for (const entry of entries) assert.ok(startAt + entry.m <= T0);
    await take(store, T0 + MIN, report(pc!, journal.up(6, 6, { r: [], w: T0 + MIN, m: 6 * MIN, conn: 2, now: { link: 'ok', up: 1, flags: ['disk_full'] } }), T0 + MIN));
    assert.equal((await findMachine(store.db, EVERYTHING, pc!.id))?.flags, ['disk_full'], 'the clock was set');
  });

  on('D-08 a record a week ahead of its own message is rejected, and costs only itself', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const message = wireJournal(EP, beats(5)).up(1, 5);
    (message['r'] as unknown[])[2] = [3, 'hb', 7 * DAY, T0, { link: 'ok' }];
    await take(store, T0, report(pc!, message, T0));
    const state = await journalState(store.db, EVERYTHING, pc!.id);
    assert.equal([state?.W, state?.stored, state?.rejected], [5, 4, 1]);
    assert.equal((await loadEvidence(store.db, pc!.id, T0 - DAY, T0 + DAY)).holes, [{ epoch: 1, from: 3, to: 3, why: 'rejected' }]);
  });

  on('holes are kept with their reason; neighbours are one, and an endless row of them is one too', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const journal = wireJournal(EP, beats(60));
    await take(store, T0, report(pc!, journal.up(3, 5, { lo: 3, chain: '0000000000000000', hi: 5 }), T0));
    await take(store, T0, report(pc!, journal.up(11, 12, { lo: 11, hi: 12, drop: [[6, 8, 'cap']] }), T0));
    const holes = () => store.db.selectFrom('holes').select(['from_seq', 'to_seq', 'why']).orderBy('from_seq').execute();
    assert.equal(await holes(), [{ from_seq: 1, to_seq: 2, why: 'lost' }, { from_seq: 6, to_seq: 8, why: 'cap' }, { from_seq: 9, to_seq: 10, why: 'lost' }]);
    for (let from = 13; from < 1_300; from += 100) {
      const bad = Array.from({ length: 100 }, (_, i) => [from + i, i % 2 ? 'hb' : 'gossip', 1_000, T0, { link: 'ok' }]);
      const chain = (await store.db.selectFrom('epochs').select('chain').executeTakeFirstOrThrow()).chain;
      await take(store, T0, report(pc!, { ...journal.up(1, 2), hi: from + 99, chain, r: bad }, T0));
    }
    const found = await holes();
    assert.is(found.length, 500);
    assert.equal([found[499]!.why, found[499]!.to_seq], ['many', 1_311]);
  });

  on('today\'s plain heartbeats make nothing stale; a start, a hole and what is of yesterday do', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const journal = wireJournal(EP, [['boot', { boot: 'boot-1', up: 5 }], ['agent_start', { ver: '1', up: 5 }], ...beats(900)], 0);
    const startAt = dayStartAt(localDayOf(T0)) + 12 * HOUR;
    const step = async (from: number, to: number, over = {}) => {
      const one = sent(pc!, journal, from, to, startAt, over);
      await take(store, one.receivedAt, one);
      const marks = await takeStale(store.db, 10);
      await clearStale(store.db, marks);
      return marks.map(({ site_id, from_at, to_at }) => [site_id, (from_at - startAt) / MIN, (to_at - startAt) / MIN]);
    };
    assert.equal(await step(1, 2), [['S-1', 0, 1]]);
    for (let from = 3; from < 53; from += 5) assert.equal(await step(from, from + 4), [], `from ${from}`);
    assert.equal(await step(71, 72, { lo: 71 }), [['S-1', 70, 71]], 'a hole');
    for (let from = 73; from < 718; from += 5) assert.equal(await step(from, from + 4), [], `from ${from}`);
    const [mark] = await step(718, 722);
    assert.equal(mark, ['S-1', 717, 721], 'the last of a day comes on the next');
  });

  on('a mark that changed since it was taken stays', async (store) => {
    const [pc, other] = await siteWithMachines(store, 'S-1', 2);
    const mark = (id: string, from: number, to: number) => markStale.run(store.db, [{ machine_id: id, from_at: from, to_at: to, mark: 5 }]);
    await mark(pc!.id, 10, 20);
    await mark(other!.id, 1, 2);
    const taken = await takeStale(store.db, 10);
    await mark(pc!.id, 5, 15);
    await clearStale(store.db, taken);
    assert.equal((await takeStale(store.db, 10)).map(({ machine_id, from_at, to_at }) => [machine_id, from_at, to_at]), [[pc!.id, 5, 20]]);
  });

  on('G-07 a hundred thousand old rows go some at a time, while reports are committed', async (store) => {
    const pcs = await siteWithMachines(store, 'S-1', 4);
    const oldAt = T0 - 500 * DAY;
    for (const pc of pcs.slice(0, 3)) {
      const { id } = await store.db.insertInto('boots').values({ machine_id: pc.id, boot: 'old', offset_ms: oldAt, start_at: oldAt, placed: 'receipt', at_epoch: 1, at_seq: 1 }).returning('id').executeTakeFirstOrThrow();
      for (let from = 0; from < 12_000; from += 1_000) {
        const row = (i: number) => ({ boot_id: id, m: (from + i) * 1_000, epoch_no: 1, seq: from + i + 1, last_seq: from + i + 1, kind: 'hb', w: 0, received_at: oldAt, body: '{}' });
        await store.db.insertInto('entries').values(Array.from({ length: 1_000 }, (_, i) => row(i))).execute();
      }
    }
    await store.db.insertInto('holes').values({ machine_id: pcs[0]!.id, epoch_no: 1, from_seq: 9, to_seq: 9, why: 'lost', at: oldAt }).execute();
    await store.db.insertInto('dead_letters').values([oldAt, T0].map((at) => ({ machine_id: pcs[0]!.id, at, ep: null, seq: null, reason: 'x', excerpt: '' }))).execute();
    await store.db.updateTable('transitions').set({ told_at: oldAt }).where('cause', '=', 'site_added').execute();
    const lines = (await store.db.selectFrom('transitions').select('id').execute()).length;

    let isDone = false;
    let commits = 0;
    let longest = 0;
    const expiring = expire(store, T0, 400 * DAY).finally(() => (isDone = true));
    const journal = wireJournal(EP, beats(60), 0);
    for (let seq = 1; seq <= 60 && !isDone; seq += 1) {
      const startedAt = performance.now();
      await take(store, T0, report(pcs[3]!, journal.up(seq, seq, { hi: seq }), T0));
      longest = Math.max(longest, performance.now() - startedAt);
      commits += 1;
    }
    assert.is(await expiring, 36_000 + 3 + 1 + 1 + 1);
    assert.ok(commits >= 5, `${commits} commits meanwhile`);
    assert.ok(longest < 1_000, `${longest} ms`);
    assert.equal((await store.db.selectFrom('boots').select('boot').execute()).map(({ boot }) => boot), ['boot-1']);
    assert.is((await store.db.selectFrom('dead_letters').selectAll().execute()).length, 1);
    assert.ok((await store.db.selectFrom('transitions').select('id').execute()).length >= lines - 1);
  });

  on('packed days and runs go when their last heartbeat is too old', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await takeAll(store, pc!, longDay(2_000), T0);
    await packFinishedDays(store, T0 + 5 * DAY);
    const until = async (at: number) => {
      await expire(store, at, 400 * DAY);
      return flat(await loadEvidence(store.db, pc!.id, T0 - DAY, T0 + 10 * DAY)).length;
    };
    const whole = await until(T0 + 390 * DAY);
    const second = await until(T0 + 401 * DAY);
    assert.ok(second > 0 && second < whole, `${second} of ${whole}`);
    assert.is(await until(T0 + 410 * DAY), 0, 'a run that something followed goes with it');
  });

  test.run();
}

