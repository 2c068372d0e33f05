/** The registry's doors: fields that do not exist, sizes, other media, other regions, SQL in filters, files that come back inert. */
import * as assert from 'uvu/assert';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import type { ImportPreview } from '@cac/shared/registry.ts';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from '../../databases.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { goodRows, windows1252 } from '../../office-file.ts';
import { json, PASSWORD, ROOT, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('the doors of the registry');
let server: TestServer;
let nadia = '';

test.before(async () => {
  const dataDir = temporaryDir('http-registry');
  const store = await openStore({ dataDir });
  await createAccount(store, { name: 'nadia', role: 'coordinator', scope: { kind: 'regions', regions: ['MA-04'] as never }, password: PASSWORD, mustChange: false }, T0);
  await createAccount(store, { name: 'guest', role: 'viewer', scope: { kind: 'all' }, password: PASSWORD, mustChange: false }, T0);
  await store.close();
  server = await startTestServer({ dataDir });
  nadia = await server.signIn('nadia');
  await json(server, '/api/v1/sites', siteDraft('RAB-1', { name: "=cmd|' /C calc'!A0" }));
  await json(server, '/api/v1/sites', siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never, lat: 33.59, lon: -7.62 }));
});
test.after(() => server.end());

const EDIT = { name: 'x', region: 'MA-04', lat: 34, lon: -6.8 };
const put = (path: string, body: unknown, cookie?: string) => server.api(path, { method: 'PUT', body: JSON.stringify(body), ...(cookie ? { headers: { cookie } } : {}) });
const refusal = async (answer: Response): Promise<[number, string, string | undefined]> => {
  const { error } = (await answer.json()) as { error: { code: string; where?: string } };
  return [answer.status, error.code, error.where];
};
const post = (path: string, bytes: Uint8Array | ReadableStream, headers: Record<string, string> = {}, cookie?: string) =>
  server.api(path, { method: 'POST', body: bytes as never, duplex: 'half', headers: { 'content-type': 'application/octet-stream', origin: server.base, ...headers, ...(cookie ? { cookie } : {}) } } as RequestInit);

test('a field that does not exist is refused by its name (F-14)', async () => {
  assert.equal(await refusal(await put('/api/v1/sites/RAB-1', { ...EDIT, state: 'connected' })), [400, 'unknown_field', 'state']);
  assert.equal(await refusal(await put('/api/v1/sites/RAB-1', { ...EDIT, id: 'RAB-2' })), [400, 'unknown_field', 'id']);
  assert.equal(await refusal(await put('/api/v1/communes/X-1', { nameFr: 'x', demo: true })), [400, 'bad_field', 'nameAr']);
  assert.equal(await refusal(await server.api('/api/v1/export/sites?ids=A-1&ids=B-2')), [400, 'bad_query', 'ids']);
});

test('SQL in a filter is a text like any other (F-17)', async () => {
  const answer = await server.api(`/api/v1/communes?q=${encodeURIComponent("' or 1=1 --%_")}`);
  assert.equal(await answer.json(), { items: [], next: null });
  assert.is((await (await server.api(`/api/v1/export/sites?q=${encodeURIComponent("%' or '1'='1")}`)).text()).trim().split('\r\n').length, 1);
  assert.equal(await refusal(await server.api('/api/v1/export/sites?region=MA-04%27--')), [400, 'bad_query', 'region']);
});

test('an export opens inert (F-09), is in scope, and says where its data come from', async () => {
  const answer = await server.api('/api/v1/export/sites', { headers: { cookie: nadia } });
  assert.is(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
  const text = await answer.text();
  assert.match(text, /^Code du site;/);
  assert.match(text, /;Source de la déclaration;Année de la déclaration;Démonstration\r\n/);
  assert.match(text, /RAB-1;'=cmd/);
  assert.is(text.includes('CAS-1'), false);
  const collection = (await (await server.api('/api/v1/export/sites?format=geojson&province=MA-RAB')).json()) as { features: { id: string; geometry: { coordinates: number[] } }[] };
  assert.equal(collection.features.map(({ id, geometry }) => [id, geometry.coordinates]), [['RAB-1', [-6.8, 34]]]);
});

test('only editors import, only what is a file, and no more than twenty megabytes', async () => {
  const path = '/api/v1/imports/preview?kind=sites&fileName=x.csv';
  const guest = await server.signIn('guest');
  assert.equal((await refusal(await post(path, Buffer.from('a;b'), {}, guest))).slice(0, 2), [403, 'role_forbidden']);
  assert.equal((await refusal(await post(path, Buffer.from('{}'), { 'content-type': 'application/json' }))).slice(0, 2), [415, 'unsupported_media_type']);
  assert.equal((await refusal(await post(path, Buffer.from('a;b'), { origin: 'http://elsewhere.example' }))).slice(0, 2), [403, 'origin_mismatch']);
  assert.equal((await refusal(await post(path, Buffer.alloc(20 * 1024 * 1024 + 1, 65)))).slice(0, 2), [413, 'body_too_large']);
  assert.equal((await refusal(await post('/api/v1/imports/preview?kind=machines', Buffer.from('a')))).slice(0, 2), [400, 'bad_query']);
  assert.equal((await refusal(await post(`${path}&mapping=id,id`, Buffer.from('a;b\n1;2')))).slice(0, 2), [400, 'mapping_wrong']);
});

test('the command prints what the page shows, and ends with 1 on errors', async () => {
  const run = async (...words: string[]): Promise<{ code: number | null; out: string }> => {
    const child = spawn(process.execPath, [join('tools', 'boot.mjs'), join('tools', 'import.ts'), ...words, '--url', server.base], { cwd: ROOT, env: { ...process.env, CAC_ADMIN_PASSWORD: PASSWORD } });
    let out = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece));
    child.stderr.on('data', (piece: Buffer) => (out += piece));
    return { code: await new Promise((done) => child.once('exit', done)), out };
  };
  const file = join(server.dataDir, 'bons.csv');
  writeFileSync(file, windows1252(goodRows(3)));
  const looked = await run(file, '--kind', 'sites', '--dry-run');
  assert.is(looked.code, 0, looked.out);
  assert.match(looked.out, /windows-1252/);
  assert.match(looked.out, /3 to add, 0 to change, 0 unchanged; 0 errors/);
  const made = await run(file, '--kind', 'sites');
  assert.match(made.out, /imported as number 1: 3 added/);
  const { items } = await json<{ items: { undoable: boolean }[] }>(server, '/api/v1/imports');
  assert.is(items[0]!.undoable, true);
  // A file's name tells of other regions: a coordinator sees own imports.
  assert.equal(await (await server.api('/api/v1/imports', { headers: { cookie: nadia } })).json(), { items: [], next: null });
  writeFileSync(file, 'Code;Nom\n;sans code\n');
  const wrong = await run(file, '--kind', 'sites');
  assert.is(wrong.code, 1);
  assert.match(wrong.out, /error: row 2, Code: The row has no code\./);
  assert.match((await run('--help')).out, /--dry-run/);
  const stream = await server.api('/api/v1/events');
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await server.api('/api/v1/imports/1/undo', { method: 'POST', body: '{}' })).status, 204);
  // No event can say that a site is gone: the map starts anew.
  for (let told = ''; !told.includes('event: reset'); ) told += (await reader.read()).value ?? '';
  await reader.cancel();
  const seen = (await (await post('/api/v1/imports/preview?kind=sites', windows1252(goodRows(3)))).json()) as ImportPreview;
  assert.equal([seen.added, seen.rows], [3, 3]);
});

test.run();
