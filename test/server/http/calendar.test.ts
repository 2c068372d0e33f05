import * as assert from 'uvu/assert';
import type { CalendarChange, CalendarReach, CalendarView, SiteCalendarView } from '@cac/shared/calendar.ts';
import { WEEKDAYS } from '@cac/shared/opening-hours.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { temporaryDir } from '../../databases.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('calendars over HTTP');
let server: TestServer;
const cookies = new Map<string, string>();
const dataDir = temporaryDir('calendar');
const TODAY = localDayOf(Date.now());

test.before(async () => {
  const store = await openStore({ dataDir });
  const account = (name: string, role: 'coordinator' | 'viewer' | 'operator', region: string) =>
    createAccount(store, { name, role, scope: { kind: 'regions', regions: [region] as never }, password: PASSWORD, mustChange: false }, T0);
  await account('rabat', 'coordinator', 'MA-04');
  await account('casa', 'coordinator', 'MA-06');
  await account('watch', 'operator', 'MA-04');
  await account('guest', 'viewer', 'MA-04');
  await store.close();
  server = await startTestServer({ dataDir });
  for (const draft of [siteDraft('CAL-1'), siteDraft('CAL-2', { hostPremises: 'library' }), siteDraft('CAS-1', { region: 'MA-06', province: 'MA-CAS' } as never)]) await json(server, '/api/v1/sites', draft);
});
test.after(() => server.end());

async function as(name: string | null, path: string, init: RequestInit = {}): Promise<{ status: number; body: never }> {
  if (name !== null && !cookies.has(name)) cookies.set(name, await server.signIn(name));
  const answer = await server.api(path, { ...init, ...(name === null ? {} : { headers: { cookie: cookies.get(name)!, 'content-type': 'application/json' } }) });
  return { status: answer.status, body: (await answer.json().catch(() => null)) as never };
}
const post = (name: string | null, path: string, body: unknown = {}) => as(name, path, { method: 'POST', body: JSON.stringify(body) });
const refusal = ({ status, body }: { status: number; body: { error?: { code: string; where?: string } } }) => [status, body?.error?.code, body?.error?.where];

const NATIONAL = { kind: 'national' };
const SITE = { kind: 'site', id: 'CAL-1' };
const strike = (scope: object, from: string, over: object = {}) => ({ scope, from, to: from, effect: 'closed', why: 'strike', label: { fr: 'Grève', ar: 'إضراب' }, confirmed: true, ...over });
const everyDay = (...hours: object[]) => Object.fromEntries(WEEKDAYS.map((day) => [day, hours]));
const TEN_TO_NOON = { from: 600, to: 720 };
const ownHours = (over: object = {}) => ({ scope: SITE, from: TODAY, week: everyDay(TEN_TO_NOON), ...over });

test('the shipped calendar stands after the first start: default hours, seasons, holidays with their source', async () => {
  const { layers, seasons, mayChange, today } = await json<CalendarView>(server, '/api/v1/calendar');
  const national = layers.find(({ scope }) => scope.kind === 'national')!;
  assert.ok(national.rules.some(({ from, confirmed }) => from === '2026-11-18' && confirmed));
  assert.ok(national.rules.some(({ id, confirmed, source }) => id === 'eid-al-fitr-2027' && !confirmed && source !== ''));
  assert.ok(layers.some(({ scope, timetables }) => scope.kind === 'host' && scope.id === 'library' && timetables.every(({ confirmed, source }) => !confirmed && source !== '')));
  assert.ok(seasons.some(({ id, confirmed }) => id === 'ramadan-2027' && !confirmed));
  assert.equal([mayChange.length, today], [5, TODAY]);
});

test('a site’s days say which layer decided, and that its hours are assumed', async () => {
  const { days, nextOpening } = await json<SiteCalendarView>(server, '/api/v1/sites/CAL-1/calendar?from=2026-11-16&to=2026-11-22');
  assert.equal(days.map(({ closed, openings, scope }) => `${closed?.why ?? openings.length} ${scope.kind}`), ['hours host', '1 host', 'public_holiday national', '1 host', '1 host', '2 host', '2 host']);
  assert.ok(days.every(({ assumed }) => assumed));
  assert.ok(nextOpening !== null);
});

test('days that do not exist, a range reversed and too long a range are each named', async () => {
  for (const [query, expected] of [
    ['from=2026-02-30', [400, 'unknown_day', 'from']],
    ['from=2026-11-20&to=2026-11-19', [400, 'range_reversed', 'to']],
    ['from=2026-01-01&to=2026-12-31', [400, 'range_too_long', 'to']],
    ['from=yesterday', [400, 'bad_query', 'from']],
  ] as const) assert.equal(refusal(await as(null, `/api/v1/sites/CAL-1/calendar?${query}`)), expected, query);
});

