/** How files of offices are read: bytes, cells, heads, values, places. Tables, one row a case. */
import * as assert from 'uvu/assert';
import { deflateRawSync } from 'node:zlib';
import writeWorkbook from 'write-excel-file/node';
import { decodeText, formatOf } from '@cac/server/core/import/decode.ts';
import { FIELDS, suggestMapping } from '@cac/server/core/import/fields.ts';
import { createNotebook } from '@cac/server/core/import/findings.ts';
import { tableOfIcs } from '@cac/server/core/import/icalendar.ts';
import { placeReader } from '@cac/server/core/import/places.ts';
import { csvCells, delimiterOf, tableOf } from '@cac/server/core/import/table.ts';
import { countOf, dayOf, degreesOf, flagOf, numberOf, shareOf } from '@cac/server/core/import/values.ts';
import { wordOf } from '@cac/server/core/import/words.ts';
import { lookIntoWorkbook, unpackWorkbook } from '@cac/server/core/import/workbook.ts';
import { Problem } from '@cac/server/core/problem.ts';
import { readTable } from '@cac/server/usecases/read-table.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from '../../../harness.ts';
import { ROOT } from '../../../running-server.ts';
import { windows1252 } from '../../../office-file.ts';

const test = suite('reading files of offices');

const utf16 = (text: string, mark: [number, number], big: boolean): Uint8Array => {
  const body = Buffer.from(text, 'utf16le');
  return Buffer.concat([Buffer.from(mark), big ? Buffer.from(body).swap16() : body]);
};

test('bytes are decoded, and it is said how', () => {
  const text = 'Salé ; l’Oriental';
  const cases: [Uint8Array, string | null][] = [
    [Buffer.from(text), 'utf-8'],
    [Buffer.from(`\ufeff${text}`), 'utf-8 bom'],
    [utf16(text, [0xff, 0xfe], false), 'utf-16le'],
    [utf16(text, [0xfe, 0xff], true), 'utf-16be'],
    [windows1252(text), 'windows-1252'],
    [Buffer.from([1, 2, 0, 3]), null],
  ];
  for (const [bytes, encoding] of cases) {
    const read = decodeText(bytes);
    assert.is(read?.encoding ?? null, encoding);
    if (read) assert.is(read.text, text, read.encoding);
  }
  assert.is(formatOf(Buffer.from('\ufeff  BEGIN:VCALENDAR\r\n')), 'ics');
  assert.is(formatOf(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0])), 'xls');
});

test('cells are cut where the heads are, whatever stands inside numbers and quotation marks', () => {
  const cases: [string, string][] = [['a;b;c\n1,5;2,5;3,5', ';'], ['a,b\n"1;2",3', ','], ['a\tb\n1,5\t2', '\t'], ['sep=,\na,b\n', ','], ['a', ';']];
  for (const [text, delimiter] of cases) assert.is(delimiterOf(text), delimiter, text);
  const read = csvCells('a;b\n1;"open\n2;3');
  assert.is(read.ok, false);
  const quoted = csvCells('sep=;\nCode;Nom\n007;"deux\nlignes"\n\n008;x\n');
  assert.ok(quoted.ok);
  if (!quoted.ok) return;
  const table = tableOf(quoted.cells, () => 0, quoted.firstRow)!;
  assert.equal(table.rows.map(({ row, cells }) => [row, cells[0]]), [[3, '007'], [5, '008']]);
});

// text -> number, whole number, share (bare numbers: not percent), degrees, day, flag
const NUMBERS: [string, number | null][] = [['4,5', 4.5], ['4.5', 4.5], ['1 250,5', 1250.5], ['1\u202f250', 1250], ['1.250,5', 1250.5], ['1,250.5', 1250.5], ['-6,84', -6.84], ['٣٤٫٥', 34.5], ['1e-7', 1e-7], ['4,5 km', null], ['', null], ['--4', null]];
const COUNTS: [string, number | null][] = [['12', 12], ['1 250', 1250], ['1.250', 1250], ['1,250', 1250], ['12,0', 12], ['12,5', null], ['-3', null], ['١٢', 12]];
const SHARES: [string, number | null][] = [['12,5 %', 0.125], ['0,125', 0.125], ['100%', 1], ['140 %', null], ['-1 %', null]];
const DEGREES: [string, number | null][] = [['33,97159', 33.97159], ['6,84 O', -6.84], ['33°58\'18" N', 33.97167], ['6° 50′ 24″ W', -6.84], ['-6.84°', -6.84], ['nord', null]];
const DAYS: [string, string | null][] = [['2011-03-28', '2011-03-28'], ['28/03/2011', '2011-03-28'], ['28-3-2011', '2011-03-28'], ['28.03.2011', '2011-03-28'], ['2011-03-28 00:00:00', '2011-03-28'], ['40630', '2011-03-28'], ['٢٨/٠٣/٢٠١١', '2011-03-28'], ['03/28/2011', null], ['31/02/2011', null], ['28/03/11', null], ['12', null]];
const FLAGS: [string, boolean | null][] = [['Oui', true], ['NON', false], ['نعم', true], ['لا', false], ['1', true], ['0', false], ['x', true], ['peut-être', null]];

