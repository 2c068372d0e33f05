/** The dated rules of the ladder, as they stand. */
import type { Threshold, ThresholdKey, ThresholdVersion } from '@cac/shared/ladder.ts';
import type { Selectable } from 'kysely';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

export async function listThresholds(db: Handle): Promise<Threshold[]> {
  const rows = await db.selectFrom('dated_settings').selectAll().where('replaced_at', 'is', null).orderBy('key').orderBy('from_day').orderBy('id').execute();
  return rows.map(thresholdOf);
}

const thresholdOf = (row: Selectable<Tables['dated_settings']>): Threshold => ({
  key: row.key as ThresholdKey, fromDay: row.from_day, value: JSON.parse(row.value) as Threshold['value'], author: row.author, note: row.note, writtenAt: row.written_at,
});

/** Every rule there ever was, the newest word first; those that another took the place of say when. */
export async function thresholdVersions(db: Handle): Promise<ThresholdVersion[]> {
  const rows = await db.selectFrom('dated_settings').selectAll().orderBy('written_at', 'desc').orderBy('id', 'desc').execute();
  return rows.map((row) => ({ ...thresholdOf(row), replacedAt: row.replaced_at }));
}

/** The rule of this key from this day on, in the place of one from the same day. */
export async function putThreshold(tx: Handle, { key, fromDay, value, author, note, writtenAt }: Threshold): Promise<void> {
  await tx.updateTable('dated_settings').set({ replaced_at: writtenAt }).where('key', '=', key).where('from_day', '=', fromDay).where('replaced_at', 'is', null).execute();
  await tx.insertInto('dated_settings').values({ key, from_day: fromDay, value: JSON.stringify(value), author, note, written_at: writtenAt, replaced_at: null }).execute();
}
