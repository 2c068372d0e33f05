/** The sites as dots: positions projected once, culled by the grid, drawn state by state from sprites. */
import type { SiteState } from '@cac/shared/states.ts';
import { gridIndex, type GridIndex } from './grid-index.ts';
import { DRAWING_ORDER, dotRadius } from './look.ts';
import { mercatorX, mercatorY } from './mercator.ts';
import type { View } from './padded-canvas.ts';
import { spriteOf, stamp } from './sprites.ts';

export interface MapSite {
  readonly lat: number;
  readonly lon: number;
  readonly state: SiteState;
}

export interface SitesLayer {
  /** Sites appeared or moved: everything is indexed anew. */
  place(sites: readonly MapSite[]): void;
  /** The same places, some of them in another state. */
  restate(sites: readonly MapSite[], changed: readonly number[]): void;
  show(mask: Uint8Array, count: number): void;
  /** Replaces all that the canvas held. */
  draw(ctx: CanvasRenderingContext2D, view: View): void;
  /** Shown sites at most `px` from a place, nearest first. */
  near(lat: number, lon: number, px: number, world: number): number[];
  at(i: number): MapSite | undefined;
}

export function sitesLayer(): SitesLayer {
  let all: readonly MapSite[] = [];
  let xs = new Float64Array(0);
  let ys = new Float64Array(0);
  let grid: GridIndex = gridIndex(xs, ys);
  let mask = new Uint8Array(0);
  let shownCount = 0;
  const rankOf = new Map(DRAWING_ORDER.map((state, rank) => [state, rank]));
  let ranks = new Uint8Array(0);
  let image: ImageData | null = null;

  return {
    place(sites) {
      all = sites;
      xs = Float64Array.from(sites, (s) => mercatorX(s.lon));
      ys = Float64Array.from(sites, (s) => mercatorY(s.lat));
      ranks = Uint8Array.from(sites, (s) => rankOf.get(s.state) ?? 0);
      grid = gridIndex(xs, ys);
    },
    restate(sites, changed) {
      all = sites;
      for (const i of changed) ranks[i] = rankOf.get(sites[i]!.state) ?? 0;
    },
    show(next, count) {
      mask = next as Uint8Array<ArrayBuffer>;
      shownCount = count;
    },
    draw(ctx, view) {
      const radius = dotRadius(view.zoom, shownCount);
      const over = (radius * 2) / view.world;
      const lanes: number[][] = DRAWING_ORDER.map(() => []);
      grid.within(view.left / view.world - over, view.top / view.world - over, (view.left + view.width) / view.world + over, (view.top + view.height) / view.world + over, (i) => {
        if (mask[i] === 1) lanes[ranks[i]!]!.push(i);
      });
      const { width, height } = ctx.canvas;
      if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
      const pixels = new Int32Array(image.data.buffer);
      pixels.fill(0);
      for (const [rank, lane] of lanes.entries()) {
        const sprite = spriteOf(DRAWING_ORDER[rank]!, radius, view.density);
        const half = sprite.side / 2;
        for (const i of lane) {
          stamp(pixels, width, height, sprite, Math.round((xs[i]! * view.world - view.left) * view.density) - half, Math.round((ys[i]! * view.world - view.top) * view.density) - half);
        }
      }
      ctx.putImageData(image, 0, 0);
    },
    near: (lat, lon, px, world) => grid.near(mercatorX(lon), mercatorY(lat), px / world).filter((i) => mask[i] === 1),
    at: (i) => all[i],
  };
}
