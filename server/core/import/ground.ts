/** Where a position lies: in its province, near its border, in another one, or in none. Pure; degrees, [lon, lat] as in GeoJSON. */
export type Position = readonly [lon: number, lat: number];
export type Ring = readonly Position[];

export interface Shape {
  code: string;
  /** Outer rings and holes alike: the even-odd rule tells them apart. */
  rings: readonly Ring[];
}

export interface Ground {
  /** The province that holds a position; null at sea and abroad. */
  provinceAt(at: Position): string | null;
  /** Distance to a province's border, km; 0 inside it. */
  distanceTo(province: string, at: Position): number;
  /** To the nearest one, km. */
  distanceToLand(at: Position): number;
}

const KM_PER_DEGREE = 111.2;

function crossings([x, y]: Position, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i]!, ring[j]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function kmToRing([x, y]: Position, ring: Ring): number {
  const narrow = Math.cos((y * Math.PI) / 180);
  let least = Infinity;
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay] = [(ring[i - 1]![0] - x) * narrow, ring[i - 1]![1] - y];
    const [dx, dy] = [(ring[i]![0] - ring[i - 1]![0]) * narrow, ring[i]![1] - ring[i - 1]![1]];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length));
    least = Math.min(least, (ax + along * dx) ** 2 + (ay + along * dy) ** 2);
  }
  return Math.sqrt(least) * KM_PER_DEGREE;
}

export function groundOf(shapes: readonly Shape[]): Ground {
  const boxed = shapes.map(({ code, rings }) => {
    const points = rings.flat();
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const [west, east] = [xs.reduce((a, b) => Math.min(a, b), Infinity), xs.reduce((a, b) => Math.max(a, b), -Infinity)];
    const [south, north] = [ys.reduce((a, b) => Math.min(a, b), Infinity), ys.reduce((a, b) => Math.max(a, b), -Infinity)];
    const holds = (at: Position): boolean =>
      at[0] >= west && at[0] <= east && at[1] >= south && at[1] <= north && rings.reduce((odd, ring) => odd !== crossings(at, ring), false);
    return { code, rings, holds };
  });
  const byCode = new Map(boxed.map((shape) => [shape.code, shape]));
  const distance = (shape: (typeof boxed)[number], at: Position): number => (shape.holds(at) ? 0 : Math.min(...shape.rings.map((ring) => kmToRing(at, ring))));
  return {
    provinceAt: (at) => boxed.find((shape) => shape.holds(at))?.code ?? null,
    distanceTo: (province, at) => (byCode.has(province) ? distance(byCode.get(province)!, at) : 0),
    distanceToLand: (at) => boxed.reduce((least, shape) => Math.min(least, distance(shape, at)), Infinity),
  };
}

interface Topology {
  arcs: readonly (readonly (readonly [number, number])[])[];
  transform: { scale: readonly [number, number]; translate: readonly [number, number] };
  objects: Record<string, { geometries: readonly { type: string; arcs?: unknown; properties?: Record<string, unknown> }[] } | undefined>;
}

/** The provinces of `territory.json` (TopoJSON, quantised). */
export function provinceShapes(topology: Topology): Shape[] {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]): Position => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
  });
  const ring = (indexes: readonly number[]): Ring => indexes.flatMap((index, i) => (index < 0 ? arcs[~index]!.toReversed() : arcs[index]!).slice(i === 0 ? 0 : 1));
  return (topology.objects['provinces']?.geometries ?? []).map(({ type, arcs: of, properties }) => ({
    code: String(properties?.['code']),
    rings: (type === 'Polygon' ? [of as number[][]] : (of as number[][][])).flat().map(ring),
  }));
}
