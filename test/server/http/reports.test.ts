import * as assert from 'uvu/assert';
import type { Indicator, IssuedReportLine, WorkItem } from '@cac/shared/report.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { createHash } from 'node:crypto';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { temporaryDir } from '../../databases.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('reports over HTTP');
let server: TestServer;
const cookies = new Map<string, string>();
const dataDir = temporaryDir('reports');
const TODAY = localDayOf(Date.now());
const LAST_MONTH = dayAfter(`${TODAY.slice(0, 7)}-01`, -1).slice(0, 7);
const DECLARED = { declaredConnectedAt: Date.UTC(2026, 2, 3), declaredSource: 'circulaire' };

test.before(async () => {
  const store = await openStore({ dataDir });
  const account = (name: string, role: 'coordinator' | 'viewer' | 'operator', region: string) =>
    createAccount(store, { name, role, scope: { kind: 'regions', regions: [region] as never }, password: PASSWORD, mustChange: false }, T0);
  await account('rabat', 'coordinator', 'MA-04');
  await account('casa', 'viewer', 'MA-06');
  await account('watch', 'operator', 'MA-04');
  await store.close();
  server = await startTestServer({ dataDir });
  for (const draft of [siteDraft('RAB-1', DECLARED), siteDraft('CAS-1', { region: 'MA-06', province: 'MA-CAS', ...DECLARED } as never), siteDraft('RAB-2')]) await json(server, '/api/v1/sites', draft);
});
test.after(() => server.end());

async function as(name: string | null, path: string, init: RequestInit = {}): Promise<{ status: number; body: never; answer: Response }> {
  if (name !== null && !cookies.has(name)) cookies.set(name, await server.signIn(name));
  const answer = await server.api(path, { ...init, ...(name === null ? {} : { headers: { cookie: cookies.get(name)!, 'content-type': 'application/json' } }) });
  const text = await answer.text();
  return { status: answer.status, answer, body: (answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as never };
}
const post = (name: string | null, path: string, body: unknown = {}) => as(name, path, { method: 'POST', body: JSON.stringify(body) });
const refusal = ({ status, body }: { status: number; body: { error?: { code: string; where?: string } } }) => [status, body?.error?.code, body?.error?.where];

test('only editors issue, and only for what they see', async () => {
  assert.equal(refusal(await post('casa', '/api/v1/reports', { month: LAST_MONTH, region: 'MA-06' })).slice(0, 2), [403, 'role_forbidden']);
  assert.equal(refusal(await post('watch', '/api/v1/reports', { month: LAST_MONTH, region: 'MA-04' })).slice(0, 2), [403, 'role_forbidden']);
  assert.equal(refusal(await post('rabat', '/api/v1/reports', { month: LAST_MONTH })), [403, 'outside_scope', 'region']);
  assert.equal(refusal(await post('rabat', '/api/v1/reports', { month: LAST_MONTH, region: 'MA-06' })), [403, 'outside_scope', 'region']);
  assert.equal(refusal(await post('rabat', '/api/v1/reports', { month: '2026-13', region: 'MA-04' })).slice(0, 2), [400, 'bad_field']);
  assert.is((await as('casa', '/api/v1/reports/draft?month=2026-10')).status, 403);
});

test('the digest of an issued report is that of the text given out with it; a neighbour finds nothing', async () => {
  const { status, body } = await post('rabat', '/api/v1/reports', { month: LAST_MONTH, region: 'MA-04' });
  assert.is(status, 201);
  const { no, digest } = body as IssuedReportLine;
  const text = await (await server.api(`/api/v1/reports/${no}/text`)).text();
  assert.is(createHash('sha256').update(text).digest('hex'), digest);
  assert.is((await as('casa', `/api/v1/reports/${no}`)).status, 404);
  assert.is((await as('casa', `/api/v1/reports/${no}/text`)).status, 404);
  assert.is((await as('watch', `/api/v1/reports/${no}`)).status, 200);
  assert.equal((await as(null, '/api/v1/reports/zero')).status, 404);
});

test('the list of work is that of the own region; as a table it opens in a spreadsheet', async () => {
  const items = ({ body }: { body: { items: WorkItem[] } }): string[] => body.items.map((item) => `${item.siteId} ${item.reasons.map((r) => r.reason).join(' ')}`);
  assert.equal(items(await as(null, '/api/v1/work')), ['CAS-1 never_reported', 'RAB-1 never_reported']);
  assert.equal(items(await as('rabat', '/api/v1/work')), ['RAB-1 never_reported']);
  assert.equal(items(await as('rabat', '/api/v1/work?region=MA-06')), []);
  const first = (await as(null, '/api/v1/work?limit=1')).body as { items: WorkItem[]; next: string };
  assert.equal(items(await as(null, `/api/v1/work?limit=1&cursor=${encodeURIComponent(first.next)}`)), ['RAB-1 never_reported']);
  const { answer, body } = await as('rabat', '/api/v1/work?format=csv');
  assert.match(answer.headers.get('content-disposition')!, /attachment; filename="work-\d{4}-\d\d-\d\d\.csv"/);
  assert.match(body as string, /RAB-1/);
  assert.not.match(body as string, /CAS-1/);
});

test('availability as a table: every line with its period, whether it is a demonstration, and only what may be seen', async () => {
  const table = (await as('rabat', '/api/v1/availability?by=site&format=csv')).body as string;
  const [heads, ...lines] = table.replace('\ufeff', '').trim().split('\r\n').map((line) => line.split(';'));
  assert.equal([heads![0], heads!.at(-1)], ['cle', 'demonstration']);
  assert.equal(lines.map((cells) => [cells[0], cells.at(-1)]), [['RAB-1', 'non'], ['RAB-2', 'non']]);
});

test('indicators: the plan’s aims are there, values need an administrator, a source and a day that has come', async () => {
  const path = '/api/v1/indicators/teachers_trained/values';
  const value = { day: '2012-06-30', value: 81_000, source: 'MEN, bilan 2012' };
  assert.is((await post('rabat', path, value)).status, 403);
  assert.equal(refusal(await post(null, path, { ...value, source: ' ' })).slice(0, 2), [400, 'bad_field']);
  assert.equal(refusal(await post(null, path, { ...value, day: dayAfter(TODAY, 1) })), [400, 'day_ahead', 'day']);
  assert.is((await post(null, '/api/v1/indicators/none/values', value)).status, 404);
  assert.is((await post(null, path, value)).status, 204);
  assert.is((await post(null, path, { ...value, value: 82_000 })).status, 204);
  const read = async (): Promise<Indicator> => (await json<{ items: Indicator[] }>(server, '/api/v1/indicators')).items.find((one) => one.code === 'teachers_trained')!;
  const trained = await read();
  assert.equal([trained.targetYear, trained.targetValue, trained.source.year], [2013, 200_000, 2009]);
  assert.equal(trained.values.map(({ day, value: n, author }) => [day, n, author]), [['2012-06-30', 82_000, 'admin']], 'replaced, not added');
  assert.is((await as(null, `${path}/${trained.values[0]!.id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await read()).values, []);
});

test.run();
