/**
 * What each route of the table needs to be asked rightly: the parameters of its path, of the own region, of the other, and made up; a body that is accepted; bodies that
 * aim at the other region. test/server/http/every-route.test.ts asks every route with them, and fails by name for one that is missing here.
 */
import type { Role } from '@cac/shared/api.ts';
import { USUAL_ALERTS } from '@cac/shared/incidents.ts';
import { WEEKDAYS } from '@cac/shared/opening-hours.ts';
import { dayAfter } from '@cac/shared/wall-time.ts';
import { MARK, type MarkedWorld } from './marked-world.ts';

export type Params = Record<string, string>;

/** What an entry may make for itself, so that each act has something of its own to act on. */
export interface Maker {
  world: MarkedWorld;
  role: Role;
  /** Counts up: names that were not used yet. */
  next(): number;
  /** As the administrator; the answer's body. */
  post<T>(path: string, body: unknown): Promise<T>;
  get<T>(path: string): Promise<T>;
  /** A new session of the account that the role may spend. */
  spare(): Promise<{ cookie: string; session: string; account: number }>;
  /** The number of an import of the role's own, the last one made. */
  imported(): Promise<string>;
}

interface PathParams {
  own(maker: Maker): Params | Promise<Params>;
  /** Null: the thing belongs to no region. */
  foreign: ((world: MarkedWorld) => Params) | null;
  missing: Params;
  /** Writing to what does not exist makes it: only the other region's is refused. */
  madeByWriting?: true;
}

const site = { own: ({ world }: Maker) => ({ id: world.own.site }), foreign: ({ marked }: MarkedWorld) => ({ id: marked.site }), missing: { id: 'NONE-1' } } satisfies PathParams;
const machine = { own: ({ world }: Maker) => ({ id: world.own.machines[0]! }), foreign: ({ marked }: MarkedWorld) => ({ id: marked.machines[0]! }), missing: { id: 'aaaaaaaaaaaaaaaaaaaa' } } satisfies PathParams;
/** Of each act another one: it has had its command, or it is gone afterwards. */
const spentMachine = { ...machine, own: ({ world }: Maker) => ({ id: world.own.machines.pop()! }) } satisfies PathParams;
const incident = { own: ({ world }: Maker) => ({ id: world.own.incidents.pop()! }), foreign: ({ marked }: MarkedWorld) => ({ id: marked.incidents[0]! }), missing: { id: '999999' } } satisfies PathParams;
const report = { own: ({ world }: Maker) => ({ no: world.own.report }), foreign: ({ marked }: MarkedWorld) => ({ no: marked.report }), missing: { no: '999999' } } satisfies PathParams;
const account = { own: ({ world }: Maker) => ({ id: world.own.account }), foreign: ({ marked }: MarkedWorld) => ({ id: marked.account }), missing: { id: '999999' } } satisfies PathParams;

const LABEL = { fr: 'Grève', ar: 'إضراب' };
const closed = (day: string) => ({ from: day, to: day, effect: 'closed', why: 'strike', label: LABEL, confirmed: true, source: 'note' });
const siteScope = (id: string) => ({ kind: 'site', id });
const week = Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: 540, to: 1020 }]]));
interface Change {
  id: number;
  after: { id: string };
}
const newRule = ({ post, world, next }: Maker): Promise<Change> => post('/api/v1/calendar/rules', { scope: siteScope(world.own.site), ...closed(dayAfter(world.day, 20 + next())) });

const firstIndicator = async (get: Maker['get']) => (await get<{ items: { code: string; values: { id: number }[] }[] }>('/api/v1/indicators')).items[0]!;
const channelDraft = { kind: 'email', name: 'Courrier', enabled: false, host: '127.0.0.1', port: 9, security: 'plain', from: 'constat@example.ma', user: null };
const routeDraft = { name: 'Une route', regions: ['MA-04'], programmes: [], kinds: [], minSeverity: 'major', hours: null, target: { kind: 'role', role: 'operator' }, by: 'email', afterMs: 0, enabled: true };
const made = (path: string, body: unknown): PathParams => ({ own: async ({ post }) => ({ id: String((await post<{ id: number }>(path, body)).id) }), foreign: null, missing: { id: '999999' } });

