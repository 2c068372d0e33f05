/** Every door of the programme for accounts of one region, for strangers, and for what no honest page sends (F-01, F-11, F-14, F-17). */
import * as assert from 'uvu/assert';
import { connect } from 'node:net';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { temporaryDir } from '../../databases.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('the programme, door by door');
let server: TestServer;
let ofRabat = 0;
const cookies = new Map<string, string>();
const DECLARED = { declaredConnectedAt: Date.UTC(2012, 2, 3), declaredSource: 'SECRET circular' };
const COMMUNE = { nameFr: 'SECRET commune', nameAr: 'x', province: 'MA-RAB', zone: 'dense', households: 7_777, year: 2014, source: 's' };

test.before(async () => {
  const dataDir = temporaryDir('scope');
  const store = await openStore({ dataDir });
  for (const role of ['coordinator', 'viewer', 'operator'] as const) await createAccount(store, { name: role, role, scope: { kind: 'regions', regions: ['MA-06'] as never }, password: PASSWORD, mustChange: false }, T0);
  await store.close();
  server = await startTestServer({ dataDir });
  for (const name of ['coordinator', 'viewer', 'operator']) cookies.set(name, await server.signIn(name));
  await json(server, '/api/v1/sites', siteDraft('SECRET-1', { name: 'SECRET site', carrier: 'SECRET carrier', ...DECLARED } as never));
  await json(server, '/api/v1/sites', siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never, lat: 33.59, lon: -7.62 }));
  const { id } = await json<{ id: number }>(server, '/api/v1/sites/SECRET-1/attestations', { kind: 'built', day: '2011-01-01', source: 'SECRET paper' });
  ofRabat = id;
  assert.is((await as(null, 'PUT', '/api/v1/communes/SECRET-9', COMMUNE)).status, 200);
});
test.after(() => server.end());

const as = (name: string | null, method: string, path: string, body?: unknown): Promise<Response> =>
  server.api(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(name === null ? {} : { headers: { cookie: cookies.get(name)!, 'content-type': 'application/json' } }) });

const READS = [
  '/api/v1/sites', '/api/v1/sites?q=secret', '/api/v1/communes', '/api/v1/communes?q=secret', '/api/v1/communes?province=MA-RAB', '/api/v1/export/sites', '/api/v1/export/sites?format=geojson', '/api/v1/export/sites?region=MA-04',
  '/api/v1/export/sites?ids=SECRET-1', '/api/v1/export/communes', '/api/v1/deployment', '/api/v1/deployment?format=csv', '/api/v1/deployment/funnel', '/api/v1/deployment/funnel?region=MA-04', '/api/v1/deployment/series?programme=CAC',
  ...['registered', 'built', 'connected', 'gap', 'silent', 'undeclared', 'uncounted'].flatMap((list) => [`/api/v1/deployment/sites?list=${list}`, `/api/v1/deployment/sites?list=${list}&format=csv`, `/api/v1/deployment/sites?list=${list}&region=MA-04&year=2013`]),
  '/api/v1/deployment/table?by=region,province,zone', '/api/v1/deployment/table?by=year,region&format=csv', '/api/v1/coverage', '/api/v1/coverage?region=MA-04&cells=1', '/api/v1/coverage?format=csv', '/api/v1/coverage?province=MA-RAB',
  '/api/v1/coverage/areas?by=region', '/api/v1/coverage/areas?by=province', '/api/v1/coverage/areas?by=commune', '/api/v1/coverage/areas?by=commune&region=MA-04', '/api/v1/work', '/api/v1/work?region=MA-04', '/api/v1/work?format=csv', '/api/v1/reports',
  '/api/v1/availability?by=region&format=csv', '/api/v1/availability?by=site&format=csv', '/api/v1/fleet',
];

test('nothing of another region is in any answer (F-01)', async () => {
  for (const name of ['viewer', 'operator', 'coordinator']) {
    for (const path of READS) {
      const answer = await as(name, 'GET', path);
      const text = await answer.text();
      assert.ok([200].includes(answer.status), `${name} ${path}: ${answer.status} ${text.slice(0, 200)}`);
      assert.not.match(text, /SECRET|7777|MA-RAB/, `${name} ${path}`);
    }
  }
  const [row] = ((await (await as('viewer', 'GET', '/api/v1/deployment/funnel?region=MA-04')).json()) as { items: { steps: { registered: number } }[] }).items;
  assert.is(row?.steps.registered ?? 0, 0);
  for (const path of ['/api/v1/sites/SECRET-1', '/api/v1/sites/SECRET-1/ladder', '/api/v1/sites/SECRET-1/changes']) assert.is((await as('viewer', 'GET', path)).status, 404, path);
});

