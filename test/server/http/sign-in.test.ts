import * as assert from 'uvu/assert';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';
import { temporaryDir } from '../../databases.ts';

const test = suite('signing in');
let server: TestServer;
const OWN = 'a password of my own';
const dataDir = temporaryDir('accounts');

test.before(async () => {
  const store: Store = await openStore({ dataDir });
  await createAccount(store, { name: 'first', role: 'administrator', scope: { kind: 'all' }, password: PASSWORD, mustChange: true }, T0);
  await createAccount(store, { name: 'nord', role: 'coordinator', scope: { kind: 'regions', regions: ['MA-01'] as never }, password: PASSWORD, mustChange: false }, T0);
  await createAccount(store, { name: 'guest', role: 'viewer', scope: { kind: 'regions', regions: ['MA-06'] as never }, password: PASSWORD, mustChange: false }, T0);
  await store.close();
  server = await startTestServer({ dataDir });
  await json(server, '/api/v1/sites', siteDraft('R-1'));
  await json(server, '/api/v1/sites', siteDraft('N-1', { region: 'MA-01', province: null } as never));
});
test.after(() => server.end());

const signIn = (name: string, password: string) =>
  fetch(`${server.base}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, password }) });
const as = (cookie: string, path: string, body?: unknown) =>
  fetch(server.base + path, { headers: { cookie, 'content-type': 'application/json' }, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;

test('a first password opens nothing but its own change', async () => {
  const cookie = await server.signIn('first');
  assert.is((await as(cookie, '/api/v1/session')).status, 200);
  const refused = await as(cookie, '/api/v1/sites');
  assert.equal([refused.status, await codeOf(refused)], [403, 'password_change_required']);
  assert.is(await codeOf(await as(cookie, '/api/v1/password', { current: 'wrong', next: OWN })), 'wrong_password');
  assert.is(await codeOf(await as(cookie, '/api/v1/password', { current: PASSWORD, next: 'short' })), 'bad_field');
  assert.is((await as(cookie, '/api/v1/password', { current: PASSWORD, next: OWN })).status, 204);
  assert.is((await as(cookie, '/api/v1/sites')).status, 200);
});

test('changing the password ends the other sessions, signing out ends this one', async () => {
  const [here, there] = [await server.signIn('first', OWN), await server.signIn('first', OWN)];
  assert.is((await as(here, '/api/v1/password', { current: OWN, next: `${OWN} 2` })).status, 204);
  assert.is((await as(there, '/api/v1/sites')).status, 401);
  assert.is((await as(here, '/api/v1/sites')).status, 200);
  assert.is((await fetch(`${server.base}/api/v1/session`, { method: 'DELETE', headers: { cookie: here } })).status, 204);
  assert.is((await as(here, '/api/v1/sites')).status, 401);
});

test('an account sees its own regions only, in every list', async () => {
  const cookie = await server.signIn('nord');
  const sites = (await (await as(cookie, '/api/v1/sites')).json()) as { items: { id: string }[] };
  assert.equal(sites.items.map((s) => s.id), ['N-1']);
  const fleet = (await (await as(cookie, '/api/v1/fleet')).json()) as { columns: { id: string[] } };
  assert.equal(fleet.columns.id, ['N-1']);
  const hidden = await as(cookie, '/api/v1/sites/R-1');
  const missing = await as(cookie, '/api/v1/sites/NO-1');
  const [a, b] = [await hidden.json(), await missing.json()] as { error: Record<string, string> }[];
  assert.equal({ ...a!.error, requestId: '' }, { ...b!.error, requestId: '' }, 'the same answer as for what does not exist');
  assert.is(await codeOf(await as(cookie, '/api/v1/sites', siteDraft('N-2'))), 'outside_scope');
  assert.is(await codeOf(await as(cookie, '/api/v1/vouchers', { siteId: 'R-1' })), 'unknown_site');
  assert.is((await as(cookie, '/api/v1/vouchers', { siteId: 'N-1' })).status, 201);
});

test('a viewer changes nothing', async () => {
  const cookie = await server.signIn('guest');
  assert.is(await codeOf(await as(cookie, '/api/v1/sites', siteDraft('G-1', { region: 'MA-06', province: 'MA-CAS' } as never))), 'role_forbidden');
  assert.is(await codeOf(await as(cookie, '/api/v1/vouchers')), 'role_forbidden');
});

test('guessing gets slow for the guesser, and an unknown name is answered like a wrong password', async () => {
  const [wrong, unknown] = [await signIn('guest', 'nope'), await signIn('nobody', 'nope')];
  assert.equal([wrong.status, unknown.status], [401, 401]);
  const [a, b] = (await Promise.all([wrong.json(), unknown.json()])) as { error: { message: string } }[];
  assert.is(a!.error.message, b!.error.message);
  let answer = wrong;
  for (let i = 0; i < 5; i += 1) answer = await signIn('guest', 'nope');
  assert.is(answer.status, 429);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  assert.is((await signIn('admin', PASSWORD)).status, 200, 'another account from the same address');
});

test('F-07 guesses sent at once do not all pass before the first has failed', async () => {
  const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => signIn('nord', `guess ${i}`)));
  assert.is(answers.filter((a) => a.status === 401).length, 5);
  assert.is(answers.filter((a) => a.status === 429).length, 20);
  for (let i = 0; i < 6; i += 1) assert.is((await signIn('admin', PASSWORD)).status, 200, 'the right password is never counted');
});

test.run();
