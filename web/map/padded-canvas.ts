/**
 * A canvas that covers the viewport and a margin around it. While the map is dragged it only moves; it is redrawn when the
 * movement ends, when the margin is used up, or when asked: at most once a frame.
 */
import { DomUtil, type LatLng, type Map as LeafletMap, type Point, type ZoomAnimEvent } from 'leaflet';
import { worldSize } from './mercator.ts';

/** What a drawing needs to know: world pixels at (0, 0) of the canvas, and the world's size. */
export interface View {
  readonly zoom: number;
  readonly world: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Device pixels to a CSS pixel. */
  readonly density: number;
}

export interface PaddedCanvas {
  redraw(): void;
  remove(): void;
}

/** Margin on each side, as a share of the viewport. */
const MARGIN = 0.2;
const MOST_DENSITY = 2;

/** Leaflet keeps this one to itself; its own image overlays move by it. */
type Placing = LeafletMap & { _latLngToNewLayerPoint(at: LatLng, zoom: number, center: LatLng): Point };

/** `byPixels`: the drawing copies pixels rather than paths, so the canvas is kept in main memory. */
export function paddedCanvas(map: LeafletMap, pane: string, byPixels: boolean, draw: (ctx: CanvasRenderingContext2D, view: View) => void): PaddedCanvas {
  const canvas = document.createElement('canvas');
  canvas.className = 'leaflet-zoom-animated';
  canvas.setAttribute('aria-hidden', 'true');
  map.getPane(pane)!.append(canvas);
  const ctx = canvas.getContext('2d', { willReadFrequently: byPixels })!;
  let frame = 0;
  let drawnZoom = map.getZoom();
  let corner = map.containerPointToLayerPoint([0, 0]);
  let cornerAt = map.layerPointToLatLng(corner);
  let size = map.getSize();

  const drawNow = (): void => {
    frame = 0;
    const viewport = map.getSize();
    if (viewport.x === 0 || viewport.y === 0) return;
    const density = Math.min(MOST_DENSITY, globalThis.devicePixelRatio || 1);
    size = viewport.multiplyBy(1 + 2 * MARGIN).ceil();
    corner = map.containerPointToLayerPoint(viewport.multiplyBy(-MARGIN)).floor();
    cornerAt = map.layerPointToLatLng(corner);
    drawnZoom = map.getZoom();
    const [width, height] = [Math.round(size.x * density), Math.round(size.y * density)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    } else {
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, width, height);
    }
    ctx.setTransform(density, 0, 0, density, 0, 0);
    DomUtil.setPosition(canvas, corner);
    const origin = map.getPixelOrigin().add(corner);
    draw(ctx, { zoom: drawnZoom, world: worldSize(drawnZoom), left: origin.x, top: origin.y, width: size.x, height: size.y, density });
  };
  const redraw = (): void => {
    if (frame === 0) frame = requestAnimationFrame(drawNow);
  };
  const follow = (zoom: number, to: Point): void => DomUtil.setTransform(canvas, to, map.getZoomScale(zoom, drawnZoom));
  const onZoomAnimation = ({ zoom, center }: ZoomAnimEvent): void => follow(zoom, (map as Placing)._latLngToNewLayerPoint(cornerAt, zoom, center));
  const onZoom = (): void => follow(map.getZoom(), map.latLngToLayerPoint(cornerAt));
  const onMove = (): void => {
    if (map.getZoom() !== drawnZoom) return;
    const seen = map.containerPointToLayerPoint([0, 0]).subtract(corner);
    const left = size.subtract(map.getSize()).subtract(seen);
    if (seen.x < 0 || seen.y < 0 || left.x < 0 || left.y < 0) redraw();
  };
  map.on('zoomanim', onZoomAnimation);
  map.on('zoom', onZoom);
  map.on('move', onMove);
  map.on('moveend viewreset resize', redraw);
  redraw();

  return {
    redraw,
    remove() {
      cancelAnimationFrame(frame);
      map.off('zoomanim', onZoomAnimation);
      map.off('zoom', onZoom);
      map.off('move', onMove);
      map.off('moveend viewreset resize', redraw);
      canvas.remove();
    },
  };
}
