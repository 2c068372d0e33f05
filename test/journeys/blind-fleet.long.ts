/**
 * E-01 at full size: the server is away for two hours while 10,000 machines are on. Nobody who is alive is ever told off; of seven that died
 * meanwhile it is told since when they are missed, and once they boot again what happened, to the minute.
 */
import * as assert from 'uvu/assert';
import { dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { loadEvidence } from '@cac/server/store/evidence.ts';
import { timelineOf, type Interval } from '@cac/server/core/history/timeline.ts';
import { machinesOfPast } from '@cac/server/store/history.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { knownOf } from '@cac/server/usecases/count-days.ts';
import { receiveReports, type Report } from '@cac/server/usecases/receive-reports.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { markAlive, wake } from '@cac/server/usecases/stay-awake.ts';
import { sweep } from '@cac/server/usecases/sweep.ts';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { temporaryDir } from '../databases.ts';
import { siteWithMachines, T0, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { ROOT } from '../running-server.ts';
import { scriptedPc, type ScriptedPc } from '../scripted-pc.ts';

const test = suite('blind fleet');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SITES = 200;
const PER_SITE = 50;
const DEAD = 7;
const PATIENCE = { livenessMs: MINUTE, spreadMs: 5 * MINUTE };

test('E-01 10,000 machines, two hours without a server: no one alive is told off, seven dead are told, and settled to the minute', async () => {
  const dataDir = temporaryDir('blind-fleet');
  const store = await openStore({ dataDir });
  try {
    await loadReference(store, join(ROOT, 'seeds'), T0);
    const machines: TestMachine[] = [];
    for (let i = 0; i < SITES; i += 1) machines.push(...(await siteWithMachines(store, `S-${i}`, PER_SITE, {}, T0 - HOUR)));
    const midnight = dayStartAt(localDayOf(T0));
    const at = (clock: string): number => midnight + Number(clock.slice(0, 2)) * HOUR + Number(clock.slice(3)) * MINUTE;
    const pcs = machines.map((machine, i) => scriptedPc(machine, `ep${String(i).padStart(14, '0')}`));
    for (const [i, pc] of pcs.entries()) {
      pc.boot(at('08:30') + i * 37);
      pc.until(at('10:00'));
    }
    await take(store, pcs, at('10:01'));
    await markAlive(store, at('10:01'));

    // ---- 10:01 to 12:01: nobody listens; seven die, each at its own minute
    const dead = Array.from({ length: DEAD }, (_, i) => pcs[i * 1_300 + 11]!);
    const diedAt = dead.map((_, i) => at('10:30') + i * 9 * MINUTE + i * 7_000);
    const alive = pcs.filter((pc) => !dead.includes(pc));
    for (const [i, pc] of dead.entries()) pc.until(diedAt[i]!);
    for (const pc of alive) pc.until(at('12:03'));
    const woke = await wake(store, at('12:01'), PATIENCE);
    assert.equal(woke?.window, { fromAt: at('10:01'), toAt: at('12:01') });

    // ---- they come back over four minutes, as their back-off and the spread have it
    let told = 0;
    for (let second = 0; second <= 240; second += 10) {
      const now = at('12:01') + second * 1_000;
      const back = alive.filter((_, i) => i % 25 === second / 10);
      if (back.length > 0) await take(store, back, Math.max(now, at('12:04')));
      told += await sweep(store, now, async () => {});
    }
    assert.is(told, 0, 'nobody is told off before the grace is over');
    for (const minute of [6, 8, 10, 20]) {
      for (const pc of alive) pc.until(at('12:01') + minute * MINUTE - 30_000);
      await take(store, alive, at('12:01') + minute * MINUTE);
      told += await sweep(store, at('12:01') + minute * MINUTE, async () => {});
    }
    assert.is(told, DEAD, 'after the grace the seven are told, and nobody else');
    const lost = await store.db.selectFrom('machines').select('id').where('state', '=', 'unreachable').execute();
    assert.equal(lost.map((row) => row.id).sort(), dead.map((pc) => pc.machine.id as string).sort());
    for (const pc of dead) {
      const last = (await pastOf(store, pc, at('12:30'))).at(-1)!;
      assert.is(last.word, 'unreachable');
      assert.not.ok(last.settled);
      assert.ok(last.fromAt >= at('10:00') && last.fromAt <= at('12:01'), 'lost between the last evidence and the end of the blind window');
    }

    // ---- their next boots tell, to the minute
    for (const pc of dead) {
      pc.boot(at('14:00'));
      pc.until(at('14:05'));
    }
    await take(store, dead, at('14:06'));
    while ((await recount(store, at('14:07'))).sites > 0);
    for (const [i, pc] of dead.entries()) {
      const off = (await pastOf(store, pc, at('14:10'))).find((interval) => interval.word === 'off:unclean')!;
      assert.ok(off.settled && off.toAt === at('14:00'));
      assert.ok(off.fromAt <= diedAt[i]! && diedAt[i]! - off.fromAt <= MINUTE, `told ${diedAt[i]! - off.fromAt} ms early`);
    }
    const { count } = await store.db.selectFrom('transitions').select(({ fn }) => fn.countAll<number>().as('count')).where('to_state', '=', 'unreachable').executeTakeFirstOrThrow();
    assert.is(count, DEAD);
    console.log(`10,000 machines, 2 h blind: ${count} told unreachable, all ${DEAD} of them dead; settled within a minute of their last`);
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

async function take(store: Store, pcs: readonly ScriptedPc[], at: number): Promise<void> {
  const reports: Report[] = pcs.flatMap((pc) => pc.batches(at));
  for (let i = 0; i < reports.length; i += 500) {
    const { acks } = await receiveReports(store, reports.slice(i, i + 500), at, { sid: 's', dbi: store.dbi });
    assert.ok(acks.every((ack) => ack?.code === 'ok'));
  }
}

async function pastOf(store: Store, { machine }: ScriptedPc, now: number): Promise<Interval[]> {
  const row = (await machinesOfPast(store.db, machine.site)).find((m) => m.id === machine.id)!;
  const from = dayStartAt(localDayOf(now));
  return timelineOf(await loadEvidence(store.db, machine.id, from, now), knownOf(row, now), from, now);
}

test.run();
