/** Past days whose calendar, or whose rules, changed: one row an act, however many sites it concerns. */
import type { Selectable } from 'kysely';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

export type StaleDays = Selectable<Tables['stale_days']>;

/** The scope of a change of the ladder's rules: all sites, judged again from what is counted. */
export const RULES = 'rules';

/** The oldest act whose days are not counted again yet. */
export const oldestStaleDays = (db: Handle): Promise<StaleDays | undefined> => db.selectFrom('stale_days').selectAll().orderBy('mark').limit(1).executeTakeFirst();

export const clearStaleDays = (db: Handle, mark: number): Promise<unknown> => db.deleteFrom('stale_days').where('mark', '=', mark).execute();

/** Sites with machines that lie under a layer, by id, after `after`. */
export async function sitesUnder(db: Handle, layer: Pick<StaleDays, 'scope_kind' | 'scope_id'>, after: string, limit: number): Promise<string[]> {
  let select = db
    .selectFrom('sites as s')
    .select('s.id')
    .where('s.id', '>', after)
    .where(({ exists, selectFrom }) => exists(selectFrom('machines as m').select('m.id').whereRef('m.site_id', '=', 's.id')))
    .orderBy('s.id')
    .limit(limit);
  if (layer.scope_kind !== 'national' && layer.scope_kind !== RULES) select = select.where(COLUMN[layer.scope_kind]!, '=', layer.scope_id);
  return (await select.execute()).map((row) => row.id);
}

const COLUMN: Record<string, 's.programme' | 's.province' | 's.host_premises' | 's.id'> = { programme: 's.programme', province: 's.province', host: 's.host_premises', site: 's.id' };
