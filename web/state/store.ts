/** The signals of the page, and the few acts that fill them. What they hold is decided by the pure files beside this one. */
import type { FleetSnapshot, Session } from '@cac/shared/api.ts';
import type { CoverageRow, DeploymentRow, ProgrammeView, ZoneShare } from '@cac/shared/programme.ts';
import { batch, computed, effect, signal } from '@preact/signals';
import type { Topology } from 'topojson-client';
import { api, EVENTS_PATH, RequestError } from '../api.ts';
import { connectionOf, type Connection } from './connection.ts';
import { choicesOf, NO_CHOICES, type Choices } from './choices.ts';
import { applyEvents, fleetOf, NO_FLEET, type Fleet, type FleetChange, type FleetSite, type NumberedEvent } from './fleet.ts';
import { NO_FILTER, shownOf, type Filter } from './filter.ts';
import type { Painting } from './layers.ts';
import { filterOf, hashOf, routeOf, type Route } from './route.ts';
import { follow } from './stream.ts';
import { territoryOf, type Territory } from './territory.ts';

export type Loading = { readonly kind: 'loading' } | { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly error: RequestError };

/** `changed: null`: everything did (a new snapshot). */
export interface LastChange extends Omit<FleetChange, 'changed'> {
  readonly changed: readonly number[] | null;
}

export const session = signal<Session | null>(null);
export const starting = signal<Loading>({ kind: 'loading' });
export const fleetLoading = signal<Loading>({ kind: 'loading' });
export const lastChange = signal<LastChange>({ fleet: NO_FLEET, changed: null, moved: true });
export const fleet = computed<Fleet>(() => lastChange.value.fleet);
export const filter = signal<Filter>(NO_FILTER);
export const shown = computed(() => shownOf(fleet.value.sites, filter.value));
export const territory = signal<Territory | null>(null);
export const deployment = signal<readonly DeploymentRow[]>([]);
export const programmes = signal<readonly ProgrammeView[]>([]);
export const coverage = signal<{ items: readonly CoverageRow[]; provinces: readonly ZoneShare[] }>({ items: [], provinces: [] });
export const connection = signal<Connection>({ kind: 'connecting' });
export const route = signal<Route>({ view: 'map', site: null, day: null });
/** Sites that lie together under the last tap, when there were several. */
export const together = signal<readonly string[]>([]);
/** The form of a new site is open; while `picking`, a tap on the map gives its position. */
export const adding = signal(false);
export const picking = signal(false);
export const picked = signal<{ lat: number; lon: number; region: string | null; province: string | null } | null>(null);
/** What else the address says; `painting` is made of layer and level when their figures are there. */
export const choices = signal<Choices>(NO_CHOICES);
export const choose = (change: Partial<Choices>): void => void (choices.value = { ...choices.peek(), ...change });
export const layer = computed(() => choices.value.layer);
export const level = computed(() => choices.value.level);
export const painting = signal<Painting | null>(null);
/** Moves when an incident changed, or may have: pages of incidents read anew. */
export const incidentMark = signal(0);
/** Incidents that are said at once and that nobody has taken: the number on their tab. */
export const urgentIncidents = signal(0);
/** What a link of a message asks to be done at once (`?act=acknowledge`); it is said once, and not written back. */
export const askedAct = signal<string | null>(null);
/** The clock of relative times: moves every few seconds. */
export const now = signal(Date.now());

export const hasDemo = computed(() => session.value?.settings.demo === true || fleet.value.sites.some((site) => site.demo));
/** Administrators and coordinators add sites and issue codes. */
export const mayEdit = computed(() => session.value?.role === 'administrator' || session.value?.role === 'coordinator');

export const siteAt = (id: string): FleetSite | undefined => {
  const at = fleet.value.index.get(id);
  return at === undefined ? undefined : fleet.value.sites[at];
};

const asError = (error: unknown): RequestError => (error instanceof RequestError ? error : new RequestError(0, { code: 'unexpected', message: String(error) }));

/** Without a session there is nothing to show here. */
export const toSignIn = (): void => location.replace(`/sign-in${location.hash}`);

// ---- where the page is

/** The hash of another view under the present filter and choices, for links. */
export const hrefOf = (to: Partial<Route>): string => hashOf({ view: route.value.view, site: null, day: null, ...to }, filter.value, choices.value);

/**
 * Goes elsewhere. Another view, or a panel over none, is a step that Back undoes; closing a panel or turning to its
 * neighbour is not, so that Back never opens again what was closed.
 */
export const go = (next: Partial<Route>): void => {
  const before = route.value;
  const after = { ...before, day: null, ...next };
  if (hashOf(before) === hashOf(after)) return;
  const step = after.view !== before.view || (before.site === null && after.site !== null);
  route.value = after;
  history[step ? 'pushState' : 'replaceState'](null, '', hashOf(after, filter.value, choices.value));
};

