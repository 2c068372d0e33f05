/** Silences and maintenance windows: written by people, read by the decision, by recount and by pages. */
import type { Scope } from '@cac/shared/api.ts';
import type { Silence } from '@cac/shared/incidents.ts';
import { sql, type Selectable } from 'kysely';
import type { GivenSilence } from '../core/alerts/silenced.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { SilenceTable } from './alert-tables.ts';

export type SilenceRow = GivenSilence;

const silenceOfRow = (row: Selectable<SilenceTable>): SilenceRow => ({
  id: row.id,
  kind: row.kind as Silence['kind'],
  scope: { kind: row.scope_kind as Silence['scope']['kind'], id: row.scope_id },
  fromAt: row.from_at,
  toAt: row.to_at,
  reason: row.reason,
  author: row.author,
  createdAt: row.created_at,
  endedAt: row.ended_at,
  endedBy: row.ended_by,
  regions: row.regions === null ? null : (JSON.parse(row.regions) as string[]),
});

/** As people read it: without whose regions it was given under. */
export const shownSilence = ({ regions: _, ...silence }: SilenceRow): Silence => silence;

/** Those that hold at an instant, whoever gave them: what silences they do is decided by core/alerts/silenced.ts. */
export async function runningSilences(db: Handle, now: number): Promise<SilenceRow[]> {
  const rows = await db.selectFrom('silences').selectAll().where('to_at', '>', now).where('from_at', '<=', now).where(({ or, eb }) => or([eb('ended_at', 'is', null), eb('ended_at', '>', now)])).orderBy('id').execute();
  return rows.map(silenceOfRow);
}

/** Maintenance windows that touch `[fromAt, toAt)`, those that were ended early too. */
export async function maintenancesIn(db: Handle, fromAt: number, toAt: number): Promise<SilenceRow[]> {
  const rows = await db.selectFrom('silences').selectAll().where('kind', '=', 'maintenance').where('to_at', '>', fromAt).where('from_at', '<', toAt).orderBy('id').execute();
  return rows.map(silenceOfRow).filter((silence) => silence.endedAt === null || (silence.endedAt > fromAt && silence.endedAt > silence.fromAt));
}

export interface SilenceQuery {
  /** running and coming ones, or those that are over. */
  when: 'live' | 'past';
  before: number | null;
  limit: number;
  now: number;
}

/** Newest first, in scope. */
export async function listSilences(db: Handle, scope: Scope, query: SilenceQuery): Promise<SilenceRow[]> {
  let select = seenBy(db, scope).orderBy('w.id', 'desc').limit(query.limit);
  const { now } = query;
  select = query.when === 'live'
    ? select.where('w.to_at', '>', now).where(({ or, eb }) => or([eb('w.ended_at', 'is', null), eb('w.ended_at', '>', now)]))
    : select.where(({ or, eb }) => or([eb('w.to_at', '<=', now), eb('w.ended_at', '<=', now)]));
  if (query.before !== null) select = select.where('w.id', '<', query.before);
  return (await select.execute()).map(silenceOfRow);
}

export async function findSilence(db: Handle, scope: Scope, id: number): Promise<SilenceRow | null> {
  const row = await seenBy(db, scope).where('w.id', '=', id).executeTakeFirst();
  return row ? silenceOfRow(row) : null;
}

/**
 * What silences something that the reader sees: his region, a province or a site in one of his, or a carrier or programme in regions of which one is his. A
 * silence that reaches only foreign sites is as good as none.
 */
function seenBy(db: Handle, scope: Scope) {
  const select = db.selectFrom('silences as w').selectAll('w');
  if (scope.kind === 'all') return select;
  const mine = scope.regions.length === 0 ? sql<string>`''` : sql.join(scope.regions);
  return select.where(({ or, and, eb, exists, selectFrom }) =>
    or([
      and([eb('w.scope_kind', '=', 'region'), sql<boolean>`w.scope_id in (${mine})`]),
      and([eb('w.scope_kind', '=', 'site'), exists(selectFrom('sites as s').select('s.id').whereRef('s.id', '=', 'w.scope_id').where(inScope(scope, 's.region')))]),
      and([eb('w.scope_kind', '=', 'province'), exists(selectFrom('sites as s').select('s.id').whereRef('s.province', '=', 'w.scope_id').where(inScope(scope, 's.region')))]),
      and([
        eb('w.scope_kind', 'in', ['carrier', 'programme']),
        or([eb('w.regions', 'is', null), ...scope.regions.map((region) => sql<boolean>`w.regions like ${`%"${region}"%`}`)]),
      ]),
    ]),
  );
}

export async function insertSilence(tx: Handle, row: Omit<Silence, 'id' | 'endedAt' | 'endedBy'> & { regions: readonly string[] | null }): Promise<number> {
  const { id } = await tx
    .insertInto('silences')
    .values({
      kind: row.kind, scope_kind: row.scope.kind, scope_id: row.scope.id, from_at: row.fromAt, to_at: row.toAt, reason: row.reason, author: row.author,
      regions: row.regions === null ? null : JSON.stringify(row.regions), created_at: row.createdAt, ended_at: null, ended_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** False when somebody has ended it before. */
export async function endSilence(tx: Handle, id: number, at: number, by: string): Promise<boolean> {
  const done = await tx.updateTable('silences').set({ ended_at: at, ended_by: by }).where('id', '=', id).where('ended_at', 'is', null).where('to_at', '>', at).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
