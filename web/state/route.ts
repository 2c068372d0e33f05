/** Where the page is, as its hash says: `#/map`, `#/list`, `#/site/ID` (a panel over the map), `#/list/ID` (over the list). Pure. */

type View = 'map' | 'list';
export interface Route {
  readonly view: View;
  /** The site whose panel is open. */
  readonly site: string | null;
}

export function routeOf(hash: string): Route {
  const [view = '', id = ''] = hash.replace(/^#\/?/, '').split('/');
  let site: string | null = null;
  try {
    site = id === '' ? null : decodeURIComponent(id);
  } catch {
    // A hash cut in the middle of an escape names no site.
  }
  return { view: view === 'list' ? 'list' : 'map', site: view === 'site' || view === 'list' ? site : null };
}

export function hashOf({ view, site }: Route): string {
  if (site === null) return `#/${view}`;
  return `#/${view === 'list' ? 'list' : 'site'}/${encodeURIComponent(site)}`;
}
