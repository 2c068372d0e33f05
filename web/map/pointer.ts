/** What a mouse or a finger does on the map: hovering tells, a tap selects the sites there, or picks a position. */
import type { LeafletMouseEvent, Map as LeafletMap } from 'leaflet';
import type { Ground } from './ground.ts';
import type { Marks } from './marks.ts';
import { worldSize } from './mercator.ts';
import type { Crowd, SitesLayer } from './sites-layer.ts';
import { createTooltip } from './tooltip.ts';

export interface PointerEvents {
  /** A tap on sites: those that lie together there, nearest first; none when it fell beside all of them. */
  onSelect(sites: number[]): void;
  /** A tap while a position is being picked. */
  onPick(lat: number, lon: number): void;
  /** What the tooltip says of a site, and of a painted area (null: nothing to say). */
  siteText(site: number, together: number): string[];
  crowdText(crowd: Crowd): string[];
  areaText(code: string): string[] | null;
}

export interface Pointer {
  /** Taps give a position instead of selecting. */
  setPicking(on: boolean): void;
}

/** A finger is less exact than a mouse. */
const REACH = { mouse: 8, touch: 18 } as const;
/** A tap on a crowd comes so much closer to it. */
const CLOSER = 2;
/** Sites this close to the one tapped cannot be told apart: they are listed together. */
const TOGETHER_PX = 4;

export function followPointer(map: LeafletMap, sites: SitesLayer, ground: Ground, marks: Marks, events: PointerEvents): Pointer {
  const el = map.getContainer();
  const tooltip = createTooltip(map);
  let picking = false;

  const near = (lat: number, lon: number, px: number): number[] => sites.near(lat, lon, px, worldSize(map.getZoom()));
  const togetherWith = (i: number): number[] => {
    const at = sites.at(i)!;
    return near(at.lat, at.lon, TOGETHER_PX);
  };
  const areaLines = (lat: number, lon: number): string[] | null => {
    const code = ground.paintedAt(lat, lon, REACH.mouse);
    return code === null ? null : events.areaText(code);
  };
  const hush = (): void => {
    tooltip.hide();
    marks.halo(undefined);
  };
  const onHover = ({ latlng: { lat, lng }, containerPoint }: LeafletMouseEvent): void => {
    if (picking) return hush();
    const crowd = sites.crowdAt(lat, lng, map.getZoom());
    if (crowd !== null) {
      hush();
      el.classList.add('over-site');
      return tooltip.say(events.crowdText(crowd), containerPoint);
    }
    const [i] = near(lat, lng, REACH.mouse);
    el.classList.toggle('over-site', i !== undefined);
    marks.halo(i === undefined ? undefined : sites.at(i));
    tooltip.say(i === undefined ? areaLines(lat, lng) : events.siteText(i, togetherWith(i).length), containerPoint);
  };
  const onTap = ({ latlng: { lat, lng }, originalEvent }: LeafletMouseEvent): void => {
    if (picking) return events.onPick(lat, lng);
    const crowd = sites.crowdAt(lat, lng, map.getZoom());
    if (crowd !== null) {
      hush();
      return void map.setView([crowd.lat, crowd.lon], Math.floor(map.getZoom()) + CLOSER);
    }
    const finger = (originalEvent as PointerEvent).pointerType === 'touch';
    const [nearest] = near(lat, lng, finger ? REACH.touch : REACH.mouse);
    hush();
    if (nearest === undefined) return events.onSelect([]);
    const others = togetherWith(nearest).filter((i) => i !== nearest);
    events.onSelect([nearest, ...others]);
  };
  map.on('mousemove', onHover);
  map.on('mouseout movestart zoomstart', hush);
  map.on('click', onTap);

  return {
    setPicking(on) {
      picking = on;
      el.classList.toggle('picking', on);
      hush();
    },
  };
}
