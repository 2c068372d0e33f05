/**
 * Where the page is and what it shows, as its hash says: `#/map`, `#/list`, `#/site/ID` (a panel over the map), `#/list/ID` (over
 * the list), `#/calendar`, `#/calendar/ID` (of one site), `#/past/ID/DAY` (a site's past, one day opened), `#/availability`, each with
 * the filter behind it:
 * `?programme=CAC&region=MA-04&state=off&state=unseen&q=words`. Pure.
 */
import { SITE_STATES } from '../words.ts';
import { NO_FILTER, type Filter } from './filter.ts';

const VIEWS = ['map', 'list', 'calendar', 'past', 'availability'] as const;
type View = (typeof VIEWS)[number];
export interface Route {
  readonly view: View;
  /** The site whose panel, calendar or past is open. */
  readonly site: string | null;
  /** The day of its past that is opened, `YYYY-MM-DD`. */
  readonly day: string | null;
}

export function routeOf(hash: string): Route {
  const [path = ''] = hash.split('?');
  const [word = '', id = '', day = ''] = path.replace(/^#\/?/, '').split('/');
  let site: string | null = null;
  try {
    site = id === '' ? null : decodeURIComponent(id);
  } catch {
    // A hash cut in the middle of an escape names no site.
  }
  const view = VIEWS.find((one) => one === word) ?? 'map';
  if (view === 'past') return site === null ? { view: 'map', site: null, day: null } : { view, site, day: /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null };
  return { view, site: view === 'availability' || word === 'map' ? null : site, day: null };
}

/** The filter a hash carries; words that mean nothing here are left out. */
export function filterOf(hash: string): Filter {
  const given = new URLSearchParams(hash.split('?').slice(1).join('?'));
  const region = given.get('region') ?? '';
  const programme = given.get('programme') ?? '';
  const states = given.getAll('state');
  return {
    programme: /^[A-Z][A-Z0-9-]{0,15}$/.test(programme) ? programme : null,
    region: /^MA-\d\d$/.test(region) ? region : null,
    states: SITE_STATES.filter((state) => states.includes(state)),
    text: (given.get('q') ?? '').slice(0, 120),
  };
}

export function hashOf({ view, site, day }: Route, { programme, region, states, text }: Filter = NO_FILTER): string {
  const path = site === null ? `#/${view}` : `#/${view === 'map' ? 'site' : view}/${encodeURIComponent(site)}${day === null ? '' : `/${day}`}`;
  const shown = new URLSearchParams();
  if (programme !== null) shown.set('programme', programme);
  if (region !== null) shown.set('region', region);
  for (const state of states) shown.append('state', state);
  if (text.trim() !== '') shown.set('q', text.trim());
  const query = shown.toString();
  return query === '' ? path : `${path}?${query}`;
}
