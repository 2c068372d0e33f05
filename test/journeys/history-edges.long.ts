/** Where a told past could go wrong: midnights, blind times, machines that never spoke, evidence that is gone, work that must stay bounded. */
import * as assert from 'uvu/assert';
import { sql } from 'kysely';
import type { SiteId } from '@cac/shared/ids.ts';
import { WEEKDAYS } from '@cac/shared/opening-hours.ts';
import { dayAfter } from '@cac/shared/wall-time.ts';
import { sumsByArea } from '@cac/server/store/availability.ts';
import { siteDays } from '@cac/server/store/history.ts';
import type { Store } from '@cac/server/store/store.ts';
import { expire } from '@cac/server/usecases/expire.ts';
import { machineDaysView, siteDayOpened, siteDaysView } from '@cac/server/usecases/read-history.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { rollSite } from '@cac/server/usecases/recount-site.ts';
import { setHours } from '@cac/server/usecases/set-hours.ts';
import { markAlive, wake } from '@cac/server/usecases/stay-awake.ts';
import { databases } from '../databases.ts';
import { EVERYTHING, siteWithMachines, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc } from '../scripted-pc.ts';
import { at, clock, countAll, DAY, HOUR, MINUTE, sweepAt, take, timelines, TODAY, told } from './told-past.ts';

const RETENTION_MS = 400 * DAY;
const period = (from: number, to: number) => ({ from: dayAfter(TODAY, from), to: dayAfter(TODAY, to) });

