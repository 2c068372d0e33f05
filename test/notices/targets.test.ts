/** Where our own requests may go (F-20 to F-24): judged at connect on what the name resolved to; no redirect, 64 KiB, an end. */
import * as assert from 'uvu/assert';
import { createServer, type AddressInfo } from 'node:net';
import { emailChannel } from '@cac/server/channels/email.ts';
import { createSafeRequester, resultOf } from '@cac/server/channels/safe-request.ts';
import { smsChannel } from '@cac/server/channels/sms.ts';
import { allowedTargets, isNear, NO_TARGETS, plainAddress, refusedTarget } from '@cac/server/channels/targets.ts';
import { signatureOf, webhookChannel } from '@cac/server/channels/webhook.ts';
import { urlFindings } from '@cac/server/channels/url-findings.ts';
import type { Message } from '@cac/server/core/notices/channel.ts';
import { T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { LOOPBACK, startEndpoint, type Endpoint } from './notice-fixture.ts';

const test = suite('targets of requests');
let endpoint: Endpoint;
test.before(async () => {
  endpoint = await startEndpoint();
});
test.after(() => endpoint.stop());

const strict = createSafeRequester({ allowed: NO_TARGETS, ownPorts: () => [] });
const near = (over: { ownPorts?: number[]; wholeMs?: number } = {}) => createSafeRequester({ allowed: LOOPBACK, ownPorts: () => over.ownPorts ?? [], wholeMs: over.wholeMs ?? 10_000 });
const MESSAGE: Message = { id: 'abc123', to: '+212600000000', subject: 's', text: 't', html: '', short: 'Site "hors" ligne & co\n', language: 'fr', facts: { event: 'opened', n: 1 }, at: T0 };

test('this machine, private and special addresses are refused, however they are written (F-20, F-21)', async () => {
  const { port } = endpoint;
  const before = endpoint.calls.length;
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '0.0.0.0', '0', '[::]', '169.254.169.254', '[fd00::1]', '[fe80::1]', '10.1.2.3', '192.168.1.1', '172.20.0.1', '100.64.0.1', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '198.18.0.1', '224.0.0.1', '255.255.255.255']) {
    const answer = await strict({ url: `http://${host}:${port}/`, method: 'POST', body: '{}' });
    assert.is(answer.status, 0, host);
    assert.match(answer.error ?? '', /^webhook_target_private/, host);
    assert.is(answer.left, false, host);
    assert.is(resultOf(answer).permanent, true, host);
  }
  assert.is(endpoint.calls.length, before);
});

test('public addresses pass the judge; exceptions open ranges and hosts, never this server itself (F-24)', () => {
  for (const address of ['8.8.8.8', '196.200.1.1', '2606:4700::1111', '::ffff:8.8.8.8']) assert.is(refusedTarget('x', address, 443, NO_TARGETS, []), null, address);
  const allowed = allowedTargets(['10.1.0.0/16', 'relay.local:8443'])!;
  assert.is(refusedTarget('x', '10.1.9.9', 80, allowed, []), null);
  assert.is(refusedTarget('x', '10.2.0.1', 80, allowed, []), 'private');
  assert.is(refusedTarget('relay.local', '192.168.7.7', 8443, allowed, []), null);
  assert.is(refusedTarget('relay.local', '192.168.7.7', 80, allowed, []), 'private');
  assert.is(refusedTarget('x', '127.0.0.1', 8080, LOOPBACK, [8080]), 'own_server');
  assert.is(refusedTarget('x', '::ffff:127.0.0.1', 8080, LOOPBACK, [8080]), 'own_server');
  assert.is(refusedTarget('x', '0.0.0.0', 8080, allowedTargets(['0.0.0.0/0'])!, [8080]), 'own_server');
  for (const wrong of ['10.0.0.0/33', 'host', 'host:port', '::1/129', 'a b:1']) assert.is(allowedTargets([wrong]), null, wrong);
  assert.is(plainAddress('[::ffff:7f00:1]'), '127.0.0.1');
  assert.ok(isNear('::ffff:10.0.0.1') && isNear('127.0.0.1') && !isNear('8.8.8.8'));
});

