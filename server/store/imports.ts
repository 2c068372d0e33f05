/** Imports: what an import is checked against, read in a few statements whatever its size; and the list of those that were made. */
import type { Scope } from '@cac/shared/api.ts';
import type { Fields, ImportView } from '@cac/shared/registry.ts';
import { communeFields } from '../core/registry/commune-fields.ts';
import { recordOfColumns, SITE_COLUMNS, type SiteRecord } from '../core/registry/site-record.ts';
import { communeOf } from './communes.ts';
import { rowStatement, type RowColumns } from './rows.ts';
import type { Handle } from './store.ts';
import type { SiteTable } from './tables.ts';
import type { ImportTable } from './programme-tables.ts';

const seesOf = (scope: Scope) => (region: string): boolean => scope.kind === 'all' || (scope.regions as readonly string[]).includes(region);

/** Moves with every change of the registry, of what is attested, and of the calendars: who writes them holds the registry, so that numbers come in their order. */
export async function registryMark(db: Handle): Promise<string> {
  const marks = [];
  for (const table of ['registry_changes', 'attestations', 'calendar_changes'] as const) marks.push((await db.selectFrom(table).select(({ fn }) => fn.max('id').as('id')).executeTakeFirst())?.id ?? 0);
  return marks.join();
}

export interface StandingRow {
  record: SiteRecord;
  seen: boolean;
  /** What stands declared, stage by stage. */
  stages: Fields;
}

/** Every site: codes are unique across regions, and likenesses are looked for among those that are seen. */
export async function standingSites(db: Handle, scope: Scope): Promise<Map<string, StandingRow>> {
  const sees = seesOf(scope);
  const rows = await db.selectFrom('sites').select(['id', ...Object.values(SITE_COLUMNS), 'identified_on', 'built_on', 'equipped_on', 'connected_on']).execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { record: recordOfColumns(row), seen: sees(row.region), stages: { identifiedOn: row.identified_on, builtOn: row.built_on, equippedOn: row.equipped_on, connectedOn: row.connected_on } },
    ]),
  );
}

/** `site stage day` of all that stand attested, of stages. */
export async function standingStages(db: Handle): Promise<Set<string>> {
  const rows = await db.selectFrom('attestations').select(['site_id', 'kind', 'day']).where('withdrawn_at', 'is', null).where('kind', 'in', ['identified', 'built', 'equipped', 'connected']).execute();
  return new Set(rows.map((row) => `${row.site_id} ${row.kind} ${row.day}`));
}

export async function standingCommunes(db: Handle, scope: Scope) {
  const sees = seesOf(scope);
  const rows = (await db.selectFrom('communes').selectAll().execute()).map(communeOf);
  return { rows, fields: new Map(rows.map((commune) => [commune.code as string, { fields: communeFields(commune), seen: sees(commune.region), demo: commune.demo }])) };
}

/** Of the households of D and E together, the part that is D, in the plan's own table. */
export async function dShareOfPlan(db: Handle): Promise<number | null> {
  const rows = await db.selectFrom('csp_figures').select(['csp', 'households']).where('csp', 'in', ['D', 'E']).orderBy('year').execute();
  const of = (csp: string): number => rows.findLast((row) => row.csp === csp)?.households ?? 0;
  return of('D') + of('E') === 0 ? null : of('D') / (of('D') + of('E'));
}

const REAL = new Set(['lat', 'lon', 'contracted_mbps']);
const inserts = new Map<string, ReturnType<typeof rowStatement<SiteTable>>>();

/** New sites, many in one statement; every row has the same columns. */
export async function insertManySites(tx: Handle, rows: readonly SiteTable[]): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(rows[0]!);
  const key = names.join();
  let statement = inserts.get(key);
  if (!statement) {
    const types = Object.fromEntries(names.map((name) => [name, REAL.has(name) ? 'double precision' : rows.some((row) => typeof row[name as keyof SiteTable] === 'number') || WHOLE.has(name) ? 'bigint' : 'text'])) as RowColumns;
    inserts.set(key, (statement = rowStatement<SiteTable>(types, `insert into sites (${names.join(', ')}) select ${names.map((name) => `r.${name}`).join(', ')} from {rows}`)));
  }
  await statement.run(tx, rows);
}

