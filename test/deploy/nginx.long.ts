/** deploy/nginx.conf itself, with other ports and paths, by Debian's nginx in front of a real server: pages, live view, MQTT both ways, addresses. */
import * as assert from 'uvu/assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { NewVoucher } from '@cac/shared/api.ts';
import { createLog } from '@cac/server/log.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { startServer, type RunningServer } from '@cac/server/server.ts';
import { makeCertificate, opensslMissing, type TestCertificate } from '../certificates.ts';
import { temporaryDir } from '../databases.ts';
import { beats, enrolRequest, siteDraft, wireJournal, type TestMachine } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { connectOptions, sendUp } from '../mqtt-machine.ts';
import { PASSWORD, ROOT, testConfig } from '../running-server.ts';
import { until } from '../until.ts';
import { missingProgram, programAt } from './programs.ts';

const test = suite('the reverse proxy of deploy/nginx.conf');
const STREAM = '/usr/lib/nginx/modules/ngx_stream_module.so';
const modulePath = (): string => [STREAM, join(dirname(programAt('nginx') ?? '/'), '..', 'lib', 'nginx', 'modules', 'ngx_stream_module.so')].find((file) => existsSync(file)) ?? '';
const missing = missingProgram('nginx', 'nginx-light libnginx-mod-stream') ?? (modulePath() === '' ? 'nginx has no stream module (Debian: apt-get install libnginx-mod-stream)' : opensslMissing);
/** Where this browser and these PCs speak from, so that they are told from the proxy itself. */
const CALLER = '127.0.0.2';

