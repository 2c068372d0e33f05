/** Routes of alerts: who is told of what, how, and after how long. Removed ones stay, marked. */
import type { AlertRoute, AlertRouteDraft } from '@cac/shared/notices.ts';
import type { Insertable, Selectable } from 'kysely';
import type { AlertRouteTable } from './alert-tables.ts';
import type { Handle } from './store.ts';

const routeOf = (row: Selectable<AlertRouteTable>): AlertRoute => ({
  id: row.id,
  name: row.name,
  regions: JSON.parse(row.regions) as AlertRoute['regions'],
  programmes: JSON.parse(row.programmes) as string[],
  kinds: JSON.parse(row.kinds) as AlertRoute['kinds'],
  minSeverity: row.min_severity as AlertRoute['minSeverity'],
  hours: row.hours === null ? null : (JSON.parse(row.hours) as AlertRoute['hours']),
  target: (row.target_kind === 'role' ? { kind: 'role', role: row.target_id } : { kind: row.target_kind, id: Number(row.target_id) }) as AlertRoute['target'],
  by: row.by_kind as AlertRoute['by'],
  afterMs: row.after_ms,
  enabled: row.enabled === 1,
  author: row.author,
  writtenAt: row.written_at,
});

const columnsOf = (draft: AlertRouteDraft, author: string, now: number): Insertable<AlertRouteTable> => ({
  name: draft.name,
  regions: JSON.stringify(draft.regions),
  programmes: JSON.stringify(draft.programmes),
  kinds: JSON.stringify(draft.kinds),
  min_severity: draft.minSeverity,
  hours: draft.hours === null ? null : JSON.stringify(draft.hours),
  target_kind: draft.target.kind,
  target_id: draft.target.kind === 'role' ? draft.target.role : String(draft.target.id),
  by_kind: draft.by,
  after_ms: draft.afterMs,
  enabled: draft.enabled ? 1 : 0,
  author,
  written_at: now,
  deleted_at: null,
});

/** In the order in which they act. */
export async function listRoutes(db: Handle): Promise<AlertRoute[]> {
  return (await db.selectFrom('alert_routes').selectAll().where('deleted_at', 'is', null).orderBy('after_ms').orderBy('id').execute()).map(routeOf);
}

export async function findRoute(db: Handle, id: number): Promise<AlertRoute | null> {
  const row = await db.selectFrom('alert_routes').selectAll().where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst();
  return row ? routeOf(row) : null;
}

export const insertRoute = async (tx: Handle, draft: AlertRouteDraft, author: string, now: number): Promise<number> =>
  (await tx.insertInto('alert_routes').values(columnsOf(draft, author, now)).returning('id').executeTakeFirstOrThrow()).id;

export const updateRoute = (tx: Handle, id: number, draft: AlertRouteDraft, author: string, now: number): Promise<unknown> =>
  tx.updateTable('alert_routes').set(columnsOf(draft, author, now)).where('id', '=', id).execute();

export const removeRoute = (tx: Handle, id: number, now: number): Promise<unknown> => tx.updateTable('alert_routes').set({ deleted_at: now, enabled: 0 }).where('id', '=', id).execute();
