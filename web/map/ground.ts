/** What lies under the sites: the country on its canvas, its areas painted, and the raster of tiles it lets through. */
import { TileLayer, type Map as LeafletMap } from 'leaflet';
import type { Painting } from '../state/layers.ts';
import type { Area, Territory } from '../state/territory.ts';
import { basemap, type Basemap } from './basemap.ts';
import { worldSize } from './mercator.ts';
import { paddedCanvas } from './padded-canvas.ts';

export interface Ground {
  setShapes(territory: Territory): void;
  /** Null: plain land. */
  paint(by: Painting | null): void;
  setRaster(url: string | null): void;
  provinceAt(lat: number, lon: number): Area | null;
  /** The painted area there, or the painted point at most so many pixels away. */
  paintedAt(lat: number, lon: number, px: number): string | null;
  remove(): void;
}

export function createGround(map: LeafletMap): Ground {
  let land: Basemap | null = null;
  let raster: TileLayer | null = null;
  let paintedBy: Painting | null = null;
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
    setRaster(url) {
      raster?.remove();
      raster = url === null ? null : new TileLayer(url, { maxZoom: 19 }).addTo(map);
      land?.setSeeThrough(raster !== null);
      canvas.redraw();
    },
    provinceAt: (lat, lon) => land?.provinceAt(lon, lat) ?? null,
    paintedAt: (lat, lon, px) => land?.paintedAt(lon, lat, px / worldSize(map.getZoom())) ?? null,
    remove: () => canvas.remove(),
  };
}
