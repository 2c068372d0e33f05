/** Rows of the bench's table: a figure, its reference of the same run, the ratio, and how far must and goal are. */
export interface Row {
  what: string;
  value: number;
  reference: number | null;
  referenceName: string;
  ratio: number;
  /** Null: a figure without an aim. */
  must: number | null;
  goal: number | null;
  /** More is better. */
  more: boolean;
}

export function row(what: string, value: number, reference: number | null, referenceName: string, rest: Pick<Row, 'ratio' | 'must' | 'goal' | 'more'>): Row {
  return { what, value, reference, referenceName, ...rest };
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const figure = (n: number): string => (Math.abs(n) >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(3));

export function reaches(r: Row, aim: 'must' | 'goal'): boolean {
  const wanted = r[aim];
  return wanted === null || (r.more ? r.ratio >= wanted : r.ratio <= wanted);
}

const wayTo = (r: Row, goal: number): string => (reaches(r, 'goal') ? 'goal reached' : `goal ${figure(goal)}: ${Math.round(100 * (r.more ? r.ratio / goal : goal / r.ratio))} % of the way`);

export function printRows(rows: readonly Row[]): void {
  for (const r of rows) {
    const reference = r.reference === null ? '' : ` | ${r.referenceName} ${figure(r.reference)} | ratio ${r.ratio.toFixed(2)}`;
    const must = r.must === null ? '' : ` | must ${figure(r.must)}`;
    const goal = r.goal === null ? '' : ` | ${wayTo(r, r.goal)}`;
    console.log(`${reaches(r, 'must') ? 'ok  ' : 'MISS'} ${r.what}: ${figure(r.value)}${reference}${must}${goal}`);
  }
}
