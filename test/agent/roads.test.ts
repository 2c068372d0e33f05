/** How an agent reaches its server where networks are hostile: certificates that do not fit, portals, blocked ports, proxies (B-17, B-18, D-06). */
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, connect as connectTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { openConnection, reasonOf } from '@cac/agent/uplink/mqtt.ts';
import { createDesk } from '@cac/agent/service/desk.ts';
import { enrol } from '@cac/agent/uplink/enrol.ts';
import type { Identity } from '@cac/agent/uplink/identity.ts';
import { openSocket } from '@cac/agent/uplink/open-way.ts';
import { post } from '@cac/agent/uplink/post.ts';
import { proxyOf, wayOf, waysTo, type Road, type Way } from '@cac/agent/uplink/road.ts';
import { makeCertificate, opensslMissing, type TestCertificate } from '../certificates.ts';
import { temporaryDir } from '../databases.ts';
import { enrolRequest, siteDraft } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import type { NewVoucher } from '@cac/shared/api.ts';
import type { EnrolAnswer } from '@cac/shared/messages.ts';

const test = suite('roads of an agent');
const open: Server[] = [];
const heard: Buffer[] = [];

/** A server on a free port; what it was sent is kept. */
async function listening(server: Server, answer: (socket: Socket) => void = () => {}): Promise<number> {
  open.push(server);
  server.on(server.listenerCount('secureConnection') >= 0 && 'setSecureContext' in server ? 'secureConnection' : 'connection', (socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      answer(socket);
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

const NOBODY = 'nobodynobodynobody00';
const LOGIN = { clientId: `${NOBODY}.00000000000000aa`, username: NOBODY, password: 'SECRET-OF-THIS-PC', keepaliveS: 60, will: { topic: `cac/1/${NOBODY}/will`, payload: '{}' } };

/** How one try to connect ends. */
function outcome(road: Road, way: Way): Promise<string> {
  return new Promise((done) => {
    const handlers = { connected: () => done('connected'), message: () => {}, closed: (reason: string) => done(reason) };
    openConnection(road, way, LOGIN, handlers).then((connection) => void setTimeout(() => void connection.end(), 3_000).unref(), (error: Error & { code?: string }) => done(reasonOf(error)));
  });
}

/** One whose time is over; made by `openssl ca`, which alone takes a past. */
function expiredCertificate(): TestCertificate {
  const dir = temporaryDir('expired');
  const of = (name: string): string => join(dir, name);
  writeFileSync(of('ca.cnf'), `[ca]\ndefault_ca=d\n[d]\ndatabase=${of('index')}\nserial=${of('serial')}\nnew_certs_dir=${dir}\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:true\n`);
  writeFileSync(of('index'), '');
  writeFileSync(of('serial'), '01');
  const steps = [
    ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', of('key'), '-out', of('csr'), '-subj', '/CN=localhost'],
    ['ca', '-batch', '-selfsign', '-config', of('ca.cnf'), '-keyfile', of('key'), '-in', of('csr'), '-out', of('cert'), '-notext', '-startdate', '20200101000000Z', '-enddate', '20200201000000Z'],
  ];
  for (const step of steps) {
    const { status, stderr } = spawnSync('openssl', step, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
  return { certFile: of('cert'), keyFile: of('key'), cert: readFileSync(of('cert'), 'utf8'), key: readFileSync(of('key'), 'utf8') };
}

let good: TestCertificate;
test.before(() => {
  if (opensslMissing === null) good = makeCertificate();
});
test.after(() => {
  for (const server of open) server.close();
});

const secure = (port: number, host = '127.0.0.1'): Way => ({ kind: 'mqtts', host, port });

test.needs(opensslMissing, 'B-17: a certificate that nobody vouches for, another host, an expired one, an old protocol: refused with the reason, and not a byte of the secret goes out', async () => {
  const expired = expiredCertificate();
  const plainTls = await listening(createTlsServer({ cert: good.cert, key: good.key }));
  const expiredTls = await listening(createTlsServer({ cert: expired.cert, key: expired.key }));
  heard.length = 0;
  assert.match(await outcome({ server: 'https://127.0.0.1' }, secure(plainTls)), /^tls_error (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED)/);
  assert.match(await outcome({ server: 'https://127.0.0.1', ca: expired.cert }, secure(expiredTls)), /^tls_error CERT_HAS_EXPIRED/);
  const elsewhere = createTlsServer({ cert: good.cert, key: good.key });
  open.push(elsewhere);
  await new Promise<void>((ready) => void elsewhere.listen(0, '127.0.0.3', ready));
  elsewhere.on('tlsClientError', () => {});
  assert.match(await outcome({ server: 'https://127.0.0.3', ca: good.cert }, secure((elsewhere.address() as AddressInfo).port, '127.0.0.3')), /^tls_error ERR_TLS_CERT_ALTNAME_INVALID/);
  const old = await listening(createTlsServer({ cert: good.cert, key: good.key, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
  assert.match(await outcome({ server: 'https://127.0.0.1', ca: good.cert }, secure(old)), /^tls_error/);
  assert.not.ok(Buffer.concat(heard).includes('SECRET'), 'only a verified server hears the secret');
});

/** Connections that the proxies below let through. */
let relayed = 0;

const PAGE = 'HTTP/1.1 302 Found\r\nLocation: http://portail.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

test('B-18: a portal that answers every port with its page is called by its name, and hears no secret', async () => {
  heard.length = 0;
  const portal = await listening(createServer(), (socket) => void socket.end(PAGE));
  const road = { server: `https://127.0.0.1:${portal}` };
  assert.is(await outcome(road, secure(portal)), 'captive_or_proxy');
  assert.is(await outcome(road, { kind: 'wss', host: '127.0.0.1', port: portal }), 'captive_or_proxy');
  assert.not.ok(Buffer.concat(heard).includes('SECRET'));
  const answer = await post({ server: `http://127.0.0.1:${portal}` }, 'api/v1/enrol/check', {});
  assert.is(!answer.ok && answer.fault.code, 'not_the_platform');
});

test('B-18: on a network in the clear a portal’s page on the broker’s port is no broker', async () => {
  const portal = await listening(createServer(), (socket) => void socket.end(PAGE));
  assert.is(await outcome({ server: 'http://127.0.0.1' }, { kind: 'mqtt', host: '127.0.0.1', port: portal }), 'captive_or_proxy');
  assert.is(await outcome({ server: `http://127.0.0.1:${portal}` }, { kind: 'ws', host: '127.0.0.1', port: portal }), 'captive_or_proxy');
});

/** The least of a proxy that knows CONNECT; `login`: what it wants to hear first. */
async function connectProxy(login: string | null): Promise<number> {
  const server = createServer((near) => {
    near.on('error', () => {});
    near.once('data', (head: Buffer) => {
      const [, host, port] = /^CONNECT ([^:]+):(\d+) HTTP\/1\.1/.exec(head.toString()) ?? [];
      if (login !== null && !head.toString().includes(login)) return void near.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      const far = connectTcp(Number(port), host!, () => {
        relayed += 1;
        near.write('HTTP/1.1 200 Connection established\r\n\r\n');
        near.pipe(far).pipe(near);
      });
      far.on('error', () => void near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')).on('close', () => near.destroy());
      near.on('close', () => far.destroy());
    });
  });
  open.push(server);
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

test.needs(opensslMissing, 'D-06: a real server is reached by MQTTS, by WebSocket over TLS, and by both through a proxy; a proxy that refuses says so', async () => {
  const server: TestServer = await startTestServer({ tls: good, mqttsPort: 0 });
  try {
    const base = `https://127.0.0.1:${server.httpPort}`;
    const road: Road = { server: base, ca: good.cert };
    const refused = await post<unknown>(road, 'api/v1/enrol/check', { voucher: 'NONE' });
    assert.is(!refused.ok && refused.fault.code, 'voucher_refused', 'HTTPS with an authority of our own');
    const mqttsPort = server.mqttsPort!;
    const proxied = (login: string | null, name = ''): Promise<Road> => connectProxy(login).then((port) => ({ ...road, proxy: `http://${name}127.0.0.1:${port}` }));
    const basic = Buffer.from('ecole:mot de passe').toString('base64');
    for (const way of [secure(mqttsPort), { kind: 'wss', host: '127.0.0.1', port: server.httpPort }] as Way[]) {
      assert.is(await outcome(road, way), 'not_authorized', `${way.kind}: the broker itself answered`);
      relayed = 0;
      assert.is(await outcome(await proxied(null), way), 'not_authorized', `${way.kind} through a proxy`);
      assert.is(await outcome(await proxied(basic, 'ecole:mot%20de%20passe@'), way), 'not_authorized', `${way.kind} through a proxy that wants a name`);
      assert.is(relayed, 2);
      assert.is(await outcome(await proxied(basic), way), 'proxy_wants_login');
    }
  } finally {
    await server.end();
  }
});

test('D-06: ways are tried in turn, the one that stood last first; nothing is in the clear where the server’s address is https', () => {
  const ways = waysTo('https://constat.example/', { host: null, port: 8883, tls: true });
  assert.equal(ways, [{ kind: 'mqtts', host: 'constat.example', port: 8883 }, { kind: 'wss', host: 'constat.example', port: 443 }]);
  assert.equal(waysTo('https://constat.example', { host: null, port: 1883, tls: false }).map(({ kind }) => kind), ['wss']);
  assert.equal(waysTo('http://127.0.0.1:8080', { host: null, port: 1883, tls: false }).map(({ kind, port }) => `${kind} ${port}`), ['mqtt 1883', 'ws 8080']);
  assert.equal([0, 1, 2, 3, 4, 5].map((failures) => wayOf(ways, failures, 0).kind), ['mqtts', 'mqtts', 'wss', 'wss', 'mqtts', 'mqtts']);
  assert.equal([0, 2].map((failures) => wayOf(ways, failures, 1).kind), ['wss', 'mqtts']);
});

for (const [name, server, env, registry, expected] of [
  ['none', 'https://s.ma', {}, '', null],
  ['the environment’s', 'https://s.ma', { HTTPS_PROXY: 'http://p:3128' }, '', 'http://p:3128'],
  ['without a scheme', 'https://s.ma', { https_proxy: 'p:3128' }, '', 'http://p:3128'],
  ['excepted', 'https://s.edu.ma', { HTTPS_PROXY: 'http://p:3128', NO_PROXY: 'localhost,.edu.ma' }, '', null],
  ['of Windows', 'https://s.ma', {}, '    ProxyEnable    REG_DWORD    0x1\r\n    ProxyServer    REG_SZ    10.0.0.1:8080\r\n', 'http://10.0.0.1:8080'],
  ['of Windows, by scheme', 'https://s.ma', {}, 'ProxyEnable REG_DWORD 0x1\nProxyServer REG_SZ http=a:1;https=b:2', 'http://b:2'],
  ['of Windows, off', 'https://s.ma', {}, 'ProxyEnable REG_DWORD 0x0\nProxyServer REG_SZ a:1', null],
] as [string, string, Record<string, string>, string, string | null][])
  test(`the system’s proxy: ${name}`, () => assert.is(proxyOf(server, env, registry), expected));

test('no way in the clear stands beside one with TLS', () => assert.equal(waysTo('http://constat.example', { host: null, port: 8883, tls: true }).map(({ kind }) => kind), ['mqtts']));

test('a line that breaks between two steps of a request is a fault, never the end of the process', async () => {
  // A proxy that opens the way and cuts it at once, before anybody listens to the socket again.
  const port = await listening(createServer(), (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n', () => socket.resetAndDestroy()));
  for (const server of ['http://constat.example', 'https://constat.example']) {
    const socket = await openSocket({ server, proxy: `http://127.0.0.1:${port}` }, 'constat.example', 443).catch(() => null);
    await new Promise((later) => setTimeout(later, 100));
    socket?.destroy();
    const answer = await post({ server, proxy: `http://127.0.0.1:${port}` }, 'api/v1/enrol', {});
    assert.is(answer.ok, false);
  }
});

test('an answer that is JSON and nothing else is no identity', async () => {
  for (const text of ['null', '1', '{"machine":"abcdefghij0123456789","mqtt":{"port":1}}']) {
    const port = await listening(createServer(), (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`));
    const answer = await enrol(temporaryDir('portal'), { server: `http://127.0.0.1:${port}` }, 'AAAA-BBBB-CCCC-DDDD', 'salt');
    assert.is(answer.ok ? 'ok' : answer.fault.code, 'not_the_platform');
  }
});

test('a secret that the disk does not take is not told: the agent goes on with the one it has', () => {
  const file = join(temporaryDir('full'), 'a-file');
  writeFileSync(file, '');
  const identity = { machine: NOBODY, secret: 'S' } as Identity;
  const said: string[] = [];
  let hellos = 0;
  const desk = createDesk({ dir: file, identity, log: (line) => said.push(line), version: () => 0, onConfig: () => {}, sayHello: () => (hellos += 1), onReport: () => {}, onEnrol: () => {} });
  desk.take({ v: 1, t: 0, cmd: 'rotate_secret', id: 7 });
  assert.equal([identity.secret, identity.nextSecret, desk.words(), hellos], ['S', undefined, { cfg: 0 }, 0]);
  assert.match(said[0]!, /identity not written/);
});

test('a server without TLS on loopback enrols and takes a record by WebSocket', async () => {
  const server = await startTestServer();
  try {
    await json(server, '/api/v1/sites', siteDraft('W-1'));
    const voucher = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: 'W-1' });
    const answer = await post<EnrolAnswer>({ server: server.base }, 'api/v1/enrol', enrolRequest(voucher.code, { secretHash: hashOf('SECRET-OF-THIS-PC') }));
    if (!answer.ok) throw new Error(answer.fault.code);
    const { machine } = answer.value;
    const said = await new Promise<string>((done) => {
      const handlers = { connected: () => done('connected'), message: () => {}, closed: done };
      void openConnection({ server: server.base }, { kind: 'ws', host: '127.0.0.1', port: server.httpPort }, { ...LOGIN, username: machine, clientId: `${machine}.00000000000000aa`, will: { topic: `cac/1/${machine}/will`, payload: '{}' } }, handlers).then((c) => setTimeout(() => void c.end(), 1_000));
    });
    assert.is(said, 'connected');
  } finally {
    await server.end();
  }
});

test.run();
