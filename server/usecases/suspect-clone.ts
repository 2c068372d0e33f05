/** Notes a process that runs with the identity of another one, and has the site judged: people hear of it in their daily list (C-02). */
import { writeAudit } from '../store/accounts.ts';
import { holdProcess } from '../store/identities.ts';
import { clearClones, clearRestarts, suspectClone as markSuspect } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import { hastenWatches, markWatched } from '../store/watches.ts';

/** `isNew`: the machine was not suspected before. `state`: what a person decided of this process, `held` while nobody has. */
export const holdClone = (store: Store, machine: string, inst: string, address: string, now: number): Promise<{ isNew: boolean; state: string }> =>
  store.db.transaction().execute(async (tx) => {
    const state = await holdProcess(tx, machine, inst, now, address);
    const site = state === 'held' ? await markSuspect(tx, machine, now) : null;
    if (site === null) return { isNew: false, state };
    await markWatched.run(tx, [{ site_id: site, due_at: now }]);
    await writeAudit(tx, { at: now, who: 'constat', act: 'suspect_clone', subject: machine, detail: site });
    return { isNew: true, state };
  });

const FORGOTTEN_MS = 7 * 24 * 3_600_000;
const RESTARTS_SHOWN_MS = 24 * 3_600_000;

/** Somebody who tried an agent by hand leaves no mark for ever: a week without a second process, and the suspicion is over. A day without many restarts, and nothing is said of them. */
export const forgetClones = (store: Store, now: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('held_processes').where('last_at', '<', now - FORGOTTEN_MS).execute();
    await clearRestarts(tx, now - RESTARTS_SHOWN_MS);
    const sites = await clearClones(tx, now - FORGOTTEN_MS);
    if (sites.length > 0) await hastenWatches(tx, { kind: 'sites', ids: sites });
  });
