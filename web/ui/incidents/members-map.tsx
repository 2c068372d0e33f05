/**
 * Where the sites of an incident lie, drawn as SVG over the provinces. Not the map of the fleet: that one lives once behind its tab with ten thousand sites; here a
 * few dots must print, and stand beside a text.
 */
import type { IncidentMember } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { nt } from '../../i18n/incidents/text.ts';
import { language } from '../../i18n/language.ts';
import { mercatorX, mercatorY } from '../../map/mercator.ts';
import { territory } from '../../state/store.ts';
import type { Ring, Territory } from '../../state/territory.ts';
import { siteName } from '../site-name.ts';

const WIDTH = 420;
const HEIGHT = 320;
/** A single site is shown with its surroundings: about 150 km. */
const LEAST_SPAN = 0.004;
const PLACES = 12;

interface View {
  x: (lon: number) => number;
  y: (lat: number) => number;
  dots: number;
}

/** Fits these sites, with room around them. */
function viewOf(members: readonly IncidentMember[]): View {
  const xs = members.map(({ site }) => mercatorX(site.lon));
  const ys = members.map(({ site }) => mercatorY(site.lat));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const span = Math.max(LEAST_SPAN, (right - left) * 1.25, (bottom - top) * 1.25 * (WIDTH / HEIGHT));
  const scale = WIDTH / span;
  const [midX, midY] = [(left + right) / 2, (top + bottom) / 2];
  return { x: (lon) => (mercatorX(lon) - midX) * scale + WIDTH / 2, y: (lat) => (mercatorY(lat) - midY) * scale + HEIGHT / 2, dots: members.length > 60 ? 3 : members.length > 15 ? 4.5 : 6 };
}

const pathOf = (rings: readonly Ring[], { x, y }: View, close: boolean): string => rings.map((ring) => `M${ring.map(([lon, lat]) => `${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join('L')}${close ? 'Z' : ''}`).join('');

/** The greatest places in view, none over another. */
function placesIn({ places }: Territory, view: View): { x: number; y: number; name: string }[] {
  const shown: { x: number; y: number; name: string }[] = [];
  for (const place of [...places].sort((a, b) => a.rank - b.rank)) {
    const at = { x: view.x(place.lon), y: view.y(place.lat), name: language.value === 'ar' ? place.ar : place.fr };
    if (at.x < 30 || at.x > WIDTH - 30 || at.y < 14 || at.y > HEIGHT - 8) continue;
    if (shown.some((one) => Math.abs(one.x - at.x) < 80 && Math.abs(one.y - at.y) < 16)) continue;
    shown.push(at);
    if (shown.length === PLACES) break;
  }
  return shown;
}

export function MembersMap({ members }: { members: readonly IncidentMember[] }): JSX.Element | null {
  const land = territory.value;
  const view = useMemo(() => (members.length === 0 ? null : viewOf(members)), [members]);
  const shapes = useMemo(() => (view === null || land === null ? null : { country: pathOf(land.country, view, true), neighbours: pathOf(land.neighbours, view, true), provinces: pathOf(land.provinceLines, view, false), regions: pathOf(land.regionLines, view, false) }), [view, land]);
  if (view === null) return null;
  const places = land === null ? [] : placesIn(land, view);
  // Those still down lie on top.
  const dots = [...members].sort((a, b) => Number(a.leftAt === null) - Number(b.leftAt === null));
  return (
    <svg class="members-map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={nt('members_map')} data-testid="members-map">
      <rect class="sea" width={WIDTH} height={HEIGHT} />
      {shapes !== null && (
        <>
          <path class="abroad" d={shapes.neighbours} />
          <path class="land" d={shapes.country} />
          <path class="province-line" d={shapes.provinces} />
          <path class="region-line" d={shapes.regions} />
        </>
      )}
      {places.map((place) => (
        <text key={place.name} x={place.x} y={place.y - 7}>
          {place.name}
        </text>
      ))}
      {dots.map(({ site, leftAt, paused }) => (
        <circle key={site.id} class={leftAt !== null ? 'left' : paused ? 'paused' : 'still'} cx={view.x(site.lon)} cy={view.y(site.lat)} r={view.dots}>
          <title>{siteName(site)}</title>
        </circle>
      ))}
    </svg>
  );
}
