/**
 * Sites that lie close together, as one mark when many are seen from afar. Squares of the world's own grid, so that nothing jumps while the map is
 * dragged; the mark stands in the middle of its sites. Pure.
 */

export interface Cluster {
  /** Mercator, unit square. */
  readonly x: number;
  readonly y: number;
  readonly count: number;
  /** Of its sites by rank of their state. */
  readonly byRank: readonly number[];
  /** Its only site, where there is one; -1 else. */
  readonly only: number;
}

/** Side of a square, CSS pixels. */
const SIDE_PX = 42;
/** Of the sum of their radiuses: so much overlap is still legible. */
const TOUCHING = 0.85;
/** From here on points are near enough, and so few are no crowd. */
const CLOSE_ZOOM = 8;
const CROWD = 400;

export const areClustered = (zoom: number, shown: number): boolean => zoom < CLOSE_ZOOM && shown > CROWD;

/** The grid changes with whole zooms only: between them marks move apart, and none is born. */
export const gridZoom = (zoom: number): number => Math.floor(zoom);

export function clustersOf(xs: Float64Array, ys: Float64Array, mask: Uint8Array, ranks: Uint8Array, rankCount: number, zoom: number): Cluster[] {
  const cells = (256 * 2 ** gridZoom(zoom)) / SIDE_PX;
  const found = new Map<number, { x: number; y: number; count: number; byRank: number[]; only: number }>();
  for (let i = 0; i < xs.length; i += 1) {
    if (mask[i] !== 1) continue;
    const key = Math.floor(ys[i]! * cells) * 0x10_00_00 + Math.floor(xs[i]! * cells);
    let cell = found.get(key);
    if (cell === undefined) found.set(key, (cell = { x: 0, y: 0, count: 0, byRank: Array<number>(rankCount).fill(0), only: i }));
    cell.x += xs[i]!;
    cell.y += ys[i]!;
    cell.count += 1;
    cell.byRank[ranks[i]!]! += 1;
  }
  const world = 256 * 2 ** gridZoom(zoom);
  return apart([...found.values()].map(({ x, y, count, byRank, only }) => ({ x: x / count, y: y / count, count, byRank, only: count === 1 ? only : -1 })), world);
}

/** Marks that would cover each other become one, the larger ones first. */
function apart(clusters: Cluster[], world: number): Cluster[] {
  const kept: Cluster[] = [];
  for (const next of clusters.sort((a, b) => b.count - a.count || a.x - b.x || a.y - b.y)) {
    const at = kept.findIndex((one) => Math.hypot(one.x - next.x, one.y - next.y) * world < (clusterRadius(one.count) + clusterRadius(next.count)) * TOUCHING);
    const one = kept[at];
    if (one === undefined) kept.push(next);
    else kept[at] = { ...one, count: one.count + next.count, byRank: one.byRank.map((n, rank) => n + next.byRank[rank]!), only: -1 };
  }
  return kept;
}

/** Half the size of a mark, CSS pixels: it grows with its sites, and two never touch. */
export const clusterRadius = (count: number): number => Math.min(SIDE_PX / 2 - 3, 9 + 2.2 * Math.log2(count));
