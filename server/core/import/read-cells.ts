/** One row's cells by field, and the readers that say what they could not read. Pure. */
import type { Notebook } from './findings.ts';
import type { Table, TableRow } from './table.ts';
import { countOf, dayOf, degreesOf, flagOf, numberOf } from './values.ts';
import { wordOf, type WORDS } from './words.ts';

/** Field -> column of the table. */
export type Mapping = ReadonlyMap<string, number>;

export function mappingOf(fields: readonly (string | null)[]): Mapping {
  return new Map(fields.flatMap((field, i) => (field === null ? [] : [[field, i] as const])));
}

export interface Cells {
  row: number;
  /** Of the field's column, as it is headed; the field's name where no column gives it. */
  head(field: string): string;
  /** Empty where there is none. */
  text(field: string): string;
  say: (code: Parameters<Notebook['say']>[0], field: string, about?: string) => void;
}

/** No field takes more: a longer cell is cut, and its mark makes sure that what is left is refused. */
const LONGEST_CELL = 1_000;
const cut = (text: string): string => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text);

export function cellsOf(table: Table, mapping: Mapping, { row, cells }: TableRow, book: Notebook): Cells {
  const text = (field: string): string => {
    const at = mapping.get(field);
    return at === undefined ? '' : cut(cells[at] ?? '');
  };
  const head = (field: string): string => table.heads[mapping.get(field) ?? -1] ?? field;
  return { row, head, text, say: (code, field, about = '') => book.say(code, { row, column: head(field), value: text(field), about }) };
}

/** What is read of a cell: undefined where it is empty, or where it could not be read (and that was said). */
type Read<T> = T | undefined;

/** U+FFFD and the usual trace of UTF-8 read as something else. */
const MANGLED = /\ufffd|Ã[©¨ª«´®¢§]|Ø[§-¹]|Ù[\u0080-\u008f]/;

export function textIn(cells: Cells, field: string, most: number): Read<string> {
  const text = cells.text(field);
  if (text === '') return undefined;
  if (MANGLED.test(text)) return void cells.say('unreadable_text', field);
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return void cells.say('control_character', field);
  if (text.length > most) return void cells.say('too_long', field, String(most));
  return text;
}

export function countIn(cells: Cells, field: string, most: number): Read<number> {
  const text = cells.text(field);
  if (text === '') return undefined;
  const value = countOf(text);
  if (value === null) return void cells.say('bad_count', field);
  if (value > most) return void cells.say('too_large', field, String(most));
  return value;
}

export function numberIn(cells: Cells, field: string, most: number): Read<number> {
  const text = cells.text(field);
  if (text === '') return undefined;
  const value = numberOf(text.replace(/\s*(mb(it)?\/?p?s|mbps|m)$/i, ''));
  if (value === null || value < 0) return void cells.say('bad_number', field);
  if (value > most) return void cells.say('too_large', field, String(most));
  return value;
}

export function flagIn(cells: Cells, field: string): Read<boolean> {
  const text = cells.text(field);
  if (text === '') return undefined;
  return flagOf(text) ?? void cells.say('bad_flag', field);
}

/** `today`: later days are refused; null where the future is as good. */
export function dayIn(cells: Cells, field: string, today: string | null): Read<string> {
  const text = cells.text(field);
  if (text === '') return undefined;
  const day = dayOf(text);
  if (day === null) return void cells.say('bad_date', field);
  if (today !== null && day > today) return void cells.say('date_ahead', field);
  return day;
}

export function wordIn(cells: Cells, field: keyof typeof WORDS): Read<string> {
  const text = cells.text(field);
  if (text === '') return undefined;
  return wordOf(field, text) ?? void cells.say(`bad_${field}`, field);
}

const [SOUTH, NORTH, WEST, EAST] = [20, 37, -18, 0];

/** Null: a position stands there that cannot be taken. */
export function positionIn(cells: Cells): Read<{ lat: number; lon: number } | null> {
  const [latText, lonText] = [cells.text('lat'), cells.text('lon')];
  if (latText === '' && lonText === '') return undefined;
  if (latText === '' || lonText === '') return cells.say('half_position', latText === '' ? 'lat' : 'lon'), null;
  const [lat, lon] = [degreesOf(latText), degreesOf(lonText)];
  if (lat === null || lon === null) {
    if (lat === null) cells.say('bad_degrees', 'lat');
    if (lon === null) cells.say('bad_degrees', 'lon');
    return null;
  }
  const within = (y: number, x: number): boolean => y >= SOUTH && y <= NORTH && x >= WEST && x <= EAST;
  if (within(lat, lon)) return { lat, lon };
  cells.say(within(lon, lat) ? 'position_swapped' : 'outside_morocco', 'lat', `${latText} / ${lonText}`);
  return null;
}
