/** The territory as the server ships it (TopoJSON), read into names and rings. Pure. */
import { feature, mesh, type Line, type Polygonal, type Topology } from 'topojson-client';

/** One ring or line: longitude and latitude alternating, in degrees. */
export type Ring = readonly (readonly [lon: number, lat: number])[];

export interface Area {
  readonly code: string;
  readonly fr: string;
  readonly ar: string;
  /** For a province, the code of its region. */
  readonly region: string | null;
  readonly rings: readonly Ring[];
}

interface Place {
  readonly fr: string;
  readonly ar: string;
  /** 1 (a metropolis) to 4. */
  readonly rank: number;
  readonly lon: number;
  readonly lat: number;
}

export interface Territory {
  readonly country: readonly Ring[];
  readonly neighbours: readonly Ring[];
  readonly regions: readonly Area[];
  readonly provinces: readonly Area[];
  readonly regionLines: readonly Ring[];
  readonly provinceLines: readonly Ring[];
  readonly places: readonly Place[];
}

const ringsOf = (geometry: Polygonal | Line | null): Ring[] => {
  switch (geometry?.type) {
    case 'Polygon':
    case 'MultiLineString':
      return geometry.coordinates;
    case 'MultiPolygon':
      return geometry.coordinates.flat();
    case 'LineString':
      return [geometry.coordinates];
    default:
      return [];
  }
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads what is there: a layer the file does not have is empty. */
export function territoryOf(topology: Topology): Territory {
  const features = (name: string) => {
    const object = topology.objects[name];
    if (object === undefined) return [];
    const read = feature(topology, object);
    return read.type === 'FeatureCollection' ? read.features : [read];
  };
  const rings = (name: string): Ring[] => features(name).flatMap((f) => (f.geometry?.type === 'Point' ? [] : ringsOf(f.geometry)));
  const areas = (name: string): Area[] =>
    features(name).map(({ properties: p, geometry }) => ({
      code: text(p?.['code']),
      fr: text(p?.['fr']),
      ar: text(p?.['ar']) || text(p?.['fr']),
      region: text(p?.['region']) || null,
      rings: geometry?.type === 'Point' ? [] : ringsOf(geometry),
    }));
  const lines = (name: string): Ring[] => {
    const object = topology.objects[name];
    return object === undefined ? [] : ringsOf(mesh(topology, object, (a, b) => a !== b));
  };
  return {
    country: rings('country'),
    neighbours: rings('neighbours'),
    regions: areas('regions'),
    provinces: areas('provinces'),
    regionLines: lines('regions'),
    provinceLines: lines('provinces'),
    places: features('places').flatMap(({ properties: p, geometry }): Place[] => {
      if (geometry?.type !== 'Point') return [];
      const fr = text(p?.['fr']) || text(p?.['n']);
      return [{ fr, ar: text(p?.['ar']) || fr, rank: Number(p?.['r'] ?? 4), lon: geometry.coordinates[0], lat: geometry.coordinates[1] }];
    }),
  };
}
