/** A few lines beside the mouse, on the side where there is room. */
import { DomUtil, type Map as LeafletMap, type Point } from 'leaflet';

export interface Tooltip {
  /** `at`: CSS pixels in the map's container. Null: nothing to say. */
  say(lines: string[] | null, at: Point): void;
  hide(): void;
}

/** Room that it needs at the right and below, CSS pixels. */
const ROOM = { right: 260, below: 120 } as const;

const lineOf = (textContent: string): HTMLElement => Object.assign(document.createElement('div'), { textContent });

export function createTooltip(map: LeafletMap): Tooltip {
  const node = DomUtil.create('div', 'map-tooltip', map.getContainer());
  node.hidden = true;

  return {
    say(lines, at) {
      node.hidden = lines === null;
      if (lines === null) return;
      node.replaceChildren(...lines.map(lineOf));
      const size = map.getSize();
      node.classList.toggle('to-left', at.x > size.x - ROOM.right);
      node.classList.toggle('to-top', at.y > size.y - ROOM.below);
      DomUtil.setPosition(node, at.round());
    },
    hide() {
      node.hidden = true;
    },
  };
}
