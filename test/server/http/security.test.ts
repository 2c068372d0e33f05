import * as assert from 'uvu/assert';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { siteDraft } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';

const test = suite('doors of the HTTP side');
let server: TestServer;
test.before(async () => {
  server = await startTestServer();
});
test.after(() => server.end());

const codeOf = async (answer: Response): Promise<[number, string]> => [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];

/** Raw bytes in, the first answer out: for what fetch would not send. */
function raw(text: string | Buffer, waitMs = 3_000): Promise<string> {
  return new Promise((done) => {
    let answer = '';
    const socket = connect(server.httpPort, '127.0.0.1', () => socket.write(text));
    const end = (): void => {
      socket.destroy();
      done(answer);
    };
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', end);
    socket.on('error', end);
    setTimeout(end, waitMs);
  });
}

test('strangers reach the sign-in page, health and the agents\' doors, and nothing else', async () => {
  for (const path of ['/sign-in', '/health', '/robots.txt']) assert.is((await fetch(server.base + path)).status, 200, path);
  for (const path of ['/api/v1/machines', '/api/v1/sites', '/api/v1/fleet', '/api/v1/events', '/api/v1/deployment', '/api/openapi.json', '/app/index.html', '/app/territory.json', '/nothing', '/api/v1/session', '/api/v2']) {
    assert.equal(await codeOf(await fetch(server.base + path)), [401, 'sign_in_required'], path);
  }
  const home = await fetch(`${server.base}/`, { redirect: 'manual' });
  assert.equal([home.status, home.headers.get('location')], [302, '/sign-in']);
  assert.equal(await codeOf(await fetch(`${server.base}/metrics`)), [401, 'metrics_token_required']);
  const metrics = await fetch(`${server.base}/metrics`, { headers: { authorization: 'Bearer metrics-token' } });
  assert.match(await metrics.text(), /^cac_broker_connections 0$/m);
});

test('F-03 an act must come from our own pages', async () => {
  const body = JSON.stringify(siteDraft('F3-1'));
  const from = (headers: Record<string, string>, text = body) => server.api('/api/v1/sites', { method: 'POST', body: text, headers });
  const refused: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://sub.127.0.0.1:${server.httpPort}` },
    { origin: 'http://127.0.0.1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
  ];
  for (const headers of refused) assert.equal(await codeOf(await from(headers)), [403, 'origin_mismatch'], JSON.stringify(headers));
  assert.is((await server.api('/api/v1/session', { method: 'DELETE', headers: { origin: 'https://evil.example' } })).status, 403);
  assert.is((await from({ origin: server.base, 'sec-fetch-site': 'same-origin' })).status, 201);
  assert.is((await from({}, JSON.stringify(siteDraft('F3-2')))).status, 201, 'no browser: no headers');
});

test('F-04 no other origin is ever allowed to read', async () => {
  for (const method of ['GET', 'OPTIONS']) {
    const answer = await server.api('/api/v1/sites', { method, headers: { origin: 'https://evil.example' } });
    assert.is(answer.headers.get('access-control-allow-origin'), null);
    assert.is(answer.headers.get('access-control-allow-credentials'), null);
  }
});

test('F-05 every answer carries the security headers, errors and files too', async () => {
  for (const path of ['/', '/sign-in', '/health', '/api/v1/sites', '/api/v1/sites/NONE', '/api/v1/machines?limit=x', '/nothing', '/public/none.js', '/api/openapi.json', '/api/v1/fleet']) {
    const { headers, status } = await server.api(path);
    const csp = headers.get('content-security-policy') ?? '';
    assert.match(csp, /default-src 'self'/, `${path} ${status}`);
    assert.match(csp, /frame-ancestors 'none'/, path);
    assert.not.match(csp, /unsafe-/, path);
    assert.is(headers.get('x-content-type-options'), 'nosniff', path);
    assert.is(headers.get('referrer-policy'), 'no-referrer', path);
    assert.is(headers.get('cross-origin-opener-policy'), 'same-origin', path);
    assert.is(headers.get('strict-transport-security'), null, `${path}: plain HTTP promises nothing`);
  }
});

