/** The ladder and deployment over HTTP: who may do what, what another region is answered, files, and dated rules. */
import * as assert from 'uvu/assert';
import type { DeploymentRow } from '@cac/shared/programme.ts';
import type { FunnelView, MilestonesView, TableView } from '@cac/shared/deployment.ts';
import type { LadderView, StuckCause, Threshold } from '@cac/shared/ladder.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { temporaryDir } from '../../databases.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('deployment over HTTP');
let server: TestServer;
const cookies = new Map<string, string>();
const dataDir = temporaryDir('deployment');
const TODAY = localDayOf(Date.now());

test.before(async () => {
  const store = await openStore({ dataDir });
  for (const [name, role, region] of [['rabat', 'coordinator', 'MA-04'], ['casa', 'coordinator', 'MA-06'], ['watch', 'operator', 'MA-04'], ['guest', 'viewer', 'MA-04']] as const) {
    await createAccount(store, { name, role, scope: { kind: 'regions', regions: [region] as never }, password: PASSWORD, mustChange: false }, T0);
  }
  await store.close();
  server = await startTestServer({ dataDir });
  for (const draft of [siteDraft('D-1', { declaredConnectedAt: Date.UTC(2012, 1, 2), declaredSource: 'Circulaire ; "n° 4"' }), siteDraft('D-2'), siteDraft('D-3', { region: 'MA-06', province: 'MA-CAS' } as never)]) await json(server, '/api/v1/sites', draft);
});
test.after(() => server.end());

async function as(name: string | null, path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<{ status: number; body: never }> {
  if (name !== null && !cookies.has(name)) cookies.set(name, await server.signIn(name));
  const answer = await server.api(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }), ...(name !== null && { headers: { cookie: cookies.get(name)!, 'content-type': 'application/json' } }) });
  return { status: answer.status, body: (await answer.json().catch(() => null)) as never };
}
const refusal = ({ status, body }: { status: number; body: { error?: { code: string; where?: string } } }) => [status, body?.error?.code, body?.error?.where];

const BUILT = { kind: 'built', day: '2011-05-01', source: 'Procès-verbal' };

test('the table outsiders read keeps its fields, names its rule, and says of which day it is', async () => {
  const { items } = await json<{ items: DeploymentRow[] }>(server, '/api/v1/deployment');
  const cac = items.find(({ programme }) => programme === 'CAC')!;
  assert.equal([cac.target, cac.targetYear, cac.targetSource.page, cac.declared, cac.proven, cac.provenRule, cac.registered, cac.gap, cac.gapDeclared, cac.demo], [400, 2013, '33', 1, 0, 'in_service', 3, 400, 399, false]);
  assert.equal(cac.thresholds.find(({ key }) => key === 'service.centre')?.value, { days: 30, observedDays: 10, connected: 0.6, observability: 0.8 });
});

test('every table is a file too: a French spreadsheet opens it, with source, rule and demonstration in columns', async () => {
  const paths = ['/api/v1/deployment?format=csv', '/api/v1/deployment/table?by=programme,region&format=csv', '/api/v1/deployment/sites?list=connected&format=csv'];
  const [figures, crossed, sites] = await Promise.all(
    paths.map(async (path) => {
      const answer = await server.api(path);
      assert.match(answer.headers.get('content-type')!, /^text\/csv; charset=utf-8$/, path);
      assert.match(answer.headers.get('content-disposition')!, /^attachment; filename="deployment[\w-]*\.csv"$/);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      assert.equal(Array.from(bytes.subarray(0, 3)), [0xef, 0xbb, 0xbf], path);
      return new TextDecoder().decode(bytes).replace('\uFEFF', '').trim().split('\r\n');
    }),
  );
  assert.match(figures![0]!, /^programme;target;target_year;target_source;declared;proven;.*rule;.*demonstration$/);
  assert.match(figures![1]!, /^CAC;400;2013;.*service\.centre \(2009-01-01\)/);
  assert.equal(crossed!.map((line) => line.split(';')[0]), ['programme', 'CAC', 'CAC']);
  assert.is(sites!.length, 2);
  assert.match(sites![1]!, /^connected;D-1;.*"Circulaire ; ""n° 4"""/);
});

test('a coordinator attests in the own regions; operators and viewers only read', async () => {
  assert.is((await as('rabat', '/api/v1/sites/D-1/attestations', BUILT)).status, 201);
  for (const name of ['watch', 'guest']) {
    assert.is((await as(name, '/api/v1/sites/D-1/attestations', BUILT)).status, 403, name);
    assert.is((await as(name, '/api/v1/sites/D-1/visits', { day: '2026-01-01', byFunction: 'other' })).status, 403, name);
    assert.is((await as(name, '/api/v1/sites/D-1/ladder')).status, 200, name);
  }
  for (const path of ['/api/v1/thresholds/reporting', '/api/v1/milestones', '/api/v1/causes']) assert.is((await as('rabat', path, {})).status, 403, path);
  const { body } = await as('rabat', '/api/v1/deployment/funnel?programme=CAC');
  assert.equal((body as FunnelView).items.map(({ steps }) => [steps.registered, steps.connected]), [[2, 1]]);
});

