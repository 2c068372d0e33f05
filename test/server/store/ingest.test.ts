import * as assert from 'uvu/assert';
import { sql } from 'kysely';
import { brotliCompressSync } from 'node:zlib';
import type { Ack } from '@cac/shared/messages.ts';
import { stateWord } from '@cac/shared/states.ts';
import { findMachine, journalState } from '@cac/server/store/machines.ts';
import { findSite } from '@cac/server/store/sites.ts';
import { transitionsSince } from '@cac/server/store/transitions.ts';
import type { Store } from '@cac/server/store/store.ts';
import { receiveReports, type Report } from '@cac/server/usecases/receive-reports.ts';
import { createReportQueue } from '@cac/server/usecases/report-queue.ts';
import { databases } from '../../databases.ts';
import { beats, bytesOf, EVERYTHING, siteWithMachines, T0, wireJournal, type TestMachine } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const SERVER = { sid: 's1', dbi: 'd1' };
const EP = 'abcdefghij012345';

const report = (machine: TestMachine, message: unknown, receivedAt = T0): Report => ({ machine: machine.id, payload: bytesOf(message), receivedAt, livenessMs: 60_000 });
const take = (store: Store, ...reports: Report[]) => receiveReports(store, reports, reports[reports.length - 1]?.receivedAt ?? T0, SERVER);

