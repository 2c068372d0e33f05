/**
 * Tells the past again where it changed. New evidence makes days stale (ingest marks them, in its own transaction), so does a calendar that is
 * edited, and every midnight ends one more day. Each site is counted in one transaction, and its mark goes with it: a crash costs a repetition.
 */
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { markDaysStale } from '../store/calendar-changes.ts';
import { sitesToRoll } from '../store/history.ts';
import { clearStale, takeStale } from '../store/stale.ts';
import { clearStaleDays, oldestStaleDays, RULES, sitesUnder } from '../store/stale-days.ts';
import type { Handle, Store } from '../store/store.ts';
import { judgeSite, recountSite, rollSite } from './recount-site.ts';

/** Machines, and sites, in one pass: the rest waits for the next. */
const AT_ONCE = 100;

export interface Recounted {
  sites: number;
  days: number;
  /** Correcting lines written: readers of the log are to be woken. */
  corrections: number;
  /** There was as much to do as one pass takes: come again soon. */
  more: boolean;
}

/** One pass: machines with new evidence, sites whose last finished day is not told yet, then days whose calendar changed. */
export async function recount(store: Store, now: number): Promise<Recounted> {
  const done: Recounted = { sites: 0, days: 0, corrections: 0, more: false };
  const inTransaction = async (act: (tx: Handle) => Promise<{ days: number; corrections: number }>): Promise<void> => {
    const { days, corrections } = await store.db.transaction().execute(act);
    done.sites += 1;
    done.days += days;
    done.corrections += corrections;
    // On SQLite nothing here waits for anything: without this, reports would wait for the whole country.
    await new Promise((next) => setImmediate(next));
  };
  const failures: unknown[] = [];
  const apart = (work: Promise<void>, otherwise = async (): Promise<unknown> => null): Promise<unknown> =>
    work.catch((error: unknown) => {
      failures.push(error);
      return otherwise();
    });

  const marks = await takeStale(store.db, AT_ONCE);
  for (const own of bySite(marks).values()) {
    const touched = own.map(({ machine_id: machine, from_at: fromAt, to_at: toAt }) => ({ machine, fromAt, toAt }));
    await apart(
      inTransaction(async (tx) => {
        const counted = await recountSite(tx, own[0]!.site_id, touched, null, now);
        await clearStale(tx, own);
        return counted;
      }),
    );
  }

  const due = await sitesToRoll(store.db, dayAfter(localDayOf(now), -1), AT_ONCE);
  for (const site of due) await apart(inTransaction((tx) => rollSite(tx, site, now)));

  const change = await oldestStaleDays(store.db);
  if (change) {
    for (let after: string | null = ''; after !== null; ) {
      const page = await sitesUnder(store.db, change, after, AT_ONCE);
      for (const site of page) {
        // One that fails is left to be tried again by itself, behind the other changes.
        const again = (): Promise<unknown> => markDaysStale(store.db, { from_day: change.from_day, to_day: change.to_day, scope_kind: 'site', scope_id: site });
        const range = { from: change.from_day, to: change.to_day };
        await apart(inTransaction((tx) => (change.scope_kind === RULES ? judgeSite(tx, site, range) : recountSite(tx, site, [], range, now))), again);
      }
      after = page.length === AT_ONCE ? page.at(-1)! : null;
    }
    await clearStaleDays(store.db, change.mark);
  }
  // One site's trouble is not another's: it keeps its marks, and is told.
  if (failures.length > 0) throw new Error(`${failures.length} sites could not be counted`, { cause: failures[0] });
  done.more = marks.length === AT_ONCE || due.length === AT_ONCE || change !== undefined;
  return done;
}

function bySite<T extends { site_id: string }>(marks: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const mark of marks) {
    const own = found.get(mark.site_id);
    if (own) own.push(mark);
    else found.set(mark.site_id, [mark]);
  }
  return found;
}
