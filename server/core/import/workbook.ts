/** What a .xlsx file (a zip archive) holds, looked at before it is read: sizes that can be borne, and where its formulas stand. Pure. */
import { inflateRawSync } from 'node:zlib';
import { entriesOf, type ArchiveFault, type Part } from './archive.ts';

export type WorkbookFault = ArchiveFault | 'no_sheet' | 'too_many_cells';
/** Unpacked. A registry of 50,000 rows takes about 60 MB. */
export const MOST_UNPACKED_BYTES = 300 * 1024 * 1024;
/** A hundred thousand rows of forty columns. Reading takes about three seconds and 300 MB of memory a million. */
export const MOST_CELLS = 4_000_000;
export interface WorkbookLook {
  /** Cells that are computed, and those whose formula gives an error, as `C5`; the first ones. */
  formulas: number;
  firstFormula: string;
  errors: string[];
}

/**
 * Unpacks what a workbook is read from, within the limit: an archive that says less than it holds is found out. What is read afterwards are these
 * parts (`archiveOf`), not the file: one may hide others between those that its directory names, from us and not from whoever reads it in order.
 */
export function unpackWorkbook(bytes: Uint8Array): Part[] | WorkbookFault {
  const entries = entriesOf(bytes);
  if (typeof entries === 'string') return entries;
  if (entries.some(({ name }) => name === 'EncryptedPackage')) return 'encrypted';
  if (!entries.some(({ name }) => isSheet(name))) return 'no_sheet';
  const parts = new Map<string, Part>();
  let left = MOST_UNPACKED_BYTES;
  let cells = 0;
  for (const { name, packed, deflated } of entries) {
    if (!/\.(xml|rels)$/.test(name) || parts.has(name)) continue;
    let part: Uint8Array;
    try {
      part = deflated ? inflateRawSync(packed, { maxOutputLength: Math.max(1, left) }) : packed;
    } catch (error) {
      return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'broken';
    }
    left -= part.length;
    if (left <= 0) return 'too_large';
    if (isSheet(name) && (cells += cellsIn(part)) > MOST_CELLS) return 'too_many_cells';
    parts.set(name, { name, bytes: part });
  }
  return [...parts.values()];
}

const isSheet = (name: string): boolean => /^xl\/worksheets\/[^/]+\.xml$/.test(name);

/** `<c>`, `<x:c ...>` or `<c/>`; empty rows cost as much. Closing ones are not counted, other elements of such names do not stand in sheets. */
function cellsIn(sheet: Uint8Array): number {
  const found = Buffer.from(sheet.buffer, sheet.byteOffset, sheet.length);
  let cells = 0;
  for (const mark of ['<c ', '<c>', '<c/', ':c ', '<row', ':row']) for (let at = found.indexOf(mark); at >= 0 && cells <= MOST_CELLS; at = found.indexOf(mark, at + mark.length)) cells += 1;
  return cells;
}

export function lookIntoWorkbook(parts: readonly Part[]): WorkbookLook {
  const look: WorkbookLook = { formulas: 0, firstFormula: '', errors: [] };
  for (const { name, bytes } of parts) {
    if (isSheet(name) && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('<f')) lookAtCells(new TextDecoder().decode(bytes), look);
  }
  return look;
}

function lookAtCells(xml: string, look: WorkbookLook): void {
  for (const [cell, attributes = '', inner = ''] of xml.matchAll(/<c\s([^>]*?)>(.*?)<\/c>/gs)) {
    if (!/<f[\s>/]/.test(inner) || cell === '') continue;
    const at = /\br="([A-Z]+\d+)"/.exec(attributes)?.[1] ?? '';
    look.formulas += 1;
    look.firstFormula ||= at;
    if (/\bt="e"/.test(attributes) && look.errors.length < 200) look.errors.push(at);
  }
}

/** A cell of a workbook as the text that a CSV of it would hold. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, value.getUTCHours() + value.getUTCMinutes() === 0 ? 10 : 16).replace('T', ' ');
  if (typeof value === 'boolean') return value ? 'oui' : 'non';
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(0) : String(Math.round(value * 1e10) / 1e10);
  return String(value);
}