/** What the tables really hold, counted: `stored` must not be a number of its own. */
async function countRows(store: Store, machine: TestMachine): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(last_seq - seq + 1), 0) as n from entries where boot_id in (select id from boots where machine_id = ${machine.id})`.execute(store.db);
  const open = await store.db.selectFrom('epochs').select('run').where('machine_id', '=', machine.id).execute();
  const growing = open.reduce((sum, { run }) => sum + (run ? JSON.parse(run).to - JSON.parse(run).from + 1 : 0), 0);
  return Number(rows[0]!.n) + growing;
}

for (const database of databases) {
  const test = suite(`ingest on ${database.name}`);
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

  const journal = wireJournal(EP, [['boot', { boot: 'b1', up: 5 }], ['agent_start', { ver: '1', up: 5 }], ...beats(20), ['net', { link: 'dns', if: 'wired' }], ...beats(5, 'dns'), ['sample', { gw: 1.5, dns: 'timeout' }]]);

  on('stores each record once, however often and in whatever pieces it comes', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const pieces: [number, number][] = [[1, 4], [3, 10], [1, 10], [20, 22], [11, 22], [23, 29], [1, 29], [29, 29]];
    const acks: number[] = [];
    for (const [from, to] of pieces) acks.push((await take(store, report(pc!, journal.up(from, to)))).acks[0]!.W);
    assert.equal(acks, [4, 10, 10, 10, 22, 29, 29, 29]);
    const state = await journalState(store.db, EVERYTHING, pc!.id);
    assert.equal(state, { ep: EP, W: 29, stored: 29, rejected: 0, dropped: 0, lost: 0, expired: 0, duplicates: 2 + 10 + 29 + 1 });
    assert.is(await countRows(store, pc!), 29);
  });

  on('many machines\' batches are one transaction with one ack each', async (store) => {
    const pcs = await siteWithMachines(store, 'S-1', 5);
    const outcome = await take(store, ...pcs.toReversed().flatMap((pc) => [report(pc, journal.up(1, 10)), report(pc, journal.up(11, 29))]));
    assert.equal(outcome.acks.map((ack) => ack?.W), pcs.flatMap(() => [10, 29]));
    assert.equal(outcome.acks.map((ack) => ack?.code), pcs.flatMap(() => ['ok', 'ok']));
    const site = await findSite(store.db, EVERYTHING, 'S-1');
    assert.equal(site?.machines, { on: 5, onFailing: 0, unreachable: 0, off: 0, unseen: 0 });
    assert.is(site?.state, 'connected');
  });

  on('shows what the machine says of itself now', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await take(store, report(pc!, journal.up(1, 29, { now: { link: 'dns', up: 61_000, if: 'wifi', p: { gw: 2, dns: 'timeout' } }, ver: { agent: '0.1', os: 'linux', arch: 'x64', node: '20' } }), T0 + 5));
    const machine = (await findMachine(store.db, EVERYTHING, pc!.id))!;
    assert.is(stateWord(machine.state), 'on:dns');
    assert.equal([machine.uptimeMs, machine.lastSeenAt, machine.interface], [61_000, T0 + 5, 'wifi']);
    assert.equal(machine.probes, [{ name: 'gw', ok: true, ms: 2, at: T0 + 5 }, { name: 'dns', ok: false, code: 'timeout', at: T0 + 5 }]);
    const log = await transitionsSince(store.db, EVERYTHING, 0, 10);
    assert.equal(log.map((t) => [t.cause, t.to && stateWord(t.to)]), [['site_added', null], ['enrolled', 'unseen'], ['report', 'on:dns']]);
  });

  on('a shutdown is told as such, and a resend of it does not switch the PC on again', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const day = wireJournal(EP, [['agent_start', { ver: '1', up: 5 }], ...beats(3), ['stop', { why: 'shutdown' }]]);
    await take(store, report(pc!, day.up(1, 4, { hi: 4 })));
    for (const attempt of [1, 2]) {
      await take(store, report(pc!, day.up(5, 5), T0 + attempt * 1_000));
      assert.is(stateWord((await findMachine(store.db, EVERYTHING, pc!.id))!.state), 'off:clean', `attempt ${attempt}`);
    }
    await take(store, report(pc!, day.up(1, 1, { r: [], conn: 2 }), T0 + 60_000));
    assert.is(stateWord((await findMachine(store.db, EVERYTHING, pc!.id))!.state), 'on');
  });

  on('B-07 what cannot be read goes to dead letters with its reason, and the rest goes on', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await take(store, report(pc!, journal.up(1, 4)));
    const raw = (text: string): Report => ({ machine: pc!.id, payload: Buffer.from(text), receivedAt: T0, livenessMs: 60_000 });
    const good = JSON.stringify(journal.up(5, 6));
    const bomb = Buffer.concat([Buffer.from([1]), brotliCompressSync(Buffer.alloc(300 * 1024, 32))]);
    const cases: [string, Report, string][] = [
      ['not_json', raw('{"v":1,'), 'too_big'],
      ['not_json', raw(good.replace('"m":', '"m":NaN,"x":')), 'too_big'],
      ['not_utf8', raw('').payload.length ? raw('') : { ...raw(''), payload: Buffer.from([0x7b, 0xff, 0xfe]) }, 'too_big'],
      ['duplicate_key', raw(good.replace('"v":1', '"v":1,"v":1')), 'too_big'],
      ['forbidden_key', raw(good.replace('"v":1', '"v":1,"__proto__":{}')), 'too_big'],
      ['too_deep', raw(good.replace('"v":1', '"v":1,"deep":[[[[1]]]]')), 'too_big'],
      ['bad_message', raw(good.replace(/"m":[\d.]+/, '"m":1e400')), 'too_big'],
      ['bad_message', raw(good.replace(EP, 'short')), 'too_big'],
      ['bad_version', raw(good.replace('"v":1', '"v":7')), 'upgrade'],
      ['batch_too_big', raw(`${good.slice(0, -1)},"pad":"${'x'.repeat(33_000)}"}`), 'too_big'],
      ['inflated_too_big', { ...raw(''), payload: bomb }, 'too_big'],
      ['bad_compression', { ...raw(''), payload: Buffer.from([1, 2, 3]) }, 'too_big'],
      ['bad_message', report(pc!, journal.up(5, 6, { r: Array.from({ length: 101 }, () => [5, 'hb', 1, 1, {}]) })), 'too_big'],
    ];
    for (const [reason, bad, code] of cases) {
      const { acks } = await take(store, bad);
      assert.equal([acks[0]?.code, acks[0]?.W], [code, 4], reason);
    }
    const letters = await store.db.selectFrom('dead_letters').select('reason').orderBy('id').execute();
    assert.equal(letters.map((l) => l.reason), cases.map(([reason]) => reason));
    assert.is((await take(store, report(pc!, journal.up(5, 29)))).acks[0]?.W, 29);
  });

  on('B-08 only the poison record is rejected, and it can be seen', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const message = journal.up(1, 29);
    (message['r'] as unknown[])[7] = [8, 'hb', 1, 1, { link: '<script>' }];
    await take(store, report(pc!, message));
    assert.equal(await journalState(store.db, EVERYTHING, pc!.id), { ep: EP, W: 29, stored: 28, rejected: 1, dropped: 0, lost: 0, expired: 0, duplicates: 0 });
    assert.is(await countRows(store, pc!), 28);
  });

  on('B-08 text that PostgreSQL cannot hold costs only its own record', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const raw = (bytes: Buffer): Report => ({ machine: pc!.id, payload: bytes, receivedAt: T0, livenessMs: 60_000 });
    const odd = wireJournal(EP, [['boot', { boot: 'a\u0000b', up: 1 }], ['boot', { boot: '\ud800', up: 1 }], ['net', { link: '😀'.repeat(200) }], ['net', { link: `x${'😀'.repeat(200)}` }], ...beats(2)]);
    await take(store, raw(Buffer.from('{"v":1,\0')));
    await take(store, report(pc!, { ...odd.up(1, 6), now: { link: 'ok', up: 1, p: { '\u0000': 1 } } }));
    assert.is((await take(store, report(pc!, odd.up(1, 6)))).acks[0]?.W, 6);
    const state = await journalState(store.db, EVERYTHING, pc!.id);
    assert.equal([state?.stored, state?.rejected], [2, 4]);
    const letters = await store.db.selectFrom('dead_letters').select('reason').orderBy('id').execute();
    assert.equal(letters.map((l) => l.reason), ['not_json', 'bad_message', ...Array(4).fill('bad_body')]);
  });

  on('an epoch first heard of on an older connection is stored nowhere, and the present one goes on', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const earlier = wireJournal('zzzzzzzzzz000000', beats(3));
    await take(store, report(pc!, journal.up(1, 4, { conn: 5 })));
    assert.is((await take(store, report(pc!, earlier.up(1, 3, { conn: 2 })))).acks[0]?.code, 'stale_epoch');
    assert.is((await take(store, report(pc!, journal.up(5, 6, { conn: 5 })))).acks[0]?.W, 6);
    assert.is(await countRows(store, pc!), 6);
  });

  on('a machine that comes and stops within one group is waited for no longer than after its stop', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const short = wireJournal(EP, [...beats(2), ['agent_stop', { why: 'service' }]]);
    await take(store, report(pc!, short.up(1, 2, { hi: 2 })), report(pc!, short.up(3, 3)));
    const { deadline_at } = await store.db.selectFrom('machines').select('deadline_at').executeTakeFirstOrThrow();
    assert.is(deadline_at, T0 + 30_000);
  });

  on('B-11 a batch of a closed epoch is stored nowhere', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const second = wireJournal('zzzzzzzzzz000000', beats(3));
    await take(store, report(pc!, journal.up(1, 10)));
    assert.is((await take(store, report(pc!, second.up(1, 3)))).acks[0]?.code, 'ok');
    assert.is((await take(store, report(pc!, journal.up(1, 29)))).acks[0]?.code, 'stale_epoch');
    assert.is(await countRows(store, pc!), 13);
    assert.is((await journalState(store.db, EVERYTHING, pc!.id))?.ep, 'zzzzzzzzzz000000');
  });

  on('an unknown machine is told so, a revoked one too', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const stranger = { ...pc!, id: 'zzzzzzzzzzzzzzzzzzzz' as TestMachine['id'] };
    await store.db.updateTable('machines').set({ revoked_at: T0 }).execute();
    const { acks } = await take(store, report(stranger, journal.up(1, 2)), report(pc!, journal.up(1, 2)));
    assert.equal(acks.map((ack) => ack?.code), ['unknown', 'revoked']);
    assert.is(await countRows(store, pc!), 0);
  });

  on('a group that fails is tried again machine by machine; without a database there is no ack', async (store) => {
    const pcs = await siteWithMachines(store, 'S-1', 3);
    const failures: string[] = [];
    const queue = createReportQueue({ store, server: SERVER, now: () => T0, onChanged() {}, onFailure: (_, reports) => failures.push(reports[0]!.machine) });
    // One machine's row is made such that writing its epoch breaks a rule of the database.
    const spoiled = { ...journal.up(1, 3), ep: 'spoiltspoiltspoi' };
    const quote = database.name === 'SQLite'
      ? sql`create trigger spoil before insert on epochs when new.ep = 'spoiltspoiltspoi' begin select raise(abort, 'spoilt'); end`
      : sql`alter table epochs add constraint spoil check (ep <> 'spoiltspoiltspoi')`;
    await quote.execute(store.db);
    const push = (one: Report) => new Promise<Ack | null>((settle) => queue.push(one, settle));
    const acks = await Promise.all(pcs.map((pc, i) => push(report(pc, i === 1 ? spoiled : journal.up(1, 3)))));
    assert.equal(acks.map((ack) => ack?.W ?? null), [3, null, 3]);
    assert.equal(failures, [pcs[1]!.id]);
    await queue.close();
    assert.is(await push(report(pcs[0]!, journal.up(4, 5))), null);
  });

  on('a read outside the scope finds nothing', async (store) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    const elsewhere = { kind: 'regions', regions: ['MA-06'] } as never;
    assert.is(await findMachine(store.db, elsewhere, pc!.id), null);
    assert.is(await journalState(store.db, elsewhere, pc!.id), null);
    assert.is(await findSite(store.db, elsewhere, 'S-1'), null);
    assert.equal(await transitionsSince(store.db, elsewhere, 0, 10), []);
    assert.equal(await transitionsSince(store.db, { kind: 'regions', regions: [] }, 0, 10), []);
  });

  test.run();
}
