/** The bytes of a file that somebody sent, as a table. What cannot be read is refused with what to do instead. */
import readWorkbook from 'read-excel-file/node';
import type { ImportKind } from '@cac/shared/registry.ts';
import { decodeText, formatOf } from '../core/import/decode.ts';
import { suggestMapping } from '../core/import/fields.ts';
import type { Notebook } from '../core/import/findings.ts';
import { tableOfIcs } from '../core/import/icalendar.ts';
import { csvCells, tableOf, type Table } from '../core/import/table.ts';
import { archiveOf } from '../core/import/archive.ts';
import { cellText, lookIntoWorkbook, MOST_CELLS, MOST_UNPACKED_BYTES, unpackWorkbook, type WorkbookFault } from '../core/import/workbook.ts';
import { problem, type Problem } from '../core/problem.ts';

/** Each announced day is an act of its own, after which all that lies under it is counted again. */
const MOST_ROWS: Record<ImportKind, number> = { sites: 100_000, communes: 100_000, calendar: 5_000 };
const MOST_COLUMNS = 300;

const unreadable = (message: string, todo: string): Problem => problem('file_unreadable', message, { where: 'file', todo });

const WORKBOOK: Record<WorkbookFault, readonly [string, string]> = {
  broken: ['The workbook is damaged.', 'Open it in a spreadsheet, save it as .xlsx again, and send that.'],
  too_large: [`The workbook is larger than ${MOST_UNPACKED_BYTES / 1024 / 1024} MB when unpacked.`, 'Split it, or save it as CSV.'],
  too_many_cells: [`The workbook has more than ${MOST_CELLS / 1e6} million cells.`, 'Delete the columns that are not needed, or split it.'],
  no_sheet: ['This archive holds no sheet.', 'Send a .xlsx or a .csv file.'],
  encrypted: ['The workbook is protected by a password.', 'Save it without one.'],
};

/** Throws `file_unreadable` or `file_too_large`. */
export async function readTable(bytes: Uint8Array, kind: ImportKind, book: Notebook): Promise<Table> {
  if (bytes.length === 0) throw unreadable('The file is empty.', 'Choose another file.');
  const format = formatOf(bytes);
  if (format === 'xls') throw unreadable('This is a workbook of the old kind (.xls), or one that is protected by a password.', 'Open it in a spreadsheet and save it as .xlsx or as CSV.');
  const table = format === 'zip' ? await readXlsx(bytes, kind, book) : readText(bytes, kind, format);
  if (table.rows.length > MOST_ROWS[kind]) throw problem('file_too_large', `The file has ${table.rows.length} rows; ${MOST_ROWS[kind]} are taken at once.`, { where: 'file', todo: 'Split it.' });
  if (table.heads.length > MOST_COLUMNS) throw problem('file_too_large', `The file has ${table.heads.length} columns; ${MOST_COLUMNS} are taken.`, { where: 'file', todo: 'Delete those that are not needed.' });
  return table;
}

const scoreOf = (kind: ImportKind) => (heads: readonly string[]): number => suggestMapping(kind, heads.map((head) => head.trim())).filter((field) => field !== null).length;
const EMPTY = (): Problem => unreadable('Nothing stands in the file.', 'Choose another file.');

function readText(bytes: Uint8Array, kind: ImportKind, format: 'ics' | 'text'): Table {
  const decoded = decodeText(bytes);
  if (decoded === null) throw unreadable('This is no text file.', 'Send a .csv, .xlsx or .ics file.');
  const { text, encoding } = decoded;
  if (format === 'ics') {
    if (kind !== 'calendar') throw unreadable('This is a calendar.', 'Import it as a calendar.');
    return { ...tableOfIcs(text), format: 'ics', encoding, delimiter: '', sheet: '' };
  }
  const read = csvCells(text);
  if (!read.ok) throw unreadable(`A quotation mark is opened${read.line > 0 ? ` near line ${read.line}` : ''} and never closed.`, 'Close it, or save the file again from a spreadsheet.');
  const table = tableOf(read.cells, scoreOf(kind), read.firstRow);
  if (table === null) throw EMPTY();
  return { ...table, format: 'csv', encoding, delimiter: read.delimiter, sheet: '' };
}

async function readXlsx(bytes: Uint8Array, kind: ImportKind, book: Notebook): Promise<Table> {
  const parts = unpackWorkbook(bytes);
  if (typeof parts === 'string') throw parts.startsWith('too_') ? problem('file_too_large', WORKBOOK[parts][0], { where: 'file', todo: WORKBOOK[parts][1] }) : unreadable(...WORKBOOK[parts]);
  const look = lookIntoWorkbook(parts);
  let sheets: { sheet: string; data: readonly (readonly unknown[])[] }[];
  try {
    sheets = await readWorkbook(Buffer.from(archiveOf(parts)), { trim: false });
  } catch {
    throw unreadable(...WORKBOOK.broken);
  }
  const read = sheets.map(({ sheet, data }) => ({ sheet, table: tableOf(data.map((row) => row.map(cellText)), scoreOf(kind)) }));
  const score = ({ table }: (typeof read)[number]): number => (table === null ? -1 : scoreOf(kind)(table.heads));
  const best = read.reduce<(typeof read)[number] | null>((a, b) => (a === null || score(b) > score(a) ? b : a), null);
  if (best?.table == null) throw EMPTY();
  if (look.formulas > 0) book.note('formulas', best.table.headRow, `${look.formulas}: ${look.firstFormula}`);
  for (const at of look.errors) book.say('formula_error', { row: Number(/\d+$/.exec(at)?.[0] ?? 0), column: at.replace(/\d+$/, ''), value: at });
  return { ...best.table, format: 'xlsx', encoding: '', delimiter: '', sheet: best.sheet };
}
