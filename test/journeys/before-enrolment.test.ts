/** An agent that was installed offline journals for days before its enrolment goes through: they belong to its past, where their time was measured. */
import * as assert from 'uvu/assert';
import { dayAfter } from '@cac/shared/wall-time.ts';
import { sumsByArea } from '@cac/server/store/availability.ts';
import { siteDays } from '@cac/server/store/history.ts';
import type { Store } from '@cac/server/store/store.ts';
import { machineDaysView, siteDayOpened, siteDaysView } from '@cac/server/usecases/read-history.ts';
import { databases } from '../databases.ts';
import { EVERYTHING, siteWithMachines, T0, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc, type ScriptedPc } from '../scripted-pc.ts';
import { at, countAll, DAY, HOUR, take, timelines, TODAY, told } from './told-past.ts';

const period = (from: number, to: number) => ({ from: dayAfter(TODAY, from), to: dayAfter(TODAY, to) });
const beginOf = async (store: Store, { id }: TestMachine): Promise<number> => (await store.db.selectFrom('machines').select('begins_at').where('id', '=', id).executeTakeFirstOrThrow()).begins_at;

/** On since Tuesday; its machine is enrolled on Friday at 09:00, and hands everything in five minutes later. */
function offlineSinceTuesday(machine: TestMachine): ScriptedPc {
  const pc = scriptedPc(machine);
  pc.boot(at(-3, '09:10'));
  pc.until(at(-3, '18:00'));
  for (const day of [-2, -1]) {
    pc.write(at(day - 1, '18:00') + 40_000, 'suspend');
    pc.write(at(day, '08:30'), 'resume', { gap: 14.5 * HOUR });
    for (let minute = 1; minute < 570; minute += 1) pc.write(at(day, '08:30') + minute * 60_000, 'hb', { link: day === -1 ? 'internet' : 'ok' });
  }
  pc.write(at(-1, '18:00') + 40_000, 'suspend');
  pc.write(at(0, '08:30'), 'resume', { gap: 14.5 * HOUR });
  for (let minute = 1; minute < 35; minute += 1) pc.write(at(0, '08:30') + minute * 60_000, 'hb', { link: 'ok' });
  return pc;
}