/** Takes route, filter and choices from the hash, now and whenever it changes, and keeps the last two written there. */
export function followHash(): void {
  const read = (): void =>
    batch(() => {
      route.value = routeOf(location.hash);
      const act = new URLSearchParams(location.hash.split('?')[1] ?? '').get('act');
      if (act !== null) askedAct.value = act;
      const wanted = filterOf(location.hash);
      if (hashOf(route.value, wanted) !== hashOf(route.value, filter.peek())) filter.value = wanted;
      const chosen = choicesOf(location.hash);
      if (hashOf(route.value, wanted, chosen) !== hashOf(route.value, wanted, choices.peek())) choices.value = chosen;
    });
  addEventListener('hashchange', read);
  read();
  effect(() => {
    const hash = hashOf(route.peek(), filter.value, choices.value);
    if ((location.hash || '#/map') !== hash) history.replaceState(null, '', hash);
  });
}

// ---- live events

/** Events are applied together, at most this often: a burst of thousands costs one redraw. */
const APPLY_EVERY_MS = 100;
const REFRESH_FIGURES_MS = 30_000;

let stopFollowing: (() => void) | null = null;
let heardAt: number | null = null;
let open = true;
let waiting: NumberedEvent[] = [];
let applying = false;
let figuresDue = false;

function judgeConnection(): void {
  const next = connectionOf(heardAt, open, navigator.onLine, Date.now());
  if (next.kind !== connection.value.kind) connection.value = next;
}

function applyWaiting(): void {
  applying = false;
  const change = applyEvents(fleet.value, waiting);
  waiting = [];
  if (change.changed.length === 0) return;
  lastChange.value = change;
  if (!figuresDue) setTimeout(() => void loadFigures(), REFRESH_FIGURES_MS);
  figuresDue = true;
}

/** Incidents change in bursts: what shows them asks again once they pause, and not every page in the same moment. */
const INCIDENTS_AFTER_MS = 300;
let incidentsDue = false;

function noteIncidents(): void {
  if (incidentsDue) return;
  incidentsDue = true;
  setTimeout(() => {
    incidentsDue = false;
    incidentMark.value += 1;
    void api.incidentCounts().then(({ urgent }) => (urgentIncidents.value = urgent), () => {});
  }, INCIDENTS_AFTER_MS * (1 + Math.random()));
}

function followFleet(): void {
  stopFollowing?.();
  stopFollowing = follow(EVENTS_PATH, fleet.value.cursor, {
    heard() {
      heardAt = Date.now();
      open = true;
      judgeConnection();
    },
    site(id, event) {
      waiting.push({ id, event });
      if (!applying) setTimeout(applyWaiting, APPLY_EVERY_MS);
      applying = true;
    },
    opened: noteIncidents,
    incident: noteIncidents,
    reset: () => void loadFleet(),
    lost() {
      open = false;
      judgeConnection();
    },
    refused: (status) => (status === 401 ? toSignIn() : undefined),
  });
}

// ---- loading

const askFleet = (): Promise<FleetSnapshot | RequestError> => api.fleet().catch(asError);

async function loadFigures(): Promise<void> {
  figuresDue = false;
  const [rows, zones, known] = await Promise.allSettled([api.deployment(), api.coverage(), api.programmes()]);
  batch(() => {
    if (known.status === 'fulfilled') programmes.value = known.value.items;
    if (rows.status === 'fulfilled') deployment.value = rows.value.items;
    if (zones.status === 'fulfilled') coverage.value = zones.value;
  });
}

/** A map without shapes still shows the sites: a failure here stays silent. */
async function loadTerritory(): Promise<void> {
  const read = await api.territory().catch(() => null);
  if (read !== null) territory.value = territoryOf(read as Topology);
}

/** Reads the snapshot (unless it was asked for already), then follows the events after it. */
export async function loadFleet(asked = askFleet()): Promise<void> {
  if (fleet.value.sites.length === 0) fleetLoading.value = { kind: 'loading' };
  const snapshot = await asked;
  if (snapshot instanceof RequestError) {
    if (snapshot.status === 401) return toSignIn();
    // With an older picture on screen, keep it and try again.
    if (fleet.value.sites.length > 0) setTimeout(() => void loadFleet(), 10_000);
    else fleetLoading.value = { kind: 'failed', error: snapshot };
    return;
  }
  waiting = [];
  batch(() => {
    lastChange.value = { fleet: fleetOf(snapshot), changed: null, moved: true };
    fleetLoading.value = { kind: 'ready' };
  });
  followFleet();
}

/** Loads what the main screen shows of the fleet. */
function loadAll(asked = askFleet()): void {
  void loadFleet(asked);
  void loadFigures();
}

/** From nothing to the first screen. Fleet and territory are asked for together with the session: nearly always they are answered. */
export async function start(): Promise<void> {
  starting.value = { kind: 'loading' };
  const asked = askFleet();
  void loadTerritory();
  try {
    session.value = await api.session();
  } catch (error) {
    const failed = asError(error);
    if (failed.status === 401) return toSignIn();
    starting.value = { kind: 'failed', error: failed };
    return;
  }
  starting.value = { kind: 'ready' };
  if (!session.value.mustChangePassword) loadAll(asked);
  setInterval(judgeConnection, 5_000);
  setInterval(() => (now.value = Date.now()), 15_000);
  addEventListener('online', judgeConnection);
  addEventListener('offline', judgeConnection);
}

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => {});
  toSignIn();
}

/** After the first password was changed: the rest of the API answers now. */
export function passwordChanged(): void {
  if (session.value === null || !session.value.mustChangePassword) return;
  session.value = { ...session.value, mustChangePassword: false };
  if (territory.value === null) void loadTerritory();
  loadAll();
}