test('values are read as people write them', () => {
  for (const [text, value] of NUMBERS) assert.is(numberOf(text), value, text);
  for (const [text, value] of COUNTS) assert.is(countOf(text), value, text);
  for (const [text, value] of SHARES) assert.is(shareOf(text, false), value, text);
  assert.is(shareOf('12,5', true), 0.125);
  for (const [text, value] of DEGREES) assert.is(degreesOf(text), value, text);
  for (const [text, value] of DAYS) assert.is(dayOf(text), value, text);
  for (const [text, value] of FLAGS) assert.is(flagOf(text), value, text);
});

const LISTED: [Parameters<typeof wordOf>[0], string, string | null][] = [
  ['zone', 'Moyennement dense', 'moderate'], ['zone', 'Zones grises et blanches', 'grey-white'], ['zone', 'رمادية وبيضاء', 'grey-white'], ['zone', 'verte', null],
  ['hostPremises', 'Maison des Jeunes', 'youth_centre'], ['hostPremises', 'دار الشباب', 'youth_centre'], ['hostPremises', 'LA POSTE', 'post_office'],
  ['kind', 'École', 'school'], ['kind', 'CAC', 'centre'], ['technology', '4G', 'mobile'], ['technology', 'LS', 'leased'], ['equipment', 'Valise multimédia', 'suitcase'],
];

test('words of lists are known in French and Arabic', () => {
  for (const [list, text, word] of LISTED) assert.is(wordOf(list, text), word, text);
});

test('heads are mapped in three languages; of two heads for one field the first has it', () => {
  assert.equal(suggestMapping('sites', ['CODE', 'Nom du site', 'اسم المؤسسة بالعربية', 'Province/Préfecture', 'Lat', 'Long', 'Observations', 'Intitulé']), ['id', 'name', 'nameAr', 'province', 'lat', 'lon', null, null]);
  assert.equal(suggestMapping('communes', ['Code commune', 'CSP A (%)', 'CSP E', 'CSP D+E (%)', 'الجماعة', 'عدد الأسر']), ['code', 'cspA', 'cspE', 'cspDE', 'nameAr', 'households']);
  // What an export writes is understood by itself.
  for (const kind of ['sites', 'communes', 'calendar'] as const) assert.equal(suggestMapping(kind, FIELDS[kind].map(({ heads }) => heads[0]!)), FIELDS[kind].map(({ field }) => field), kind);
});

const territory = (name: string) => JSON.parse(readFileSync(join(ROOT, 'seeds', 'territory', `${name}.json`), 'utf8'))[name] as { code: string; fr: string; ar: string; region: string }[];
const named = ({ code, fr, ar, region }: { code: string; fr: string; ar: string; region: string }) => ({ code, nameFr: fr, nameAr: ar, region });

test('regions of today and of before 2015, and provinces, are known by name and code', () => {
  const places = placeReader(territory('regions').map(named), territory('provinces').map(named));
  for (const { code, fr, ar } of territory('regions')) for (const text of [code, fr, ar, `Région ${fr}`, fr.toUpperCase()]) assert.equal(places.region(text), { codes: [code], old: false }, text);
  for (const { code, fr, ar } of territory('provinces')) for (const text of [code, fr, ar, `Province de ${fr}`, `PRÉFECTURE ${fr}`, `إقليم ${ar}`]) assert.is(places.province(text)?.code, code, text);
  const old: [string, string[]][] = [
    ['Oued Ed-Dahab-Lagouira', ['MA-12']], ['Laâyoune-Boujdour-Sakia El Hamra', ['MA-11']], ['Guelmim-Es Semara', ['MA-09', 'MA-10', 'MA-11']], ['Souss-Massa-Drâa', ['MA-08', 'MA-09', 'MA-10']],
    ['Gharb-Chrarda-Beni Hssen', ['MA-04']], ['Chaouia-Ouardigha', ['MA-05', 'MA-06']], ['Marrakech-Tensift-Al Haouz', ['MA-07']], ['Grand Casablanca', ['MA-06']], ['Rabat-Salé-Zemmour-Zaër', ['MA-04']],
    ['Doukkala-Abda', ['MA-06', 'MA-07']], ['Tadla-Azilal', ['MA-05']], ['Meknès-Tafilalet', ['MA-03', 'MA-05', 'MA-08']], ['Fès-Boulemane', ['MA-03']], ['Taza-Al Hoceïma-Taounate', ['MA-01', 'MA-02', 'MA-03']],
    ['Tanger-Tétouan', ['MA-01']], ['مكناس تافيلالت', ['MA-03', 'MA-05', 'MA-08']],
  ];
  for (const [text, codes] of old) assert.equal(places.region(text), { codes, old: true }, text);
  // The sixteenth kept its name and its ground.
  assert.equal(places.region('L’Oriental'), { codes: ['MA-02'], old: false });
  const other: [string, string | null][] = [['Tanger', 'MA-TNG'], ['Aïn Sebaâ - Hay Mohammadi', 'MA-CAS'], ['Fkih Ben Salah', 'MA-FQH'], ['Kelaat Sraghna', 'MA-KES'], ['Skhirat-Temara', 'MA-SKH'], ['Lutèce', null], ['', null]];
  for (const [text, code] of other) assert.is(places.province(text)?.code ?? null, code, text);
});

