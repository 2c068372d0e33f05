/** Names on the map: the more one comes closer the more there are, and none covers another. */
import type { Area, Territory } from '../state/territory.ts';
import { LABELS } from './look.ts';
import { mercatorX, mercatorY } from './mercator.ts';
import type { View } from './padded-canvas.ts';

interface Label {
  readonly text: string;
  /** Mercator, unit square. */
  readonly x: number;
  readonly y: number;
  readonly fromZoom: number;
  readonly toZoom: number;
  readonly kind: 'place' | 'region' | 'province';
  readonly rank: number;
}

/** Canvas pixels. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

export interface Labels {
  setLanguage(language: string): void;
  /** `covered`: where no name may stand. */
  draw(ctx: CanvasRenderingContext2D, view: View, covered: readonly Box[]): void;
}

const FONT = 'system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", Tahoma, sans-serif';
/** How far above its point a name stands, CSS pixels: where there is no room, further above, then below. */
const PLACE_UP = [11, 30, -30] as const;
const AREA_UP = [0] as const;
/** Zoom from which a place of rank 1, 2, 3, 4 is named. */
const PLACE_ZOOM = [4.5, 6, 7.75, 9.25];

/** The middle of an area: the centroid of its largest ring. */
function middleOf(area: Area): [x: number, y: number] | null {
  let best = 0;
  let middle: [number, number] | null = null;
  for (const ring of area.rings) {
    let [twice, cx, cy] = [0, 0, 0];
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const [[x0, y0], [x1, y1]] = [ring[i]!, ring[i + 1]!];
      const cross = x0 * y1 - x1 * y0;
      twice += cross;
      cx += (x0 + x1) * cross;
      cy += (y0 + y1) * cross;
    }
    if (Math.abs(twice) <= best) continue;
    best = Math.abs(twice);
    middle = [mercatorX(cx / (3 * twice)), mercatorY(cy / (3 * twice))];
  }
  return middle;
}

const fontOf = ({ kind, rank }: Label): string => {
  if (kind === 'region') return `600 11px ${FONT}`;
  if (kind === 'province') return `400 10.5px ${FONT}`;
  return rank === 1 ? `600 13px ${FONT}` : rank === 2 ? `400 12px ${FONT}` : `400 11.5px ${FONT}`;
};

const colourOf = ({ kind, rank }: Label): string => (kind === 'place' ? (rank === 1 ? LABELS.metropolis : LABELS.place) : LABELS.area);

export function labels(territory: Territory, first: string): Labels {
  let all: Label[] = [];
  const widths = new Map<string, number>();

  const setLanguage = (language: string): void => {
    const name = (of: { fr: string; ar: string }): string => (language === 'ar' ? of.ar : of.fr);
    const area = (kind: 'region' | 'province', fromZoom: number, toZoom: number) => (a: Area): Label[] => {
      const at = middleOf(a);
      return at === null ? [] : [{ text: name(a), x: at[0], y: at[1], fromZoom, toZoom, kind, rank: 5 }];
    };
    const places = territory.places.map((p): Label => ({ text: name(p), x: mercatorX(p.lon), y: mercatorY(p.lat), fromZoom: PLACE_ZOOM[p.rank - 1] ?? 10, toZoom: 99, kind: 'place', rank: p.rank }));
    all = [...places.sort((a, b) => a.rank - b.rank), ...territory.regions.flatMap(area('region', 6, 8.2)), ...territory.provinces.flatMap(area('province', 8.3, 12))];
  };
  setLanguage(first);

  return {
    setLanguage,
    draw(ctx, view, covered) {
      const taken: Box[] = [...covered];
      ctx.lineJoin = 'round';
      ctx.lineWidth = 3;
      ctx.strokeStyle = LABELS.halo;
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'center';
      for (const label of all) {
        if (view.zoom < label.fromZoom || view.zoom > label.toZoom) continue;
        const x = Math.round(label.x * view.world - view.left);
        const y = Math.round(label.y * view.world - view.top);
        if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
        const font = fontOf(label);
        ctx.font = font;
        const key = `${font} ${label.text}`;
        let width = widths.get(key);
        if (width === undefined) widths.set(key, (width = ctx.measureText(label.text).width));
        const boxAt = (up: number): Box => [x - width / 2 - 4, y - up - 8, x + width / 2 + 4, y - up + 8];
        const free = (up: number): boolean => {
          const box = boxAt(up);
          return !taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
        };
        const up = (label.kind === 'place' ? PLACE_UP : AREA_UP).find(free);
        if (up === undefined) continue;
        taken.push(boxAt(up));
        ctx.strokeText(label.text, x, y - up);
        ctx.fillStyle = colourOf(label);
        ctx.fillText(label.text, x, y - up);
      }
    },
  };
}
