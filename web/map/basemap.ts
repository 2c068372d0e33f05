/** The basemap without any tile: land, neighbours, provinces and regions as vectors; areas, or points in them, painted by a function. */
import type { Painting } from '../state/layers.ts';
import type { Area, Ring, Territory } from '../state/territory.ts';
import { LAND } from './look.ts';
import { mercatorX, mercatorY } from './mercator.ts';
import type { View } from './padded-canvas.ts';

/** Paths are kept in pixels of this zoom around a point of Morocco, where 32-bit floats are exact enough. */
const PATH_WORLD = 256 * 2 ** 10;
const CENTRE_X = mercatorX(-8);
const CENTRE_Y = mercatorY(30);

const pathX = (lon: number): number => (mercatorX(lon) - CENTRE_X) * PATH_WORLD;
const pathY = (lat: number): number => (mercatorY(lat) - CENTRE_Y) * PATH_WORLD;

function pathOf(rings: readonly Ring[], close: boolean): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    for (const [i, [lon, lat]] of ring.entries()) {
      if (i === 0) path.moveTo(pathX(lon), pathY(lat));
      else path.lineTo(pathX(lon), pathY(lat));
    }
    if (close) path.closePath();
  }
  return path;
}

interface PaintedArea {
  readonly area: Area;
  readonly path: Path2D;
}

export interface Basemap {
  draw(ctx: CanvasRenderingContext2D, view: View): void;
  /** Null: no layer. An area that nothing is known of is hatched. */
  paint(by: Painting | null): void;
  /** With a raster below, land is not filled. */
  setSeeThrough(yes: boolean): void;
  provinceAt(lon: number, lat: number): Area | null;
  /** The painted area there, or the painted point at most `reach` (Mercator, unit square) away. */
  paintedAt(lon: number, lat: number, reach: number): string | null;
}

/** Half the size of a painted point, CSS pixels. */
const POINT_PX = { far: 3.5, near: 7 } as const;