test('F-05 under https the cookie is for this host and TLS only, and HSTS is sent', async () => {
  const secure = await startTestServer({ publicUrl: 'https://cac.example' });
  try {
    const answer = await fetch(`${secure.base}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'admin', password: PASSWORD }) });
    assert.match(answer.headers.getSetCookie()[0] ?? '', /^__Host-cac=.*HttpOnly.*Secure.*SameSite=Lax/);
    assert.ok(answer.headers.get('strict-transport-security'));
  } finally {
    await secure.end();
  }
});

test('F-06 what people and PCs write is answered as data, never as a page', async () => {
  const name = '<img src=x onerror=alert(1)>';
  const site = await json<{ name: string }>(server, '/api/v1/sites', siteDraft('F6-1', { name }));
  assert.is(site.name, name);
  assert.match((await server.api('/api/v1/sites/F6-1')).headers.get('content-type') ?? '', /^application\/json/);
});

test('F-11 a body over the limit is refused before anyone reads it', async () => {
  const announced = await raw(`POST /api/v1/sites HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n{`);
  assert.match(announced, /^HTTP\/1\.1 413 /);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const chunked = await raw(`POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}`);
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  const both = await raw('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
  assert.match(both, /^HTTP\/1\.1 400 /);
  const bomb = await server.api('/api/v1/sites', { method: 'POST', body: gzipSync(Buffer.alloc(1_000_000)), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } });
  assert.equal(await codeOf(bomb), [415, 'unsupported_media_type']);
});

test('F-12 a caller who never finishes its headers is closed, and others are served meanwhile', async () => {
  const sockets = Array.from({ length: 200 }, () => connect(server.httpPort, '127.0.0.1', function (this: import('node:net').Socket) {
    this.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  }));
  let closed = 0;
  for (const socket of sockets) socket.on('close', () => (closed += 1)).on('error', () => {}).resume();
  assert.is((await fetch(`${server.base}/health`)).status, 200);
  await until('all slow callers are closed', () => closed === 200, 20_000);
});

test('F-15 another spelling of a path opens no door', async () => {
  for (const path of ['//api/v1/sites', '/api//v1/sites', '/%61pi/v1/sites', '/api/v1/%2e%2e/v1/sites', '/api%2fv1%2fsites', '/public/../api/v1/sites', '/public/%2e%2e/app/index.html', '/sign-in/', '/SIGN-IN', '/health/', '/api/v1/sites/', '/api/v1/enrol/../sites', '/public/..%2fapp%2findex.html']) {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 (401|404|400) /, path);
  }
});

test('a field that is not there, a query given twice and a wrong type are each named', async () => {
  const send = async (path: string, body: unknown) => {
    const answer = await server.api(path, { method: 'POST', body: JSON.stringify(body) });
    const { error } = (await answer.json()) as { error: { code: string; where: string } };
    return [answer.status, error.code, error.where];
  };
  assert.equal(await send('/api/v1/sites', { ...siteDraft('W-1'), role: 'administrator' }), [400, 'unknown_field', 'role']);
  assert.equal(await send('/api/v1/sites', { ...siteDraft('W-1'), lat: 48.8 }), [400, 'bad_field', 'lat']);
  assert.equal(await send('/api/v1/sites', { ...siteDraft('W-1'), name: '  ' }), [400, 'bad_field', 'name']);
  assert.equal(await send('/api/v1/sites', { ...siteDraft('W-1'), province: 'MA-CAS' }), [400, 'province_elsewhere', 'province']);
  assert.equal(await send('/api/v1/sites/batch', { items: [siteDraft('W-2'), { ...siteDraft('W-3'), lon: 'x' }] }), [400, 'bad_field', 'items[1].lon']);
  assert.equal(await send('/api/v1/sites/batch', { items: [siteDraft('W-2'), siteDraft('W-2')] }), [400, 'duplicate_site', 'items[1].id']);
  assert.equal(await codeOf(await server.api('/api/v1/sites/W-2')), [404, 'not_found'], 'all or nothing');
  assert.equal(await codeOf(await server.api('/api/v1/machines?limit=1&limit=2')), [400, 'bad_query']);
  assert.equal(await codeOf(await server.api('/api/v1/machines?sort=1')), [400, 'unknown_field']);
  assert.equal(await codeOf(await server.api('/api/v1/sites', { method: 'POST', body: '{"id":"A-1","id":"B-1"}' })), [400, 'bad_json']);
});

test('the API documents itself from the schemas it checks with', async () => {
  const document = await json<{ openapi: string; paths: Record<string, Record<string, { requestBody?: unknown }>> }>(server, '/api/openapi.json');
  assert.is(document.openapi, '3.1.0');
  assert.ok(document.paths['/api/v1/machines/{id}/journal']?.['get']);
  assert.match(JSON.stringify(document.paths['/api/v1/sites']?.['post']?.requestBody), /"countsTowardsTarget"/);
});

test.run();