/** By path, or by method and path where an act uses up what it is given. */
export const PARAMS: Record<string, PathParams> = {
  '/api/v1/accounts/{id}': account,
  '/api/v1/accounts/{id}/link': account,
  '/api/v1/accounts/{id}/sessions': account,
  '/api/v1/accounts/{id}/sessions/{session}': {
    own: async ({ spare }) => {
      const made = await spare();
      return { id: String(made.account), session: made.session };
    },
    foreign: null,
    missing: { id: '999999', session: 'f'.repeat(16) },
  },
  '/api/v1/sessions/{id}': { own: async ({ spare }) => ({ id: (await spare()).session }), foreign: ({ marked }) => ({ id: marked.session }), missing: { id: 'f'.repeat(16) } },
  '/api/v1/sites/{id}': site,
  '/api/v1/sites/{id}/changes': site,
  '/api/v1/sites/{id}/days': site,
  '/api/v1/sites/{id}/days/{day}': {
    own: ({ world }) => ({ id: world.own.site, day: world.day }), foreign: ({ marked, day }) => ({ id: marked.site, day }), missing: { id: 'NONE-1', day: '2026-01-01' },
  },
  '/api/v1/sites/{id}/ladder': site,
  '/api/v1/sites/{id}/attestations': site,
  '/api/v1/sites/{id}/visits': site,
  '/api/v1/sites/{id}/calendar': site,
  '/api/v1/vouchers/{id}': {
    own: async ({ post, world }) => ({ id: String((await post<{ id: number }>('/api/v1/vouchers', { siteId: world.own.site })).id) }), foreign: ({ marked }) => ({ id: marked.voucher }), missing: { id: '999999' },
  },
  '/api/v1/communes/{code}': { own: ({ world }) => ({ code: world.own.commune }), foreign: ({ marked }) => ({ code: marked.commune }), missing: { code: 'NONE-9' }, madeByWriting: true },
  '/api/v1/imports/{id}/undo': { own: async ({ imported }) => ({ id: await imported() }), foreign: () => ({ id: '1' }), missing: { id: '999999' } },
  '/api/v1/machines/{id}': machine,
  'DELETE /api/v1/machines/{id}': { ...machine, own: ({ world }) => ({ id: world.own.machines.pop()! }) },
  '/api/v1/machines/{id}/journal': machine,
  '/api/v1/machines/{id}/dead-letters': machine,
  '/api/v1/machines/{id}/days': machine,
  '/api/v1/machines/{id}/samples': machine,
  '/api/v1/machines/{id}/field': machine,
  '/api/v1/machines/{id}/log': machine,
  '/api/v1/machines/{id}/commands': spentMachine,
  '/api/v1/machines/{id}/held': machine,
  '/api/v1/machines/{id}/move': spentMachine,
  '/api/v1/machines/{id}/replace': spentMachine,
  '/api/v1/enrol-requests/{id}/decision': { own: ({ world }) => ({ id: world.own.waiting.pop()! }), foreign: ({ marked }) => ({ id: marked.waiting[0]! }), missing: { id: '999999' } },
  '/api/v1/agent-rules/{kind}/{id}': { own: ({ world }) => ({ kind: 'site', id: world.own.site }), foreign: ({ marked }) => ({ kind: 'site', id: marked.site }), missing: { kind: 'site', id: 'NONE-1' } },
  '/api/v1/sites/{id}/data-use': site,
  '/api/v1/attestations/{id}': {
    own: async ({ post, world }) => ({ id: String((await post<{ id: number }>(`/api/v1/sites/${world.own.site}/attestations`, { kind: 'equipped', day: '2012-01-01', source: 'note' })).id) }),
    foreign: ({ marked }) => ({ id: marked.attestation }),
    missing: { id: '999999' },
  },
  '/api/v1/causes/{id}': { own: () => ({ id: 'premises' }), foreign: null, missing: { id: 'nothing' } },
  '/api/v1/thresholds/{key}': { own: () => ({ key: 'reporting' }), foreign: null, missing: { key: 'nothing' } },
  '/api/v1/calendar/timetables/{id}': {
    own: async ({ post, world, next }) => ({ id: (await post<Change>('/api/v1/calendar/timetables', { scope: siteScope(world.own.site), from: dayAfter(world.day, 30 + next()), week })).after.id }),
    foreign: ({ marked }) => ({ id: marked.timetable }),
    missing: { id: 'f'.repeat(16) },
  },
  '/api/v1/calendar/rules/{id}': { own: async (maker) => ({ id: (await newRule(maker)).after.id }), foreign: ({ marked }) => ({ id: marked.rule }), missing: { id: 'f'.repeat(16) } },
  '/api/v1/calendar/seasons/{id}': { own: () => ({ id: 'ramadan-2027' }), foreign: null, missing: { id: 'nothing' } },
  '/api/v1/calendar/changes/{id}/undo': { own: async (maker) => ({ id: String((await newRule(maker)).id) }), foreign: ({ marked }) => ({ id: marked.changes[0]! }), missing: { id: '999999' } },
  '/api/v1/reports/{no}': report,
  '/api/v1/reports/{no}/text': report,
  '/api/v1/indicators/{code}/values': { own: async ({ get }) => ({ code: (await firstIndicator(get)).code }), foreign: null, missing: { code: 'nothing' } },
  '/api/v1/indicators/{code}/values/{id}': {
    own: async ({ post, get, next }) => {
      const { code } = await firstIndicator(get);
      await post(`/api/v1/indicators/${code}/values`, { day: dayAfter('2020-01-01', next()), value: 1, source: 'note' });
      return { code, id: String((await firstIndicator(get)).values.at(-1)!.id) };
    },
    foreign: null,
    missing: { code: 'nothing', id: '999999' },
  },
  '/api/v1/incidents/{id}': incident,
  '/api/v1/incidents/{id}/text': incident,
  '/api/v1/incidents/{id}/assignees': incident,
  '/api/v1/incidents/{id}/acknowledge': incident,
  '/api/v1/incidents/{id}/unacknowledge': {
    ...incident,
    own: async ({ world, post }) => {
      const id = world.own.incidents.pop()!;
      await post(`/api/v1/incidents/${id}/acknowledge`, { reason: 'seen' });
      return { id };
    },
  },
  '/api/v1/incidents/{id}/notes': incident,
  '/api/v1/incidents/{id}/assignee': incident,
  '/api/v1/incidents/{id}/ticket': incident,
  '/api/v1/channels/{id}': made('/api/v1/channels', channelDraft),
  '/api/v1/channels/{id}/test': made('/api/v1/channels', channelDraft),
  '/api/v1/alert-routes/{id}': made('/api/v1/alert-routes', routeDraft),
  '/api/v1/notices/{id}/retry': { own: async ({ get }) => ({ id: String((await get<{ items: { id: number }[] }>('/api/v1/notices/failed')).items[0]!.id) }), foreign: null, missing: { id: '999999' } },
  '/api/v1/ping-sources/{id}': {
    own: async ({ post, world }) => ({ id: String((await post<{ id: number }>('/api/v1/ping-sources', { siteId: world.own.site, name: 'PC' })).id) }), foreign: ({ marked }) => ({ id: marked.ping }), missing: { id: '999999' },
  },
  '/api/v1/silences/{id}': { own: ({ world }) => ({ id: world.own.silences.pop()! }), foreign: ({ marked }) => ({ id: marked.silences[0]! }), missing: { id: '999999' } },
};