test('a site of another region is answered exactly like one that does not exist', async () => {
  const view = (await as('rabat', '/api/v1/sites/D-1/ladder')).body as LadderView;
  const attestation = view.history[0]!.id;
  const asked: [string, string, string, unknown?][] = [
    ['/api/v1/sites/D-1/ladder', '/api/v1/sites/NONE-1/ladder', 'GET'],
    ['/api/v1/sites/D-1/attestations', '/api/v1/sites/NONE-1/attestations', 'POST', BUILT],
    ['/api/v1/sites/D-1/visits', '/api/v1/sites/NONE-1/visits', 'POST', { day: '2026-01-01', byFunction: 'other' }],
    [`/api/v1/attestations/${attestation}`, '/api/v1/attestations/999999', 'DELETE'],
  ];
  for (const [foreign, missing, method, body] of asked) {
    const [a, b] = [await as('casa', foreign, body, method), await as('casa', missing, body, method)];
    assert.equal([a.status, refusal(a)], [404, refusal(b)], foreign);
  }
  const { body } = await as('casa', '/api/v1/deployment/sites?list=registered');
  assert.equal((body as { items: { id: string }[] }).items.map(({ id }) => id), ['D-3']);
});

test('a visit attests, an attestation is taken back once, a day ahead is refused with its field', async () => {
  const visited = await as('rabat', '/api/v1/sites/D-2/visits', { day: TODAY, byFunction: 'technician', pcsFound: 4, pcsWorking: 4, telephone: 'works' });
  assert.is(visited.status, 201);
  const view = visited.body as LadderView;
  assert.equal([view.declared[2]!.attestation?.day, view.services?.telephone, view.services?.complete], [TODAY, 'working', false]);
  assert.equal(refusal(await as('rabat', '/api/v1/sites/D-2/attestations', { ...BUILT, day: dayAfter(TODAY) })), [400, 'day_ahead', 'day']);
  assert.equal(refusal(await as('rabat', '/api/v1/sites/D-2/attestations', { ...BUILT, source: '' })), [400, 'bad_field', 'source']);
  assert.equal(refusal(await as('rabat', '/api/v1/sites/D-2/attestations', { ...BUILT, kind: 'in_service' })), [400, 'bad_field', 'kind'], 'what evidence proves is never typed in');
  const id = view.declared[2]!.attestation!.id;
  assert.is((await as('rabat', `/api/v1/attestations/${id}`, undefined, 'DELETE')).status, 204);
  assert.equal(refusal(await as('rabat', `/api/v1/attestations/${id}`, undefined, 'DELETE')), [409, 'already_withdrawn', undefined]);
});

test('rules are dated and kept; the list of causes is edited; both by administrators', async () => {
  const before = await json<{ inForce: Threshold[]; items: Threshold[] }>(server, '/api/v1/thresholds');
  assert.is(before.inForce.length, 5);
  const made = await json<Threshold>(server, '/api/v1/thresholds/reporting', { fromDay: '2026-06-01', value: { days: 10 }, note: 'Trial' });
  assert.equal([made.author, made.value], ['admin', { days: 10 }]);
  const after = await json<{ inForce: Threshold[]; items: Threshold[] }>(server, '/api/v1/thresholds');
  assert.equal([after.items.length, after.inForce.find(({ key }) => key === 'reporting')?.fromDay], [6, '2026-06-01']);
  assert.equal(refusal(await as(null, '/api/v1/thresholds/reporting', { fromDay: '2026-06-01', value: { days: 0 } }))[1], 'bad_field');
  assert.is((await as(null, '/api/v1/thresholds/none', { fromDay: '2026-06-01', value: { days: 1 } })).status, 404);
  const { items } = await json<{ items: StuckCause[] }>(server, '/api/v1/causes');
  assert.equal(items.map(({ code }) => code), ['premises', 'electricity', 'line_not_delivered', 'equipment_missing', 'stolen_or_broken', 'no_staff', 'contract', 'unknown']);
  await json(server, '/api/v1/causes', { code: 'flood', names: { fr: 'Inondation', ar: 'فيضان', en: 'Flood' } });
  assert.equal(refusal(await as(null, '/api/v1/causes', { code: 'flood', names: { fr: 'a', ar: 'b', en: 'c' } })), [409, 'cause_exists', 'code']);
  assert.is((await as(null, '/api/v1/causes/flood', { retired: true })).status, 204);
});

test('milestones are set together or not at all, and bad questions are named', async () => {
  const view = await json<MilestonesView>(server, '/api/v1/milestones', { items: [{ programme: 'CAC', year: 2010, value: 40 }, { programme: 'CAC', year: 2011, value: 90 }] });
  assert.equal(view.years.map(({ value, assumed }) => [Math.round(value), assumed]), [[0, true], [20, true], [40, false], [90, false], [245, true], [400, false]]);
  assert.equal(refusal(await as(null, '/api/v1/milestones', { items: [{ programme: 'CAC', year: 2012, value: 200 }, { programme: 'NONE', year: 2012, value: 1 }] })), [400, 'unknown_target', 'items[1].programme']);
  assert.is((await json<MilestonesView>(server, '/api/v1/milestones?programme=CAC')).versions.length, 2);
  assert.equal(refusal(await as(null, '/api/v1/deployment/table?by=colour')), [400, 'bad_query', 'by']);
  assert.equal(refusal(await as(null, '/api/v1/deployment/sites?list=everything')), [400, 'bad_query', 'list']);
  const { items } = await json<TableView>(server, '/api/v1/deployment/table?by=programme,year&programme=CAC');
  assert.is(items.find(({ keys }) => keys['year'] === '2012')?.target, 245);
});

test.run();
