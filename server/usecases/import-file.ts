/** Imports: looked at first, then made all or nothing in one transaction. */
import type { Finding, ImportDone, ImportPreview } from '@cac/shared/registry.ts';
import { FIELDS } from '../core/import/fields.ts';
import type { Ground } from '../core/import/ground.ts';
import { createHash } from 'node:crypto';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { insertImport, registryMark } from '../store/imports.ts';
import { holdRegistry } from '../store/registry-changes.ts';
import type { Store } from '../store/store.ts';
import { planImport, readFile, type ImportAuthor, type ImportFile } from './plan-import.ts';

export interface ImportWorld {
  ground: Ground;
  /** Whether what is added is a demonstration. */
  demo: boolean;
}

const CHANGES_SHOWN = 200;
const ERRORS_SHOWN = 20_000;
const WARNINGS_SHOWN = 5_000;
const SAMPLES = 3;

/** Of the file, what it is taken for, and how its columns are read: what was looked at is what is imported. */
function digestOf({ bytes, kind }: ImportFile, columns: readonly (string | null)[]): string {
  return createHash('sha256').update(`${kind}\n${columns.map((field) => field ?? '').join()}\n`).update(bytes).digest('hex');
}

/** Throws `file_unreadable`, `file_too_large` or `mapping_wrong`; all else stands in the findings. */
export async function previewImport(store: Store, author: ImportAuthor, file: ImportFile, world: ImportWorld, now: number): Promise<ImportPreview> {
  const read = await readFile(file);
  const { table, columns, book, changes, unchanged } = await planImport(store.db, author, file, read, world, now);
  const errors = book.findings.filter(({ severity }) => severity === 'error');
  const warnings = book.findings.filter(({ severity }) => severity === 'warning');
  const added = changes.filter(({ before }) => before === null).length;
  return {
    kind: file.kind,
    fileName: file.fileName,
    digest: digestOf(file, columns),
    format: table.format,
    encoding: table.encoding,
    delimiter: table.delimiter,
    sheet: table.sheet,
    columns: table.heads.map((head, i) => ({ head, field: columns[i] ?? null, sample: samples(table.rows, i) })),
    fields: FIELDS[file.kind].map(({ field, required }) => ({ field, required })),
    rows: table.rows.length,
    added,
    changed: changes.length - added,
    unchanged,
    badRows: new Set(errors.map(({ row }) => row)).size,
    errors: errors.length,
    warnings: warnings.length,
    findings: [...inOrder(errors).slice(0, ERRORS_SHOWN), ...inOrder(warnings).slice(0, WARNINGS_SHOWN)],
    notes: book.notes(),
    changes: changes.slice(0, CHANGES_SHOWN),
  };
}

const inOrder = (findings: readonly Finding[]): Finding[] => findings.toSorted((a, b) => a.row - b.row);

function samples(rows: readonly { cells: readonly string[] }[], column: number): string[] {
  const found: string[] = [];
  for (const { cells } of rows) {
    const text = cells[column] ?? '';
    if (text !== '' && !found.includes(text)) found.push(text.slice(0, 60));
    if (found.length === SAMPLES) break;
  }
  return found;
}

/** `digest`: of the preview. A file that changes nothing leaves no trace, and has the number 0. */
export async function applyImport(store: Store, author: ImportAuthor, file: ImportFile, digest: string, world: ImportWorld, now: number): Promise<ImportDone> {
  const read = await readFile(file);
  if (digestOf(file, read.columns) !== digest) throw problem('digest_differs', 'This is not what was looked at.', { where: 'digest', todo: 'Look at the file again, then import it.' });
  // Planned before the transaction, which others wait for; again inside it when the registry has changed meanwhile.
  const mark = await registryMark(store.db);
  const said = read.book.findings.length;
  let planned = await planImport(store.db, author, file, read, world, now);
  return store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    if ((await registryMark(tx)) !== mark) {
      read.book.findings.length = said;
      planned = await planImport(tx, author, file, read, world, now);
    }
    const { table, book, changes, unchanged, write } = planned;
    const errors = book.findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      const { row, column, message } = errors[0]!;
      throw problem('import_has_errors', `${errors.length} errors; the first: row ${row}, ${column}: ${message}`, { where: 'file', todo: 'Correct them in the file, or have its columns read differently; nothing was imported.' });
    }
    const added = changes.filter(({ before }) => before === null).length;
    const counts = { added, changed: changes.length - added, unchanged };
    if (changes.length === 0) return { id: 0, ...counts };
    const id = await insertImport(tx, { at: now, author: author.name, kind: file.kind, file_name: file.fileName, digest, rows: table.rows.length, ...counts });
    await write(tx, id);
    await writeAudit(tx, { at: now, who: author.name, act: `import_${file.kind}`, subject: String(id), detail: file.fileName });
    return { id, ...counts };
  });
}
