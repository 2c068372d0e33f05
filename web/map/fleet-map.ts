/** The map, whole: a few verbs over Leaflet. No other folder knows which library draws. */
import type { Painting } from '../state/layers.ts';
import type { Area, Territory } from '../state/territory.ts';
import type { FleetSite } from '../state/fleet.ts';
import { createGround } from './ground.ts';
import type { Colouring } from './look.ts';
import { labels, type Labels } from './labels.ts';
import { createMarks, type Place } from './marks.ts';
import { paddedCanvas } from './padded-canvas.ts';
import { followPointer, type PointerEvents } from './pointer.ts';
import { sitesLayer, type MapSite } from './sites-layer.ts';
import { openViewport, type Covered } from './viewport.ts';

export interface FleetMap {
  setShapes(territory: Territory, language: string): void;
  setLanguage(language: string): void;
  /** Paints areas, or communes as points; null: plain land. */
  paint(by: Painting | null): void;
  setRaster(url: string | null): void;
  setSites(sites: readonly MapSite[]): void;
  updateSites(sites: readonly MapSite[], changed: readonly number[]): void;
  show(mask: Uint8Array, count: number): void;
  colourBy(colouring: Colouring<FleetSite>): void;
  /** Rings a site; null: none. */
  select(site: number | null): void;
  /** Brings a place into view, leaving aside what a panel covers (CSS pixels at the right or the left, and below). */
  reveal(lat: number, lon: number, covered: Covered): void;
  /** Brings these sites into view at once, no closer than a province. */
  fitSites(sites: readonly number[]): void;
  /** Taps give a position instead of selecting. */
  setPicking(on: boolean): void;
  /** The pin of a picked position. */
  setPin(at: Place | null): void;
  provinceAt(lat: number, lon: number): Area | null;
  zoomBy(steps: number): void;
  showAll(): void;
  resize(): void;
  remove(): void;
}

export function createFleetMap(el: HTMLElement, events: PointerEvents): FleetMap {
  const viewport = openViewport(el);
  const { map } = viewport;
  let names: Labels | null = null;
  let selected: number | null = null;
  let pinAt: Place | null = null;
  const sites = sitesLayer();
  const ground = createGround(map);
  const canvas = paddedCanvas(map, 'sites', true, (ctx, view) => {
    sites.draw(ctx, view);
    names?.draw(ctx, view, sites.crowdBoxes(view));
  });
  const marks = createMarks(map, () => (selected === null ? null : sites.at(selected)), () => pinAt);
  const pointer = followPointer(map, sites, ground, marks, events);

  return {
    setShapes(territory, language) {
      ground.setShapes(territory);
      names = labels(territory, language);
      canvas.redraw();
    },
    setLanguage(language) {
      names?.setLanguage(language);
      canvas.redraw();
    },
    paint: ground.paint,
    setRaster: ground.setRaster,
    setSites(all) {
      sites.place(all);
      marks.put();
      canvas.redraw();
    },
    updateSites(all, changed) {
      sites.restate(all, changed);
      canvas.redraw();
    },
    show(mask, count) {
      sites.show(mask, count);
      canvas.redraw();
    },
    colourBy(colouring) {
      sites.colourBy(colouring as Colouring<MapSite>);
      canvas.redraw();
    },
    select(site) {
      selected = site;
      marks.put();
    },
    reveal: viewport.reveal,
    fitSites: (list) => viewport.fit(list.flatMap((i): [number, number][] => {
      const site = sites.at(i);
      return site ? [[site.lat, site.lon]] : [];
    })),
    setPicking: pointer.setPicking,
    setPin(at) {
      pinAt = at;
      marks.put();
    },
    provinceAt: ground.provinceAt,
    zoomBy: (steps) => void map.setZoom(map.getZoom() + steps),
    showAll: viewport.showAll,
    resize: () => void map.invalidateSize(),
    remove() {
      ground.remove();
      canvas.remove();
      viewport.remove();
    },
  };
}
