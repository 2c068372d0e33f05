/** The map, whole: a few verbs over Leaflet. No other folder knows which library draws. */
import { Map as LeafletMap, DomUtil, TileLayer, type LatLngBoundsExpression, type LeafletMouseEvent } from 'leaflet';
import type { Area, Territory } from '../state/territory.ts';
import { basemap, type Basemap } from './basemap.ts';
import { labels, type Labels } from './labels.ts';
import type { ZoneShares } from './look.ts';
import { worldSize } from './mercator.ts';
import { paddedCanvas } from './padded-canvas.ts';
import { sitesLayer, type MapSite } from './sites-layer.ts';

export interface FleetMapEvents {
  /** A tap on sites: those that lie together there, nearest first; none when it fell beside all of them. */
  onSelect(sites: number[]): void;
  /** A tap while a position is being picked. */
  onPick(lat: number, lon: number): void;
  /** What the tooltip says of a site, and of a province (null: nothing to say). */
  siteText(site: number, together: number): string[];
  provinceText(province: string): string[] | null;
}

export interface FleetMap {
  setShapes(territory: Territory, language: string): void;
  setLanguage(language: string): void;
  paintProvinces(paint: ((province: string) => ZoneShares) | null): void;
  setRaster(url: string | null): void;
  setSites(sites: readonly MapSite[]): void;
  updateSites(sites: readonly MapSite[], changed: readonly number[]): void;
  show(mask: Uint8Array, count: number): void;
  /** Rings a site; null: none. */
  select(site: number | null): void;
  /** Brings a place into view, leaving aside what a panel covers (CSS pixels at the right or the left, and below). */
  reveal(lat: number, lon: number, covered: { left: number; right: number; bottom: number }): void;
  /** Brings these sites into view at once, no closer than a province. */
  fitSites(sites: readonly number[]): void;
  /** Taps give a position instead of selecting. */
  setPicking(on: boolean): void;
  /** The pin of a picked position. */
  setPin(at: { lat: number; lon: number } | null): void;
  provinceAt(lat: number, lon: number): Area | null;
  zoomBy(steps: number): void;
  showAll(): void;
  resize(): void;
  remove(): void;
}

const MOROCCO: LatLngBoundsExpression = [[20.77, -17.2], [35.95, -0.99]];
const AROUND: LatLngBoundsExpression = [[12, -34], [43, 16]];
/** The first view shows where in the country a few sites lie. */
const CLOSEST_FIRST = 8.5;
/** A finger is less exact than a mouse. */
const REACH = { mouse: 8, touch: 18 } as const;
/** Sites this close to the one tapped cannot be told apart: they are listed together. */
const TOGETHER_PX = 4;

const say = (lines: string[], into: HTMLElement): void => into.replaceChildren(...lines.map((line) => Object.assign(document.createElement('div'), { textContent: line })));

