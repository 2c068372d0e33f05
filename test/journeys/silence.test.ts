/** Timelines on a fake clock, over the real store and use cases: who is told off, when, and who never is. */
import * as assert from 'uvu/assert';
import { stateWord } from '@cac/shared/states.ts';
import { findMachine } from '@cac/server/store/machines.ts';
import { findSite } from '@cac/server/store/sites.ts';
import { blindWindows } from '@cac/server/store/meta.ts';
import { transitionsSince } from '@cac/server/store/transitions.ts';
import type { Store } from '@cac/server/store/store.ts';
import { createSignBook, flushSigns, noteSigns, receiveWill } from '@cac/server/usecases/note-signs.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { createClock } from '@cac/server/clock.ts';
import { markAlive, noteWallStep, wake } from '@cac/server/usecases/stay-awake.ts';
import { sweep } from '@cac/server/usecases/sweep.ts';
import { databases } from '../databases.ts';
import { beats, bytesOf, EVERYTHING, siteWithMachines, T0, wireJournal, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PATIENCE = { livenessMs: MINUTE, spreadMs: MINUTE };
const EP = 'abcdefghij012345';

for (const database of databases) {
  const test = suite(`silence on ${database.name}`);
  test.after(() => database.stop());

  /** A world with one clock: reports, pings, sweeps, in the order they are written. */
  const on = (name: string, body: (world: World) => Promise<void>): void =>
    test.needs(database.missing, name, async () => {
      const opened = await database.open();
      try {
        await body(createWorld(opened.store));
      } finally {
        await opened.close();
      }
    });

  on('G-02 a PC that pings while the database fails is not told off when it works again', async ({ store, book, at, report, sweepAt, stateOf }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    book.note(pc!.id, at(3 * MINUTE));
    const failing = { ...store, db: { transaction: () => ({ execute: () => Promise.reject(new Error('disk full')) }) } } as unknown as Store;
    assert.ok(await flushSigns(failing, book, at(3 * MINUTE)).then(() => false, () => true));
    assert.is(await sweepAt(4 * MINUTE), 0);
    assert.is((await stateOf(pc!))[0], 'on');
  });

  on('a PC that is silent is unreachable from its deadline on, dated there, and once', async ({ store, at, report, sweepAt, stateOf }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    assert.is(await sweepAt(209 * SECOND), 0);
    assert.is(await sweepAt(300 * SECOND), 1);
    assert.is(await sweepAt(301 * SECOND), 0);
    assert.equal(await stateOf(pc!), ['unreachable', at(210 * SECOND)]);
    assert.is((await findSite(store.db, EVERYTHING, 'S-1'))?.state, 'unreachable');
    const [last] = (await transitionsSince(store.db, EVERYTHING, 0, 10)).toReversed();
    assert.equal([last?.cause, last?.at, last?.toldAt, last?.provisional], ['deadline_passed', at(210 * SECOND), at(300 * SECOND), true]);
  });

  on('pings alone keep a PC on, and one that was thought lost comes back with its link', async ({ store, report, ping, sweepAt, stateOf }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0, 'dns');
    for (let minute = 1; minute <= 30; minute += 1) {
      await ping(pc!, minute * MINUTE);
      assert.is(await sweepAt(minute * MINUTE + SECOND), 0);
    }
    assert.is(await sweepAt(40 * MINUTE), 1);
    await ping(pc!, 41 * MINUTE);
    assert.is((await stateOf(pc!))[0], 'on:dns');
  });

  on('a ping still in memory when the deadline passes saves the PC', async ({ store, report, book, at, sweepWith }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    book.note(pc!.id, at(200 * SECOND));
    assert.is(await sweepWith(220 * SECOND), 0);
  });

  on('D-07 a will of the present connection leaves thirty seconds, and last packets do not undo it', async ({ store, report, ping, at, sweepAt, stateOf }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    assert.is(await receiveWill(store, pc!.id, { inst: '00000000000000aa', conn: 7 }, at(SECOND)), false);
    assert.is(await receiveWill(store, pc!.id, { inst: '00000000000000bb', conn: 1 }, at(SECOND)), false);
    assert.is(await receiveWill(store, pc!.id, { inst: '00000000000000aa', conn: 1 }, at(10 * SECOND)), true);
    await ping(pc!, 11 * SECOND);
    assert.is(await sweepAt(39 * SECOND), 0);
    assert.is(await sweepAt(41 * SECOND), 1);
    assert.equal(await stateOf(pc!), ['unreachable', at(40 * SECOND)]);
  });

  on('a PC shut down properly is off and stays so; nobody waits for it', async ({ store, at, report, sweepAt, stateOf }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    await report(pc!, MINUTE, 'ok', [['stop', { why: 'shutdown' }]]);
    assert.is(await sweepAt(12 * HOUR), 0);
    assert.equal([(await stateOf(pc!))[0], at(0) > 0], ['off:clean', true]);
  });

  on('a reboot has ten minutes', async ({ store, at, report, sweepAt, stateOf }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0, 'ok', [['stop', { why: 'reboot' }]]);
    assert.is(await sweepAt(9 * MINUTE), 0);
    assert.is(await sweepAt(11 * MINUTE), 1);
    assert.equal(await stateOf(pc!), ['unreachable', at(10 * MINUTE)]);
  });

  on('E-01 after two hours without a server nobody alive is told off; who died meanwhile is, at the end of the grace', async ({ store, at, report, ping, sweepAt, stateOf }) => {
    const pcs = await siteWithMachines(store, 'S-1', 5);
    for (const pc of pcs) await report(pc, 0);
    await markAlive(store, at(10 * SECOND));
    // ... killed here, and started two hours later.
    const woke = await wake(store, at(2 * HOUR), PATIENCE);
    assert.equal(woke, { window: { fromAt: at(10 * SECOND), toAt: at(2 * HOUR) }, moved: 5 });
    assert.is(await sweepAt(2 * HOUR + SECOND), 0);
    for (const pc of pcs.slice(1)) await ping(pc, 2 * HOUR + 4 * MINUTE);
    assert.is(await sweepAt(2 * HOUR + 5 * MINUTE), 0);
    assert.is(await sweepAt(2 * HOUR + 6 * MINUTE + SECOND), 1);
    assert.is((await stateOf(pcs[0]!))[0], 'unreachable');
    for (const pc of pcs.slice(1)) assert.is((await stateOf(pc))[0], 'on');
    assert.equal((await blindWindows(store.db)).map((w) => [w.from_at, w.to_at, w.reason]), [[at(10 * SECOND), at(2 * HOUR), 'server_stopped']]);
  });

  on('D-09 the wall clock is set by an hour: server time goes on, the step is a blind window, and nobody is told off for it', async ({ store, at, report, sweepAt }) => {
    let wall = at(0);
    let uptime = 0;
    const clock = createClock(() => wall + uptime, () => uptime);
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    for (const step of [HOUR, -HOUR]) {
      wall += step;
      uptime += 100 * SECOND;
      assert.is(clock.now(), at(uptime), 'server time does not move with the wall');
      assert.is(await noteWallStep(store, clock.wallStep(), clock.now(), PATIENCE), true);
      assert.is(await noteWallStep(store, clock.wallStep(), clock.now(), PATIENCE), false, 'once');
    }
    assert.equal((await blindWindows(store.db)).map((w) => [w.from_at, w.to_at, w.reason]), [[at(90 * SECOND), at(100 * SECOND), 'clock_step'], [at(190 * SECOND), at(200 * SECOND), 'clock_step']]);
    assert.is(await sweepAt(220 * SECOND), 0, 'its deadline of 210 s waits for the end of the window and the grace');
    assert.is(await sweepAt(20 * MINUTE), 1);
  });

  on('a silence that was due before the server went blind stays due', async ({ store, at, report, sweepAt }) => {
    const [pc] = await siteWithMachines(store, 'S-1', 1);
    await report(pc!, 0);
    await markAlive(store, at(HOUR));
    await wake(store, at(2 * HOUR), PATIENCE);
    assert.is(await sweepAt(2 * HOUR + SECOND), 1);
  });

  test.run();
}

