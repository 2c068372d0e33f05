/** The marks that stand on the map: a ring around the selected site, a halo around the one under the mouse, the pin of a picked position. */
import { DomUtil, type Map as LeafletMap } from 'leaflet';

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

export interface Marks {
  halo(at: Place | undefined): void;
  /** Puts the ring and the pin where they belong now. */
  put(): void;
}

/** `ringed` and `pinned` are asked anew whenever the map has moved. */
export function createMarks(map: LeafletMap, ringed: () => Place | null | undefined, pinned: () => Place | null): Marks {
  const mark = (className: string): HTMLElement => {
    const node = DomUtil.create('div', `map-mark ${className}`, map.getPane('marks'));
    node.hidden = true;
    return node;
  };
  const ring = mark('map-ring');
  const halo = mark('map-hover');
  const pin = mark('map-pin');
  const place = (node: HTMLElement, at: Place | null | undefined): void => {
    node.hidden = !at;
    if (at) DomUtil.setPosition(node, map.latLngToLayerPoint([at.lat, at.lon]).round());
  };
  const put = (): void => {
    place(ring, ringed());
    place(pin, pinned());
  };
  map.on('zoomstart', () => {
    ring.hidden = true;
    pin.hidden = true;
  });
  map.on('zoomend viewreset moveend', put);

  return { halo: (at) => place(halo, at), put };
}
