/** The doors of who is told: roles, other regions, fields that are wrong, secrets that are never said, and the watchdog. */
import * as assert from 'uvu/assert';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createAlertPulse } from '@cac/server/alert-pulse.ts';
import { createSafeRequester } from '@cac/server/channels/safe-request.ts';
import { pingDeadman } from '@cac/server/deadman.ts';
import { healthOf } from '@cac/server/health.ts';
import { createSealer, keyOf } from '@cac/server/sealer.ts';
import { insertNotices } from '@cac/server/store/outbox.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import type { AlertRoute, Channel } from '@cac/shared/notices.ts';
import { temporaryDir } from '../../databases.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { LOOPBACK, startEndpoint, startRelay, type Relay } from '../../notices/notice-fixture.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';

const test = suite('the doors of notices');
let server: TestServer;
let relay: Relay;
const cookies: Record<string, string> = {};
let failed = 0;

test.before(async () => {
  const dataDir = temporaryDir('http-notices');
  const store = await openStore({ dataDir });
  const person = (name: string, role: 'coordinator' | 'operator' | 'viewer', regions: string[]) => createAccount(store, { name, role, scope: { kind: 'regions', regions: regions as never }, password: PASSWORD, mustChange: false }, T0);
  await person('nadia', 'operator', ['MA-04']);
  await person('far', 'coordinator', ['MA-06']);
  await person('guest', 'viewer', ['MA-04']);
  await insertNotices(store.db, [{ key: 'lost', incidentId: null, event: 'opened', accountId: 1, channelKind: 'email', channelId: null, address: 'nadia@example.org', language: 'fr', payload: '{}', dueAt: T0 }], T0);
  await store.db.updateTable('outbox').set({ state: 'failed', answer: '550 no such mailbox' }).execute();
  failed = (await store.db.selectFrom('outbox').select('id').executeTakeFirstOrThrow()).id;
  await store.close();
  [server, relay] = await Promise.all([startTestServer({ dataDir, allowedTargets: LOOPBACK }), startRelay()]);
  for (const name of ['nadia', 'far', 'guest']) cookies[name] = await server.signIn(name);
  await json(server, '/api/v1/sites', siteDraft('RAB-1'));
  await json(server, '/api/v1/sites', siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never, lat: 33.59, lon: -7.62 }));
});
test.after(async () => {
  await server.end();
  await relay.stop();
});

const as = (name: string | null, path: string, method = 'GET', body?: unknown) => server.api(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }), headers: { origin: server.base, ...(name === null ? {} : { cookie: cookies[name]! }) } });
const refusal = async (answer: Response): Promise<[number, string, string | undefined]> => {
  const { error } = (await answer.json()) as { error: { code: string; where?: string } };
  return [answer.status, error.code, error.where];
};
const EMAIL = { kind: 'email', name: 'relais', enabled: true, host: '127.0.0.1', security: 'plain', from: 'constat@example.ma', user: null };
const ROUTE = { name: 'r', regions: [], programmes: [], kinds: [], minSeverity: 'major', hours: null, target: { kind: 'role', role: 'operator' }, by: 'email', afterMs: 0, enabled: true };

test('only administrators write; operators and coordinators read; viewers do neither', async () => {
  const writes: [string, string, unknown][] = [['/api/v1/channels', 'POST', { ...EMAIL, port: 25 }], ['/api/v1/alert-routes', 'POST', ROUTE], ['/api/v1/alert-routes/1', 'PUT', ROUTE], ['/api/v1/alert-routes/1', 'DELETE', undefined], ['/api/v1/alert-settings', 'PUT', {}], ['/api/v1/channels/1/test', 'POST', {}], [`/api/v1/notices/${failed}/retry`, 'POST', undefined], ['/api/v1/channels', 'GET', undefined], ['/api/v1/notices/failed', 'GET', undefined]];
  for (const [path, method, body] of writes) for (const name of ['nadia', 'far', 'guest']) assert.is((await as(name, path, method, body)).status, 403, `${method} ${path} ${name}`);
  for (const path of ['/api/v1/alert-routes', '/api/v1/alert-settings', '/api/v1/who-is-told?site=RAB-1']) {
    assert.is((await as('nadia', path)).status, 200, path);
    assert.is((await as('guest', path)).status, 403, path);
    assert.is((await fetch(server.base + path)).status, 401, path);
  }
});

test('who is told of another region’s site is answered like a site that does not exist, and its routes are not listed (F-01)', async () => {
  const there = await (await as('nadia', '/api/v1/who-is-told?site=CAS-1')).json() as { error: { requestId: string } };
  const nowhere = await (await as('nadia', '/api/v1/who-is-told?site=XXX-1')).json() as { error: { requestId: string } };
  delete (there.error as { requestId?: string }).requestId;
  delete (nowhere.error as { requestId?: string }).requestId;
  assert.equal(there, nowhere);
  const own = await json<AlertRoute>(server, '/api/v1/alert-routes', { ...ROUTE, name: 'both', regions: ['MA-04', 'MA-06'] });
  const foreign = await json<AlertRoute>(server, '/api/v1/alert-routes', { ...ROUTE, name: 'casa', regions: ['MA-06'] });
  const { items } = (await (await as('nadia', '/api/v1/alert-routes')).json()) as { items: AlertRoute[] };
  assert.not.ok(items.some(({ id }) => id === foreign.id));
  assert.equal(items.find(({ id }) => id === own.id)!.regions, ['MA-04']);
  for (const { id } of [own, foreign]) assert.is((await as(null, `/api/v1/alert-routes/${id}`, 'DELETE')).status, 204);
});