export interface Act {
  /** Accepted of the own region. Absent: the route takes none. */
  body?(maker: Maker): unknown;
  /** Aimed at the other region: refused. */
  others?(world: MarkedWorld): unknown[];
  /** What the accepted body is answered with, where it is not the route's own success. */
  status?: number;
  /** Ends or changes the session it is done with: done with one of an account of its own. */
  spends?: true;
  /** The body is a file; `query` goes with it. */
  file?: { query: string; text: string };
}

const draft = ({ next }: Maker, over: object = {}) => ({ id: `NEW-${next()}`, name: 'Centre', programme: 'CAC', kind: 'centre', region: 'MA-04', province: 'MA-RAB', lat: 34, lon: -6.8, ...over });
const elsewhere = { region: 'MA-06', province: 'MA-CAS', lat: 33.59, lon: -7.62 };
const COMMUNE = { nameFr: 'Commune', nameAr: 'جماعة', province: 'MA-RAB', zone: 'dense', households: 10, year: 2014, source: 'note' };
const PROFILE = { fullName: 'Somebody', email: null, phone: null, language: 'fr', quiet: null };
const names = { fr: 'x', ar: 'x', en: 'x' };
const NOTHING: Act = {};

/** Of every route but the reading ones. */
export const ACTS: Record<string, Act> = {
  'POST /api/v1/session': { body: () => ({ name: 'nobody', password: 'not the password' }), status: 401 },
  'DELETE /api/v1/session': { spends: true },
  'POST /api/v1/password': { body: () => ({ current: 'not the password', next: 'another long password' }), status: 400, spends: true },
  'POST /api/v1/password-resets': { body: () => ({ name: 'nobody' }) },
  'POST /api/v1/password-links/redeem': { body: () => ({ token: 'x'.repeat(43), password: 'another long password' }), status: 401 },
  'POST /api/v1/accounts': { body: ({ next }) => ({ name: `new-${next()}`, role: 'viewer', scope: { kind: 'regions', regions: ['MA-04'] }, ...PROFILE }) },
  'PUT /api/v1/accounts/{id}': { body: () => ({ role: 'viewer', scope: { kind: 'regions', regions: ['MA-04'] }, disabled: false, ...PROFILE }) },
  'POST /api/v1/accounts/{id}/link': NOTHING,
  'DELETE /api/v1/accounts/{id}/sessions': NOTHING,
  'DELETE /api/v1/accounts/{id}/sessions/{session}': NOTHING,
  'PUT /api/v1/profile': { body: () => PROFILE },
  'DELETE /api/v1/sessions': { spends: true },
  'DELETE /api/v1/sessions/{id}': { spends: true },

  'POST /api/v1/sites': { body: (maker) => draft(maker), others: () => [{ ...draft({ next: () => 90_001 } as Maker), ...elsewhere }] },
  'POST /api/v1/sites/batch': { body: (maker) => ({ items: [draft(maker)] }), others: () => [{ items: [draft({ next: () => 90_002 } as Maker), { ...draft({ next: () => 90_003 } as Maker), ...elsewhere }] }] },
  'PUT /api/v1/sites/{id}': { body: () => ({ name: 'Centre', region: 'MA-04', province: 'MA-RAB', lat: 34, lon: -6.8 }), others: () => [{ name: 'Centre', ...elsewhere }] },
  'POST /api/v1/vouchers': { body: ({ world }) => ({ siteId: world.own.site }), others: ({ marked }) => [{ siteId: marked.site }] },
  'POST /api/v1/vouchers/batch': { body: ({ world }) => ({ items: [{ siteId: world.own.site }] }), others: ({ own, marked }) => [{ items: [{ siteId: own.site }, { siteId: marked.site }] }] },
  'DELETE /api/v1/vouchers/{id}': NOTHING,
  'POST /api/v1/ping-sources': { body: ({ world }) => ({ siteId: world.own.site, name: 'PC' }), others: ({ marked }) => [{ siteId: marked.site, name: 'PC' }] },
  'DELETE /api/v1/ping-sources/{id}': NOTHING,
  'POST /api/v1/programmes': { body: ({ next }) => ({ code: `P${next()}`, kind: 'centre', names }) },
  'POST /api/v1/communes/batch': { body: ({ next }) => ({ items: [{ code: `C-${next()}`, ...COMMUNE }] }), others: () => [{ items: [{ code: 'C-90001', ...COMMUNE, province: 'MA-CAS' }] }] },
  'PUT /api/v1/communes/{code}': { body: () => COMMUNE, others: () => [{ ...COMMUNE, province: 'MA-CAS' }] },
  'POST /api/v1/imports/preview': { file: { query: 'kind=sites&fileName=x.csv', text: 'Code;Nom\nOWN-1;Centre' } },
  'POST /api/v1/imports': { file: { query: `kind=sites&fileName=x.csv&digest=${'0'.repeat(64)}`, text: 'Code;Nom\nOWN-1;Centre' }, status: 409 },
  'POST /api/v1/imports/{id}/undo': NOTHING,
  'DELETE /api/v1/machines/{id}': NOTHING,
  'POST /api/v1/machines/{id}/commands': { body: () => ({ kind: 'report_now' }) },
  'POST /api/v1/machines/{id}/held': { body: ({ world }) => ({ inst: world.own.held.pop()!, act: 'is_the_pc' }) },
  'POST /api/v1/machines/{id}/move': { body: ({ world }) => ({ siteId: `${world.own.site.split('-')[0]}-2`, reason: 'note' }), others: ({ marked }) => [{ siteId: marked.site, reason: 'note' }] },
  'POST /api/v1/machines/{id}/replace': { body: ({ world }) => ({ by: world.own.machines[0]! }), others: ({ marked }) => [{ by: marked.machines[0]! }] },
  'POST /api/v1/enrol-requests/{id}/decision': { body: () => ({ accept: true }) },
  'PUT /api/v1/agent-rules/{kind}/{id}': { body: () => ({ keepaliveS: 120, batchS: null, targets: null }) },

  'POST /api/v1/milestones': { body: () => ({ items: [{ programme: 'CAC', year: 2025, value: 100 }] }) },
  'POST /api/v1/sites/{id}/attestations': { body: () => ({ kind: 'built', day: '2011-01-01', source: 'note' }) },
  'DELETE /api/v1/attestations/{id}': NOTHING,
  'POST /api/v1/sites/{id}/visits': { body: () => ({ day: '2024-01-02', byFunction: 'other', pcsFound: 1 }) },
  'POST /api/v1/causes': { body: ({ next }) => ({ code: `cause_${next()}`, names }) },
  'POST /api/v1/causes/{id}': { body: () => ({ retired: false }) },
  'POST /api/v1/thresholds/{key}': { body: ({ world }) => ({ fromDay: dayAfter(world.day, 40), value: { days: 7 } }) },

  'POST /api/v1/calendar/timetables': {
    body: ({ world, next }) => ({ scope: siteScope(world.own.site), from: dayAfter(world.day, 200 + next()), week }),
    others: ({ marked, day }) => [siteScope(marked.site), { kind: 'province', id: marked.province }].map((scope) => ({ scope, from: dayAfter(day, 9), week })),
  },
  'DELETE /api/v1/calendar/timetables/{id}': NOTHING,
  'POST /api/v1/calendar/rules': {
    body: ({ world, next }) => ({ scope: siteScope(world.own.site), ...closed(dayAfter(world.day, 300 + next())) }),
    others: ({ marked, day }) => [siteScope(marked.site), { kind: 'province', id: marked.province }].map((scope) => ({ scope, ...closed(dayAfter(day, 9)) })),
  },
  'POST /api/v1/calendar/rules/{id}': { body: ({ world, next }) => closed(dayAfter(world.day, 600 + next())) },
  'DELETE /api/v1/calendar/rules/{id}': NOTHING,
  'POST /api/v1/calendar/seasons': { body: () => ({ season: 'summer', from: '2031-07-01', to: '2031-08-31', confirmed: false }) },
  'POST /api/v1/calendar/seasons/{id}': { body: () => ({ from: '2027-02-09', to: '2027-03-09', confirmed: false }) },
  'POST /api/v1/calendar/changes/{id}/undo': NOTHING,
  'POST /api/v1/reports': { body: ({ world }) => ({ month: world.month, region: 'MA-04' }), others: ({ month }) => [{ month, region: 'MA-06' }, { month, region: '' }] },
  'POST /api/v1/indicators/{code}/values': { body: () => ({ day: '2020-01-01', value: 1, source: 'note' }) },
  'DELETE /api/v1/indicators/{code}/values/{id}': NOTHING,

  'POST /api/v1/incidents/{id}/acknowledge': { body: () => ({ reason: 'seen' }) },
  'POST /api/v1/incidents/{id}/unacknowledge': { body: () => ({}) },
  'POST /api/v1/incidents/{id}/notes': { body: () => ({ text: 'called the carrier' }) },
  'PUT /api/v1/incidents/{id}/assignee': { body: () => ({ account: null }), others: ({ marked }) => [{ account: Number(marked.account) }] },
  'PUT /api/v1/incidents/{id}/ticket': { body: ({ world }) => ({ ticket: 'T-1', promisedAt: Date.parse(world.day) + 2 * 86_400_000 }) },
  'POST /api/v1/silences': {
    body: ({ world }) => ({ kind: 'silence', scope: siteScope(world.own.site), fromAt: Date.now(), toAt: Date.now() + 3_600_000, reason: 'works' }),
    others: ({ marked }) => [siteScope(marked.site), { kind: 'province', id: marked.province }, { kind: 'region', id: marked.region }, { kind: 'carrier', id: `${MARK} carrier` }].map((scope) => ({ kind: 'silence', scope, fromAt: Date.now(), toAt: Date.now() + 3_600_000, reason: 'works' })),
  },
  'DELETE /api/v1/silences/{id}': NOTHING,

  'POST /api/v1/channels': { body: () => channelDraft },
  'PUT /api/v1/channels/{id}': { body: () => channelDraft },
  'DELETE /api/v1/channels/{id}': NOTHING,
  'POST /api/v1/channels/{id}/test': { body: () => ({ to: 'somebody@example.ma' }) },
  'POST /api/v1/alert-routes': { body: () => routeDraft },
  'PUT /api/v1/alert-routes/{id}': { body: () => routeDraft },
  'DELETE /api/v1/alert-routes/{id}': NOTHING,
  'PUT /api/v1/alert-settings': { body: () => USUAL_ALERTS },
  'POST /api/v1/notices/{id}/retry': NOTHING,

  'POST /api/v1/enrol/check': { body: () => ({ voucher: 'AAAA-AAAA-AAAA' }), status: 403 },
  'POST /api/v1/voucher-page': { body: () => ({ voucher: 'AAAA-AAAA-AAAA' }), status: 403 },
  'POST /api/v1/enrol': { body: () => ({}), status: 400 },
};

