/** The plan's other indicators: what they aim at, and the values that people enter, each with its source. A value is replaced, not changed. */
import type { Source } from '@cac/shared/programme.ts';
import type { Indicator } from '@cac/shared/report.ts';
import type { Insertable, Selectable } from 'kysely';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

export async function listIndicators(db: Handle): Promise<Indicator[]> {
  const rows = await db.selectFrom('indicators').selectAll().orderBy('code').execute();
  const values = await db.selectFrom('indicator_values').selectAll().where('replaced_at', 'is', null).orderBy('day').execute();
  return rows.map((row) => ({
    code: row.code,
    names: { fr: row.name_fr, ar: row.name_ar, en: row.name_en },
    unit: row.unit,
    baseYear: row.base_year,
    baseValue: row.base_value,
    targetYear: row.target_year,
    targetValue: row.target_value,
    source: JSON.parse(row.source) as Source,
    values: values.filter((value) => value.indicator === row.code).map(({ id, day, value, source, author }) => ({ id, day, value, source, author })),
  }));
}

type Value = Selectable<Tables['indicator_values']>;

/** Takes the place of what was said of that day: answers with that, or null. Undefined when there is no such indicator. */
export async function putIndicatorValue(tx: Handle, row: Omit<Insertable<Tables['indicator_values']>, 'replaced_at'>): Promise<Value | null | undefined> {
  if (!(await tx.selectFrom('indicators').select('code').where('code', '=', row.indicator).executeTakeFirst())) return undefined;
  const replaced = await tx.updateTable('indicator_values').set({ replaced_at: row.written_at }).where('indicator', '=', row.indicator).where('day', '=', row.day).where('replaced_at', 'is', null).returningAll().execute();
  await tx.insertInto('indicator_values').values({ ...row, replaced_at: null }).execute();
  return replaced[0] ?? null;
}

/** Undefined when that value does not stand. */
export const withdrawIndicatorValue = (tx: Handle, indicator: string, id: number, now: number): Promise<Value | undefined> =>
  tx.updateTable('indicator_values').set({ replaced_at: now }).where('id', '=', id).where('indicator', '=', indicator).where('replaced_at', 'is', null).returningAll().executeTakeFirst();

/** Those shipped; a row that is there takes the file's words. */
export async function putIndicators(tx: Handle, rows: readonly Tables['indicators'][]): Promise<void> {
  for (const row of rows) await tx.insertInto('indicators').values(row).onConflict((c) => c.column('code').doUpdateSet(row)).execute();
}
