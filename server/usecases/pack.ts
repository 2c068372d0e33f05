/**
 * Finished days become blocks: what was received more than a day and a half ago is hardly asked for entry by entry, and costs a tenth so.
 * What comes late for a packed day lies beside its block and joins it at the next round.
 */
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { pack, unpack } from '../core/history/pack.ts';
import type { Entry } from '../core/history/evidence.ts';
import * as blocks from '../store/blocks.ts';
import { entryOf, inOrder } from '../store/evidence.ts';
import type { Store } from '../store/store.ts';

const PACK_AFTER_MS = 36 * 3_600_000;

const BOOTS_AT_ONCE = 50;
/** Entries in one transaction, at most, and then the rest of a day. */
const ENTRIES_AT_ONCE = 2_000;
/** A backlog of months is taken in over several rounds. */
const ROUND_MS = 2_000;

/** Returns how many days of boots were packed. Between transactions whatever else waits has its turn. */
export async function packFinishedDays(store: Store, now: number): Promise<number> {
  const startedAt = performance.now();
  for (let packed = 0; ; ) {
    const boots = await blocks.hotBoots(store.db, now - PACK_AFTER_MS, BOOTS_AT_ONCE);
    for (const boot of boots) {
      packed += await packOldestDay(store, boot, now);
      await new Promise((next) => setImmediate(next));
      if (performance.now() - startedAt > ROUND_MS) return packed;
    }
    if (boots.length === 0) return packed;
  }
}

/** The oldest finished day of a boot, in one transaction; 1, or 0 when all that is left is of today. */
function packOldestDay(store: Store, { id, machine_id: machine }: blocks.HotBoot, now: number): Promise<number> {
  return store.db.transaction().execute(async (tx) => {
    const boot = await blocks.lockBoot(tx, machine, id);
    store.memory.forget([machine]);
    const oldest = boot && (await blocks.oldestEntry(tx, id));
    if (!oldest) {
      await blocks.setHotSince(tx, id);
      return 0;
    }
    const today = dayStartAt(localDayOf(now)) - boot.start_at;
    const endOfDay = dayStartAt(dayAfter(localDayOf(boot.start_at + oldest.m))) - boot.start_at;
    const rows = oldest.m < today ? await blocks.takeEntries(tx, id, Math.min(endOfDay, today), ENTRIES_AT_ONCE) : [];
    if (rows.length > 0) {
      const entries = rows.map(entryOf);
      const joined = await blocks.takeBlocks(tx, id, entries[0]!.m, Math.min(endOfDay, today));
      await blocks.addBlock(tx, blockOf(id, inOrder([...entries, ...joined.flatMap(({ data }) => unpack(data))])));
    }
    // What is left of today was not received before today: the next round comes tomorrow.
    await blocks.setHotSince(tx, id, rows.length > 0 ? undefined : now);
    return rows.length > 0 ? 1 : 0;
  });
}

const blockOf = (boot: number, entries: readonly Entry[]): blocks.BlockWrite => ({
  boot_id: boot,
  first_m: entries[0]!.m,
  last_m: entries[entries.length - 1]!.m,
  end_m: Math.max(...entries.map((entry) => entry.m + (entry.lastSeq - entry.seq) * HEARTBEAT_MS)),
  data: pack(entries),
});
