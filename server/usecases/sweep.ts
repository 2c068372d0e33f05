/** Asks whose deadline has passed, claims each by a conditional update, and dates the silence at the true deadline. */
import { stateOfWord } from '@cac/shared/states.ts';
import { dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { afterDeadline } from '../core/machine-state.ts';
import { claimDue, dueMachines } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import { markStale } from '../store/stale.ts';
import { changeStates } from './change-states.ts';

const AT_ONCE = 500;

/**
 * Returns how many machines became unreachable. Work is proportional to those due, never to the fleet. `flushSigns`
 * writes the signs of life still in memory: it is called before anyone is told off. Who was last heard before midnight was told
 * as on until then, for it was still awaited: those days are counted again.
 */
export async function sweep(store: Store, now: number, flushSigns: () => Promise<void>): Promise<number> {
  if ((await dueMachines(store.db, now, 1)).length === 0) return 0;
  await flushSigns();
  for (let told = 0; ; ) {
    const due = await dueMachines(store.db, now, AT_ONCE);
    if (due.length === 0) return told;
    told += await store.db.transaction().execute(async (tx) => {
      const won = new Set((await claimDue.run(tx, due.map(({ id, deadline_at }) => ({ id, deadline_at })))).map((row) => row.id));
      const changes = due
        .filter((machine) => won.has(machine.id))
        .map((machine) => ({ machineId: machine.id, siteId: machine.site_id, from: stateOfWord(machine.state), to: afterDeadline(machine.deadline_at) }));
      const midnight = dayStartAt(localDayOf(now));
      const told = due.filter(({ id, last_sign_at: signAt }) => won.has(id) && signAt !== null && signAt < midnight);
      await markStale.run(tx, told.map(({ id, last_sign_at: signAt }) => ({ machine_id: id, from_at: signAt!, to_at: signAt!, mark: now })));
      await changeStates(tx, changes, now);
      store.memory.forget(won);
      return changes.length;
    });
    if (due.length < AT_ONCE) return told;
  }
}
