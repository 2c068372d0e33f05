/** What timelines about the past have in common: the clock they are written on, batches taken in, everything counted, a day read as it is told. */
import * as assert from 'uvu/assert';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { machineIntervals } from '@cac/server/store/history.ts';
import type { Store } from '@cac/server/store/store.ts';
import { receiveReports, type Report } from '@cac/server/usecases/receive-reports.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { sweep } from '@cac/server/usecases/sweep.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import type { TestDatabase } from '../databases.ts';
import type { Suite } from '../harness.ts';
import { join } from 'node:path';
import { T0 } from '../fixtures.ts';

const SEEDS = join(import.meta.dirname, '../../seeds');

/** Tests on one database: each begins with a fresh one that holds what is shipped. */
export function timelines(test: Suite, database: TestDatabase): (what: string, body: (store: Store) => Promise<void>) => void {
  test.after(() => database.stop());
  return (what, body) =>
    test.needs(database.missing, what, async () => {
      const opened = await database.open();
      try {
        await loadReference(opened.store, SEEDS, T0);
        await body(opened.store);
      } finally {
        await opened.close();
      }
    });
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Friday 2026-11-20; machines are enrolled at 09:00. */
export const TODAY = localDayOf(T0);

/** The instant at which a clock on the wall says `HH:MM`, so many days after today. */
export const at = (day: number, clock: string): number => dayStartAt(dayAfter(TODAY, day)) + Number(clock.slice(0, 2)) * HOUR + Number(clock.slice(3)) * MINUTE;

export async function take(store: Store, reports: Report[]): Promise<void> {
  for (const report of reports) {
    const { acks } = await receiveReports(store, [report], report.receivedAt, { sid: 's', dbi: 'd' });
    assert.is(acks[0]?.code, 'ok');
  }
}

/** Until nothing is left to count. */
export async function countAll(store: Store, now: number): Promise<void> {
  for (let pass = 0; pass < 50; pass += 1) {
    const { sites, more } = await recount(store, now);
    if (sites === 0 && !more) return;
  }
  assert.unreachable('counting never ends');
}

export const sweepAt = (store: Store, now: number): Promise<number> => sweep(store, now, async () => {});

/** `HH:MM`, with seconds where there are any. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, ms % MINUTE === 0 ? 16 : 19);

/** A finished day as it is told: `HH:MM word`, `?` where provisional. */
export async function told(store: Store, machine: string, day: number): Promise<string[]> {
  const from = dayStartAt(dayAfter(TODAY, day));
  const found: string[] = [];
  for (const { fromAt, word, settled } of (await machineIntervals(store.db, [machine], from, from + DAY)).get(machine)!) {
    const line = `${word}${settled ? '' : '?'}`;
    if (found.at(-1)?.split(' ')[1] !== line) found.push(`${clock(fromAt)} ${line}`);
  }
  return found;
}
