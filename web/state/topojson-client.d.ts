/** The part of topojson-client that is used here; the package ships no types. */
declare module 'topojson-client' {
  type Position = [lon: number, lat: number];
  export type Polygonal = { type: 'Polygon'; coordinates: Position[][] } | { type: 'MultiPolygon'; coordinates: Position[][][] };
  export type Line = { type: 'LineString'; coordinates: Position[] } | { type: 'MultiLineString'; coordinates: Position[][] };
  export interface Feature {
    type: 'Feature';
    properties: Record<string, unknown> | null;
    geometry: Polygonal | Line | { type: 'Point'; coordinates: Position } | null;
  }
  export interface TopologyObject {
    type: string;
    properties?: Record<string, unknown>;
    geometries?: TopologyObject[];
  }
  export interface Topology {
    type: 'Topology';
    objects: Record<string, TopologyObject>;
    arcs: unknown[];
  }
  export function feature(topology: Topology, object: TopologyObject): Feature | { type: 'FeatureCollection'; features: Feature[] };
  export function mesh(topology: Topology, object: TopologyObject, keep: (a: TopologyObject, b: TopologyObject) => boolean): Line;
}
