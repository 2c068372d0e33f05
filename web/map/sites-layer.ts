/** The sites as dots: positions projected once, culled by the grid, drawn state by state from sprites; from afar, crowds of them as marks with their number. */
import type { SiteState } from '@cac/shared/states.ts';
import { areClustered, clusterRadius, clustersOf, gridZoom, type Cluster } from './clusters.ts';
import { gridIndex, type GridIndex } from './grid-index.ts';
import { BY_STATE, DRAWING_ORDER, dotRadius, type Colouring } from './look.ts';
import { spreadOf, type Spread } from './spread.ts';
import type { Box } from './labels.ts';
import { latitudeOf, mercatorX, mercatorY, worldSize } from './mercator.ts';
import type { View } from './padded-canvas.ts';
import { spriteOf, stamp } from './sprites.ts';

export interface MapSite {
  readonly lat: number;
  readonly lon: number;
  readonly state: SiteState;
}

/** Sites drawn as one mark: where, how many, and in which states. */
export interface Crowd {
  readonly lat: number;
  readonly lon: number;
  readonly count: number;
  readonly byState: Readonly<Record<SiteState, number>>;
}

export interface SitesLayer {
  /** Sites appeared or moved: everything is indexed anew. */
  place(sites: readonly MapSite[]): void;
  /** The same places, some of them in another state. */
  restate(sites: readonly MapSite[], changed: readonly number[]): void;
  show(mask: Uint8Array, count: number): void;
  colourBy(next: Colouring<MapSite>): void;
  /** Replaces all that the canvas held. */
  draw(ctx: CanvasRenderingContext2D, view: View): void;
  /** What the marks of crowds cover, canvas pixels. */
  crowdBoxes(view: View): Box[];
  /** The crowd under a place, as it is drawn at this zoom. */
  crowdAt(lat: number, lon: number, zoom: number): Crowd | null;
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
  let colouring: Colouring<MapSite> = BY_STATE;
  let ranks = new Uint8Array(0);
  let image: ImageData | null = null;
  let spread: Spread = spreadOf(xs, ys);
  /** Of one zoom and one choice of sites. */
  let crowds: { zoom: number; clusters: Cluster[] } | null = null;
  const crowdsAt = (zoom: number): Cluster[] => {
    const at = gridZoom(zoom);
    if (crowds?.zoom !== at) crowds = { zoom: at, clusters: clustersOf(xs, ys, mask, ranks, colouring.looks.length, at) };
    return crowds.clusters;
  };

  /** What a crowd is made of, whatever it is coloured by. */
  const statesAround = (crowd: Cluster, zoom: number): Crowd['byState'] => {
    const byState = clustersOf(xs, ys, mask, Uint8Array.from(all, (s) => BY_STATE.of(s)), DRAWING_ORDER.length, zoom).find((one) => one.count === crowd.count && one.x === crowd.x)!;
    return Object.fromEntries(DRAWING_ORDER.map((state, rank) => [state, byState.byRank[rank]!])) as Crowd['byState'];
  };

