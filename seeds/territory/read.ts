/** Reads areas and places out of `territory.json` (TopoJSON, quantised). Pure. */
import type { Polygons, Position, Ring } from '../geometry.ts';

interface Geometry {
  type: string;
  arcs?: unknown;
  coordinates?: unknown;
  properties?: Record<string, unknown>;
}

export interface Topology {
  type: 'Topology';
  arcs: [number, number][][];
  transform: { scale: [number, number]; translate: [number, number] };
  objects: Record<string, { type: string; geometries: Geometry[] }>;
}

export interface Area {
  properties: Record<string, unknown>;
  polygons: Polygons;
}

/** The areas of one object, such as `provinces`. */
export function areasOf(topology: Topology, object: string): Area[] {
  const arcs = topology.arcs.map((arc) => positionsOf(topology, arc));
  const ring = (indexes: number[]): Ring => indexes.flatMap((index, i) => (index < 0 ? arcs[~index]!.toReversed() : arcs[index]!).slice(i === 0 ? 0 : 1));
  return geometriesOf(topology, object).map(({ type, arcs: indexes, properties }) => ({
    properties: properties ?? {},
    polygons: (type === 'Polygon' ? [indexes as number[][]] : (indexes as number[][][])).map((polygon) => polygon.map(ring)),
  }));
}

export interface Place {
  name: string;
  /** 1 (a metropolis) to 4. */
  rank: number;
  at: Position;
}

export const placesOf = (topology: Topology): Place[] =>
  geometriesOf(topology, 'places').map(({ coordinates, properties }) => ({
    name: String(properties?.['n']),
    rank: Number(properties?.['r']),
    at: degrees(topology, coordinates as [number, number]),
  }));

function geometriesOf(topology: Topology, object: string): Geometry[] {
  const found = topology.objects[object];
  if (found === undefined) throw new Error(`territory.json has no object ${object}`);
  return found.type === 'GeometryCollection' ? found.geometries : [found as unknown as Geometry];
}

const degrees = ({ transform: { scale, translate } }: Topology, [x, y]: readonly [number, number]): Position => [x * scale[0] + translate[0], y * scale[1] + translate[1]];

/** An arc's steps, summed up and put into degrees. */
function positionsOf(topology: Topology, arc: [number, number][]): Position[] {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => degrees(topology, [(x += dx), (y += dy)]));
}