let server: RunningServer;
let nginx: ChildProcess;
let certificate: TestCertificate;
let dir: string;
let cookie = '';
const ports = { http: 0, https: 0, mqtts: 0 };
const logged: string[] = [];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => probe.once('listening', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** The file as it is shipped; a line that is not found any more fails. */
function adapted(): string {
  let text = readFileSync(join(ROOT, 'deploy', 'nginx.conf'), 'utf8');
  const change = (from: string, to: string): void => {
    assert.ok(text.includes(from), `deploy/nginx.conf has no ${from} any more`);
    text = text.replaceAll(from, to);
  };
  change('include /etc/nginx/modules-enabled/*.conf;', `load_module ${modulePath()};`);
  change('pid /run/nginx.pid;', `pid ${dir}/nginx.pid;`);
  change('worker_processes auto;', 'worker_processes 1;');
  change('/etc/constat/tls/fullchain.pem', certificate.certFile);
  change('/etc/constat/tls/privkey.pem', certificate.keyFile);
  change('/var/log/nginx/access.log', `${dir}/access.log`);
  change('listen 80;', `listen 127.0.0.1:${ports.http};`);
  change('listen 443 ssl', `listen 127.0.0.1:${ports.https} ssl`);
  change('listen 8883 ssl', `listen 127.0.0.1:${ports.mqtts} ssl`);
  change('server 127.0.0.1:8080;', `server 127.0.0.1:${server.httpPort};`);
  change('proxy_pass 127.0.0.1:1883;', `proxy_pass 127.0.0.1:${server.mqttPort};`);
  change('constat.example.ma', 'localhost');
  change('server_tokens off;', ['server_tokens off;', ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${dir}/${name};`)].join('\n'));
  return text;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

function open(path: string, { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<IncomingMessage> {
  return new Promise((done, failed) => {
    const options = { host: '127.0.0.1', port: ports.https, localAddress: CALLER, path, method, ca: certificate.cert, servername: 'localhost', headers: { host: `localhost:${ports.https}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } };
    const call = httpsRequest(options, done);
    call.on('error', failed);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function ask(path: string, options: Parameters<typeof open>[1] = {}): Promise<Answer> {
  const answer = await open(path, options);
  let text = '';
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode!, headers: answer.headers, text };
}

const asAdmin = async <T>(path: string, body?: unknown): Promise<T> => {
  const answer = await ask(path, { headers: { cookie, origin: `https://localhost:${ports.https}` }, ...(body === undefined ? {} : { method: 'POST', body }) });
  assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
};

async function enrolled(site: string): Promise<TestMachine & { mqtt: unknown }> {
  await asAdmin('/api/v1/sites', siteDraft(site));
  const { code } = await asAdmin<NewVoucher>('/api/v1/vouchers', { siteId: site });
  const secret = randomBytes(32).toString('base64url');
  const answer = JSON.parse((await ask('/api/v1/enrol', { method: 'POST', body: enrolRequest(code, { secretHash: hashOf(secret) }) })).text) as { machine: TestMachine['id']; mqtt: unknown };
  return { id: answer.machine, secret, site, mqtt: answer.mqtt };
}

const connected = (url: string, machine: TestMachine, over: object): Promise<MqttClient> =>
  new Promise((ready, failed) => {
    const client = mqtt.connect(url, { ...connectOptions(machine), ca: certificate.cert, servername: 'localhost', ...over } as never);
    client.once('connect', () => ready(client));
    client.once('error', (error) => (client.end(true), failed(error)));
    client.once('close', () => failed(new Error('closed')));
  });

test.before(async () => {
  if (missing) return;
  dir = temporaryDir('nginx');
  chmodSync(dir, 0o755);
  certificate = makeCertificate(dir, { kind: 'rsa' });
  for (const name of ['http', 'https', 'mqtts'] as const) ports[name] = await freePort();
  const dataDir = join(dir, 'data');
  mkdirSync(dataDir);
  const config = testConfig({ dataDir, trustProxy: true, publicUrl: `https://localhost:${ports.https}`, publicMqtt: { host: 'localhost', port: ports.mqtts, tls: true } });
  server = await startServer(config, createLog('warn', { write: (line: string) => void logged.push(line) }), ROOT);
  writeFileSync(join(dir, 'nginx.conf'), adapted());
  let said = '';
  nginx = spawn(programAt('nginx')!, ['-e', 'stderr', '-p', dir, '-c', join(dir, 'nginx.conf'), '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] });
  nginx.stderr!.on('data', (chunk) => (said += chunk));
  await until('nginx answers', async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}: ${said}`);
    return ask('/health').then(({ status }) => status === 200, () => false);
  });
  const signed = await ask('/api/v1/session', { method: 'POST', body: { name: 'admin', password: PASSWORD }, headers: { 'x-forwarded-for': '203.0.113.9', origin: `https://localhost:${ports.https}` } });
  cookie = signed.headers['set-cookie']![0]!.split(';')[0]!;
});
test.after(async () => {
  if (nginx?.exitCode === null) {
    const gone = new Promise((done) => nginx.once('exit', done));
    nginx.kill('SIGQUIT');
    const fuse = setTimeout(() => nginx.kill('SIGKILL'), 3_000);
    await gone;
    clearTimeout(fuse);
  }
  await server?.close();
  if (dir) rmSync(dir, { recursive: true, force: true });
});

test.needs(missing, 'pages come by HTTPS with their headers, plain HTTP leads there, and metrics are not shown to the world', async () => {
  const page = await ask('/sign-in');
  assert.equal([page.status, page.headers['strict-transport-security']], [200, 'max-age=31536000']);
  assert.match(String(page.headers['content-security-policy']), "default-src 'self'");
  assert.match(cookie, /^__Host-cac=/);
  const plain = await new Promise<IncomingMessage>((done, failed) => httpRequest({ host: '127.0.0.1', port: ports.http, path: '/v?x=1', headers: { host: 'localhost' } }, done).on('error', failed).end());
  plain.resume();
  assert.equal([plain.statusCode, plain.headers.location], [301, 'https://localhost/v?x=1']);
  assert.is((await ask('/metrics', { headers: { authorization: 'Bearer metrics-token' } })).status, 404);
});

test.needs(missing, 'F-13 the address that is noted is the caller\'s, whatever the caller claims', async () => {
  const { items } = await asAdmin<{ items: { address: string }[] }>('/api/v1/sessions');
  assert.equal(items.map(({ address }) => address), [CALLER]);
});

test.needs(missing, 'the live view is not held back: its first bytes and then an event come at once', async () => {
  const stream = await open('/api/v1/events', { headers: { cookie } });
  let text = '';
  stream.on('data', (chunk) => (text += chunk));
  stream.on('error', () => {});
  await until('the stream begins', () => text.includes('retry:'), 2_000);
  const startedAt = performance.now();
  await asAdmin('/api/v1/sites', siteDraft('LIVE-1'));
  await enrolled('LIVE-2');
  await until('an event', () => /^event: (?!reset)/m.test(text), 3_000);
  console.log(`\n  note: an event passed the proxy ${Math.round(performance.now() - startedAt)} ms after the act`);
  stream.destroy();
});

test.needs(missing, 'MQTT over WebSocket on 443 and MQTT over TLS on its port: an agent is told the second, and both report', async () => {
  const machine = await enrolled('PC-1');
  assert.equal(machine.mqtt, { host: 'localhost', port: ports.mqtts, tls: true });
  const journal = wireJournal('abcdefghij012345', [['agent_start', { ver: '1', up: 5 }], ...beats(9)]);
  const byTls = await connected(`mqtts://127.0.0.1:${ports.mqtts}`, machine, {});
  assert.is((await sendUp(byTls, machine, journal.up(1, 4))).W, 4);
  await byTls.endAsync();
  const bySocket = await connected(`wss://127.0.0.1:${ports.https}/mqtt`, machine, { wsOptions: { ca: certificate.cert, servername: 'localhost', localAddress: CALLER } });
  assert.is((await sendUp(bySocket, machine, journal.up(1, 10))).W, 10);
  await bySocket.endAsync();
  const stranger = { ...machine, secret: 'x'.repeat(43) };
  const refused = await connected(`wss://127.0.0.1:${ports.https}/mqtt`, stranger, { wsOptions: { ca: certificate.cert, servername: 'localhost', localAddress: CALLER, headers: { 'x-forwarded-for': '203.0.113.9' } } }).then(() => 'accepted', () => 'refused');
  assert.is(refused, 'refused');
  await until('the refusal is logged', () => logged.some((line) => line.includes('bad_secret')));
  assert.is((JSON.parse(logged.find((line) => line.includes('bad_secret'))!) as { address: string }).address, CALLER);
});

test.needs(missing, 'a ping\'s token stands in no log of the proxy', async () => {
  const token = randomBytes(24).toString('base64url');
  assert.is((await ask(`/ping/${token}`)).status, 404);
  await ask('/health');
  await until('the proxy has written its log', () => readFileSync(join(dir, 'access.log'), 'utf8').includes('/health'));
  assert.not.ok(readFileSync(join(dir, 'access.log'), 'utf8').includes(token));
  assert.not.ok(logged.join('').includes(token));
});
test.run();