test('a name is judged by every address it resolves to, at connect: rebinding gains nothing (F-22)', async () => {
  const answer = await strict({ url: `http://localhost:${endpoint.port}/`, method: 'GET' });
  assert.match(answer.error ?? '', /localhost is (127\.0\.0\.1|::1), a private or special address/);
  const allowed = await near()({ url: `http://127.0.0.1:${endpoint.port}/ok`, method: 'GET' });
  assert.equal([allowed.status, allowed.body], [200, 'ok']);
  const own = await near({ ownPorts: [endpoint.port] })({ url: `http://127.0.0.1:${endpoint.port}/`, method: 'GET' });
  assert.match(own.error ?? '', /this server itself/);
});

test('redirects are answers, not ways (F-23)', async () => {
  endpoint.handle = (_request, answer) => void answer.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end('moved');
  const answer = await near()({ url: `${endpoint.url}/go`, method: 'POST', body: '{}' });
  assert.is(answer.status, 302);
  assert.equal([resultOf(answer).ok, resultOf(answer).permanent], [false, true]);
  assert.match(resultOf(answer).answer, /redirects are not followed/);
});

test('an answer without end is read to 64 KiB; one that never comes is left after its time', async () => {
  let written = 0;
  endpoint.handle = (_request, answer) => {
    answer.writeHead(200);
    const more = (): void => {
      while (!answer.destroyed && answer.write(Buffer.alloc(65_536, 97))) written += 65_536;
      if (!answer.destroyed) answer.once('drain', more);
    };
    answer.on('error', () => {});
    more();
  };
  const answer = await near()({ url: endpoint.url, method: 'GET' });
  assert.is(answer.body.length, 64 * 1024);
  assert.ok(written < 50_000_000);
  endpoint.handle = () => {};
  const startedAt = performance.now();
  const late = await near({ wholeMs: 300 })({ url: endpoint.url, method: 'POST', body: '{}' });
  assert.ok(performance.now() - startedAt < 2_000);
  assert.equal([late.status, late.left, resultOf(late).maybeDelivered], [0, true, true]);
  endpoint.handle = (_request, answer) => {
    answer.writeHead(200);
    const drip = setInterval(() => answer.write('x'), 20);
    answer.on('close', () => clearInterval(drip));
  };
  assert.is((await near({ wholeMs: 300 })({ url: endpoint.url, method: 'GET' })).status, 0);
  endpoint.handle = (_request, answer) => void answer.end('ok');
});

test('a relay that never answers after DATA is left after its time, and may have it (E-06)', async () => {
  const relay = createServer((socket) => {
    let inData = false;
    socket.write('220 slow\r\n');
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      const line = String(piece);
      if (inData) return;
      if (/^DATA/i.test(line)) inData = true;
      socket.write(inData ? '354 go on\r\n' : '250 ok\r\n');
    });
  });
  await new Promise<void>((ready) => relay.listen(0, '127.0.0.1', () => ready()));
  const door = emailChannel({ connectMs: 1_000, wholeMs: 400 });
  const { port } = relay.address() as AddressInfo;
  const result = await door.send({ id: 1, kind: 'email', settings: { host: '127.0.0.1', port, security: 'plain', from: 'c@example.ma', user: null }, secret: null }, { ...MESSAGE, to: 'a@example.org' });
  assert.equal([result.ok, result.permanent, result.maybeDelivered], [false, false, true]);
  const far = await door.send({ id: 2, kind: 'email', settings: { host: '8.8.8.8', port: 25, security: 'plain', from: 'c@example.ma', user: null }, secret: null }, MESSAGE);
  assert.equal([far.permanent, far.maybeDelivered], [true, false]);
  door.close();
  relay.close();
});

