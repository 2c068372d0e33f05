/** A file's cells as a table: where its heads stand, and its rows under the numbers a spreadsheet shows. Pure. */
import { CsvError, parse } from 'csv-parse/sync';
import { unguarded } from '../csv.ts';

export interface TableRow {
  /** As a spreadsheet numbers it. */
  row: number;
  cells: readonly string[];
}

export interface Table {
  format: 'csv' | 'xlsx' | 'ics';
  encoding: string;
  delimiter: string;
  sheet: string;
  headRow: number;
  heads: readonly string[];
  rows: readonly TableRow[];
}

/** Titles and blank lines may stand above the heads. */
const HEADS_WITHIN = 15;
const DELIMITERS = [';', '\t', ','] as const;

/** The one that cuts the most of the first lines into the same number of columns: inside numbers, commas come and go, and none stands in the heads. */
export function delimiterOf(text: string): string {
  const told = /^sep=(.)\r?\n/i.exec(text)?.[1];
  if (told !== undefined) return told;
  const lines = text.slice(0, 20_000).split(/\r\n|\n|\r/).filter((line) => line.trim() !== '').slice(0, HEADS_WITHIN).map((line) => line.replaceAll(/"[^"]*"/g, ''));
  const agreeing = (delimiter: string): number => {
    const counts = lines.map((line) => line.split(delimiter).length - 1).filter((count) => count > 0);
    return counts.reduce((most, count) => Math.max(most, counts.filter((other) => other === count).length), 0);
  };
  return DELIMITERS.reduce((best, delimiter) => (agreeing(delimiter) > agreeing(best) ? delimiter : best));
}

export type CsvCells = { ok: true; cells: string[][]; delimiter: string; firstRow: number } | { ok: false; line: number };

/** Not ok: a quotation mark is opened and never closed, in that line or after it. */
export function csvCells(text: string): CsvCells {
  const delimiter = delimiterOf(text);
  const told = /^sep=.\r?\n/i.exec(text)?.[0] ?? '';
  try {
    const cells: string[][] = parse(text.slice(told.length), { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: false, record_delimiter: ['\r\n', '\n', '\r'] });
    return { ok: true, cells, delimiter, firstRow: told === '' ? 1 : 2 };
  } catch (error) {
    return { ok: false, line: error instanceof CsvError && typeof error['lines'] === 'number' ? error['lines'] : 0 };
  }
}

/** Cuts cells into heads and rows; `score` says how many heads of a row are understood. Null: nothing stands in it. */
export function tableOf(cells: readonly (readonly string[])[], score: (heads: readonly string[]) => number, firstRow = 1): Pick<Table, 'headRow' | 'heads' | 'rows'> | null {
  const filled = (row: readonly string[]): boolean => row.some((cell) => cell.trim() !== '');
  const first = cells.findIndex(filled);
  if (first < 0) return null;
  let at = first;
  for (let i = first; i < Math.min(cells.length, first + HEADS_WITHIN); i += 1) if (score(cells[i]!) > score(cells[at]!)) at = i;
  const rows: TableRow[] = [];
  for (let i = at + 1; i < cells.length; i += 1) {
    if (filled(cells[i]!)) rows.push({ row: i + firstRow, cells: cells[i]!.map((cell) => unguarded(cell.trim())) });
  }
  return { headRow: at + firstRow, heads: cells[at]!.map((head) => head.trim()), rows };
}