test('what is wrong is refused with its field and reason', async () => {
  const cases: [string, unknown, string, string][] = [
    ['/api/v1/channels', { ...EMAIL, port: 0 }, 'bad_field', 'port'],
    ['/api/v1/channels', { ...EMAIL, port: 25, from: 'x\r\nBcc: y@z.org' }, 'bad_field', 'from'],
    ['/api/v1/channels', { ...EMAIL, port: 25, host: 'a b' }, 'bad_field', 'host'],
    ['/api/v1/channels', { ...EMAIL, port: 25, what: 1 }, 'unknown_field', 'what'],
    ['/api/v1/channels', { ...EMAIL, port: 25, host: 'smtp.example.ma', user: 'u', password: 'p' }, 'channel_wrong', 'security'],
    ['/api/v1/channels', { kind: 'webhook', name: 'w', enabled: true, url: 'ftp://example.ma/' }, 'channel_wrong', 'url'],
    ['/api/v1/channels', { kind: 'sms', name: 's', enabled: true, url: 'https://sms.example.ma/', method: 'POST', contentType: 'application/json', body: '{"to":"{to}"}', headers: [] }, 'channel_wrong', 'body'],
    ['/api/v1/alert-routes', { ...ROUTE, name: '' }, 'bad_field', 'name'],
    ['/api/v1/alert-routes', { ...ROUTE, kinds: ['x'] }, 'bad_field', 'kinds[0]'],
    ['/api/v1/alert-routes', { ...ROUTE, programmes: ['NOPE'] }, 'route_wrong', 'programmes[0]'],
    ['/api/v1/alert-routes', { ...ROUTE, target: { kind: 'account', id: 999 } }, 'route_wrong', 'target'],
    ['/api/v1/alert-routes', { ...ROUTE, target: { kind: 'channel', id: 999 }, by: 'webhook' }, 'route_wrong', 'target'],
    ['/api/v1/alert-routes', { ...ROUTE, by: 'webhook' }, 'route_wrong', 'by'],
    ['/api/v1/alert-routes', { ...ROUTE, hours: { weekdays: [], from: 60, to: 60 } }, 'route_wrong', 'hours'],
  ];
  for (const [path, body, code, where] of cases) assert.equal(await refusal(await as(null, path, 'POST', body)), [400, code, where], where);
  assert.equal(await refusal(await as(null, '/api/v1/alert-settings', 'PUT', { graceMs: -1 })), [400, 'bad_field', 'graceMs']);
  assert.is((await as(null, '/api/v1/channels/99', 'PUT', { ...EMAIL, port: 25 })).status, 404);
  assert.is((await as(null, '/api/v1/channels/x', 'DELETE')).status, 404);
});

test('a channel’s secret is in no answer, no audit and not in the database’s files; it is asked for again when the address changes (C-09)', async () => {
  const SECRET = 'hunter2-very-secret-value';
  const made = await json<Channel>(server, '/api/v1/channels', { kind: 'webhook', name: 'hook', enabled: true, url: 'https://example.ma/a', secret: SECRET });
  assert.is(made.hasSecret, true);
  const put = (over: object) => as(null, `/api/v1/channels/${made.id}`, 'PUT', { kind: 'webhook', name: 'hook', enabled: true, url: 'https://example.ma/b', ...over });
  assert.is((await put({})).status, 200);
  assert.equal(await refusal(await put({ url: 'https://evil.example/a' })), [400, 'channel_wrong', 'secret']);
  const texts = [await (await as(null, '/api/v1/channels')).text(), await (await as(null, '/api/v1/audit?limit=500')).text()];
  for (const text of texts) assert.not.match(text, /hunter2/);
  assert.match(texts[1]!, /add_channel/);
  for (const file of readdirSync(server.dataDir)) assert.not.ok(readFileSync(join(server.dataDir, file)).includes(SECRET), file);
  assert.is(statSync(join(server.dataDir, 'secret.key')).mode & 0o777, 0o600);
  assert.is((await as(null, `/api/v1/channels/${made.id}`, 'DELETE')).status, 204);
});

