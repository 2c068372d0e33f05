/** Plane geometry on longitudes and latitudes in degrees. Pure. Positions are [lon, lat], as in GeoJSON. */
export type Position = readonly [lon: number, lat: number];
export type Ring = readonly Position[];
/** Polygons of one area; each is its outer ring, then its holes. */
export type Polygons = readonly (readonly Ring[])[];

/** Is the position inside the ring (even-odd rule)? */
function inRing([x, y]: Position, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i]!, ring[j]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

export const contains = (polygons: Polygons, at: Position): boolean =>
  polygons.some(([outer, ...holes]) => outer !== undefined && inRing(at, outer) && !holes.some((hole) => inRing(at, hole)));

/** Signed area, square degrees: positive when the ring runs counter-clockwise. */
export const ringArea = (ring: Ring): number =>
  ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length]!;
    return sum + (x * ny - nx * y) / 2;
  }, 0);

export type Box = readonly [west: number, south: number, east: number, north: number];

export function boxOf(polygons: Polygons): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of polygons.flat(2)) {
    [west, south] = [Math.min(west, x), Math.min(south, y)];
    [east, north] = [Math.max(east, x), Math.max(north, y)];
  }
  return [west, south, east, north];
}

/** A position well inside: of a grid over the box, the one farthest from any border. */
export function interiorPoint(polygons: Polygons, steps = 40): Position {
  const [west, south, east, north] = boxOf(polygons);
  const corners = polygons.flat(2);
  let best: Position = [(west + east) / 2, (south + north) / 2];
  let farthest = -1;
  for (let i = 1; i < steps; i += 1) {
    for (let j = 1; j < steps; j += 1) {
      const at: Position = [west + ((east - west) * i) / steps, south + ((north - south) * j) / steps];
      if (!contains(polygons, at)) continue;
      const near = corners.reduce((least, [x, y]) => Math.min(least, (x - at[0]) ** 2 + (y - at[1]) ** 2), Infinity);
      if (near > farthest) [farthest, best] = [near, at];
    }
  }
  return best;
}

/** The part of a ring inside a box: cut by one side after the other (Sutherland and Hodgman). Empty when none is. */
export function clipRing(ring: Ring, [west, south, east, north]: Box): Position[] {
  const sides: [inside: (p: Position) => boolean, cut: (a: Position, b: Position) => Position][] = [
    [([x]) => x >= west, (a, b) => [west, crossing(a[0], a[1], b[0], b[1], west)]],
    [([x]) => x <= east, (a, b) => [east, crossing(a[0], a[1], b[0], b[1], east)]],
    [([, y]) => y >= south, (a, b) => [crossing(a[1], a[0], b[1], b[0], south), south]],
    [([, y]) => y <= north, (a, b) => [crossing(a[1], a[0], b[1], b[0], north), north]],
  ];
  let points: Position[] = ring.slice(0, -1);
  for (const [inside, cut] of sides) {
    const kept: Position[] = [];
    for (const [i, at] of points.entries()) {
      const before = points[(i + points.length - 1) % points.length]!;
      if (inside(at) !== inside(before)) kept.push(cut(before, at));
      if (inside(at)) kept.push(at);
    }
    points = kept;
  }
  return points.length > 2 ? [...points, points[0]!] : [];
}

const crossing = (a: number, va: number, b: number, vb: number, at: number): number => va + ((vb - va) * (at - a)) / (b - a);
