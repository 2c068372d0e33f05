/** What an import would do, and all that is to be said of its rows: read from the file and the registry, nothing written. */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { ImportChange, ImportKind } from '@cac/shared/registry.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { FIELDS, headOf, suggestMapping } from '../core/import/fields.ts';
import { createNotebook, type Notebook } from '../core/import/findings.ts';
import type { Ground } from '../core/import/ground.ts';
import { placeReader, type PlaceReader } from '../core/import/places.ts';
import { mappingOf } from '../core/import/read-cells.ts';
import type { Table } from '../core/import/table.ts';
import { problem } from '../core/problem.ts';
import type { Handle } from '../store/store.ts';
import { listAreas } from '../store/territory.ts';
import { planCalendar } from './plan-calendar-import.ts';
import { planCommunes } from './plan-communes-import.ts';
import { planSites } from './plan-sites-import.ts';
import { readTable } from './read-table.ts';

export interface ImportAuthor {
  name: string;
  role: Role;
  scope: Scope;
}

export interface ImportFile {
  bytes: Uint8Array;
  kind: ImportKind;
  fileName: string;
  /** The field of each column; null: as suggested. */
  mapping: readonly (string | null)[] | null;
}

/** What the kinds of files share while they are planned. */
export interface Planning {
  db: Handle;
  author: ImportAuthor;
  table: Table;
  mapping: ReadonlyMap<string, number>;
  places: PlaceReader;
  ground: Ground;
  book: Notebook;
  demo: boolean;
  today: string;
  now: number;
}

export interface PlannedRows {
  changes: ImportChange[];
  unchanged: number;
  /** In the transaction of the import. */
  write(tx: Handle, importId: number): Promise<void>;
}

export interface ImportPlan extends PlannedRows {
  table: Table;
  columns: readonly (string | null)[];
  book: Notebook;
}

const PLANNERS: Record<ImportKind, (planning: Planning) => Promise<PlannedRows>> = { sites: planSites, communes: planCommunes, calendar: planCalendar };

export async function readFile(file: ImportFile): Promise<{ table: Table; columns: (string | null)[]; book: Notebook }> {
  const book = createNotebook();
  const table = await readTable(file.bytes, file.kind, book);
  const suggested = suggestMapping(file.kind, table.heads);
  if (file.mapping === null) return { table, columns: suggested, book };
  const known = new Set(FIELDS[file.kind].map(({ field }) => field));
  const given = table.heads.map((_, i) => file.mapping![i] ?? null);
  const twice = given.find((field, i) => field !== null && given.indexOf(field) !== i);
  if (twice !== undefined && twice !== null) throw problem('mapping_wrong', `Two columns are mapped to ${twice}.`, { where: 'mapping', todo: 'Map each field once.' });
  const unknown = given.find((field) => field !== null && !known.has(field));
  if (unknown !== undefined) throw problem('mapping_wrong', `There is no field ${unknown}.`, { where: 'mapping', todo: 'Choose one of the fields that the preview names.' });
  return { table, columns: given, book };
}

/** Throws what makes the file as a whole unreadable; all else is said in its findings. */
export async function planImport(db: Handle, author: ImportAuthor, file: ImportFile, read: Awaited<ReturnType<typeof readFile>>, { ground, demo }: { ground: Ground; demo: boolean }, now: number): Promise<ImportPlan> {
  const { table, columns, book } = read;
  const missing = FIELDS[file.kind].filter(({ field, required }) => required && !columns.includes(field));
  for (const { field } of missing) book.say('column_missing', { row: 0, column: headOf(file.kind, field) });
  if (missing.length > 0) return { table, columns, book, changes: [], unchanged: 0, write: () => Promise.resolve() };
  const { regions, provinces } = await listAreas(db);
  const planned = await PLANNERS[file.kind]({ db, author, table, mapping: mappingOf(columns), places: placeReader(regions, provinces), ground, book, demo, today: localDayOf(now), now });
  return { table, columns, book, ...planned };
}

/** The regions of a scope; null: all. */
export const regionsOf = (scope: Scope): ReadonlySet<string> | null => (scope.kind === 'all' ? null : new Set(scope.regions));