/** Columns that hold whole numbers, though none may stand in the rows at hand. */
const WHOLE = new Set(['declared_connected_at', 'state_since', 'metered', 'cap_mb', 'expected_computers', 'expected_telephones', 'students', 'changed_at', 'telephone_works']);

export async function insertImport(tx: Handle, row: Omit<ImportTable, 'id' | 'undone_at' | 'undone_by'>): Promise<number> {
  return (await tx.insertInto('imports').values({ ...row, undone_at: null, undone_by: null }).returning('id').executeTakeFirstOrThrow()).id;
}

/** `author`: only this one's; null: everybody's. */
export async function listImports(db: Handle, author: string | null, limit: number, before: number | null): Promise<Omit<ImportView, 'undoable'>[]> {
  let select = db.selectFrom('imports').selectAll().orderBy('id', 'desc').limit(limit);
  if (author !== null) select = select.where('author', '=', author);
  if (before !== null) select = select.where('id', '<', before);
  return (await select.execute()).map((row) => ({
    id: row.id, at: row.at, author: row.author, kind: row.kind as ImportView['kind'], fileName: row.file_name, rows: row.rows, added: row.added, changed: row.changed, unchanged: row.unchanged,
    undone: row.undone_at === null ? null : { at: row.undone_at, by: row.undone_by ?? '' },
  }));
}

export const findImport = (db: Handle, id: number) => db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst();

/** The newest one that stands; 0 where none does. */
export async function lastImport(db: Handle): Promise<number> {
  return (await db.selectFrom('imports').select(({ fn }) => fn.max('id').as('id')).where('undone_at', 'is', null).executeTakeFirst())?.id ?? 0;
}

export const markUndone = (tx: Handle, id: number, by: string, now: number): Promise<unknown> => tx.updateTable('imports').set({ undone_at: now, undone_by: by }).where('id', '=', id).execute();

const STANDS_ON = ['machines', 'vouchers', 'visits'] as const;

/** Of sites that an import added, those on which something stands by now: machines, vouchers, visits, a calendar of their own, attestations of others; of communes, those that sites name. */
export async function builtUpon(db: Handle, importId: number, limit: number): Promise<string[]> {
  const added = db.selectFrom('registry_changes').select('subject_id').where('import_id', '=', importId).where('subject_kind', '=', 'site').where('before', 'is', null);
  const found = new Set<string>();
  for (const table of STANDS_ON) for (const { site_id: id } of await db.selectFrom(table).select('site_id').where('site_id', 'in', added).distinct().orderBy('site_id').limit(limit).execute()) found.add(id);
  const attested = await db.selectFrom('attestations').select('site_id').where('site_id', 'in', added).where((eb) => eb.or([eb('import_id', 'is', null), eb('import_id', '<>', importId)])).distinct().limit(limit).execute();
  for (const { site_id: id } of attested) found.add(id);
  for (const table of ['calendar_timetables', 'calendar_rules'] as const) {
    for (const { scope_id: id } of await db.selectFrom(table).select('scope_id').where('scope_kind', '=', 'site').where('scope_id', 'in', added).distinct().limit(limit).execute()) found.add(id);
  }
  const communes = db.selectFrom('registry_changes').select('subject_id').where('import_id', '=', importId).where('subject_kind', '=', 'commune').where('before', 'is', null);
  for (const { commune } of await db.selectFrom('sites').select('commune').where('commune', 'in', communes).distinct().orderBy('commune').limit(limit).execute()) found.add(commune!);
  return [...found].sort();
}

/** Takes back what an import attested: it stays written, but of sites that go. Returns the sites concerned that stay. */
export async function withdrawStages(tx: Handle, importId: number, by: string, now: number): Promise<string[]> {
  const added = tx.selectFrom('registry_changes').select('subject_id').where('import_id', '=', importId).where('subject_kind', '=', 'site').where('act', '=', 'import').where('before', 'is', null);
  await tx.deleteFrom('attestations').where('import_id', '=', importId).where('site_id', 'in', added).execute();
  const rows = await tx.updateTable('attestations').set({ withdrawn_at: now, withdrawn_by: by }).where('import_id', '=', importId).where('withdrawn_at', 'is', null).returning('site_id').execute();
  return [...new Set(rows.map((row) => row.site_id))];
}