test('a coordinator sets a site’s own hours: from that day on they are no longer assumed', async () => {
  const { status, body } = await post('rabat', '/api/v1/calendar/timetables', ownHours());
  assert.is(status, 201);
  const change = body as CalendarChange;
  assert.equal([change.author, change.act, change.before, change.retroactive], ['rabat', 'set_hours', null, false]);
  const { days } = await json<SiteCalendarView>(server, `/api/v1/sites/CAL-1/calendar?from=${dayAfter(TODAY, -1)}&to=${TODAY}`);
  assert.equal(days.map(({ assumed }) => assumed), [true, false]);
  const own = await as('rabat', '/api/v1/calendar?scope=site:CAL-1');
  assert.is((own.body as CalendarView).layers[0]!.timetables.length, 1);
  assert.equal((own.body as CalendarView).mayChange, ['site']);
});

test('a site of another region is answered exactly like one that does not exist', async () => {
  const change = (await post('rabat', '/api/v1/calendar/rules', strike(SITE, TODAY))).body as CalendarChange;
  const asked: [string, string, string, unknown?][] = [
    ['/api/v1/sites/CAL-1/calendar', '/api/v1/sites/NONE-1/calendar', 'get'],
    ['/api/v1/calendar?scope=site:CAL-1', '/api/v1/calendar?scope=site:NONE-1', 'get'],
    ['/api/v1/calendar/changes?scope=site:CAL-1', '/api/v1/calendar/changes?scope=site:NONE-1', 'get'],
    ['/api/v1/calendar/reach?scope=site:CAL-1', '/api/v1/calendar/reach?scope=site:NONE-1', 'get'],
    [`/api/v1/calendar/rules/${change.after!.id}`, '/api/v1/calendar/rules/0123456789abcdef', 'delete'],
    [`/api/v1/calendar/changes/${change.id}/undo`, '/api/v1/calendar/changes/999999/undo', 'post'],
  ];
  for (const [foreign, missing, method] of asked) {
    const [a, b] = await Promise.all([foreign, missing].map((path) => as('casa', path, method === 'get' ? {} : { method: method.toUpperCase(), ...(method === 'post' ? { body: '{}' } : {}) })));
    const { requestId: _, ...said } = (a!.body as { error: Record<string, string> }).error;
    const { requestId: __, ...saidOfNone } = (b!.body as { error: Record<string, string> }).error;
    assert.equal([a!.status, said], [404, saidOfNone], foreign);
  }
  for (const scope of [SITE, { kind: 'site', id: 'NONE-1' }, { kind: 'province', id: 'MA-RAB' }]) assert.is((await post('casa', '/api/v1/calendar/rules', strike(scope, TODAY))).status, 404);
  assert.is((await post('casa', '/api/v1/calendar/timetables', ownHours())).status, 404);
  const seen = (await as('casa', '/api/v1/calendar/changes')).body as { items: CalendarChange[] };
  assert.ok(seen.items.every(({ scope }) => scope.kind !== 'site'));
});

test('layers above the sites are an administrator’s; operators and viewers change nothing', async () => {
  assert.equal(refusal(await post('rabat', '/api/v1/calendar/rules', strike(NATIONAL, TODAY))), [403, 'role_forbidden', 'scope']);
  assert.equal(refusal(await post('rabat', '/api/v1/calendar/timetables', ownHours({ scope: { kind: 'host', id: 'library' } }))), [403, 'role_forbidden', 'scope']);
  assert.is((await post('rabat', '/api/v1/calendar/seasons/ramadan-2027', { from: '2027-02-09', to: '2027-03-09', confirmed: true })).status, 403);
  for (const name of ['watch', 'guest']) {
    assert.is((await post(name, '/api/v1/calendar/rules', strike(SITE, TODAY))).status, 403, name);
    assert.is((await post(name, '/api/v1/calendar/timetables', ownHours())).status, 403, name);
    assert.is((await as(name, '/api/v1/sites/CAL-1/calendar')).status, 200, name);
    assert.equal(((await as(name, '/api/v1/calendar')).body as CalendarView).mayChange, [], name);
  }
});

test('how far a change reaches is counted without walking there, and of days that are none it is said', async () => {
  const startedAt = performance.now();
  const far = await json<CalendarReach>(server, '/api/v1/calendar/reach?scope=national&from=0001-01-01');
  assert.ok(far.pastDays > 700_000);
  assert.ok(performance.now() - startedAt < 400, `${Math.round(performance.now() - startedAt)} ms`);
  for (const name of ['from', 'to']) assert.is((await as('rabat', `/api/v1/calendar/reach?scope=national&${name}=2026-13-45`)).status, 400, name);
});