export function createFleetMap(el: HTMLElement, events: FleetMapEvents): FleetMap {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = new LeafletMap(el, {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    zoomDelta: 1,
    wheelPxPerZoomLevel: 90,
    minZoom: 4,
    maxZoom: 17,
    maxBounds: AROUND,
    maxBoundsViscosity: 0.7,
    zoomAnimation: !still,
    fadeAnimation: false,
    inertia: !still,
  });
  map.fitBounds(MOROCCO, { animate: false });
  map.createPane('land').style.zIndex = '250';
  map.createPane('sites').style.zIndex = '450';
  map.createPane('marks').style.zIndex = '460';

  let land: Basemap | null = null;
  let names: Labels | null = null;
  let raster: TileLayer | null = null;
  let paintedBy: ((province: string) => ZoneShares) | null = null;
  let selected: number | null = null;
  let picking = false;
  let pinAt: { lat: number; lon: number } | null = null;
  const sites = sitesLayer();
  const landCanvas = paddedCanvas(map, 'land', false, (ctx, view) => land?.draw(ctx, view));
  const sitesCanvas = paddedCanvas(map, 'sites', true, (ctx, view) => {
    sites.draw(ctx, view);
    names?.draw(ctx, view);
  });

  const mark = (className: string): HTMLElement => {
    const node = DomUtil.create('div', `map-mark ${className}`, map.getPane('marks'));
    node.hidden = true;
    return node;
  };
  const ring = mark('map-ring');
  const halo = mark('map-hover');
  const pin = mark('map-pin');
  const tooltip = DomUtil.create('div', 'map-tooltip', el);
  tooltip.hidden = true;
  const put = (node: HTMLElement, at: { lat: number; lon: number } | null | undefined): void => {
    node.hidden = !at;
    if (at) DomUtil.setPosition(node, map.latLngToLayerPoint([at.lat, at.lon]).round());
  };
  const putMarks = (): void => {
    put(ring, selected === null ? null : sites.at(selected));
    put(pin, pinAt);
  };
  const world = (): number => worldSize(map.getZoom());
  const togetherWith = (i: number): number[] => {
    const at = sites.at(i)!;
    return sites.near(at.lat, at.lon, TOGETHER_PX, world());
  };

  const hush = (): void => {
    tooltip.hidden = true;
    halo.hidden = true;
  };
  const onHover = (event: LeafletMouseEvent): void => {
    if (picking) return hush();
    const [i] = sites.near(event.latlng.lat, event.latlng.lng, REACH.mouse, world());
    el.classList.toggle('over-site', i !== undefined);
    put(halo, i === undefined ? null : sites.at(i));
    let lines: string[] | null = null;
    if (i !== undefined) lines = events.siteText(i, togetherWith(i).length);
    else if (paintedBy !== null) {
      const province = land?.provinceAt(event.latlng.lng, event.latlng.lat);
      lines = province ? events.provinceText(province.code) : null;
    }
    tooltip.hidden = lines === null;
    if (lines === null) return;
    say(lines, tooltip);
    const { x, y } = event.containerPoint;
    tooltip.classList.toggle('to-left', x > map.getSize().x - 260);
    tooltip.classList.toggle('to-top', y > map.getSize().y - 120);
    DomUtil.setPosition(tooltip, event.containerPoint.round());
  };
  map.on('mousemove', onHover);
  map.on('mouseout movestart zoomstart', hush);
  map.on('zoomstart', () => {
    ring.hidden = true;
    pin.hidden = true;
  });
  map.on('zoomend viewreset moveend', putMarks);
  map.on('click', (event: LeafletMouseEvent) => {
    const { lat, lng } = event.latlng;
    if (picking) return events.onPick(lat, lng);
    const finger = (event.originalEvent as PointerEvent).pointerType === 'touch';
    const [nearest] = sites.near(lat, lng, finger ? REACH.touch : REACH.mouse, world());
    hush();
    if (nearest === undefined) return events.onSelect([]);
    const others = togetherWith(nearest).filter((i) => i !== nearest);
    events.onSelect([nearest, ...others]);
  });
  const watcher = new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false }));
  watcher.observe(el);

  return {
    setShapes(territory, language) {
      land = basemap(territory);
      land.paint(paintedBy);
      land.setSeeThrough(raster !== null);
      names = labels(territory, language);
      landCanvas.redraw();
      sitesCanvas.redraw();
    },
    setLanguage(language) {
      names?.setLanguage(language);
      sitesCanvas.redraw();
    },
    paintProvinces(paint) {
      paintedBy = paint;
      land?.paint(paint);
      landCanvas.redraw();
    },
    setRaster(url) {
      raster?.remove();
      raster = url === null ? null : new TileLayer(url, { maxZoom: 19 }).addTo(map);
      land?.setSeeThrough(raster !== null);
      landCanvas.redraw();
    },
    setSites(all) {
      sites.place(all);
      putMarks();
      sitesCanvas.redraw();
    },
    updateSites(all, changed) {
      sites.restate(all, changed);
      sitesCanvas.redraw();
    },
    show(mask, count) {
      sites.show(mask, count);
      sitesCanvas.redraw();
    },
    select(site) {
      selected = site;
      putMarks();
    },
    reveal(lat, lon, covered) {
      const at = map.latLngToContainerPoint([lat, lon]);
      const size = map.getSize();
      const edge = 48;
      const inside = at.x > covered.left + edge && at.x < size.x - covered.right - edge && at.y > edge && at.y < size.y - covered.bottom - edge;
      if (inside) return;
      const zoom = Math.max(map.getZoom(), 8);
      const middle = map.project([lat, lon], zoom).add([(covered.right - covered.left) / 2, covered.bottom / 2]);
      map.setView(map.unproject(middle, zoom), zoom, { animate: !still });
    },
    fitSites(list) {
      const at = list.flatMap((i): [number, number][] => {
        const site = sites.at(i);
        return site ? [[site.lat, site.lon]] : [];
      });
      if (at.length > 0) map.fitBounds(at, { maxZoom: CLOSEST_FIRST, padding: [60, 60], animate: false });
    },
    setPicking(on) {
      picking = on;
      el.classList.toggle('picking', on);
      hush();
    },
    setPin(at) {
      pinAt = at;
      putMarks();
    },
    provinceAt: (lat, lon) => land?.provinceAt(lon, lat) ?? null,
    zoomBy: (steps) => void map.setZoom(map.getZoom() + steps),
    showAll: () => void map.fitBounds(MOROCCO, { animate: !still }),
    resize: () => void map.invalidateSize(),
    remove() {
      watcher.disconnect();
      landCanvas.remove();
      sitesCanvas.remove();
      map.remove();
    },
  };
}