function hatchOf(ctx: CanvasRenderingContext2D, density: number): CanvasPattern {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8 * density;
  const c = tile.getContext('2d')!;
  c.scale(density, density);
  c.strokeStyle = LAND.hatch;
  c.lineWidth = 1.2;
  for (const shift of [-8, 0, 8]) {
    c.moveTo(shift, 8);
    c.lineTo(shift + 8, 0);
  }
  c.stroke();
  return ctx.createPattern(tile, 'repeat')!;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function boxOf(rings: readonly Ring[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [lon, lat] of rings.flat()) {
    box.left = Math.min(box.left, pathX(lon));
    box.right = Math.max(box.right, pathX(lon));
    box.top = Math.min(box.top, pathY(lat));
    box.bottom = Math.max(box.bottom, pathY(lat));
  }
  return box;
}

/** The neighbouring land is cut somewhere: it fades into the ground there rather than ending in a straight line. */
function fadeEdges(ctx: CanvasRenderingContext2D, { left, top, right, bottom }: Box): void {
  if (left > right) return;
  const depth = (right - left) * 0.09;
  const fade = (fromX: number, fromY: number, toX: number, toY: number, x: number, y: number, width: number, height: number): void => {
    const gradient = ctx.createLinearGradient(fromX, fromY, toX, toY);
    gradient.addColorStop(0, LAND.sea);
    gradient.addColorStop(1, `${LAND.sea}00`);
    ctx.fillStyle = gradient;
    ctx.fillRect(x, y, width, height);
  };
  // A little more than the box, so that the line along the cut goes too.
  const over = depth * 0.05;
  const [width, height] = [right - left + 2 * over, bottom - top + 2 * over];
  fade(right, 0, right - depth, 0, right - depth, top - over, depth + over, height);
  fade(left, 0, left + depth, 0, left - over, top - over, depth + over, height);
  fade(0, top, 0, top + depth, left - over, top - over, width, depth + over);
  fade(0, bottom, 0, bottom - depth, left - over, bottom - depth, width, depth + over);
}

/** Communes have no shapes: each is a disc where it lies. */
function points(ctx: CanvasRenderingContext2D, { points: all, colourOf }: Painting, radius: number, edge: number): void {
  ctx.strokeStyle = 'rgba(40, 60, 55, 0.55)';
  ctx.lineWidth = edge;
  for (const { code, lat, lon } of all) {
    ctx.beginPath();
    ctx.arc(pathX(lon), pathY(lat), radius, 0, 2 * Math.PI);
    ctx.fillStyle = colourOf(code) ?? LAND.hatch;
    ctx.fill();
    ctx.stroke();
  }
}

export function basemap(territory: Territory): Basemap {
  const country = pathOf(territory.country, true);
  const neighbours = pathOf(territory.neighbours, true);
  const edges = boxOf(territory.neighbours);
  const regionLines = pathOf(territory.regionLines, false);
  const provinceLines = pathOf(territory.provinceLines, false);
  const painted = (area: Area): PaintedArea => ({ area, path: pathOf(area.rings, true) });
  const provinces = territory.provinces.map(painted);
  const regions = territory.regions.map(painted);
  const tester = document.createElement('canvas').getContext('2d')!;
  let paint: Painting | null = null;
  let seeThrough = false;
  let hatch: CanvasPattern | null = null;

  return {
    draw(ctx, view) {
      const scale = view.world / PATH_WORLD;
      ctx.save();
      ctx.translate(CENTRE_X * view.world - view.left, CENTRE_Y * view.world - view.top);
      ctx.scale(scale, scale);
      ctx.lineJoin = 'round';
      const stroke = (path: Path2D, colour: string, px: number): void => {
        ctx.strokeStyle = colour;
        ctx.lineWidth = px / scale;
        ctx.stroke(path);
      };
      if (!seeThrough) {
        ctx.fillStyle = LAND.neighbours;
        ctx.fill(neighbours);
        stroke(neighbours, LAND.neighboursLine, 0.8);
        fadeEdges(ctx, edges);
        ctx.fillStyle = LAND.country;
        ctx.fill(country);
      }
      if (paint !== null && paint.level !== 'commune') {
        ctx.globalAlpha = seeThrough ? 0.55 : 1;
        hatch ??= hatchOf(ctx, view.density);
        hatch.setTransform(new DOMMatrix().scale(1 / scale / view.density));
        for (const { area, path } of paint.level === 'region' ? regions : provinces) {
          ctx.fillStyle = paint.colourOf(area.code) ?? hatch;
          ctx.fill(path);
        }
        ctx.globalAlpha = 1;
      }
      const byProvince = paint?.level === 'province';
      if (view.zoom >= 6.25 || byProvince) stroke(provinceLines, byProvince ? '#ffffff' : LAND.province, view.zoom >= 8 ? 1.1 : 0.8);
      stroke(regionLines, LAND.region, view.zoom >= 8 ? 1.6 : 1.1);
      stroke(country, LAND.outline, view.zoom >= 8 ? 1.8 : 1.2);
      if (paint?.level === 'commune') points(ctx, paint, (view.zoom >= 8 ? POINT_PX.near : POINT_PX.far) / scale, 0.6 / scale);
      ctx.restore();
    },
    paint(by) {
      paint = by;
    },
    setSeeThrough(yes) {
      seeThrough = yes;
    },
    provinceAt(lon, lat) {
      const [x, y] = [pathX(lon), pathY(lat)];
      return provinces.find(({ path }) => tester.isPointInPath(path, x, y))?.area ?? null;
    },
    paintedAt(lon, lat, reach) {
      if (paint === null) return null;
      const [x, y] = [pathX(lon), pathY(lat)];
      if (paint.level !== 'commune') return (paint.level === 'region' ? regions : provinces).find(({ path }) => tester.isPointInPath(path, x, y))?.area.code ?? null;
      let nearest = { code: null as string | null, distance: reach * PATH_WORLD };
      for (const point of paint.points) {
        const distance = Math.hypot(pathX(point.lon) - x, pathY(point.lat) - y);
        if (distance < nearest.distance) nearest = { code: point.code, distance };
      }
      return nearest.code;
    },
  };
}