test('a past holiday for the whole country: told how far it reaches, in force at once, and taken back', async () => {
  const day = dayAfter(TODAY, -3);
  assert.equal(await json<CalendarReach>(server, `/api/v1/calendar/reach?scope=national&from=${day}&to=${day}`), { sites: 3, pastDays: 1 });
  assert.equal(((await as('rabat', `/api/v1/calendar/reach?scope=national&from=${day}&to=${TODAY}`)).body), { sites: 2, pastDays: 3 }, 'of the own regions');
  const change = await json<CalendarChange>(server, '/api/v1/calendar/rules', strike(NATIONAL, day, { why: 'public_holiday' }));
  assert.is(change.retroactive, true);
  const planOf = async () => (await json<SiteCalendarView>(server, `/api/v1/sites/CAS-1/calendar?from=${day}&to=${day}`)).days[0]!;
  assert.equal((await planOf()).closed, { why: 'public_holiday', label: { fr: 'Grève', ar: 'إضراب' }, confirmed: true });
  const undone = await json<CalendarChange>(server, `/api/v1/calendar/changes/${change.id}/undo`, {}, 200);
  assert.equal([undone.act, undone.undoes, undone.after], ['undo', change.id, null]);
  assert.is.not((await planOf()).closed?.label?.fr, 'Grève');
  assert.equal(refusal(await post(null, `/api/v1/calendar/changes/${change.id}/undo`)), [409, 'changed_since', undefined]);
});

test('a religious date is moved and confirmed; the history keeps what stood before', async () => {
  const { kind: _, id, writtenAt: __, scope: ___, ...eid } = (await json<CalendarView>(server, '/api/v1/calendar')).layers.flatMap(({ rules }) => rules).find((rule) => rule.id === 'eid-al-fitr-2027')!;
  const moved = await json<CalendarChange>(server, `/api/v1/calendar/rules/${id}`, { ...eid, from: '2027-03-10', to: '2027-03-11', confirmed: true }, 200);
  assert.equal([(moved.before as { from: string }).from, (moved.after as { from: string }).from, moved.retroactive], ['2027-03-09', '2027-03-10', false]);
  await json<CalendarChange>(server, '/api/v1/calendar/seasons/ramadan-2027', { from: '2027-02-09', to: '2027-03-09', confirmed: true }, 200);
  const first = await json<{ items: CalendarChange[]; next: string | null }>(server, '/api/v1/calendar/changes?limit=1');
  assert.equal([first.items[0]!.act, first.next !== null], ['move_season', true]);
  const second = await json<{ items: CalendarChange[] }>(server, `/api/v1/calendar/changes?limit=1&cursor=${first.next}`);
  assert.equal(second.items[0]!.id, moved.id);
});

test('what is wrong with hours or days is named by its field, and nothing of it is kept', async () => {
  const count = async () => (await json<{ items: CalendarChange[] }>(server, '/api/v1/calendar/changes?limit=500')).items.length;
  const before = await count();
  const wrong: [string, unknown, [number, string, string]][] = [
    ['timetables', ownHours({ week: { ...everyDay(), 5: [TEN_TO_NOON, { from: 700, to: 800 }] } }), [400, 'hours_overlap', 'week.5.1.from']],
    ['timetables', ownHours({ week: { ...everyDay(TEN_TO_NOON), 3: [{ from: 600, to: 600 }] } }), [400, 'hours_empty', 'week.3.0.to']],
    ['timetables', ownHours({ week: { ...everyDay(TEN_TO_NOON), 3: [{ from: 600, to: 500 }] } }), [400, 'hours_reversed', 'week.3.0.to']],
    ['timetables', ownHours({ week: everyDay() }), [400, 'hours_none', 'week']],
    ['timetables', ownHours({ from: '2026-02-30' }), [400, 'unknown_day', 'from']],
    ['timetables', ownHours({ week: { 1: [] } }), [400, 'bad_field', 'week.2']],
    ['rules', strike(SITE, '2026-02-30'), [400, 'unknown_day', 'from']],
    ['rules', strike(SITE, '2026-11-20', { to: '2026-11-19' }), [400, 'range_reversed', 'to']],
    ['rules', strike(SITE, '2026-11-20', { label: { fr: 'Grève', ar: ' ' } }), [400, 'bad_field', 'label.ar']],
    ['rules', strike({ kind: 'host', id: 'castle' }, '2026-11-20'), [400, 'bad_field', 'scope.id']],
    ['rules', { ...strike(SITE, '2026-11-20'), author: 'me' }, [400, 'unknown_field', 'author']],
  ];
  for (const [path, body, expected] of wrong) assert.equal(refusal(await post(null, `/api/v1/calendar/${path}`, body)), expected, JSON.stringify(body));
  assert.is(await count(), before);
});

test.run();
