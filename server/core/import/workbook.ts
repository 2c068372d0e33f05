/** What a .xlsx file (a zip archive) holds, looked at before it is read: sizes that can be borne, and where its formulas stand. Pure. */
import { inflateRawSync } from 'node:zlib';

export type WorkbookFault = 'broken' | 'too_large' | 'no_sheet' | 'encrypted';
/** Unpacked. A registry of 50,000 rows takes about 60 MB. */
export const MOST_UNPACKED_BYTES = 300 * 1024 * 1024;
const MOST_ENTRIES = 2_000;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

interface Entry {
  name: string;
  packed: Uint8Array;
  deflated: boolean;
}

export interface WorkbookLook {
  /** Cells that are computed, and those whose formula gives an error, as `C5`; the first ones. */
  formulas: number;
  firstFormula: string;
  errors: string[];
}

/** Unpacks every part within the limit: an archive that says less than it holds is found out. */
export function lookIntoWorkbook(bytes: Uint8Array): WorkbookLook | WorkbookFault {
  const entries = entriesOf(bytes);
  if (typeof entries === 'string') return entries;
  if (entries.some(({ name }) => name === 'EncryptedPackage')) return 'encrypted';
  const sheets = entries.filter(({ name }) => /^xl\/worksheets\/[^/]+\.xml$/.test(name));
  if (sheets.length === 0) return 'no_sheet';
  let left = MOST_UNPACKED_BYTES;
  const look: WorkbookLook = { formulas: 0, firstFormula: '', errors: [] };
  for (const { name, packed, deflated } of entries) {
    if (!/\.(xml|rels)$/.test(name)) continue;
    let part: Uint8Array;
    try {
      part = deflated ? inflateRawSync(packed, { maxOutputLength: Math.max(1, left) }) : packed;
    } catch (error) {
      return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'broken';
    }
    left -= part.length;
    if (left <= 0) return 'too_large';
    if (name.startsWith('xl/worksheets/') && Buffer.from(part.buffer, part.byteOffset, part.length).includes('<f')) lookAtCells(new TextDecoder().decode(part), look);
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

function entriesOf(bytes: Uint8Array): Entry[] | WorkbookFault {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 66_000 && view.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== END_OF_DIRECTORY) return 'broken';
  const count = view.getUint16(end + 10, true);
  if (count > MOST_ENTRIES) return 'too_large';
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  try {
    for (let i = 0; i < count; i += 1) {
      if (view.getUint32(at, true) !== DIRECTORY_ENTRY) return 'broken';
      if ((view.getUint16(at + 8, true) & 1) === 1) return 'encrypted';
      const [packedSize, nameSize] = [view.getUint32(at + 20, true), view.getUint16(at + 28, true)];
      const local = view.getUint32(at + 42, true);
      if (view.getUint32(local, true) !== LOCAL_ENTRY) return 'broken';
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameSize));
      entries.push({ name, packed: bytes.subarray(from, from + packedSize), deflated: view.getUint16(at + 10, true) === 8 });
      at += 46 + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch {
    // A place outside the file: its directory lies.
    return 'broken';
  }
  return entries;
}

/** A cell of a workbook as the text that a CSV of it would hold. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, value.getUTCHours() + value.getUTCMinutes() === 0 ? 10 : 16).replace('T', ' ');
  if (typeof value === 'boolean') return value ? 'oui' : 'non';
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(0) : String(Math.round(value * 1e10) / 1e10);
  return String(value);
}
