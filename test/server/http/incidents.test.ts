/** The doors of incidents and silences: who may act, what is refused and how, foreign numbers, files that open inert, the live stream, the text to pass on. */
import * as assert from 'uvu/assert';
import type { IncidentOpened, Silence } from '@cac/shared/incidents.ts';
import { openStore } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { temporaryDir } from '../../databases.ts';
import { ADMIN, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { putIncident } from '../../incident-fixture.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';

const test = suite('the doors of incidents');
const NOW = Date.now();
const HOUR = 3_600_000;
let server: TestServer;
const cookies: Record<string, string> = {};
const ids = { rabat: 0, casa: 0, group: 0, over: 0, blind: 0, mine: 0 };

test.before(async () => {
  const dataDir = temporaryDir('http-incidents');
  const store = await openStore({ dataDir });
  const region = (code: string) => ({ kind: 'regions', regions: [code] }) as never;
  for (const [name, role, scope] of [['nadia', 'operator', region('MA-04')], ['kamal', 'operator', region('MA-06')], ['viewer', 'viewer', region('MA-04')]] as const) {
    await createAccount(store, { name, role, scope, password: PASSWORD, mustChange: false }, T0);
  }
  await store.db.insertInto('regions').values(['MA-04', 'MA-06'].map((code) => ({ code, name_fr: code, name_ar: code }))).execute();
  await store.db.insertInto('provinces').values([{ code: 'MA-RAB', region: 'MA-04', name_fr: 'Rabat', name_ar: 'الرباط' }, { code: 'MA-CAS', region: 'MA-06', name_fr: 'Casablanca', name_ar: 'الدار البيضاء' }]).execute();
  await store.db.insertInto('programmes').values([{ code: 'CAC', name_fr: 'CAC', name_ar: 'CAC', name_en: 'CAC', kind: 'centre', by_file: 1 }]).execute();
  await addSites(store, ADMIN, [
    siteDraft('RAB-1', { name: "=cmd|' /C calc'!A0", nameAr: 'دار الشباب', carrier: 'Inwi', dutyPhone: '0537 00 00 01', lineNumber: 'L-77' } as never),
    siteDraft('RAB-2', { name: '<img src=x onerror=alert(1)>\u202e', carrier: 'Inwi' } as never),
    siteDraft('CAS-1', { name: 'SECRET', region: 'MA-06' as never, province: 'MA-CAS' as never, carrier: 'Inwi' } as never),
  ], { many: true, demo: false }, T0);
  const recent = { since_at: NOW - HOUR, opened_at: NOW - HOUR + 600_000, touched_at: NOW - HOUR + 600_000 };
  ids.rabat = await putIncident(store.db, { ...recent, members: ['RAB-1'] });
  ids.casa = await putIncident(store.db, { ...recent, members: ['CAS-1'] });
  ids.group = await putIncident(store.db, { ...recent, members: ['RAB-1', 'RAB-2', 'CAS-1'], severity: 'critical' });
  ids.over = await putIncident(store.db, { ...recent, members: ['RAB-2'], state: 'resolved', resolved_at: NOW, end_at: NOW });
  ids.blind = await putIncident(store.db, { ...recent, kind: 'platform_blind', severity: 'critical', cause: 'server_stopped' });
  ids.mine = await putIncident(store.db, { ...recent, members: ['RAB-2'] });
  await store.close();
  server = await startTestServer({ dataDir });
  for (const name of ['nadia', 'kamal', 'viewer']) cookies[name] = await server.signIn(name);
});
test.after(() => server?.end());

const ask = (name: string, method: string, path: string, body?: unknown): Promise<Response> =>
  server.api(`/api/v1${path}`, { method, headers: { cookie: cookies[name]!, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
const refusal = async (answer: Response): Promise<[number, string, string | undefined]> => {
  const { error } = (await answer.json()) as { error: { code: string; where?: string } };
  return [answer.status, error.code, error.where];
};
/** The error without the request's number. */
const errorOf = async (answer: Response): Promise<string> => JSON.stringify({ ...((await answer.json()) as { error: object }).error, requestId: '' });

test('a foreign number is answered exactly like one that does not exist (F-01)', async () => {
  const acts: readonly (readonly [string, (id: number | string) => string, unknown?])[] = [
    ['GET', (id) => `/incidents/${id}`], ['GET', (id) => `/incidents/${id}/text`], ['GET', (id) => `/incidents/${id}/assignees`], ['POST', (id) => `/incidents/${id}/acknowledge`, { reason: 'x' }],
    ['POST', (id) => `/incidents/${id}/unacknowledge`, {}], ['POST', (id) => `/incidents/${id}/notes`, { text: 'x' }], ['PUT', (id) => `/incidents/${id}/assignee`, { account: null }], ['PUT', (id) => `/incidents/${id}/ticket`, { ticket: 'x', promisedAt: null }],
  ];
  for (const [method, path, body] of acts) {
    const missing = await ask('nadia', method, path(987_654), body);
    assert.is(missing.status, 404, `${method} ${path(1)}`);
    const text = await errorOf(missing);
    for (const id of [ids.casa, ids.blind, 'abc', '0', '1e3']) {
      const foreign = await ask('nadia', method, path(id), body);
      assert.equal([foreign.status, await errorOf(foreign)], [404, text], `${method} ${path(id)}`);
    }
  }
  const { id } = (await (await ask('kamal', 'POST', '/silences', { kind: 'silence', scope: { kind: 'site', id: 'CAS-1' }, fromAt: NOW, toAt: NOW + HOUR, reason: 'SECRET' })).json()) as Silence;
  assert.equal(await errorOf(await ask('nadia', 'DELETE', `/silences/${id}`)), await errorOf(await ask('nadia', 'DELETE', '/silences/987654')));
});

test('nothing of another region stands in a list, a file, the hand-over or an opened incident (F-01)', async () => {
  for (const path of ['/incidents', '/incidents?format=csv', '/incidents/handover', `/incidents/${ids.group}`, `/incidents/${ids.group}/text`, '/silences', '/silences?when=past', '/incidents?region=MA-06']) {
    const text = await (await ask('nadia', 'GET', path)).text();
    assert.is(text.includes('SECRET') || text.includes('CAS-1'), false, path);
  }
  const group = (await (await ask('nadia', 'GET', `/incidents/${ids.group}`)).json()) as IncidentOpened;
  assert.equal([group.members.length, group.sites], [2, { seen: 2, left: 3, all: 3, expected: 3 }]);
});

test('viewers look on: they may not act', async () => {
  for (const [method, path, body] of [['POST', `/incidents/${ids.rabat}/acknowledge`, { reason: 'x' }], ['POST', `/incidents/${ids.rabat}/notes`, { text: 'x' }], ['PUT', `/incidents/${ids.rabat}/ticket`, { ticket: null, promisedAt: null }], ['GET', `/incidents/${ids.rabat}/assignees`, undefined], ['DELETE', '/silences/1', undefined]] as const) {
    assert.equal((await refusal(await ask('viewer', method, path, body))).slice(0, 2), [403, 'role_forbidden'], path);
  }
  assert.is((await ask('viewer', 'GET', `/incidents/${ids.rabat}`)).status, 200);
});

test('what is wrong is refused with its field (F-14)', async () => {
  const cases: readonly (readonly [string, string, unknown, [number, string, string | undefined]])[] = [
    ['POST', `/incidents/${ids.rabat}/acknowledge`, {}, [400, 'bad_field', 'reason']],
    ['POST', `/incidents/${ids.rabat}/acknowledge`, { reason: '  ' }, [400, 'bad_field', 'reason']],
    ['POST', `/incidents/${ids.rabat}/acknowledge`, { reason: 'x', by: 'admin' }, [400, 'unknown_field', 'by']],
    ['POST', `/incidents/${ids.rabat}/notes`, { text: 'x'.repeat(2_001) }, [400, 'bad_field', 'text']],
    ['POST', `/incidents/${ids.over}/acknowledge`, { reason: 'x' }, [409, 'incident_over', undefined]],
    ['PUT', `/incidents/${ids.rabat}/assignee`, { account: 4711 }, [400, 'unknown_account', 'account']],
    ['PUT', `/incidents/${ids.rabat}/ticket`, { ticket: 'x'.repeat(61), promisedAt: null }, [400, 'bad_field', 'ticket']],
    ['POST', '/silences', { kind: 'silence', scope: { kind: 'region', id: 'MA-06' }, fromAt: NOW, toAt: NOW + HOUR, reason: 'x' }, [403, 'outside_scope', 'scope.id']],
    ['POST', '/silences', { kind: 'silence', scope: { kind: 'site', id: 'CAS-1' }, fromAt: NOW, toAt: NOW + HOUR, reason: 'x' }, [400, 'unknown_site', 'scope.id']],
    ['POST', '/silences', { kind: 'silence', scope: { kind: 'site', id: 'RAB-1' }, fromAt: NOW, toAt: NOW + HOUR }, [400, 'bad_field', 'reason']],
    ['POST', '/silences', { kind: 'silence', scope: { kind: 'site', id: 'RAB-1' }, fromAt: NOW, toAt: NOW + 40 * 24 * HOUR, reason: 'x' }, [400, 'silence_too_long', 'toAt']],
    ['POST', '/silences', { kind: 'silence', scope: { kind: 'site', id: 'RAB-1' }, fromAt: NOW, reason: 'x' }, [400, 'bad_field', 'toAt']],
    ['GET', '/incidents?state=pending', undefined, [400, 'bad_query', 'state']],
    ['GET', `/incidents/${ids.rabat}/text?language=de`, undefined, [400, 'bad_query', 'language']],
  ];
  for (const [method, path, body, expected] of cases) assert.equal(await refusal(await ask('nadia', method, path, body)), expected, `${path} ${JSON.stringify(body)}`);
});

test('whoever acts second is told who was first; the own list and the counts follow', async () => {
  const taken = (await (await ask('nadia', 'POST', `/incidents/${ids.group}/acknowledge`, { reason: 'coupure annoncée' })).json()) as IncidentOpened;
  assert.equal([taken.acknowledged?.by, taken.acknowledged?.reason], ['nadia', 'coupure annoncée']);
  assert.equal(await refusal(await ask('kamal', 'POST', `/incidents/${ids.group}/acknowledge`, { reason: 'x' })), [409, 'already_acknowledged', 'nadia']);
  assert.equal(((await (await ask('nadia', 'GET', '/incidents?mine=1&state=live')).json()) as { items: { id: number }[] }).items.map((item) => item.id), [ids.group]);
  const counts = (await (await ask('nadia', 'GET', '/incidents/counts')).json()) as Record<string, number>;
  assert.equal(counts, { mine: 1, open: 2, urgent: 2, acknowledged: 1, paused: 0, pending: 0 });
});

test('a list is read page by page', async () => {
  const first = (await (await ask('nadia', 'GET', '/incidents?limit=2')).json()) as { items: { id: number }[]; next: string };
  const rest = (await (await ask('nadia', 'GET', `/incidents?limit=2&cursor=${first.next}`)).json()) as { items: { id: number }[]; next: string | null };
  assert.equal([...first.items, ...rest.items].map((item) => item.id), [ids.mine, ids.over, ids.group, ids.rabat]);
  assert.is(rest.next, null);
});

test('a file of incidents opens inert (F-09); the same name is text in JSON (F-06)', async () => {
  const answer = await ask('nadia', 'GET', '/incidents?format=csv');
  assert.is(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
  const text = await answer.text();
  assert.match(text, /Numéro;Nature;Gravité;État/);
  assert.match(text, /;'=cmd\|/);
  assert.match(text, /Site hors ligne;majeur;en cours;RAB-1/);
  const { items } = (await (await ask('nadia', 'GET', '/incidents?site=RAB-1')).json()) as { items: { id: number; site: { name: string } | null }[] };
  assert.is(items.find((item) => item.id === ids.rabat)!.site!.name, "=cmd|' /C calc'!A0");
});

test('the text to pass on says what, where, since when, whom to call, and where to look, in three languages', async () => {
  await ask('nadia', 'PUT', `/incidents/${ids.rabat}/ticket`, { ticket: 'MT-42', promisedAt: NOW + HOUR });
  const text = async (id: number, language: string) => ((await (await ask('nadia', 'GET', `/incidents/${id}/text?language=${language}`)).json()) as { text: string }).text.replaceAll(/[\u2066-\u2069]/g, '');
  const fr = await text(ids.rabat, 'fr');
  for (const part of ['Site hors ligne', 'RAB-1', 'Rabat', 'Plus aucun PC de ce site ne répond depuis le', '1 site, 5 PC attendus', 'rien n’explique encore', 'opérateur télécom Inwi', 'ligne L-77', '0537 00 00 01', 'MT-42, réparation promise le', `/#/incidents/${ids.rabat}`]) assert.ok(fr.replaceAll('\u202f', '\u00a0').includes(part), `${part}\n${fr}`);
  assert.is(fr.includes('Vous recevez ce message'), false, 'it is passed on to whoever needs it');
  const ar = await text(ids.rabat, 'ar');
  for (const part of ['موقع غير متصل', 'دار الشباب', 'الرباط', 'Inwi', '0537 00 00 01', 'MT-42']) assert.ok(ar.includes(part), `${part}\n${ar}`);
  const group = await text(ids.group, 'en');
  for (const part of ['3 sites offline', 'Inwi', 'nadia', '<img src=x onerror=alert(1)>']) assert.ok(group.includes(part), `${part}\n${group}`);
  assert.is(group.includes('\u202e'), false, 'a name turns no direction (E-10)');
});

test('live: who sees an incident is told that it changed, nobody else', async () => {
  const told: Record<string, string[]> = { nadia: [], kamal: [], viewer: [] };
  const stop = new AbortController();
  for (const name of Object.keys(told)) {
    const answer = await fetch(`${server.base}/api/v1/events`, { headers: { cookie: cookies[name]! }, signal: stop.signal });
    void (async () => {
      let text = '';
      for await (const chunk of answer.body!) {
        text += Buffer.from(chunk).toString();
        told[name] = [...text.matchAll(/event: incident\ndata: (.*)/g)].map((match) => match[1]!);
      }
    })().catch(() => {});
  }
  await json(server, `/api/v1/incidents/${ids.rabat}/acknowledge`, { reason: 'vu' }, 200);
  const numbers = (name: string): number[] => told[name]!.map((line) => (JSON.parse(line) as { id: number }).id);
  await until('those of the region are told', () => numbers('nadia').includes(ids.rabat) && numbers('viewer').includes(ids.rabat));
  const before = numbers('nadia').length;
  await ask('kamal', 'POST', `/incidents/${ids.group}/notes`, { text: 'SECRET' });
  await until('of a group all are', () => numbers('kamal').includes(ids.group) && numbers('nadia').length > before);
  const first = told['nadia']!.map((line) => JSON.parse(line) as Record<string, unknown>).find((one) => one['id'] === ids.rabat);
  assert.equal(Object.keys(first!).sort(), ['id', 'kind', 'state', 'touchedAt']);
  assert.equal([first!['id'], first!['state'], first!['kind']], [ids.rabat, 'open', 'site_offline']);
  assert.is(numbers('kamal').includes(ids.rabat), false);
  assert.is(numbers('nadia').includes(ids.casa), false);
  stop.abort();
});

test('an account that is moved to another region sees the other incidents with its next request (F-02)', async () => {
  assert.is((await ask('kamal', 'GET', `/incidents/${ids.casa}`)).status, 200);
  const { items } = await json<{ items: { id: number; name: string }[] }>(server, '/api/v1/accounts');
  const kamal = items.find((person) => person.name === 'kamal')!;
  const edit = { role: 'operator', scope: { kind: 'regions', regions: ['MA-04'] }, disabled: false, fullName: '', email: null, phone: null, language: 'fr', quiet: null };
  const moved = await server.api(`/api/v1/accounts/${kamal.id}`, { method: 'PUT', body: JSON.stringify(edit) });
  assert.is(moved.status, 200);
  assert.is((await ask('kamal', 'GET', `/incidents/${ids.casa}`)).status, 404);
  assert.is((await ask('kamal', 'GET', `/incidents/${ids.rabat}`)).status, 200);
});

test.run();
