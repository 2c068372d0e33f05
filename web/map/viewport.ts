/** Which part of the country is in view: the Leaflet map with its panes, and the ways to move it. */
import { Map as LeafletMap, type LatLngBoundsExpression } from 'leaflet';

/** What a panel covers, CSS pixels. */
export interface Covered {
  left: number;
  right: number;
  bottom: number;
}

export interface Viewport {
  readonly map: LeafletMap;
  reveal(lat: number, lon: number, covered: Covered): void;
  fit(places: [lat: number, lon: number][]): void;
  showAll(): void;
  remove(): void;
}

const MOROCCO: LatLngBoundsExpression = [[20.77, -17.2], [35.95, -0.99]];
const AROUND: LatLngBoundsExpression = [[12, -34], [43, 16]];
/** The first view shows where in the country a few sites lie. */
const CLOSEST_FIRST = 8.5;
/** A place is revealed no further away than this, and no closer to the edge (CSS pixels). */
const REVEALED = { zoom: 8, edge: 48 } as const;

function openMap(el: HTMLElement, still: boolean): LeafletMap {
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
  return map;
}

export function openViewport(el: HTMLElement): Viewport {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = openMap(el, still);
  const watcher = new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false }));
  watcher.observe(el);

  return {
    map,
    reveal(lat, lon, covered) {
      const at = map.latLngToContainerPoint([lat, lon]);
      const size = map.getSize();
      const { edge } = REVEALED;
      const inside = at.x > covered.left + edge && at.x < size.x - covered.right - edge && at.y > edge && at.y < size.y - covered.bottom - edge;
      if (inside) return;
      const zoom = Math.max(map.getZoom(), REVEALED.zoom);
      const middle = map.project([lat, lon], zoom).add([(covered.right - covered.left) / 2, covered.bottom / 2]);
      map.setView(map.unproject(middle, zoom), zoom, { animate: !still });
    },
    fit(places) {
      if (places.length > 0) map.fitBounds(places, { maxZoom: CLOSEST_FIRST, padding: [60, 60], animate: false });
    },
    showAll: () => void map.fitBounds(MOROCCO, { animate: !still }),
    remove() {
      watcher.disconnect();
      map.remove();
    },
  };
}
