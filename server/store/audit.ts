/** Who did what, as it is read: newest first, or from the first on for a file. Lines are written by `writeAudit` (accounts.ts), and never changed. */
import type { AuditLine } from '@cac/shared/people.ts';
import type { Handle } from './store.ts';

export interface AuditQuery {
  who?: string | undefined;
  act?: string | undefined;
  subject?: string | undefined;
  /** Instants, from (included) and to (not). */
  from?: number | undefined;
  to?: number | undefined;
}

/** `before`: only lines with a smaller number. */
export async function auditLines(db: Handle, query: AuditQuery, before: number | null, limit: number): Promise<AuditLine[]> {
  let select = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
  if (query.who !== undefined) select = select.where('who', '=', query.who);
  if (query.act !== undefined) select = select.where('act', '=', query.act);
  if (query.subject !== undefined) select = select.where('subject', '=', query.subject);
  if (query.from !== undefined) select = select.where('at', '>=', query.from);
  if (query.to !== undefined) select = select.where('at', '<', query.to);
  if (before !== null) select = select.where('id', '<', before);
  return await select.execute();
}
