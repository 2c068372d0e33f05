/** Points in a grid of square cells: what is inside a box, what is near a point. Built in one pass, never changed. */

export interface GridIndex {
  /** Calls `visit` with every point inside the box, in no particular order. */
  within(minX: number, minY: number, maxX: number, maxY: number, visit: (i: number) => void): void;
  /** Points at most `reach` away, nearest first. */
  near(x: number, y: number, reach: number): number[];
}

/** About this many points to a cell, were they spread evenly. */
const POINTS_PER_CELL = 4;

export function gridIndex(xs: Float64Array, ys: Float64Array): GridIndex {
  const n = xs.length;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i += 1) {
    minX = Math.min(minX, xs[i]!);
    maxX = Math.max(maxX, xs[i]!);
    minY = Math.min(minY, ys[i]!);
    maxY = Math.max(maxY, ys[i]!);
  }
  const side = Math.max(1, Math.ceil(Math.sqrt(n / POINTS_PER_CELL)));
  const cell = Math.max(maxX - minX, maxY - minY, 1e-12) / side;
  const column = (x: number): number => Math.min(side - 1, Math.max(0, Math.floor((x - minX) / cell)));
  const row = (y: number): number => Math.min(side - 1, Math.max(0, Math.floor((y - minY) / cell)));

  // Counting sort by cell: `order` holds the points cell after cell, `start` where each cell begins.
  const start = new Uint32Array(side * side + 1);
  const cellOf = new Uint32Array(n);
  for (let i = 0; i < n; i += 1) {
    const c = row(ys[i]!) * side + column(xs[i]!);
    cellOf[i] = c;
    start[c + 1]! += 1;
  }
  for (let c = 0; c < side * side; c += 1) start[c + 1]! += start[c]!;
  const order = new Uint32Array(n);
  const filled = start.slice();
  for (let i = 0; i < n; i += 1) order[filled[cellOf[i]!]!++] = i;

  const within: GridIndex['within'] = (x0, y0, x1, y1, visit) => {
    if (n === 0 || x1 < minX || y1 < minY || x0 > maxX || y0 > maxY) return;
    const [firstColumn, lastColumn] = [column(x0), column(x1)];
    for (let r = row(y0); r <= row(y1); r += 1) {
      const end = start[r * side + lastColumn + 1]!;
      for (let k = start[r * side + firstColumn]!; k < end; k += 1) {
        const i = order[k]!;
        if (xs[i]! >= x0 && xs[i]! <= x1 && ys[i]! >= y0 && ys[i]! <= y1) visit(i);
      }
    }
  };

  return {
    within,
    near(x, y, reach) {
      const found: { i: number; distance: number }[] = [];
      within(x - reach, y - reach, x + reach, y + reach, (i) => {
        const distance = Math.hypot(xs[i]! - x, ys[i]! - y);
        if (distance <= reach) found.push({ i, distance });
      });
      return found.sort((a, b) => a.distance - b.distance || a.i - b.i).map(({ i }) => i);
    },
  };
}
