/** What lies under the sites: the country on its canvas, its provinces painted, and the raster of tiles it lets through. */
import { TileLayer, type Map as LeafletMap } from 'leaflet';
import type { Area, Territory } from '../state/territory.ts';
import { basemap, type Basemap } from './basemap.ts';
import type { ZoneShares } from './look.ts';
import { paddedCanvas } from './padded-canvas.ts';

export type ProvincePaint = (province: string) => ZoneShares;

export interface Ground {
  setShapes(territory: Territory): void;
  /** Null: plain land. */
  paint(by: ProvincePaint | null): void;
  painted(): boolean;
  setRaster(url: string | null): void;
  provinceAt(lat: number, lon: number): Area | null;
  remove(): void;
}

export function createGround(map: LeafletMap): Ground {
  let land: Basemap | null = null;
  let raster: TileLayer | null = null;
  let paintedBy: ProvincePaint | null = null;
  const canvas = paddedCanvas(map, 'land', false, (ctx, view) => land?.draw(ctx, view));

  return {
    setShapes(territory) {
      land = basemap(territory);
      land.paint(paintedBy);
      land.setSeeThrough(raster !== null);
      canvas.redraw();
    },
    paint(by) {
      paintedBy = by;
      land?.paint(by);
      canvas.redraw();
    },
    painted: () => paintedBy !== null,
    setRaster(url) {
      raster?.remove();
      raster = url === null ? null : new TileLayer(url, { maxZoom: 19 }).addTo(map);
      land?.setSeeThrough(raster !== null);
      canvas.redraw();
    },
    provinceAt: (lat, lon) => land?.provinceAt(lon, lat) ?? null,
    remove: () => canvas.remove(),
  };
}
