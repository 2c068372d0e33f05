/** The dated rules of the ladder, as they stand. */
import type { Threshold, ThresholdKey } from '@cac/shared/ladder.ts';
import type { Handle } from './store.ts';

export async function listThresholds(db: Handle): Promise<Threshold[]> {
  const rows = await db.selectFrom('dated_settings').selectAll().where('replaced_at', 'is', null).orderBy('key').orderBy('from_day').orderBy('id').execute();
  return rows.map((row) => ({
    key: row.key as ThresholdKey, fromDay: row.from_day, value: JSON.parse(row.value) as Threshold['value'], author: row.author, note: row.note, writtenAt: row.written_at,
  }));
}

/** The rule of this key from this day on, in the place of one from the same day. */
export async function putThreshold(tx: Handle, { key, fromDay, value, author, note, writtenAt }: Threshold): Promise<void> {
  await tx.updateTable('dated_settings').set({ replaced_at: writtenAt }).where('key', '=', key).where('from_day', '=', fromDay).where('replaced_at', 'is', null).execute();
  await tx.insertInto('dated_settings').values({ key, from_day: fromDay, value: JSON.stringify(value), author, note, written_at: writtenAt, replaced_at: null }).execute();
}
