/** Timelines over the real store: what is told of a day, and how late evidence, a midnight or a calendar makes it be told anew. */
import * as assert from 'uvu/assert';
import { stateWord } from '@cac/shared/states.ts';
import { dayAfter } from '@cac/shared/wall-time.ts';
import { sumsByArea } from '@cac/server/store/availability.ts';
import { siteDays } from '@cac/server/store/history.ts';
import { findMachine } from '@cac/server/store/machines.ts';
import { transitionsSince } from '@cac/server/store/transitions.ts';
import { machineDaysView, siteDayOpened, siteDaysView } from '@cac/server/usecases/read-history.ts';
import { markAlive, wake } from '@cac/server/usecases/stay-awake.ts';
import { databases } from '../databases.ts';
import { EVERYTHING, siteWithMachines } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc } from '../scripted-pc.ts';
import { at, countAll, MINUTE, sweepAt, take, timelines, TODAY, told } from './told-past.ts';


for (const database of databases) {
  const test = suite(`history on ${database.name}`);
  const on = timelines(test, database);

  on('a night is provisional until the next morning settles it, and the log says so without a new event', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '10:00'));
    pc.until(at(0, '17:00'));
    pc.write(at(0, '17:00') + 20_000, 'stop', { why: 'shutdown' });
    await take(store, pc.batches(at(0, '17:01')));
    await countAll(store, at(1, '00:10'));
    assert.equal(await told(store, machine!.id, 0), ['09:00 unseen', '10:00:30 on', '17:00:20 off:clean?']);

    pc.boot(at(1, '08:30'));
    pc.until(at(1, '08:40'));
    const lines = (await transitionsSince(store.db, EVERYTHING, 0, 100)).length;
    await take(store, pc.batches(at(1, '08:41')));
    await countAll(store, at(1, '08:42'));
    assert.equal(await told(store, machine!.id, 0), ['09:00 unseen', '10:00:30 on', '17:00:20 off:clean']);
    const added = (await transitionsSince(store.db, EVERYTHING, 0, 100)).slice(lines);
    assert.equal(added.filter((line) => line.revises === null).map((line) => line.to && stateWord(line.to)), ['on']);
    assert.equal(stateWord((await findMachine(store.db, EVERYTHING, machine!.id))!.state), 'on');
  });

  on('D-04 a network down for six hours: told unreachable, then what it was, to the layer; annotated once', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '10:00'));
    await take(store, pc.batches(at(0, '10:01')));
    await sweepAt(store, at(0, '10:30'));
    assert.is(stateWord((await findMachine(store.db, EVERYTHING, machine!.id))!.state), 'unreachable');

    pc.link(at(0, '10:02'), 'gateway');
    pc.until(at(0, '16:00'));
    pc.link(at(0, '16:01'), 'ok');
    pc.until(at(0, '16:05'));
    await take(store, pc.batches(at(0, '16:06'), { size: 70 }));
    await countAll(store, at(0, '16:07'));
    const opened = (await siteDayOpened(store.db, EVERYTHING, 'S-1', TODAY, at(0, '16:07')))!;
    assert.equal(opened.machines[0]!.intervals.filter((i) => i.settled).map((i) => i.word), ['unseen', 'on', 'on:gateway', 'on']);
    const revised = (await transitionsSince(store.db, EVERYTHING, 0, 100)).filter((line) => line.revises !== null);
    assert.equal(revised.map((line) => [line.from && stateWord(line.from), line.to && stateWord(line.to)]), [['unreachable', 'on:gateway']]);
    await take(store, pc.batches(at(0, '16:08'), { from: 1, size: 50 }));
    await countAll(store, at(0, '16:09'));
    assert.is((await transitionsSince(store.db, EVERYTHING, 0, 100)).filter((line) => line.revises !== null).length, 1);
  });

  on('E-01 dead while the server was away: lost since its last evidence, and to the minute once it is back', async (store) => {
    const [dead, alive] = await siteWithMachines(store, 'S-1', 2);
    const [a, b] = [scriptedPc(dead!), scriptedPc(alive!)];
    for (const pc of [a, b]) {
      pc.boot(at(0, '09:10'));
      pc.until(at(0, '11:00'));
      await take(store, pc.batches(at(0, '11:00') + 31_000));
    }
    await markAlive(store, at(0, '11:01'));
    a.until(at(0, '11:40'));
    b.until(at(0, '13:05'));
    await wake(store, at(0, '13:01'), { livenessMs: MINUTE, spreadMs: MINUTE });
    await take(store, b.batches(at(0, '13:06')));
    await sweepAt(store, at(0, '13:08'));
    const opened = (await siteDayOpened(store.db, EVERYTHING, 'S-1', TODAY, at(0, '13:09')))!;
    const states = new Map(opened.machines.map((m) => [m.id as string, m.intervals.map((i) => i.word)]));
    assert.equal(states.get(alive!.id), ['unseen', 'on', 'on']);
    assert.equal(states.get(dead!.id), ['unseen', 'on', 'on', 'unreachable']);
    const lost = opened.machines.find((m) => m.id === dead!.id)!.intervals.at(-1)!;
    assert.is(lost.fromAt, at(0, '11:00') + 31_000, 'since its last sign');
    a.boot(at(0, '14:00'));
    a.until(at(0, '14:10'));
    await take(store, a.batches(at(0, '14:11')));
    const after = (await siteDayOpened(store.db, EVERYTHING, 'S-1', TODAY, at(0, '14:12')))!;
    const settled = after.machines.find((m) => m.id === dead!.id)!.intervals.find((i) => i.word === 'off:unclean')!;
    assert.equal([settled.fromAt, settled.toAt, settled.settled], [at(0, '11:39') + 30_000, at(0, '14:00'), true]);
  });

  on('what nothing explains for thirty days is given up as unknown, and still revised by a journal that comes later', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '10:00'));
    pc.until(at(0, '12:00'));
    await take(store, pc.batches(at(0, '12:01')));
    await sweepAt(store, at(0, '13:00'));
    await countAll(store, at(1, '00:10'));
    assert.equal((await told(store, machine!.id, 0)).at(-1), '12:01 unreachable?');
    await countAll(store, at(31, '00:10'));
    assert.equal((await told(store, machine!.id, 0)).slice(-1), ['11:59:30 unknown']);
    pc.until(at(0, '15:00'));
    pc.write(at(0, '15:01'), 'stop', { why: 'shutdown' });
    pc.boot(at(40, '09:00'));
    pc.until(at(40, '09:05'));
    await take(store, pc.batches(at(40, '09:06')));
    await countAll(store, at(40, '09:07'));
    assert.equal(await told(store, machine!.id, 0), ['09:00 unseen', '10:00:30 on', '15:01 off:clean']);
    assert.equal(await told(store, machine!.id, 20), ['00:00 off:clean']);
  });

  on('the sums of an area are those of its sites, however often a day is counted again', async (store) => {
    for (const id of ['S-1', 'S-2', 'S-3']) {
      const [machine] = await siteWithMachines(store, id, 1, id === 'S-3' ? { region: 'MA-06' as never, province: null } : {});
      const pc = scriptedPc(machine!);
      pc.boot(at(0, '09:30'));
      pc.until(at(0, '12:00'));
      await take(store, pc.batches(at(0, '12:01')));
      await countAll(store, at(1, '00:10'));
      pc.until(at(0, '14:00'));
      pc.link(at(0, '14:01'), 'internet');
      pc.until(at(0, '18:30'));
      pc.boot(at(1, '09:00'));
      pc.until(at(1, '19:00'));
      await take(store, pc.batches(at(1, '19:01'), { size: 60 }));
      await countAll(store, at(1, '19:02'));
      await countAll(store, at(4, '03:00'));
    }
    for (const region of ['MA-04', 'MA-06']) {
      const rows = (await Promise.all(['S-1', 'S-2', 'S-3'].map((id) => siteDays(store.db, id, TODAY, dayAfter(TODAY, 3))))).flatMap((days, i) => ((i === 2) === (region === 'MA-06') ? days : []));
      const [group] = await sumsByArea(store.db, EVERYTHING, { by: 'region', from: TODAY, to: dayAfter(TODAY, 3), region, limit: 10 });
      const sum = (name: 'open_ms' | 'conn_ms' | 'disc_ms' | 'off_ms' | 'unk_ms'): number => rows.reduce((ms, row) => ms + row[name], 0);
      assert.equal([group!.totals.openMs, group!.totals.connMs, group!.totals.discMs, group!.totals.offMs, group!.totals.unkMs], [sum('open_ms'), sum('conn_ms'), sum('disc_ms'), sum('off_ms'), sum('unk_ms')]);
      assert.ok(group!.totals.openMs > 0);
      assert.is(group!.measured, region === 'MA-04' ? 2 : 1);
    }
  });

  on("a machine's own days and its site's agree where it is the only one", async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    for (let day = 0; day < 5; day += 1) {
      pc.boot(at(day, '09:10'));
      pc.until(at(day, '17:00'));
      pc.write(at(day, '17:01'), 'stop', { why: 'shutdown' });
      await take(store, pc.batches(at(day, '17:02')));
    }
    await countAll(store, at(4, '20:00'));
    const period = { from: TODAY, to: dayAfter(TODAY, 4) };
    const site = (await siteDaysView(store.db, EVERYTHING, 'S-1', period, at(4, '20:00')))!;
    const own = (await machineDaysView(store.db, EVERYTHING, machine!.id, period, at(4, '20:00')))!;
    assert.equal(own.sums, site.sums);
    assert.equal([own.boots, own.unclean], [5, 0]);
    assert.is(site.days.length, 5);
    assert.is(site.sums.connMs + site.sums.discMs + site.sums.unkMs + site.sums.offMs, site.sums.openMs);
  });

  test.run();
}