test('a workbook gives the same cells as its CSV: dates, leading zeros, numbers', async () => {
  const rows = [['Code', 'Nom', 'Latitude', 'Raccordé le', 'Au volume'].map((value) => ({ value })), [{ value: '00123', type: String }, { value: 'مركز', type: String }, { value: 33.97159, type: Number }, { value: new Date('2011-03-28T00:00:00Z'), type: Date, format: 'dd/mm/yyyy' }, { value: true, type: Boolean }]];
  const bytes = await (writeWorkbook as unknown as (data: unknown) => { toBuffer(): Promise<Buffer> })(rows).toBuffer();
  const table = await readTable(bytes, 'sites', createNotebook());
  assert.is(table.format, 'xlsx');
  assert.equal(table.rows, [{ row: 2, cells: ['00123', 'مركز', '33.97159', '2011-03-28', 'oui'] }]);
});

/** A zip archive of one part that says it is `told` bytes long. */
function archive(name: string, content: Uint8Array, told: number): Uint8Array {
  const packed = deflateRawSync(content, { level: 9 });
  const entry = (signature: number, extra: number): Buffer => {
    const head = Buffer.alloc(30 + extra);
    head.writeUInt32LE(signature);
    return head;
  };
  const local = entry(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const directory = entry(0x02014b50, 16);
  directory.writeUInt16LE(8, 10);
  directory.writeUInt32LE(packed.length, 20);
  directory.writeUInt32LE(told, 24);
  directory.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, directory, Buffer.from(name), end]);
}

test('a workbook that unpacks to more than it says, is damaged, old or no workbook is refused in words', async () => {
  assert.is(unpackWorkbook(archive('xl/worksheets/sheet1.xml', Buffer.alloc(320 * 1024 * 1024), 100)), 'too_large');
  const cases: [Uint8Array, string, RegExp][] = [
    [Buffer.from([0x50, 0x4b, 3, 4, 9, 9, 9]), 'file_unreadable', /damaged/],
    [archive('readme.txt', Buffer.from('x'), 1), 'file_unreadable', /no sheet/],
    [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'file_unreadable', /\.xls/],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), 'file_unreadable', /no text/],
    [Buffer.alloc(0), 'file_unreadable', /empty/],
    [Buffer.from(' \n\n'), 'file_unreadable', /Nothing/],
    [Buffer.from('a;b\n"x;1\n'), 'file_unreadable', /quotation/],
  ];
  for (const [bytes, code, words] of cases) {
    const refused = await readTable(bytes, 'sites', createNotebook()).catch((error: unknown) => error);
    assert.instance(refused, Problem);
    assert.is((refused as Problem).info.code, code);
    assert.match((refused as Problem).info.message, words);
  }
});

test('formulas in a workbook are read as their last value, and those that fail are said', () => {
  const sheet = '<worksheet><sheetData><row r="2"><c r="B2"><f>A2*2</f><v>4</v></c><c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>';
  const parts = unpackWorkbook(archive('xl/worksheets/sheet1.xml', Buffer.from(sheet), sheet.length));
  assert.ok(Array.isArray(parts));
  assert.equal(Array.isArray(parts) ? lookIntoWorkbook(parts) : null, { formulas: 2, firstFormula: 'B2', errors: ['C2'] });
});

test('events of an iCalendar file: folded lines, whole days without their end, instants as Moroccan days', () => {
  const { rows } = tableOfIcs(['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270820', 'DTEND;VALUE=DATE:20270822', 'SUMMARY:Révolution du roi\\, et du', '  peuple', 'END:VEVENT', 'BEGIN:VEVENT', 'DTSTART:20251231T233000Z', 'SUMMARY:Veille', 'STATUS:TENTATIVE', 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'));
  assert.equal(rows.map(({ cells }) => [cells[1], cells[2], cells[6], cells[8]]), [['2027-08-20', '2027-08-21', 'Révolution du roi, et du peuple', 'oui'], ['2026-01-01', '2026-01-01', 'Veille', 'non']]);
});

test.run();