test('nothing of another region can be changed, moved in or moved out, and lookers change nothing', async () => {
  const edit = { name: 'x', region: 'MA-06', province: 'MA-CAS', lat: 33.59, lon: -7.62 };
  const acts: [string, string, unknown, number][] = [
    ['PUT', '/api/v1/sites/SECRET-1', edit, 404],
    ['PUT', '/api/v1/sites/CAS-1', { ...edit, region: 'MA-04', province: 'MA-RAB' }, 403],
    ['PUT', '/api/v1/sites/CAS-1', { ...edit, region: 'MA-06', province: 'MA-RAB' }, 400],
    ['POST', '/api/v1/sites/SECRET-1/attestations', { kind: 'built', day: '2011-01-01', source: 's' }, 404],
    ['POST', '/api/v1/sites/SECRET-1/visits', { day: '2011-01-01', byFunction: 'other' }, 404],
    ['DELETE', `/api/v1/attestations/${ofRabat}`, undefined, 404],
    ['PUT', '/api/v1/communes/SECRET-9', { ...COMMUNE, province: 'MA-CAS' }, 404],
    ['PUT', '/api/v1/communes/NEW-9', COMMUNE, 403],
    ['POST', '/api/v1/communes/batch', { items: [{ code: 'NEW-8', ...COMMUNE }] }, 403],
    ['POST', '/api/v1/reports', { month: '2026-01', region: 'MA-04' }, 403],
    ['POST', '/api/v1/milestones', { items: [{ programme: 'CAC', year: 2020, value: 1 }] }, 403],
    ['POST', '/api/v1/thresholds/telephone', { fromDay: '2026-01-01', value: { validDays: 1 } }, 403],
    ['POST', '/api/v1/causes', { code: 'own_cause', names: { fr: 'x', ar: 'x', en: 'x' } }, 403],
    ['POST', '/api/v1/programmes', { code: 'MINE', kind: 'centre', names: { fr: 'x', ar: 'x', en: 'x' } }, 403],
    ['POST', '/api/v1/imports/1/undo', {}, 404],
  ];
  for (const [method, path, body, status] of acts) {
    const answer = await as('coordinator', method, path, body);
    assert.is(answer.status, status, `coordinator ${method} ${path}: ${await answer.text()}`);
    for (const name of ['viewer', 'operator']) assert.is((await as(name, method, path, body)).status, 403, `${name} ${method} ${path}`);
  }
  const moved = (await (await server.api('/api/v1/sites/CAS-1')).json()) as { region: string };
  assert.is(moved.region, 'MA-06');
});

test('no name in a path, no query and no number makes the server fail (F-14, F-17)', async () => {
  const odd = ['%00', "'%20or%201=1--", '__proto__', 'constructor', '%F0%9F%92%A9', '..%2f', '9'.repeat(30), '-1', 'NaN', '1e3'];
  const paths = odd.flatMap((text) => [
    ['GET', `/api/v1/sites/${text}/ladder`], ['GET', `/api/v1/sites/${text}/changes`], ['DELETE', `/api/v1/attestations/${text}`], ['GET', `/api/v1/reports/${text}`], ['GET', `/api/v1/reports/${text}/text`],
    ['DELETE', `/api/v1/indicators/${text}/values/1`], ['DELETE', `/api/v1/indicators/literacy/values/${text}`], ['POST', `/api/v1/imports/${text}/undo`], ['POST', `/api/v1/causes/${text}`], ['POST', `/api/v1/thresholds/${text}`],
    ...['region', 'province', 'zone', 'programme', 'equipment', 'cursor', 'cause', 'year', 'list', 'limit'].map((name) => ['GET', `/api/v1/deployment/sites?list=gap&${name}=${text}`]),
    ...['by', 'region', 'year', 'format'].map((name) => ['GET', `/api/v1/deployment/table?${name}=${text}`]),
    ...['asOf', 'region', 'cells', 'by'].map((name) => ['GET', `/api/v1/coverage?${name}=${text}`]),
    ...['region', 'province', 'programme', 'cursor', 'format'].map((name) => ['GET', `/api/v1/work?${name}=${text}`]),
    ['GET', `/api/v1/reports/draft?month=${text}`], ['GET', `/api/v1/communes?cursor=${text}`], ['GET', `/api/v1/imports?cursor=${text}`], ['GET', `/api/v1/export/sites?ids=${text}`], ['GET', `/api/v1/milestones?programme=${text}`],
  ] as [string, string][]);
  for (const [method, path] of paths) {
    const answer = await as(null, method, path, method === 'POST' ? {} : undefined);
    assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
  for (const path of READS.filter((one) => one.includes('?'))) assert.is((await as(null, 'GET', `${path}&${path.split('?')[1]!.split('&')[0]!}`)).status, 400, path);
  const numbers = ['1e400', '-1', '1e308', '"5"', 'null', '0.5', '[]', '{"a":1}', 'true', '99999999999999999999'];
  for (const n of numbers) {
    for (const [method, path, text] of [
      ['PUT', '/api/v1/sites/CAS-1', `{"name":"x","region":"MA-06","lat":33,"lon":-7,"students":${n}}`], ['PUT', '/api/v1/sites/CAS-1', `{"name":"x","region":"MA-06","lat":${n},"lon":-7}`],
      ['PUT', '/api/v1/communes/C-9', `{"nameFr":"x","nameAr":"x","province":"MA-CAS","households":${n},"year":2014,"source":"s"}`], ['POST', '/api/v1/milestones', `{"items":[{"programme":"CAC","year":${n},"value":1}]}`],
      ['POST', '/api/v1/thresholds/reporting', `{"fromDay":"2026-01-01","value":{"days":${n}}}`], ['POST', '/api/v1/sites/CAS-1/visits', `{"day":"2026-01-01","byFunction":"other","pcsFound":${n}}`],
    ] as const) {
      const answer = await server.api(path, { method, body: text });
      assert.ok(answer.status < 500 && answer.status !== 401, `${method} ${path} ${n}: ${answer.status}`);
    }
  }
});

test('what a stranger sends as a file is not gathered: the door answers first (F-11)', async () => {
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const answer = await new Promise<string>((told) => {
    let text = '';
    const socket = connect(server.httpPort, '127.0.0.1');
    socket.on('data', (data) => {
      text += data;
      if (!text.includes('\r\n\r\n')) return;
      told(text);
      socket.destroy();
    }).on('error', () => told(text));
    // One piece of many: the others never come.
    socket.write(`POST /api/v1/imports/preview?kind=sites HTTP/1.1\r\nHost: 127.0.0.1:${server.httpPort}\r\nOrigin: http://127.0.0.1:${server.httpPort}\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`);
  });
  assert.match(answer, /^HTTP\/1\.1 401 /);
});

test.run();
