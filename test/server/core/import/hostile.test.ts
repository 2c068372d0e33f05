/** Files that are made to keep the server busy, or to hold more than they say: each is answered like any other that is wrong. */
import * as assert from 'uvu/assert';
import { deflateRawSync } from 'node:zlib';
import { archiveOf, entriesOf } from '@cac/server/core/import/archive.ts';
import { createNotebook } from '@cac/server/core/import/findings.ts';
import { tableOfIcs } from '@cac/server/core/import/icalendar.ts';
import { sayLikenesses } from '@cac/server/core/import/likenesses.ts';
import { cellsOf, mappingOf, numberIn, textIn } from '@cac/server/core/import/read-cells.ts';
import type { SiteOutcome } from '@cac/server/core/import/sites.ts';
import type { Table } from '@cac/server/core/import/table.ts';
import { countOf, degreesOf, numberOf, shareOf } from '@cac/server/core/import/values.ts';
import { unpackWorkbook } from '@cac/server/core/import/workbook.ts';
import { siteRecordOf } from '@cac/server/core/registry/site-record.ts';
import { Problem } from '@cac/server/core/problem.ts';
import { readTable } from '@cac/server/usecases/read-table.ts';
import { suite } from '../../../harness.ts';

const test = suite('files that are made to harm');

test('a line of semicolons in an iCalendar file is read once, not in every way it could be cut', () => {
  assert.equal(tableOfIcs(`BEGIN:VCALENDAR\nDTSTART${';'.repeat(5_000)}\nEND:VCALENDAR`).rows, []);
  const [event] = tableOfIcs('BEGIN:VEVENT\nDTSTART;TZID="Africa/Casablanca;x:y";VALUE=DATE:20270820\nEND:VEVENT').rows;
  assert.is(event!.cells[1], '2027-08-20');
});

test('days that do not exist are left to be refused in their cell', () => {
  const of = (...lines: string[]) => tableOfIcs(['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\n')).rows[0]!.cells.slice(1, 3);
  assert.equal(of('DTSTART:20260101', 'DTEND:20269999'), ['2026-01-01', '2026-99-99']);
  assert.equal(of('DTSTART:20269901T101010Z'), ['2026-99-01', '2026-99-01']);
  assert.equal(of('DTSTART:soon', 'DTEND:zzzz'), ['soon', 'zzzz']);
});

test('a cell of ten million characters is no number, no position, no name', () => {
  const digits = `${'1'.repeat(10_000_000)}x`;
  for (const read of [numberOf, countOf, degreesOf, (text: string) => shareOf(text, true)]) assert.is(read(digits), null);
  const table: Table = { format: 'csv', encoding: '', delimiter: ';', sheet: '', headRow: 1, heads: ['a', 'b'], rows: [{ row: 2, cells: [`1${' '.repeat(10_000_000)}x`, `5${' '.repeat(2_000)}x`] }] };
  const book = createNotebook();
  const cells = cellsOf(table, mappingOf(['contractedMbps', 'name']), table.rows[0]!, book);
  assert.equal([numberIn(cells, 'contractedMbps', 10), textIn(cells, 'name', 120)], [undefined, undefined]);
  assert.equal(book.findings.map(({ code }) => code), ['bad_number', 'too_long']);
});

test('fifty thousand sites on one point are said to be, a few of them by name', () => {
  const outcomes = Array.from({ length: 50_000 }, (_, i): SiteOutcome => ({ row: i + 2, id: `X-${i}`, before: null, after: { ...siteRecordOf({}), name: `${i}`, region: 'MA-04', lat: 34, lon: -6 } as never, stages: [] }));
  const book = createNotebook();
  const table: Table = { format: 'csv', encoding: '', delimiter: ';', sheet: '', headRow: 1, heads: [], rows: outcomes.map(({ row }) => ({ row, cells: [] })) };
  assert.ok([...sayLikenesses(table, new Map(), outcomes, new Map(), book)].length > 1, 'others have their turn meanwhile');
  const said = (row: number) => book.findings.find((one) => one.row === row && one.code === 'same_point')!.about;
  assert.equal([said(2), said(3), said(50_001)], ['X-1, X-2, X-3 +49996', 'X-0, X-2, X-3 +49996', 'X-0, X-1, X-2 +49996']);
});

const text = (xml: string): Uint8Array => Buffer.from(xml);
const SHEET = 'xl/worksheets/sheet1.xml';
const workbook = (cells: string) => [
  { name: '[Content_Types].xml', bytes: text('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>') },
  { name: 'xl/workbook.xml', bytes: text('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>') },
  { name: 'xl/_rels/workbook.xml.rels', bytes: text('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>') },
  { name: SHEET, bytes: text(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells}</sheetData></worksheet>`) },
];
const row = (value: string): string => `<row r="1"><c r="A1" t="str"><v>Code</v></c></row><row r="2"><c r="A2" t="str"><v>${value}</v></c></row>`;

test('what an archive holds before the parts that its directory names is not read', async () => {
  const honest = Buffer.from(archiveOf(workbook(row('HONEST'))));
  const hidden = Buffer.from(archiveOf([{ name: SHEET, bytes: workbook(row('HIDDEN'))[3]!.bytes }]));
  const before = hidden.subarray(0, hidden.indexOf(Buffer.from([0x50, 0x4b, 1, 2])));
  const directory = honest.subarray(honest.indexOf(Buffer.from([0x50, 0x4b, 1, 2])));
  // Every place in the directory moves by what stands before.
  const moved = Buffer.from(directory);
  for (let at = 0; moved.readUInt32LE(at) === 0x02014b50; at += 46 + moved.readUInt16LE(at + 28)) moved.writeUInt32LE(moved.readUInt32LE(at + 42) + before.length, at + 42);
  moved.writeUInt32LE(moved.readUInt32LE(moved.length - 6) + before.length, moved.length - 6);
  const file = Buffer.concat([before, honest.subarray(0, honest.length - directory.length), moved]);
  assert.is((entriesOf(file) as unknown[]).length, 4);
  const { rows } = await readTable(file, 'sites', createNotebook());
  assert.equal(rows.map(({ cells }) => cells[0]), ['HONEST']);
});

test('a workbook of more cells or rows than can be read is refused before it is', () => {
  const packed = (cells: string): Uint8Array => {
    const [part] = workbook(cells).slice(3);
    const file = Buffer.from(archiveOf([{ name: SHEET, bytes: deflateRawSync(part!.bytes) }]));
    file.writeUInt16LE(8, 8);
    file.writeUInt16LE(8, file.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 10);
    return file;
  };
  assert.is(unpackWorkbook(packed('<c r="A1"/>'.repeat(4_000_001))), 'too_many_cells');
  assert.is(unpackWorkbook(packed('<x:row/>'.repeat(4_000_001))), 'too_many_cells');
  assert.ok(Array.isArray(unpackWorkbook(packed('<c r="A1"/>'.repeat(1_000)))));
});

test('of announced days fewer rows are taken than of sites: each has a country counted again', async () => {
  const refused = await readTable(Buffer.from(`Du;Libellé\n${'2027-01-01;x\n'.repeat(5_001)}`), 'calendar', createNotebook()).catch((error: unknown) => error);
  assert.is((refused as Problem).info.code, 'file_too_large');
});

test.run();
