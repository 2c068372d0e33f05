/** The sites a silence is about, as a condition in the query: which of their past days are counted again. */
import type { Scope } from '@cac/shared/api.ts';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { GivenSilence, SilencedSite } from '../core/alerts/silenced.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

const COLUMN = { site: 's.id', province: 's.province', region: 's.region', carrier: 's.carrier', programme: 's.programme' } as const;

/** Of `sites s`: the same as core/alerts/silenced.ts `concerns`. */
function concerned({ scope, regions }: Pick<GivenSilence, 'scope' | 'regions'>): RawBuilder<SqlBool> {
  const named = sql<SqlBool>`${sql.ref(COLUMN[scope.kind])} = ${scope.id}`;
  return regions === null ? named : sql<SqlBool>`(${named} and ${inScope({ kind: 'regions', regions: regions as never }, 's.region')})`;
}

/** Its past days, both included, are counted again: one row a site that has machines. */
export const markSilencedStale = (tx: Handle, silence: GivenSilence, fromDay: string, toDay: string): Promise<unknown> =>
  sql`insert into stale_days (from_day, to_day, scope_kind, scope_id) select ${sql.val(fromDay)}, ${sql.val(toDay)}, 'site', s.id from sites s where ${concerned(silence)} and exists (select 1 from machines m where m.site_id = s.id)`.execute(tx);

/** What of a site decides whether a silence is about it. */
export async function silencedSite(db: Handle, id: string): Promise<SilencedSite | null> {
  return (await db.selectFrom('sites').select(['id', 'region', 'province', 'carrier', 'programme']).where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function regionOfProvince(db: Handle, code: string): Promise<string | null> {
  const row = await db.selectFrom('provinces').select('region').where('code', '=', code).executeTakeFirst();
  return row?.region ?? null;
}

export async function holdsSites(db: Handle, scope: Scope, kind: 'site' | 'carrier' | 'programme', id: string): Promise<boolean> {
  const row = await db.selectFrom('sites as s').select('s.id').where(COLUMN[kind], '=', id).where(inScope(scope, 's.region')).limit(1).executeTakeFirst();
  return row !== undefined;
}