/** Without which a question cannot be asked rightly, or is not the own region's. */
export const OWN_QUERY: Record<string, (world: MarkedWorld) => Record<string, string>> = {
  '/api/v1/reports/draft': ({ own, month }) => ({ region: own.region, month }),
  '/api/v1/who-is-told': ({ own }) => ({ site: own.site }),
  '/api/v1/calendar/reach': ({ own }) => ({ scope: `site:${own.site}` }),
};

/** What each word of a query is given to look for the other region; picklists are tried word by word. */
export const QUERY: Record<string, (world: MarkedWorld, path: string) => string[]> = {
  // Of a list that is short, neither shows more.
  limit: () => [],
  cursor: () => [],
  since: () => ['0'],
  q: () => [MARK, 'centre'],
  region: ({ marked }) => [marked.region],
  province: ({ marked }) => [marked.province],
  programme: () => ['CAC'],
  carrier: () => [`${MARK} carrier`],
  site: ({ marked }) => [marked.site],
  ids: ({ marked }) => [marked.site],
  scope: ({ marked }) => [`site:${marked.site}`, `province:${marked.province}`, 'national'],
  state: () => ['unseen'],
  format: () => ['csv'],
  from: ({ day }) => [dayAfter(day, -3)],
  to: ({ day }) => [dayAfter(day, -1)],
  asOf: ({ day }) => [dayAfter(day, -1)],
  year: () => ['2013'],
  month: ({ month }) => [month],
  cause: () => ['premises'],
  by: (_, path) => (path.endsWith('/table') ? ['region,province,zone', 'year,region'] : ['region']),
  who: () => [`${MARK} author`],
  act: () => ['issue_vouchers'],
  subject: ({ marked }) => [marked.site],
};

/** Reading routes that say nothing of any region: not even the administrator finds the mark in them. */
export const UNMARKED = new Set([
  '/api/v1/session', '/api/v1/profile', '/api/v1/sessions', '/api/v1/programmes', '/api/v1/milestones', '/api/v1/causes', '/api/v1/thresholds', '/api/v1/indicators', '/api/v1/calendar/seasons', '/api/v1/calendar/reach', '/api/v1/alert-settings',
  // Figures, without names.
  '/api/v1/deployment', '/api/v1/deployment/funnel', '/api/v1/deployment/series', '/api/v1/deployment/table', '/api/v1/incidents/counts', '/api/v1/incidents/watched',
  '/api/v1/reports/draft', '/api/v1/reports/{no}/text', '/api/v1/machines/{id}/journal', '/api/v1/machines/{id}/samples',
  // Of this server's own making in the test.
  '/api/v1/imports',
]);
