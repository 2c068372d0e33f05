/**
 * What is older than is kept goes: entries, blocks, holes, dead letters, lines of the log, boots that have nothing left. Daily totals and
 * incidents stay. At most 5,000 rows a transaction, and between two of them whatever else waits has its turn (G-07).
 */
import * as old from '../store/expired.ts';
import type { Handle, Store } from '../store/store.ts';

const ROWS_AT_ONCE = 5_000;

/** Returns how many rows were deleted. */
export async function expire(store: Store, now: number, retentionMs: number): Promise<number> {
  const before = now - retentionMs;
  let deleted = 0;
  const until = async (act: (tx: Handle) => Promise<number>): Promise<void> => {
    for (;;) {
      const count = await store.db.transaction().execute(act);
      deleted += count;
      await new Promise((next) => setImmediate(next));
      if (count < ROWS_AT_ONCE) return;
    }
  };
  for (let after = { start_at: Number.MIN_SAFE_INTEGER, id: 0 }; ; ) {
    const boots = await old.bootsStartedBefore(store.db, before, after, 200);
    for (const boot of boots) {
      const beforeM = before - boot.start_at;
      await until((tx) => old.deleteEntries(tx, boot.id, beforeM, ROWS_AT_ONCE));
      await until((tx) => old.deleteBlocks(tx, boot.id, beforeM, ROWS_AT_ONCE));
      deleted += await store.db.transaction().execute((tx) => {
        store.memory.forget([boot.machine_id]);
        return old.deleteEmptyBoot(tx, boot, before);
      });
    }
    if (boots.length < 200) break;
    after = boots[boots.length - 1]!;
  }
  await until((tx) => old.deleteHoles(tx, before, ROWS_AT_ONCE));
  await until((tx) => old.deleteFieldTraces(tx, now, ROWS_AT_ONCE));
  for (const [table, column] of [['dead_letters', 'at'], ['transitions', 'told_at']] as const) {
    let from = 0;
    for (let last: number | null = 0; last !== null; ) {
      const outcome = await store.db.transaction().execute((tx) => old.deleteLines(tx, table, column, from, before, ROWS_AT_ONCE));
      deleted += outcome.deleted;
      last = outcome.deleted > 0 ? outcome.last : null;
      from = last ?? 0;
      await new Promise((next) => setImmediate(next));
    }
  }
  return deleted;
}
