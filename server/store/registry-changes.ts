/** Who changed what in the registry, when, and what stood before: append-only. */
import type { Fields, RegistryChange } from '@cac/shared/registry.ts';
import { sql } from 'kysely';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';
import type { RegistryChangeTable } from './programme-tables.ts';

export type ChangeWrite = Omit<RegistryChangeTable, 'id' | 'before' | 'after'> & { before: Fields | null; after: Fields | null };

/**
 * First of all in a transaction that changes the registry or what is attested of it: one at a time. What it reads is then what it changes; on PostgreSQL
 * two edits of a site would both take its days out of the same area, and two attestations would each leave out the other. SQLite has one writer.
 */
export async function holdRegistry(tx: Handle): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(20091014, hashtext('registry'))`.execute(tx);
}

const insert = rowStatement<Omit<RegistryChangeTable, 'id'>>(
  { at: 'bigint', author: 'text', subject_kind: 'text', subject_id: 'text', act: 'text', before: 'text', after: 'text', import_id: 'bigint' },
  `insert into registry_changes (at, author, subject_kind, subject_id, act, before, after, import_id)
   select r.at, r.author, r.subject_kind, r.subject_id, r.act, r.before, r.after, r.import_id from {rows}`,
);

const json = (fields: Fields | null): string | null => (fields === null ? null : JSON.stringify(fields));

export const writeChanges = (tx: Handle, rows: readonly ChangeWrite[]): Promise<never[]> => insert.run(tx, rows.map((row) => ({ ...row, before: json(row.before), after: json(row.after) })));

/** Newest first, of one subject. */
export async function changesOf(db: Handle, kind: string, id: string, before: number | null, limit: number): Promise<RegistryChange[]> {
  let select = db.selectFrom('registry_changes').selectAll().where('subject_kind', '=', kind).where('subject_id', '=', id).orderBy('id', 'desc').limit(limit);
  if (before !== null) select = select.where('id', '<', before);
  return (await select.execute()).map((row) => ({ id: row.id, at: row.at, author: row.author, act: row.act, before: parsed(row.before), after: parsed(row.after), importId: row.import_id }));
}

const parsed = (text: string | null): Fields | null => (text === null ? null : (JSON.parse(text) as Fields));

/** What one import wrote, in its order. */
export async function changesOfImport(db: Handle, importId: number): Promise<(ChangeWrite & { id: number })[]> {
  const rows = await db.selectFrom('registry_changes').selectAll().where('import_id', '=', importId).orderBy('id').execute();
  return rows.map((row) => ({ ...row, before: parsed(row.before), after: parsed(row.after) }));
}

/** Subjects that an import wrote and that were changed again after it. */
export async function changedSince(db: Handle, importId: number, limit: number): Promise<{ kind: string; id: string }[]> {
  const rows = await db
    .selectFrom('registry_changes as i')
    .innerJoin('registry_changes as l', (join) => join.onRef('l.subject_kind', '=', 'i.subject_kind').onRef('l.subject_id', '=', 'i.subject_id').onRef('l.id', '>', 'i.id'))
    .select(['i.subject_kind as kind', 'i.subject_id as id'])
    .where('i.import_id', '=', importId)
    // What a later import did and took back has left nothing.
    .where((eb) => eb.or([eb('l.import_id', 'is', null), eb.and([eb('l.import_id', '<>', importId), eb('l.import_id', 'not in', eb.selectFrom('imports').select('id').where('undone_at', 'is not', null))])]))
    .groupBy(['i.subject_kind', 'i.subject_id'])
    .orderBy('i.subject_id')
    .limit(limit)
    .execute();
  return rows;
}