for (const database of databases) {
  const test = suite(`the edges of history on ${database.name}`);
  const on = timelines(test, database);

  on('a cut at eleven is a cut from its first minute on, not a closing', async (store) => {
    const pcs = (await siteWithMachines(store, 'S-1', 2)).map((machine) => scriptedPc(machine));
    await open(store, 'S-1' as SiteId, 9 * 60, 18 * 60);
    for (const pc of pcs) {
      pc.boot(at(0, '09:10'));
      pc.until(at(0, '11:00'));
      await take(store, pc.batches(at(0, '11:00') + 31_000));
    }
    await sweepAt(store, at(0, '11:05'));
    const { intervals } = (await siteDayOpened(store.db, EVERYTHING, 'S-1', TODAY, at(0, '11:05')))!;
    assert.equal([intervals.at(-1)!.verdict, intervals.at(-1)!.cause], ['cut', 'power_or_line']);
  });

  on('an opening past midnight is one opening: what began before midnight keeps its cause', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    await open(store, 'S-1' as SiteId, 20 * 60, 24 * 60 + 30);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '19:30'));
    pc.until(at(0, '23:52'));
    pc.write(at(0, '23:53'), 'stop', { why: 'shutdown' });
    pc.boot(at(1, '12:00'));
    pc.until(at(1, '12:05'));
    await take(store, pc.batches(at(1, '12:06')));
    await countAll(store, at(2, '00:10'));
    const found: string[] = [];
    for (const day of [0, 1]) for (const i of (await siteDayOpened(store.db, EVERYTHING, 'S-1', dayAfter(TODAY, day), at(2, '01:00')))!.intervals) if (i.toAt <= at(1, '00:30') && i.verdict !== 'closed') found.push(`${clock(i.fromAt)} ${i.verdict} ${i.cause}`);
    assert.equal(found, ['20:00 connected heard', '23:53 no_pc all_off', '00:00 no_pc all_off']);
  });

  on('a machine that never spoke stays unseen, however long; its site is never measured, and never dropped', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    await countAll(store, at(1, '00:10'));
    assert.equal((await siteDaysView(store.db, EVERYTHING, 'S-1', period(0, 1), at(1, '10:00')))!.reporting, { status: 'never', openingDays: null });
    await countAll(store, at(33, '00:10'));
    assert.equal((await told(store, machine!.id, 1)).map((line) => line.split(' ')[1]!.replace('?', '')), ['unseen']);
    assert.is((await siteDays(store.db, 'S-1', TODAY, dayAfter(TODAY, 33))).reduce((ms, row) => ms + row.open_ms + row.excluded_ms, 0), 0);
  });

  on('D-12 an uninstalled agent is not expected: thirty days make nothing unknown of it', async (store) => {
    const [gone, stays] = await siteWithMachines(store, 'S-1', 2);
    const [a, b] = [scriptedPc(gone!), scriptedPc(stays!)];
    for (const pc of [a, b]) pc.boot(at(0, '09:10'));
    a.until(at(0, '10:00'));
    a.write(at(0, '10:01'), 'stop', { why: 'uninstall' });
    await take(store, a.batches(at(0, '10:02')));
    for (let day = 0; day < 35; day += 1) {
      if (day > 0) b.boot(at(day, '10:00'));
      b.until(at(day, '12:00'));
      b.write(at(day, '12:01'), 'stop', { why: 'shutdown' });
      await take(store, b.batches(at(day, '12:02')));
    }
    await countAll(store, at(35, '00:10'));
    const [row] = await siteDays(store.db, 'S-1', dayAfter(TODAY, 3), dayAfter(TODAY, 3));
    assert.is(row!.unk_ms, 0);
  });

  on('a server away over midnight, a PC that never came back: yesterday is not told as connected', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    await open(store, 'S-1' as SiteId, 9 * 60, 18 * 60);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '11:00'));
    await take(store, pc.batches(at(0, '11:00') + 31_000));
    await markAlive(store, at(0, '11:01'));
    await wake(store, at(1, '08:00'), { livenessMs: MINUTE, spreadMs: MINUTE });
    await countAll(store, at(1, '08:00') + 5_000);
    await sweepAt(store, at(1, '08:30'));
    await countAll(store, at(1, '08:31'));
    assert.equal((await told(store, machine!.id, 0)).at(-1), '11:00:31 unreachable?');
    const [row] = await siteDays(store.db, 'S-1', TODAY, TODAY);
    assert.ok(row!.conn_ms < 2 * HOUR, `connected for ${row!.conn_ms / HOUR} h`);
    assert.ok(row!.excluded_ms > 6 * HOUR);
  });

  on('boots and unclean stops of a day are the same before and after midnight', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '10:00'));
    pc.write(at(0, '10:01'), 'suspend');
    pc.boot(at(0, '12:00'));
    pc.until(at(0, '13:00'));
    pc.boot(at(0, '14:00'));
    pc.until(at(0, '15:00'));
    await take(store, pc.batches(at(0, '15:01')));
    const today = (await machineDaysView(store.db, EVERYTHING, machine!.id, period(0, 0), at(0, '15:02')))!;
    const opened = (await siteDayOpened(store.db, EVERYTHING, 'S-1', TODAY, at(0, '15:02')))!;
    await countAll(store, at(1, '00:10'));
    const later = (await machineDaysView(store.db, EVERYTHING, machine!.id, period(0, 0), at(1, '09:00')))!;
    const openedLater = (await siteDayOpened(store.db, EVERYTHING, 'S-1', TODAY, at(1, '09:00')))!;
    assert.equal([today.boots, today.unclean], [3, 1]);
    assert.equal([later.boots, later.unclean], [3, 1]);
    assert.equal([openedLater.machines[0]!.boots, openedLater.machines[0]!.unclean], [opened.machines[0]!.boots, opened.machines[0]!.unclean]);
  });

  on('G-07 a PC that comes back after its evidence has expired leaves what was told before as it was', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '15:00'));
    pc.write(at(0, '15:01'), 'stop', { why: 'shutdown' });
    pc.boot(at(1, '09:10'));
    pc.write(at(1, '09:20'), 'stop', { why: 'shutdown' });
    await take(store, pc.batches(at(1, '09:21')));
    for (let day = 2; day < 455; day += 64) await countAll(store, at(day, '00:10'));
    assert.equal((await told(store, machine!.id, 0)).map((line) => line.split(' ')[1]), ['unseen', 'on', 'off:clean']);
    const before = [await told(store, machine!.id, 0), await siteDays(store.db, 'S-1', TODAY, dayAfter(TODAY, 20))];
    await expire(store, at(455, '01:00'), RETENTION_MS);
    assert.is((await siteDayOpened(store.db, EVERYTHING, 'S-1', dayAfter(TODAY, 455), at(455, '08:00')))!.machines[0]!.intervals.at(-1)!.word, 'unreachable', 'heard once, and silent since');
    pc.boot(at(455, '09:00'));
    pc.until(at(455, '09:05'));
    await take(store, pc.batches(at(455, '09:06')));
    await countAll(store, at(455, '09:07'));
    assert.equal([await told(store, machine!.id, 0), await siteDays(store.db, 'S-1', TODAY, dayAfter(TODAY, 20))], before);
  });

  on('a site that cannot be counted holds up no other', async (store) => {
    for (const id of ['S-1', 'S-2']) {
      const [machine] = await siteWithMachines(store, id, 1);
      const pc = scriptedPc(machine!);
      pc.boot(at(0, '09:10'));
      pc.until(at(0, '12:00'));
      await take(store, pc.batches(at(0, '12:01')));
    }
    const boot = await store.db.selectFrom('boots as b').innerJoin('machines as m', 'm.id', 'b.machine_id').select('b.id').where('m.site_id', '=', 'S-1').executeTakeFirstOrThrow();
    await store.db.insertInto('blocks').values({ boot_id: boot.id, first_m: 0, last_m: 1, end_m: 1, data: Buffer.from([99]) } as never).execute();
    let failed = 0;
    for (let pass = 0; pass < 5; pass += 1) await recount(store, at(1, '00:10')).catch(() => (failed += 1));
    assert.ok(failed > 0, 'the trouble is told');
    assert.is((await siteDays(store.db, 'S-2', TODAY, TODAY)).length, 1);
  });

  on('a calendar change counts every site it can; one that fails is left for itself, and caught up', async (store) => {
    for (const id of ['S-1', 'S-2']) {
      const [machine] = await siteWithMachines(store, id, 1);
      const pc = scriptedPc(machine!);
      pc.boot(at(0, '09:10'));
      pc.until(at(0, '12:00'));
      await take(store, pc.batches(at(0, '12:01')));
    }
    await countAll(store, at(1, '00:10'));
    const machines = (site: string) => store.db.selectFrom('machines').select('id').where('site_id', '=', site);
    await store.db.updateTable('machine_intervals').set({ proof: '?' }).where('machine_id', 'in', machines('S-1')).execute();
    await store.db.updateTable('site_days').set({ open_ms: -1 }).execute();
    await store.db.insertInto('stale_days').values({ from_day: TODAY, to_day: TODAY, scope_kind: 'national', scope_id: '' }).execute();
    let failed = 0;
    await recount(store, at(1, '00:20')).catch(() => (failed += 1));
    assert.is(failed, 1, 'the trouble is told');
    assert.ok((await siteDays(store.db, 'S-2', TODAY, TODAY))[0]!.open_ms >= 0, 'the site after it is counted');
    assert.equal((await store.db.selectFrom('stale_days').select(['scope_kind', 'scope_id']).execute()).map((row) => [row.scope_kind, row.scope_id]), [['site', 'S-1']]);
    await store.db.updateTable('machine_intervals').set({ proof: '[]' }).where('machine_id', 'in', machines('S-1')).execute();
    await countAll(store, at(1, '00:30'));
    assert.ok((await siteDays(store.db, 'S-1', TODAY, TODAY))[0]!.open_ms >= 0);
  });

  on('counting gives way: between two sites whatever else waits has its turn', async (store) => {
    for (let i = 0; i < 20; i += 1) await siteWithMachines(store, `S-${i}`, 1);
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await recount(store, at(1, '00:10'));
    isOver = true;
    assert.ok(turns >= 20, `${turns} turns`);
  });

  on('two servers that tell the same day at once count it once', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '12:00'));
    await take(store, pc.batches(at(0, '12:01')));
    await Promise.allSettled(Array.from({ length: 4 }, () => store.db.transaction().execute((tx) => rollSite(tx, 'S-1', at(1, '00:10')))));
    const [row] = await siteDays(store.db, 'S-1', TODAY, TODAY);
    const [group] = await sumsByArea(store.db, EVERYTHING, { by: 'region', from: TODAY, to: TODAY, region: 'MA-04', limit: 10 });
    assert.equal([group!.totals.openMs, group!.totals.connMs], [row!.open_ms, row!.conn_ms]);
    const { rows } = await sql<{ sites: number }>`select sites from area_days`.execute(store.db);
    assert.equal(rows.map(({ sites }) => Number(sites)), [1]);
  });

  for (const kind of ['hb', 'sample']) {
    on(`on through midnight: yesterday is settled by the first report of today, when a ${kind} was yesterday's last`, async (store) => {
      const [machine] = await siteWithMachines(store, 'S-1', 1);
      const pc = scriptedPc(machine!);
      pc.boot(at(0, '09:10'));
      pc.until(at(0, '23:59') + 45_000);
      if (kind === 'sample') pc.write(at(0, '23:59') + 50_000, 'sample', { net1: 20 });
      await take(store, pc.batches(at(0, '23:59') + 51_000));
      await countAll(store, at(1, '00:00') + 5_000);
      pc.until(at(1, '00:01'));
      await take(store, pc.batches(at(1, '00:01')));
      await countAll(store, at(1, '00:02'));
      assert.equal((await told(store, machine!.id, 0)).at(-1)!.split(' ')[1], 'on');
    });
  }

  on('a site heard yesterday has reported, before and after yesterday is told', async (store) => {
    const [machine] = await siteWithMachines(store, 'S-1', 1);
    const pc = scriptedPc(machine!);
    pc.boot(at(0, '09:10'));
    pc.until(at(0, '12:00'));
    pc.write(at(0, '12:01'), 'stop', { why: 'shutdown' });
    await take(store, pc.batches(at(0, '12:02')));
    const before = (await siteDaysView(store.db, EVERYTHING, 'S-1', period(1, 1), at(1, '00:00') + 1_000))!.reporting;
    await countAll(store, at(1, '00:10'));
    const after = (await siteDaysView(store.db, EVERYTHING, 'S-1', period(1, 1), at(1, '00:10')))!.reporting;
    assert.equal([before.status, after.status], ['reporting', 'reporting']);
  });

  test.run();
}

/** Its own hours, every day, in minutes. */
const open = (store: Store, site: SiteId, from: number, to: number): Promise<unknown> =>
  setHours(store, { name: 'admin', role: 'administrator', scope: EVERYTHING }, { scope: { kind: 'site', id: site }, season: 'usual', from: null, to: null, week: Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from, to }]])) as never, confirmed: true, source: '' }, T0);
