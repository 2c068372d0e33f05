/** Timelines over the real store: what evidence proves of a site as days go by, and what somebody's word changes of it: nothing. */
import * as assert from 'uvu/assert';
import { dayAfter, dayStartAt, localDayOf, weekdayOf } from '@cac/shared/wall-time.ts';
import type { Store } from '@cac/server/store/store.ts';
import { attest } from '@cac/server/usecases/attest.ts';
import { changeThreshold } from '@cac/server/usecases/change-rules.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { setHours } from '@cac/server/usecases/set-hours.ts';
import { deploymentFunnel, deploymentRows } from '@cac/server/store/deployment.ts';
import { databases } from '../databases.ts';
import { ADMIN, EVERYTHING, siteWithMachines, T0, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc, type ScriptedPc } from '../scripted-pc.ts';
import { timelines } from './told-past.ts';

const HOUR = 3_600_000;
const TODAY = localDayOf(T0);
const day = (n: number): string => dayAfter(TODAY, n);
const at = (n: number, hours: number): number => dayStartAt(day(n)) + hours * HOUR;
const SITE = 'S-1';

for (const database of databases) {
  const test = suite(`ladder on ${database.name}`);
  const on = timelines(test, database);

  /** Open every weekday from nine to eleven; a short day keeps the test short. */
  async function centre(store: Store): Promise<TestMachine> {
    const [machine] = await siteWithMachines(store, SITE, 1, { declaredConnectedAt: Date.UTC(2012, 5, 1), declaredSource: 'circular' });
    const hours = [{ from: 9 * 60, to: 11 * 60 }];
    await setHours(store, { ...ADMIN, role: 'administrator' }, { scope: { kind: 'site', id: SITE as never }, season: 'usual', from: null, to: null, week: { 1: hours, 2: hours, 3: hours, 4: hours, 5: hours, 6: [], 7: [] }, confirmed: true, source: 'test' }, T0);
    return machine!;
  }

  /** The PC lives these days as a whole, from before opening to after closing time. */
  async function live(store: Store, pc: ScriptedPc, from: number, to: number, link = 'ok'): Promise<void> {
    for (let n = from; n <= to; n += 1) {
      if (weekdayOf(day(n)) > 5) continue;
      pc.boot(at(n, 8.9), link);
      pc.until(at(n, 11.1));
      pc.write(at(n, 11.1) + 20_000, 'stop', { why: 'shutdown' });
      for (const report of pc.batches(at(n, 11.2))) await receiveReports(store, [report], at(n, 11.2), { sid: 'test', dbi: store.dbi });
    }
  }

  on('an agent that stops for good leaves in service, then reporting; what was declared does not move', async (store) => {
    const pc = scriptedPc(await centre(store));
    await live(store, pc, 1, 60);
    await countAll(store, at(61, 1));
    assert.equal(await standing(store), { proven: 3, on: day(60), declared: 1, funnel: [1, 1, 1, 1] });
    // Its last day ends at half past nine, without a word.
    pc.boot(at(61, 8.9));
    pc.until(at(61, 9.5));
    for (const report of pc.batches(at(61, 9.6))) await receiveReports(store, [report], at(61, 9.6), { sid: 'test', dbi: store.dbi });
    const seen: string[] = [];
    for (let n = 62; n <= 75; n += 1) {
      await countAll(store, at(n, 1));
      const { proven, declared, funnel } = await standing(store);
      assert.equal([declared, funnel[0]], [1, 1], 'declared stays');
      assert.equal(funnel, [1, 1, proven >= 2 ? 1 : 0, proven === 3 ? 1 : 0]);
      assert.equal(await areaCounts(store, day(n - 1)), [proven >= 2 ? 1 : 0, proven === 3 ? 1 : 0], day(n - 1));
      if (seen.at(-1) !== `${proven}`) seen.push(`${proven}`);
    }
    assert.equal(seen, ['3', '2', '1']);
    // Told again from nothing, the days say the same.
    const before = await rungs(store);
    await store.db.insertInto('stale_days').values({ from_day: day(0), to_day: day(74), scope_kind: 'site', scope_id: SITE }).execute();
    await countAll(store, at(75, 1.1));
    assert.equal(await rungs(store), before);
  });

  on('late evidence tells the days that look back at it anew, and their counts', async (store) => {
    const machine = await centre(store);
    const pc = scriptedPc(machine);
    await live(store, pc, 1, 20);
    await countAll(store, at(21, 1));
    assert.is((await standing(store)).proven, 3);
    for (let n = 21; n <= 40; n += 1) {
      if (weekdayOf(day(n)) > 5) continue;
      pc.boot(at(n, 8.9));
      pc.until(at(n, 11.1));
      pc.write(at(n, 11.1) + 20_000, 'stop', { why: 'shutdown' });
    }
    await countAll(store, at(41, 1));
    assert.is((await standing(store)).proven, 1, 'silent for weeks');
    for (const report of pc.batches(at(41, 8))) await receiveReports(store, [report], at(41, 8), { sid: 'test', dbi: store.dbi });
    await countAll(store, at(41, 8.1));
    assert.is((await standing(store)).proven, 3);
    assert.equal(await areaCounts(store, day(35)), [1, 1], 'the days between, too');
  });

  on('a word moves what is declared, never what is proven; a threshold judges the past again from its day on', async (store) => {
    const pc = scriptedPc(await centre(store));
    await live(store, pc, 1, 30, 'gateway');
    await countAll(store, at(31, 1));
    assert.equal([(await standing(store)).proven, await areaCounts(store, day(30))], [2, [1, 0]]);
    await attest(store, ADMIN, SITE, { kind: 'connected', day: day(30), value: null, source: 'letter', note: '' }, at(31, 2));
    await countAll(store, at(31, 3));
    assert.is((await standing(store)).proven, 2);
    await changeThreshold(store, 'admin', 'service.centre', { fromDay: day(29), value: { days: 30, observedDays: 10, connected: 0, observability: 0.8 }, note: 'test' }, at(31, 4));
    await countAll(store, at(31, 5));
    assert.equal([(await standing(store)).proven, await areaCounts(store, day(30)), await areaCounts(store, day(28))], [3, [1, 1], [1, 0]]);
    const [row] = await deploymentRows(store.db, EVERYTHING, at(31, 6));
    assert.equal([row!.proven, row!.provenRule, row!.thresholds.find(({ key }) => key === 'service.centre')?.fromDay], [1, 'in_service', day(29)]);
  });

  async function standing(store: Store): Promise<{ proven: number; on: string | null; declared: number; funnel: number[] }> {
    const site = await store.db.selectFrom('sites').select(['proven_rung', 'proven_on']).where('id', '=', SITE).executeTakeFirstOrThrow();
    const { declared } = (await deploymentRows(store.db, EVERYTHING, T0)).find(({ programme }) => programme === 'CAC')!;
    const steps = (await deploymentFunnel(store.db, EVERYTHING, { programme: 'CAC' }, T0)).find(({ programme }) => programme === 'CAC')!.steps;
    return { proven: site.proven_rung, on: site.proven_on, declared, funnel: [steps.connected, steps.enrolled!, steps.reporting!, steps.in_service!] };
  }

  async function areaCounts(store: Store, of: string): Promise<number[]> {
    const rows = await store.db.selectFrom('area_days').select(['reporting', 'in_service']).where('day', '=', of).execute();
    return [rows.reduce((n, row) => n + row.reporting, 0), rows.reduce((n, row) => n + row.in_service, 0)];
  }

  const rungs = (store: Store) => store.db.selectFrom('site_days').select(['day', 'rung']).where('site_id', '=', SITE).orderBy('day').execute();

  async function countAll(store: Store, now: number): Promise<void> {
    for (let more = true; more; ) {
      const { sites } = await recount(store, now);
      more = sites > 0;
    }
  }

  test.run();
}