type World = ReturnType<typeof createWorld>;

function createWorld(store: Store) {
  const book = createSignBook();
  const journals = new Map<string, { kinds: [string, Record<string, unknown>][]; sent: number }>();
  const at = (ms: number): number => T0 + ms;
  const sweepWith = (ms: number): Promise<number> =>
    sweep(store, at(ms), async () => void (await flushSigns(store, book, at(ms))));
  return {
    store,
    book,
    at,
    sweepWith,
    sweepAt: sweepWith,
    async report(pc: TestMachine, ms: number, link = 'ok', last: [string, Record<string, unknown>][] = []): Promise<void> {
      const own = journals.get(pc.id) ?? { kinds: [], sent: 0 };
      own.kinds.push(...beats(1, link), ...last);
      const journal = wireJournal(EP, own.kinds);
      await receiveReports(
        store,
        [{ machine: pc.id, payload: bytesOf(journal.up(own.sent + 1, own.kinds.length, { now: { link, up: 1 } })), receivedAt: at(ms), livenessMs: MINUTE }],
        at(ms),
        { sid: 's', dbi: 'd' },
      );
      journals.set(pc.id, { kinds: own.kinds, sent: own.kinds.length });
    },
    async ping(pc: TestMachine, ms: number): Promise<void> {
      book.note(pc.id, at(ms));
      await noteSigns(store, book.take(), at(ms));
    },
    async stateOf(pc: TestMachine): Promise<[string, number]> {
      const machine = (await findMachine(store.db, EVERYTHING, pc.id))!;
      return [stateWord(machine.state), machine.since];
    },
  };
}
