/** Doors for PCs without an agent, and the days on which they were used. Only a token's SHA-256 is kept. */
import type { Scope } from '@cac/shared/api.ts';
import type { PingSource } from '@cac/shared/field.ts';
import { dayAfter, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import type { PingSourceTable } from './field-tables.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

/** Of how many days it is said how many had a ping. */
const DAYS_SHOWN = 30;

const inScopeOf = (db: Handle, scope: Scope, now: number) =>
  db
    .selectFrom('ping_sources as p')
    .innerJoin('sites as s', 's.id', 'p.site_id')
    .selectAll('p')
    .select((eb) =>
      eb
        .selectFrom('ping_days as d')
        .select(sql<number>`count(*)`.as('n'))
        .whereRef('d.source_id', '=', 'p.id')
        .where('d.day', '>', dayAfter(localDayOf(now), -DAYS_SHOWN))
        .as('days'),
    )
    .where(inScope(scope, 's.region'));

type Row = Omit<PingSourceTable, 'id'> & { id: number; days: number | null };
const sourceOf = (row: Row): PingSource => ({
  id: row.id,
  siteId: row.site_id as PingSource['siteId'],
  name: row.name,
  createdAt: row.created_at,
  createdBy: row.created_by,
  revoked: row.revoked_at !== null,
  lastAt: row.last_at,
  days: Number(row.days ?? 0),
});

export async function listPingSources(db: Handle, scope: Scope, query: { site?: string | undefined; after: number; limit: number; now: number }): Promise<PingSource[]> {
  let select = inScopeOf(db, scope, query.now).where('p.id', '>', query.after).orderBy('p.id').limit(query.limit);
  if (query.site !== undefined) select = select.where('p.site_id', '=', query.site);
  return (await select.execute()).map((row) => sourceOf(row as Row));
}

export async function findPingSource(db: Handle, scope: Scope, id: number, now: number): Promise<PingSource | null> {
  const row = await inScopeOf(db, scope, now).where('p.id', '=', id).executeTakeFirst();
  return row ? sourceOf(row as Row) : null;
}

/** Its number. */
export async function insertPingSource(db: Handle, row: { site_id: string; name: string; token_hash: string; created_at: number; created_by: string }): Promise<number> {
  return (await db.insertInto('ping_sources').values({ ...row, revoked_at: null, last_at: null }).returning('id').executeTakeFirstOrThrow()).id;
}

export const revokePingSource = (db: Handle, id: number, now: number): Promise<unknown> => db.updateTable('ping_sources').set({ revoked_at: now }).where('id', '=', id).where('revoked_at', 'is', null).execute();

/** Undefined: there is none with this token, or it was revoked. */
export const pingSourceByToken = (db: Handle, tokenHash: string): Promise<{ id: number; site_id: string; last_at: number | null } | undefined> =>
  db.selectFrom('ping_sources').select(['id', 'site_id', 'last_at']).where('token_hash', '=', tokenHash).where('revoked_at', 'is', null).executeTakeFirst();

/** One ping that counts. `day`: the local day of `at`. */
export async function writePing(tx: Handle, id: number, day: string, at: number): Promise<void> {
  await tx.updateTable('ping_sources').set({ last_at: at }).where('id', '=', id).execute();
  await tx
    .insertInto('ping_days')
    .values({ source_id: id, day, first_at: at, last_at: at, times: 1 })
    .onConflict((c) => c.columns(['source_id', 'day']).doUpdateSet((eb) => ({ last_at: at, times: eb('ping_days.times', '+', 1) })))
    .execute();
}

/** The days on which a PC of this site without an agent called. */
export async function pingedDays(db: Handle, site: string, from: LocalDay, to: LocalDay): Promise<ReadonlySet<LocalDay>> {
  const rows = await db
    .selectFrom('ping_days as d')
    .innerJoin('ping_sources as p', 'p.id', 'd.source_id')
    .select('d.day')
    .distinct()
    .where('p.site_id', '=', site)
    .where('d.day', '>=', from)
    .where('d.day', '<=', to)
    .execute();
  return new Set(rows.map(({ day }) => day));
}
