import * as assert from 'uvu/assert';
import { csvOf, unguarded } from '@cac/server/core/csv.ts';
import { suite } from '../../harness.ts';

const test = suite('a table as CSV');

type Cell = string | number | boolean | null;
const cellOf = (value: Cell): string => csvOf([{ head: 'a', of: () => 'x' }, { head: 'b', of: () => value }], [null]).split('\r\n')[1]!.slice(2);

// what stands in the table -> what stands in the file
const CELLS: [Cell, string][] = [
  ['Maison de jeunes', 'Maison de jeunes'],
  ['دار الشباب', 'دار الشباب'],
  ['00123', '00123'],
  [34.02, '34,02'],
  [-6.84, '-6,84'],
  [0, '0'],
  [Number.NaN, ''],
  [null, ''],
  ['', ''],
  [true, 'oui'],
  [false, 'non'],
  ['a;b', '"a;b"'],
  ['dit "l’ancien"', '"dit ""l’ancien"""'],
  ['two\nlines', '"two\nlines"'],
  // F-09
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ['+212 5 37 00 00 00', "'+212 5 37 00 00 00"],
  ['-1+1', "'-1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['＝1+1', "'＝1+1"],
  ['=1;2', '"\'=1;2"'],
  ["'=1", "''=1"],
  ["l'Oriental", "l'Oriental"],
];

test('writes each cell so that a French Excel opens it right, and inert (F-09)', () => {
  for (const [value, written] of CELLS) assert.is(cellOf(value), written, JSON.stringify(value));
});

test('an import takes the guard away again', () => {
  for (const [value] of CELLS) {
    if (typeof value !== 'string' || value.includes('"')) continue;
    const written = cellOf(value).replaceAll(/^"|"$/g, '');
    assert.is(unguarded(written), value);
  }
  assert.is(unguarded("l'Oriental"), "l'Oriental");
  assert.is(unguarded("'Ayn Harrouda"), "'Ayn Harrouda");
});

test('begins with the mark of UTF-8, heads first, lines ended as Windows ends them', () => {
  const columns = [{ head: 'Nom', of: (row: { n: string; v: number }) => row.n }, { head: 'Valeur', of: (row: { n: string; v: number }) => row.v }];
  assert.is(csvOf(columns, [{ n: 'Salé', v: 1.5 }]), '\ufeffNom;Valeur\r\nSalé;1,5\r\n');
  assert.is(csvOf(columns, []), '\ufeffNom;Valeur\r\n');
});

test.run();
