/**
 * Where the page is and what it shows, as its hash says: `#/map`, `#/list`, `#/site/ID` (a panel over the map), `#/list/ID` (over
 * the list), `#/calendar`, `#/calendar/ID` (of one site), `#/past/ID/DAY` (a site's past, one day opened), `#/availability`, each with
 * the filter behind it:
 * `?programme=CAC&region=MA-04&zone=dense&stage=proven-in_service&state=off&state=unseen&q=words`, and what else is chosen (choices.ts):
 * `&layer=difference&level=commune&year=2013`. Pure.
 */
import { CSP, SITE_STATES, STAGES, TECHNOLOGIES, ZONES } from '../words.ts';
import { NO_CHOICES, wordsOfChoices, type Choices } from './choices.ts';
import { NO_FILTER, type Filter } from './filter.ts';

const VIEWS = ['map', 'list', 'deployment', 'coverage', 'availability', 'calendar', 'reports', 'work', 'incidents', 'silences', 'handover', 'registry', 'people', 'profile', 'past', 'alerting', 'waiting', 'agents'] as const;
type View = (typeof VIEWS)[number];
export interface Route {
  readonly view: View;
  /** The site whose panel, calendar or past is open; among the reports, the number of the opened one; among the incidents too. */
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

const oneOf = <T extends string>(all: readonly T[], word: string | null): T | null => all.find((one) => one === word) ?? null;
const fitting = (pattern: RegExp, word: string | null): string | null => (word !== null && pattern.test(word) ? word : null);

/** The filter a hash carries; words that mean nothing here are left out. */
export function filterOf(hash: string): Filter {
  const given = new URLSearchParams(hash.split('?').slice(1).join('?'));
  const states = given.getAll('state');
  return {
    programme: fitting(/^[A-Z][A-Z0-9-]{0,15}$/, given.get('programme')),
    region: fitting(/^MA-\d\d$/, given.get('region')),
    province: fitting(/^MA-[A-Z]{3}$/, given.get('province')),
    zone: oneOf(ZONES, given.get('zone')),
    csp: oneOf(CSP, given.get('csp')),
    stage: oneOf(STAGES, given.get('stage')),
    carrier: fitting(/^[^\p{Cc}]{1,60}$/u, given.get('carrier')),
    technology: oneOf(TECHNOLOGIES, given.get('technology')),
    states: SITE_STATES.filter((state) => states.includes(state)),
    text: (given.get('q') ?? '').slice(0, 120),
  };
}

const WORDS = ['programme', 'region', 'province', 'zone', 'csp', 'stage', 'carrier', 'technology'] as const;

export function hashOf({ view, site, day }: Route, filter: Filter = NO_FILTER, choices: Choices = NO_CHOICES): string {
  const path = site === null ? `#/${view}` : `#/${view === 'map' ? 'site' : view}/${encodeURIComponent(site)}${day === null ? '' : `/${day}`}`;
  const shown = new URLSearchParams();
  for (const name of WORDS) if (filter[name] !== null) shown.set(name, filter[name]);
  for (const state of filter.states) shown.append('state', state);
  if (filter.text.trim() !== '') shown.set('q', filter.text.trim());
  for (const [name, word] of wordsOfChoices(choices)) shown.set(name, word);
  const query = shown.toString();
  return query === '' ? path : `${path}?${query}`;
}