test('a webhook is signed over its time and body, and names its message at every try', async () => {
  endpoint.handle = (_request, answer) => void answer.end('thanks');
  const door = webhookChannel(near(), () => T0);
  const result = await door.send({ id: 1, kind: 'webhook', settings: { url: `${endpoint.url}/hook` }, secret: 'salt' }, MESSAGE);
  assert.equal([result.ok, result.answer], [true, '200 thanks']);
  const call = endpoint.calls.at(-1)!;
  assert.is(call.headers['idempotency-key'], 'abc123');
  assert.equal(JSON.parse(call.body), { id: 'abc123', event: 'opened', n: 1 });
  assert.is(call.headers['x-constat-signature'], `t=${T0 / 1000},v1=${signatureOf('salt', T0 / 1000, call.body)}`);
  assert.not.match(JSON.stringify(call), /salt/);
});

test('what answers mean: 2xx taken, 4xx final, 429 and 5xx again', () => {
  const of = (status: number) => resultOf({ status, body: '', left: true, error: null });
  for (const [status, ok, permanent] of [[200, true, false], [204, true, false], [301, false, true], [400, false, true], [404, false, true], [408, false, false], [429, false, false], [500, false, false], [503, false, false]] as const) {
    assert.equal([of(status).ok, of(status).permanent], [ok, permanent], String(status));
  }
});

test('an SMS template is filled as each place needs, and the token is never said back', async () => {
  endpoint.handle = (_request, answer, body) => void answer.end(`queued ${body}`);
  const door = smsChannel(near());
  const settings = { url: `${endpoint.url}/send?to={to}`, method: 'POST', contentType: 'application/json', body: '{"msg":"{text}","id":"{key}","token":"{token}"}', headers: [{ name: 'Authorization', value: 'Bearer {token}' }] };
  assert.equal(door.check(settings), []);
  const result = await door.send({ id: 1, kind: 'sms', settings, secret: 't0ken' }, MESSAGE);
  const call = endpoint.calls.at(-1)!;
  assert.is(call.path, '/send?to=%2B212600000000');
  assert.equal(JSON.parse(call.body), { msg: MESSAGE.short, id: 'abc123', token: 't0ken' });
  assert.is(call.headers.authorization, 'Bearer t0ken');
  assert.not.match(result.answer, /t0ken/);
  const form = { ...settings, contentType: 'application/x-www-form-urlencoded', body: 'to={to}&msg={text}' };
  await door.send({ id: 1, kind: 'sms', settings: form, secret: null }, { ...MESSAGE, short: 'a&to=+1' });
  assert.is(endpoint.calls.at(-1)!.body, 'to=%2B212600000000&msg=a%26to%3D%2B1');
});

test('templates and addresses that cannot work are refused with their field', () => {
  const check = (over: object) => smsChannel(strict).check({ url: 'https://sms.example.ma/send', method: 'POST', contentType: 'application/json', body: '{"to":"{to}","m":"{text}"}', headers: [], ...over })[0]?.field ?? null;
  assert.is(check({}), null);
  assert.is(check({ body: '{"to":"{to}"}' }), 'body');
  assert.is(check({ body: '{"to":"{to}","m":{text}}' }), 'body');
  assert.is(check({ body: '{"to":"{to}","m":"{text}{what}"}' }), 'body');
  assert.is(check({ method: 'GET' }), 'url');
  assert.is(check({ url: 'https://{to}.example.ma/' }), 'url');
  assert.is(check({ headers: [{ name: 'Host', value: 'x' }] }), 'headers');
  assert.is(urlFindings('https://user:pass@example.ma/')[0]!.field, 'url');
  assert.is(urlFindings('file:///etc/passwd')[0]!.field, 'url');
  assert.is(urlFindings('https://intranet/hook')[0]!.field, 'url');
  assert.equal(urlFindings('https://example.ma/hook'), []);
});

test.run();
