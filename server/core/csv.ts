/**
 * Tables as CSV files that a French Excel opens right: UTF-8 with its mark, `;`, CRLF, decimal commas, `oui` and `non`. A text that
 * a spreadsheet would run as a formula gets an apostrophe before it, which an import takes away again (F-09). Pure.
 */
import { stringify } from 'csv-stringify/sync';

export interface CsvColumn<T> {
  head: string;
  of: (row: T) => string | number | boolean | null;
}

/** What begins a formula somewhere: the last four are their full-width forms, which Apple Numbers runs too. */
const FORMULA = '=+\\-@\\t\\r\\uFF1D\\uFF0B\\uFF0D\\uFF20';
const GUARDED = new RegExp(`^'+[${FORMULA}]`);

export const csvOf = <T>(columns: readonly CsvColumn<T>[], rows: readonly T[]): string => csvHead(columns) + csvRows(columns, rows);

/** The first line, with the mark before it. */
export const csvHead = (columns: readonly CsvColumn<never>[]): string => written([columns.map(({ head }) => head)], true);

/** Lines to follow a head, or other lines. */
export const csvRows = <T>(columns: readonly CsvColumn<T>[], rows: readonly T[]): string => written(rows.map((row) => columns.map(({ of }) => cell(of(row)))), false);

const written = (lines: readonly (readonly (string | number | boolean | null)[])[], bom: boolean): string =>
  stringify(lines as (string | number | boolean | null)[][], {
    bom,
    delimiter: ';',
    record_delimiter: 'windows',
    escape_formulas: true,
    // A line break of another kind than the file's own breaks a row too.
    quoted_match: /[\r\n]/,
    cast: { number: (value) => (Number.isFinite(value) ? String(value).replace('.', ',') : ''), boolean: (value) => (value ? 'oui' : 'non') },
  });

/** One that looks guarded already is guarded once more, so that taking one apostrophe away gives it back. */
const cell = (value: string | number | boolean | null): string | number | boolean | null => (typeof value === 'string' && GUARDED.test(value) ? `'${value}` : value);

/** A cell's text as it was before `csvOf` guarded it. */
export const unguarded = (text: string): string => (GUARDED.test(text) ? text.slice(1) : text);
