/** Notes that two PCs run with one machine's identity, and has its site judged: people hear of it in their daily list (C-02). */
import { writeAudit } from '../store/accounts.ts';
import { clearClones, suspectClone as markSuspect } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import { hastenWatches, markWatched } from '../store/watches.ts';

/** False when it was known. */
export const suspectClone = (store: Store, machine: string, now: number): Promise<boolean> =>
  store.db.transaction().execute(async (tx) => {
    const site = await markSuspect(tx, machine, now);
    if (site === null) return false;
    await markWatched.run(tx, [{ site_id: site, due_at: now }]);
    await writeAudit(tx, { at: now, who: 'constat', act: 'suspect_clone', subject: machine, detail: site });
    return true;
  });

const FORGOTTEN_MS = 7 * 24 * 3_600_000;

/** Somebody who tried an agent by hand leaves no mark for ever: a week without a second process, and the suspicion is over. */
export const forgetClones = (store: Store, now: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    const sites = await clearClones(tx, now - FORGOTTEN_MS);
    if (sites.length > 0) await hastenWatches(tx, { kind: 'sites', ids: sites });
  });