for (const database of databases) {
  const test = suite(`before the enrolment on ${database.name}`);
  const on = timelines(test, database);

  on('three days that an agent journaled before it was enrolled are told: of the machine, of its site, of its area, and what they prove', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    // Told up to yesterday before anything comes: the days are behind what is told.
    await countAll(store, T0 + 1_000);
    await take(store, offlineSinceTuesday(machine!).batches(at(0, '09:05')));
    assert.is(await beginOf(store, machine!), T0, 'ingest itself writes nothing of it');
    await countAll(store, at(0, '09:06'));

    assert.is(await beginOf(store, machine!), at(-3, '09:10') + 30_000);
    assert.equal(await told(store, machine!.id, -4), []);
    assert.equal(await told(store, machine!.id, -3), ['09:10:30 on', '18:00:40 asleep']);
    assert.equal(await told(store, machine!.id, -1), ['00:00 asleep', '08:30 on:internet', '18:00:40 asleep']);
    const days = await siteDays(store.db, 'S-1', dayAfter(TODAY, -9), TODAY);
    // Wednesday, the eighteenth of November, is a public holiday.
    assert.equal(days.map((row) => [row.day, row.conn_ms > 0, row.disc_ms > 0, row.heard]), [[dayAfter(TODAY, -3), true, false, 1], [dayAfter(TODAY, -2), false, false, 1], [dayAfter(TODAY, -1), false, true, 1]]);
    const [area] = await sumsByArea(store.db, EVERYTHING, { by: 'region', ...period(-9, 0), limit: 20 });
    assert.is(area!.totals.connMs, days.reduce((ms, row) => ms + row.conn_ms, 0));
    const site = await store.db.selectFrom('sites').select(['measured_from', 'rolled_to', 'proven_rung']).where('id', '=', 'S-1').executeTakeFirstOrThrow();
    assert.equal(site, { measured_from: dayAfter(TODAY, -3), rolled_to: dayAfter(TODAY, -1), proven_rung: 2 });

    const now = at(0, '09:06');
    assert.equal((await machineDaysView(store.db, EVERYTHING, machine!.id, period(-9, 0), now))!.days.map((day) => day.day), [-3, -2, -1, 0].map((day) => dayAfter(TODAY, day)));
    assert.is((await siteDayOpened(store.db, EVERYTHING, 'S-1', dayAfter(TODAY, -2), now))!.machines.length, 1);
    const view = (await siteDaysView(store.db, EVERYTHING, 'S-1', period(-9, 0), now))!;
    assert.equal(view.days.filter((day) => day.sums.connMs + day.sums.discMs > 0).map((day) => day.day), [-3, -1].map((day) => dayAfter(TODAY, day)));
  });

  on('whatever order the days come in, and whenever they are counted, they are told the same', async (store) => {
    const tellings: unknown[] = [];
    for (const [i, order] of [[0, 1, 2], [2, 1, 0], [1, 2, 0]].entries()) {
      const [machine] = await siteWithMachines(store, `S-${i}`, 1);
      const pc = offlineSinceTuesday(machine!);
      const batches = pc.batches(at(0, '09:05'), { size: 100 });
      const third = Math.ceil(batches.length / 3);
      for (const part of order) {
        // Out of order they are not accepted: the whole is sent again, as an agent would.
        await take(store, batches.slice(0, (part + 1) * third));
        await countAll(store, at(0, '09:06'));
      }
      const days = await siteDays(store.db, `S-${i}`, dayAfter(TODAY, -9), TODAY);
      tellings.push([await beginOf(store, machine!), await Promise.all([-4, -3, -2, -1].map((day) => told(store, machine!.id, day))), days.map(({ site_id: _, ...row }) => row)]);
    }
    assert.equal(tellings[1], tellings[0]);
    assert.equal(tellings[2], tellings[0]);
  });

  on('D-08 a clock that says 2001, or last week, moves no beginning; one that acks have set right does', async (store) => {
    const [wrong, unproven, right] = await siteWithMachines(store, 'S-1', 3);
    const twoBoots = (machine: TestMachine, first: number, clk: boolean): ScriptedPc => {
      const pc = scriptedPc(machine);
      pc.boot(first);
      if (clk) pc.write(first + 50_000, 'clk', { off: 0 });
      pc.until(first + HOUR);
      pc.boot(at(0, '09:01'));
      pc.until(at(0, '09:05'));
      return pc;
    };
    await take(store, twoBoots(wrong!, Date.UTC(2001, 0, 1, 9), false).batches(at(0, '09:06')));
    await take(store, twoBoots(unproven!, at(-7, '10:00'), false).batches(at(0, '09:06')));
    await take(store, twoBoots(right!, at(-7, '10:00'), true).batches(at(0, '09:06')));
    await countAll(store, at(0, '09:07'));
    assert.equal([await beginOf(store, wrong!), await beginOf(store, unproven!), await beginOf(store, right!)], [T0, T0, at(-7, '10:00') + 30_000]);
    assert.equal([await told(store, unproven!.id, -7), await told(store, right!.id, -7)], [[], ['10:00:30 on', '10:59:30 off:unclean']]);
  });

  on('a time that is measured only later moves the beginning then, though the boot stays where it was', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(-2, '10:00'));
    pc.until(at(-2, '11:00'));
    pc.write(at(-2, '11:00') + 31_000, 'clk', { off: 0 });
    pc.boot(at(0, '09:01'));
    const all = pc.batches(at(0, '09:06'), { size: 10 });
    await take(store, all.slice(0, 4));
    await countAll(store, at(0, '09:07'));
    assert.is(await beginOf(store, machine!), T0);
    await take(store, all.slice(4));
    await countAll(store, at(0, '09:08'));
    assert.is(await beginOf(store, machine!), at(-2, '10:00') + 30_000);
    assert.equal(await told(store, machine!.id, -2), ['10:00:30 on', '11:00:31 off:unclean']);
  });

  on('of forty days before the enrolment the last thirty-five are told', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(-40, '10:00'));
    for (let day = -39; day < 0; day += 1) pc.write(at(day, '10:00'), 'net', { link: 'ok', if: 'wired' });
    await take(store, pc.batches(at(0, '09:01')));
    await countAll(store, at(0, '09:02'));
    assert.is(await beginOf(store, machine!), T0 - 35 * DAY);
    assert.equal([await told(store, machine!.id, -36), await told(store, machine!.id, -35)], [[], ['09:00 on']]);
  });

  test.run();
}
