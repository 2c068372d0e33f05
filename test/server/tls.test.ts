/** HTTPS, MQTTS and MQTT over WebSocket: one server, every door a machine may come by. */
import * as assert from 'uvu/assert';
import { copyFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { randomBytes } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';
import { WebSocket } from 'ws';
import type { NewVoucher } from '@cac/shared/api.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { makeCertificate, opensslMissing, type TestCertificate } from '../certificates.ts';
import { temporaryDir } from '../databases.ts';
import { beats, enrolRequest, siteDraft, wireJournal, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { connectMachine, connectOptions, sendUp } from '../mqtt-machine.ts';
import { startTestServer, type TestServer } from '../running-server.ts';
import { until } from '../until.ts';

const test = suite('doors of TLS and WebSocket');
const journal = wireJournal('abcdefghij012345', [['agent_start', { ver: '1', up: 5 }], ...beats(30)]);
let certificate: TestCertificate;
let server: TestServer;
let plain: TestServer;

/** fetch cannot be given a CA here. */
function ask(path: string, { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((done, failed) => {
    const call = httpsRequest({ host: '127.0.0.1', port: server.httpPort, path, method, ca: certificate.cert, servername: 'localhost', headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => done({ status: answer.statusCode!, text, headers: answer.headers }));
    });
    call.on('error', failed);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function enrolled(on: TestServer): Promise<TestMachine & { mqtt: { port: number; tls: boolean } }> {
  const secret = randomBytes(32).toString('base64url');
  const site = `T-${randomBytes(3).toString('hex').toUpperCase()}`;
  if (on === plain) {
    await on.api('/api/v1/sites', { method: 'POST', body: JSON.stringify(siteDraft(site)) });
    const voucher = (await (await on.api('/api/v1/vouchers', { method: 'POST', body: JSON.stringify({ siteId: site }) })).json()) as NewVoucher;
    const answer = (await (await on.api('/api/v1/enrol', { method: 'POST', body: JSON.stringify(enrolRequest(voucher.code, { secretHash: hashOf(secret) })) })).json()) as { machine: TestMachine['id']; mqtt: { port: number; tls: boolean } };
    return { id: answer.machine, secret, site, mqtt: answer.mqtt };
  }
  const signed = await ask('/api/v1/session', { method: 'POST', body: { name: 'admin', password: 'correct horse battery staple' } });
  const cookie = String((signed.headers['set-cookie'] as string[])[0]).split(';')[0]!;
  await ask('/api/v1/sites', { method: 'POST', body: siteDraft(site), headers: { cookie } });
  const voucher = JSON.parse((await ask('/api/v1/vouchers', { method: 'POST', body: { siteId: site }, headers: { cookie } })).text) as NewVoucher;
  const answer = JSON.parse((await ask('/api/v1/enrol', { method: 'POST', body: enrolRequest(voucher.code, { secretHash: hashOf(secret) }) })).text) as { machine: TestMachine['id']; mqtt: { port: number; tls: boolean } };
  return { id: answer.machine, secret, site, mqtt: answer.mqtt };
}

function connectBy(url: string, machine: TestMachine, over: object = {}): Promise<MqttClient> {
  return new Promise((ready, failed) => {
    const client = mqtt.connect(url, { ...connectOptions(machine), ca: certificate?.cert, ...over } as never);
    client.once('connect', () => ready(client));
    client.once('error', (error) => (client.end(true), failed(error)));
    client.once('close', () => failed(new Error('closed')));
  });
}

const handshake = (port: number, options: ConnectionOptions): Promise<string> =>
  new Promise((done) => {
    const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => (done(`${socket.getProtocol()} ${socket.getCipher().name}`), socket.destroy()));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
  });

/** Status line of an upgrade. */
const upgradeStatus = (port: number, path: string, more = ''): Promise<string> =>
  new Promise((done) => {
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${more}\r\n`));
    socket.once('data', (data) => (done(data.toString('latin1').split('\r\n')[0]!), socket.destroy()));
    socket.on('error', () => done('error'));
  });

test.before(async () => {
  plain = await startTestServer();
  if (opensslMissing) return;
  certificate = makeCertificate(temporaryDir('tls'));
  server = await startTestServer({ tls: certificate, mqttsPort: 0 });
});
test.after(async () => {
  await plain.end();
  await server?.end();
});

test.needs(opensslMissing, 'pages by HTTPS, with HSTS; agents are told the port of MQTT over TLS, and report there', async () => {
  const page = await ask('/health');
  assert.equal([page.status, page.headers['strict-transport-security']], [200, 'max-age=31536000']);
  const machine = await enrolled(server);
  assert.equal([machine.mqtt.port, machine.mqtt.tls], [server.mqttsPort, true]);
  const client = await connectBy(`mqtts://127.0.0.1:${server.mqttsPort}`, machine, { servername: 'localhost' });
  assert.is((await sendUp(client, machine, journal.up(1, 4))).W, 4);
  await client.endAsync();
});

test.needs(opensslMissing, 'TLS 1.1, plain text and suites without forward secrecy are refused on both ports', async () => {
  for (const port of [server.httpPort, server.mqttsPort!]) {
    assert.match(await handshake(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }), /^(?:ERR_|ECONNRESET)/);
    assert.match(await handshake(port, { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA' }), /^(?:ERR_|ECONNRESET)/);
    assert.match(await handshake(port, { maxVersion: 'TLSv1.2' }), /^TLSv1\.2 ECDHE-ECDSA-AES256-GCM-SHA384/);
    assert.match(await handshake(port, {}), /^TLSv1\.3 /);
  }
  const machine = await enrolled(server);
  const refused = await connectMachine(server.mqttsPort!, machine).then((client) => (client.end(true), 'accepted'), () => 'refused');
  assert.is(refused, 'refused');
});

test.needs(opensslMissing, 'a renewed certificate is served without a restart, and a bad one leaves the former in service', async () => {
  const fingerprint = (port: number): Promise<string> =>
    new Promise((done, failed) => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => (done(socket.getPeerCertificate().fingerprint256), socket.destroy()));
      socket.on('error', failed);
    });
  const before = await fingerprint(server.mqttsPort!);
  const machine = await enrolled(server);
  const client = await connectBy(`mqtts://127.0.0.1:${server.mqttsPort}`, machine, { servername: 'localhost' });
  const fresh = makeCertificate(temporaryDir('renewed'));
  copyFileSync(fresh.certFile, certificate.certFile);
  server.rereadCertificate!();
  assert.is(await fingerprint(server.mqttsPort!), before, 'a certificate with the former key is not taken');
  copyFileSync(fresh.keyFile, certificate.keyFile);
  server.rereadCertificate!();
  certificate = { ...fresh, certFile: certificate.certFile, keyFile: certificate.keyFile };
  for (const port of [server.httpPort, server.mqttsPort!]) assert.is.not(await fingerprint(port), before);
  assert.is((await sendUp(client, machine, journal.up(1, 3))).W, 3, 'who was connected stays');
  await client.endAsync();
});

test.needs(opensslMissing, 'MQTT over WebSocket under TLS', async () => {
  const machine = await enrolled(server);
  const client = await connectBy(`wss://127.0.0.1:${server.httpPort}/mqtt`, machine, { wsOptions: { ca: certificate.cert, servername: 'localhost' } });
  assert.is((await sendUp(client, machine, journal.up(1, 9))).W, 9);
  await client.endAsync();
});

test('MQTT over WebSocket: reports, counted among the connections, whatever Origin and cookie come with it, and ended with the server', async () => {
  const machine = await enrolled(plain);
  const client = await connectBy(`ws://127.0.0.1:${plain.httpPort}/mqtt`, machine, { wsOptions: { origin: 'https://evil.example', headers: { cookie: 'cac_session=nonsense' } } });
  for (const to of [5, 12, 30]) assert.is((await sendUp(client, machine, journal.up(1, to))).W, to);
  const metrics = await (await fetch(`${plain.base}/metrics`, { headers: { authorization: 'Bearer metrics-token' } })).text();
  assert.match(metrics, /^cac_broker_connections 1$/m);
  await client.endAsync();
});

test('other paths, other sub-protocols and none are refused', async () => {
  assert.match(await upgradeStatus(plain.httpPort, '/api/v1/events', 'Sec-WebSocket-Protocol: mqtt\r\n'), / 404 /);
  assert.match(await upgradeStatus(plain.httpPort, '/mqtt'), / 400 /);
  assert.match(await upgradeStatus(plain.httpPort, '/mqtt', 'Sec-WebSocket-Protocol: chat\r\n'), / 400 /);
  assert.match(await upgradeStatus(plain.httpPort, '/mqtt', 'Sec-WebSocket-Protocol: chat, mqtt\r\n'), / 101 /);
});

/** A WebSocket that sends these frames; resolves with how it ended. */
const webSocketEnds = (send: (socket: WebSocket) => void): Promise<number> =>
  new Promise((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${plain.httpPort}/mqtt`, 'mqtt');
    socket.on('open', () => send(socket));
    socket.on('error', () => {});
    socket.on('close', (code) => done(code));
  });

test('B-01 B-03 the gate stands before a WebSocket too: a CONNECT announced too big, text, a first packet that is none, a frame too long', async () => {
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 20; i += 1) await webSocketEnds((socket) => socket.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])));
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
  assert.ok(Number.isInteger(await webSocketEnds((socket) => socket.send('hello'))));
  assert.ok(Number.isInteger(await webSocketEnds((socket) => socket.send(Buffer.from([0xc0, 0])))));
  assert.is(await webSocketEnds((socket) => socket.send(Buffer.alloc(200 * 1024))), 1009);
});

test('a server that stops ends its WebSockets, and takes no wills for it', async () => {
  const other = await startTestServer();
  await other.api('/api/v1/sites', { method: 'POST', body: JSON.stringify(siteDraft('W-1')) });
  const voucher = (await (await other.api('/api/v1/vouchers', { method: 'POST', body: JSON.stringify({ siteId: 'W-1' }) })).json()) as NewVoucher;
  const secret = randomBytes(32).toString('base64url');
  const { machine: id } = (await (await other.api('/api/v1/enrol', { method: 'POST', body: JSON.stringify(enrolRequest(voucher.code, { secretHash: hashOf(secret) })) })).json()) as { machine: TestMachine['id'] };
  const client = await connectBy(`ws://127.0.0.1:${other.httpPort}/mqtt`, { id, secret, site: 'W-1' });
  let ended = false;
  client.on('close', () => (ended = true));
  const startedAt = performance.now();
  await other.end();
  await until('the WebSocket ends', () => ended);
  assert.ok(performance.now() - startedAt < 3_000);
  client.end(true);
});
test.run();