  return {
    place(sites) {
      all = sites;
      xs = Float64Array.from(sites, (s) => mercatorX(s.lon));
      ys = Float64Array.from(sites, (s) => mercatorY(s.lat));
      ranks = Uint8Array.from(sites, (s) => colouring.of(s));
      grid = gridIndex(xs, ys);
      spread = spreadOf(xs, ys);
      crowds = null;
    },
    restate(sites, changed) {
      all = sites;
      for (const i of changed) ranks[i] = colouring.of(sites[i]!);
      crowds = null;
    },
    show(next, count) {
      mask = next as Uint8Array<ArrayBuffer>;
      shownCount = count;
      crowds = null;
    },
    colourBy(next) {
      colouring = next;
      ranks = Uint8Array.from(all, (s) => colouring.of(s));
      crowds = null;
    },
    draw(ctx, view) {
      const radius = dotRadius(view.zoom, shownCount);
      const over = (radius * 2) / view.world;
      const clusters = areClustered(view.zoom, shownCount) ? crowdsAt(view.zoom) : null;
      const lanes: number[][] = colouring.looks.map(() => []);
      const lay = (i: number): void => void lanes[ranks[i]!]!.push(i);
      if (clusters === null) {
        grid.within(view.left / view.world - over, view.top / view.world - over, (view.left + view.width) / view.world + over, (view.top + view.height) / view.world + over, (i) => {
          if (mask[i] === 1) lay(i);
        });
      } else for (const { only } of clusters) if (only >= 0) lay(only);
      const { width, height } = ctx.canvas;
      if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
      const pixels = new Int32Array(image.data.buffer);
      pixels.fill(0);
      for (const [rank, lane] of lanes.entries()) {
        const sprite = spriteOf(colouring.looks[rank]!, radius, view.density);
        const half = sprite.side / 2;
        for (const i of lane) {
          const [dx, dy] = spread.of(i, view.zoom);
          stamp(pixels, width, height, sprite, Math.round((xs[i]! * view.world + dx - view.left) * view.density) - half, Math.round((ys[i]! * view.world + dy - view.top) * view.density) - half);
        }
      }
      ctx.putImageData(image, 0, 0);
      for (const cluster of clusters ?? []) if (cluster.only < 0) drawCrowd(ctx, cluster, colouring, cluster.x * view.world - view.left, cluster.y * view.world - view.top);
    },
    crowdBoxes: (view) =>
      !areClustered(view.zoom, shownCount)
        ? []
        : crowdsAt(view.zoom).flatMap(({ x, y, count, only }): Box[] => {
            if (only >= 0) return [];
            const [cx, cy, r] = [x * view.world - view.left, y * view.world - view.top, clusterRadius(count)];
            return [[cx - r, cy - r, cx + r, cy + r]];
          }),
    crowdAt(lat, lon, zoom) {
      if (!areClustered(zoom, shownCount)) return null;
      const [x, y, world] = [mercatorX(lon), mercatorY(lat), worldSize(zoom)];
      const found = crowdsAt(zoom).find((c) => c.only < 0 && Math.hypot(c.x - x, c.y - y) * world <= clusterRadius(c.count));
      if (found === undefined) return null;
      return { lat: latitudeOf(found.y), lon: found.x * 360 - 180, count: found.count, byState: statesAround(found, zoom) };
    },
    near(lat, lon, px, world) {
      const zoom = Math.log2(world / 256);
      // A site inside a crowd is not seen by itself.
      const alone = areClustered(zoom, shownCount) ? new Set(crowdsAt(zoom).map(({ only }) => only)) : null;
      const [x, y] = [mercatorX(lon), mercatorY(lat)];
      return grid
        .near(x, y, (px + spread.reach(zoom)) / world)
        .filter((i) => mask[i] === 1 && (alone === null || alone.has(i)))
        .map((i) => {
          const [dx, dy] = spread.of(i, zoom);
          return { i, away: Math.hypot((xs[i]! - x) * world + dx, (ys[i]! - y) * world + dy) };
        })
        .filter(({ away }) => away <= px)
        .sort((a, b) => a.away - b.away || a.i - b.i)
        .map(({ i }) => i);
    },
    at: (i) => all[i],
  };
}

/** A disc in the colour that counts most (by state: of the worst), with the number of sites, in a ring of the shares of all. */
function drawCrowd(ctx: CanvasRenderingContext2D, { count, byRank }: Cluster, { looks, crowdFirst }: Colouring<MapSite>, x: number, y: number): void {
  const radius = clusterRadius(count);
  let from = -Math.PI / 2;
  ctx.beginPath();
  ctx.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
  ctx.fillStyle = '#fff';
  ctx.fill();
  ctx.lineWidth = 3;
  for (const rank of crowdFirst) {
    const sites = byRank[rank]!;
    if (sites === 0) continue;
    const to = from + (2 * Math.PI * sites) / count;
    ctx.beginPath();
    ctx.arc(x, y, radius - 1.5, from, to);
    ctx.strokeStyle = looks[rank]!.colour;
    ctx.stroke();
    from = to;
  }
  const first = crowdFirst.find((rank) => byRank[rank]! > 0) ?? 0;
  ctx.beginPath();
  ctx.arc(x, y, radius - 4.5, 0, 2 * Math.PI);
  ctx.fillStyle = DARKER[looks[first]!.colour] ?? looks[first]!.colour;
  ctx.fill();
  ctx.fillStyle = '#fff';
  ctx.font = `600 ${count >= 1000 ? 9.5 : 11}px system-ui, "Segoe UI", sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(String(count), x, y + 0.5);
}

/** Colours too light for white figures on them. */
const DARKER: Readonly<Record<string, string>> = { '#d98200': '#a35f00', '#9aa39d': '#6b746f' };
