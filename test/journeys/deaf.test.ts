/** The server loses its own link: nobody is told off for a while, the time counts as blind, and who is dead is told in the end. */
import * as assert from 'uvu/assert';
import { blindWindows } from '@cac/server/store/meta.ts';
import type { Store } from '@cac/server/store/store.ts';
import { createEar } from '@cac/server/usecases/mind-deafness.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { sweep } from '@cac/server/usecases/sweep.ts';
import { databases } from '../databases.ts';
import { siteWithMachines, T0, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { scriptedPc, type ScriptedPc } from '../scripted-pc.ts';

const MINUTE = 60_000;
const PATIENCE = { livenessMs: MINUTE, spreadMs: MINUTE };

for (const database of databases) {
  const test = suite(`deaf server on ${database.name}`);
  test.after(() => database.stop());

  test.needs(database.missing, 'E-02 nobody is heard: nobody is told off; who does not come back after it is told', async () => {
    const { store, close } = await database.open();
    try {
      const { tell, ear, at, machines } = await fleetOf(store, 30);
      await tell(machines, 5);
      // From minute 5 on nothing arrives.
      for (let minute = 6; minute <= 12; minute += 1) {
        const deaf = await ear.mind(at(minute));
        assert.is(deaf?.since ?? null, minute >= 9 ? at(5) : null);
        if (deaf === null) assert.is(await sweep(store, at(minute) - 1, async () => {}), 0);
      }
      assert.is((await blindWindows(store.db)).length, 1);
      // All but two come back.
      await tell(machines.slice(2), 14);
      assert.is((await ear.mind(at(14)))?.since, at(5), 'its last word: the window ends here');
      assert.is(await ear.mind(at(14.1)), null);
      assert.is(await sweep(store, at(16), async () => {}), 0, 'everyone has the grace to return');
      await tell(machines.slice(2), 20);
      assert.is(await sweep(store, at(21), async () => {}), 2);
      assert.equal((await blindWindows(store.db)).map((w) => [w.from_at, w.to_at, w.reason]), [[at(5), at(14), 'nobody_heard']]);
    } finally {
      await close();
    }
  });

  test.needs(database.missing, 'E-02 after half an hour the silent are told all the same', async () => {
    const { store, close } = await database.open();
    try {
      const { tell, ear, at, machines } = await fleetOf(store, 30);
      await tell(machines, 5);
      assert.is((await ear.mind(at(10)))?.holds, true);
      assert.is((await ear.mind(at(36)))?.holds, false);
      assert.is(await sweep(store, at(36), async () => {}), 30);
    } finally {
      await close();
    }
  });

  test.needs(database.missing, 'a few PCs switched off together are not our deafness', async () => {
    const { store, close } = await database.open();
    try {
      const { tell, ear, at, machines } = await fleetOf(store, 5);
      await tell(machines, 5);
      assert.is(await ear.mind(at(12)), null);
      assert.is(await sweep(store, at(12), async () => {}), 5);
    } finally {
      await close();
    }
  });

  test.run();
}

async function fleetOf(store: Store, count: number) {
  const at = (minute: number): number => T0 + minute * MINUTE;
  const ear = createEar(store, PATIENCE, at(0));
  const machines: TestMachine[] = await siteWithMachines(store, 'S-1', count);
  const pcs = new Map<string, ScriptedPc>();
  for (const [i, machine] of machines.entries()) {
    const pc = scriptedPc(machine, `ep${String(i).padStart(14, '0')}`);
    pc.boot(at(0) + i);
    pcs.set(machine.id, pc);
  }
  return {
    at,
    ear,
    machines,
    async tell(some: readonly TestMachine[], minute: number): Promise<void> {
      for (const { id } of some) {
        const pc = pcs.get(id)!;
        pc.until(at(minute) - 1);
        for (const report of pc.batches(at(minute))) {
          ear.hear(report.machine, report.receivedAt);
          await receiveReports(store, [report], report.receivedAt, { sid: 's', dbi: 'd' });
        }
      }
    },
  };
}
