/** Rows of the bench's table: a figure, its reference of the same run, the ratio, and how far must and goal are. */
export interface Row {
  what: string;
  value: number;
  reference: number | null;
  referenceName: string;
  ratio: number;
  must: number;
  goal: number;
  /** More is better. */
  more: boolean;
}

export function row(what: string, value: number, reference: number | null, referenceName: string, rest: Pick<Row, 'ratio' | 'must' | 'goal' | 'more'>): Row {
  return { what, value, reference, referenceName, ...rest };
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const figure = (n: number): string => (Math.abs(n) >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(3));
export const reaches = (r: Row, aim: 'must' | 'goal'): boolean => (r.more ? r.ratio >= r[aim] : r.ratio <= r[aim]);

export function printRows(rows: readonly Row[]): void {
  for (const r of rows) {
    const reference = r.reference === null ? '' : ` | ${r.referenceName} ${figure(r.reference)} | ratio ${r.ratio.toFixed(2)}`;
    const far = reaches(r, 'goal') ? 'goal reached' : `goal ${figure(r.goal)}: ${Math.round(100 * (r.more ? r.ratio / r.goal : r.goal / r.ratio))} % of the way`;
    console.log(`${reaches(r, 'must') ? 'ok  ' : 'MISS'} ${r.what}: ${figure(r.value)}${reference} | must ${figure(r.must)} | ${far}`);
  }
}