test('secrets sealed with another key are said so, and crash nothing (C-09)', () => {
  const [one, two] = [createSealer('/nowhere', Buffer.alloc(32, 1)), createSealer('/nowhere', Buffer.alloc(32, 2))];
  const sealed = one.seal('x');
  assert.is(one.open(sealed), 'x');
  assert.is.not(one.seal('x'), sealed);
  for (const wrong of [() => two.open(sealed), () => one.open(`${sealed.slice(0, -2)}AA`), () => one.open('v1.x.y'), () => one.open('')]) {
    try {
      wrong();
      assert.unreachable();
    } catch (error) {
      assert.is((error as { info?: { code: string } }).info?.code, 'sealed_with_another_key');
    }
  }
  assert.is(keyOf('ab'.repeat(32))?.length, 32);
  assert.is(keyOf(Buffer.alloc(32, 9).toString('base64url'))?.length, 32);
  for (const no of ['', 'abc', 'zz'.repeat(32), 'ab'.repeat(31)]) assert.is(keyOf(no), null);
  const dir = temporaryDir('keys');
  const kept = createSealer(dir, null).seal('y');
  assert.is(createSealer(dir, null).open(kept), 'y');
});

test('a test sends now and says what the relay answered; what failed is listed and sent again by hand', async () => {
  const channel = await json<Channel>(server, '/api/v1/channels', { ...EMAIL, port: relay.port });
  assert.equal(await refusal(await as(null, `/api/v1/channels/${channel.id}/test`, 'POST', { to: 'nobody' })), [400, 'test_receiver', 'to']);
  const answer = await (await as(null, `/api/v1/channels/${channel.id}/test`, 'POST', { to: 'a@example.org', language: 'ar' })).json() as { ok: boolean; answer: string };
  assert.is(answer.ok, true);
  assert.match(answer.answer, /^250/);
  assert.match(relay.received[0]!.mail.html!, /dir="rtl"/);
  const { items } = await json<{ items: { id: number; answer: string; to: string }[] }>(server, '/api/v1/notices/failed');
  assert.equal(items.map(({ id, answer: said, to }) => [id, said, to]), [[failed, '550 no such mailbox', 'nadia']]);
  assert.is((await as(null, `/api/v1/notices/${failed}/retry`, 'POST')).status, 204);
  assert.is((await as(null, '/api/v1/notices/999999/retry', 'POST')).status, 404);
  // It tells of nothing that is left: it is given up again, with that as its answer.
  await until('it is given up again', async () => (await json<{ items: { answer: string }[] }>(server, '/api/v1/notices/failed')).items[0]?.answer.startsWith('not_concerned') === true);
  const metrics = await (await fetch(`${server.base}/metrics`, { headers: { authorization: 'Bearer metrics-token' } })).text();
  assert.match(metrics, /cac_outbox_waiting 0/);
  assert.match(metrics, /cac_alert_loop_age_seconds\{loop="deliver"\}/);
});

test('a webhook to this server itself is refused at connect, exceptions or not (F-24)', async () => {
  const hook = await json<Channel>(server, '/api/v1/channels', { kind: 'webhook', name: 'self', enabled: true, url: `${server.base}/api/v1/session` });
  const answer = await (await as(null, `/api/v1/channels/${hook.id}/test`, 'POST', {})).json() as { ok: boolean; answer: string };
  assert.equal([answer.ok, /^webhook_target_private.*this server itself/.test(answer.answer)], [false, true]);
  assert.is((await as(null, `/api/v1/channels/${hook.id}`, 'DELETE')).status, 204);
});

test('an invitation leaves by the relay with its link, in the language of the person', async () => {
  const before = relay.received.length;
  const { url } = await json<{ url: string }>(server, '/api/v1/accounts', { name: 'salma', role: 'operator', scope: { kind: 'regions', regions: ['MA-04'] }, fullName: 'Salma <b>', email: 'salma@example.org', phone: null, language: 'ar', quiet: null });
  await until('the letter arrives', () => relay.received.length > before);
  const letter = relay.received.at(-1)!;
  assert.equal(letter.to, ['salma@example.org']);
  assert.ok(letter.mail.text!.includes(url));
  assert.is(relay.received.length, before + 1);
});

test('a loop that is dead turns health to 503 and stops the ping that an outside monitor waits for (E-11)', async () => {
  const endpoint = await startEndpoint();
  const store = await openStore({ dataDir: temporaryDir('health') });
  const request = createSafeRequester({ allowed: LOOPBACK, ownPorts: () => [] });
  const pulse = createAlertPulse(T0);
  let at = T0;
  const ping = () => pingDeadman({ url: `${endpoint.url}/alive`, request, trouble: () => pulse.stale(at) });
  const idle = () => ({ reports: 0, records: 0, rejected: 0, groups: 0, failedGroups: 0, waiting: 0, failing: false, lastError: null }) as never;
  const health = () => healthOf(store, idle, 'x', () => pulse.stale(at));
  for (let i = 0; i < 5; i += 1) {
    at += 60_000;
    pulse.beat('watch', at);
    pulse.beat('deliver', at);
    assert.is(await ping(), true);
  }
  assert.is((await health()).ok, true);
  // The watch goes on, delivery does not.
  for (let i = 0; i < 3; i += 1) {
    at += 60_000;
    pulse.beat('watch', at);
    await ping();
  }
  assert.is(endpoint.calls.length, 7);
  assert.equal(await health(), { ok: false, code: 'alerts_stale', version: 'x' });
  pulse.beat('deliver', at);
  assert.is((await health()).ok, true);
  await store.close();
  await endpoint.stop();
});

test.run();
