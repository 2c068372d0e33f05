/** The commands as people run them: the built bundle, against a small real HTTP server and, where there is one, mosquitto. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import * as v from 'valibot';
import * as assert from 'uvu/assert';
import { bundleAgent } from '@cac/agent/bundle.ts';
import type { Identity } from '@cac/agent/uplink/identity.ts';
import { expandRuns, lastSeqOf, type Entry } from '@cac/agent/core/runs.ts';
import { decodePayload } from '@cac/agent/journal/payload.ts';
import { EnrolRequest, Up } from '@cac/shared/messages.ts';
import { readMachineTopic } from '@cac/shared/topics.ts';
import { suite } from '../harness.ts';
import { until } from '../until.ts';

const test = suite('agent commands');

const MACHINE = 'abcdefghij0123456789';
const MOSQUITTO = '/usr/sbin/mosquitto';
let home = '';
let bundle = '';
let platform: Server;
let url = '';
let mqttPort = 1;
let requests: { path: string; body: Record<string, unknown> }[] = [];
let failEnrol = false;
const children = new Set<ChildProcess>();

const portOf = (server: Server | TcpServer): number => (server.address() as AddressInfo).port;
const listen = <T extends Server | TcpServer>(server: T): Promise<T> => new Promise((done) => void server.listen(0, '127.0.0.1', () => done(server)));

test.before(async () => {
  home = mkdtempSync(join(tmpdir(), 'cac-agent-'));
  bundle = join(home, 'cac-agent.cjs');
  await bundleAgent(bundle);
  platform = await listen(
    createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        if (request.url === '/health') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"code":"ok"}');
        if (request.method !== 'POST') return void response.writeHead(404).end();
        const body = JSON.parse(text) as Record<string, unknown>;
        requests.push({ path: request.url!, body });
        response.setHeader('content-type', 'application/json');
        const answer = (status: number, value: unknown): void => void response.writeHead(status).end(JSON.stringify(value));
        if (body['voucher'] !== '0000111122223333') return answer(403, { error: { code: 'voucher_invalid', message: 'This voucher cannot be used.', todo: 'Ask the coordinator for a new one.' } });
        if (request.url === '/api/v1/enrol/check') return answer(200, { site: { id: 'LOCAL-1', name: 'Maison des jeunes' }, salt: 'sel' });
        if (failEnrol) return void request.socket.destroy();
        answer(200, { machine: MACHINE, site: { id: 'LOCAL-1', name: 'Maison des jeunes' }, mqtt: { host: null, port: mqttPort, tls: false }, dbi: 'db1' });
      });
    }),
  );
  url = `http://127.0.0.1:${portOf(platform)}`;
});

test.after(() => {
  for (const child of children) child.kill('SIGKILL');
  platform.closeAllConnections();
  platform.close();
  rmSync(home, { recursive: true, force: true });
});

interface Run {
  code: number | null;
  out: string;
  err: string;
}

function start(args: string[]): { child: ChildProcess; ended: Promise<Run>; out: () => string } {
  const env = { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '', CAC_PROBE_TARGETS: `127.0.0.1:${portOf(platform)}`, CAC_BATCH_MS: '1000' };
  const child = spawn(process.execPath, [bundle, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const ended = new Promise<Run>((done) => {
    child.on('close', (code) => {
      children.delete(child);
      done({ code, out, err });
    });
  });
  return { child, ended, out: () => out };
}

const run = (...args: string[]): Promise<Run> => start(args).ended;

const enrolIn = (dir: string, voucher = '0000-1111-2222-3333'): Promise<Run> => run('enrol', '--server', url, '--voucher', voucher, '--dir', dir);

test('help, for all and for each', async () => {
  assert.match((await run('--help')).out, /enrol[^]*run[^]*status[^]*show-data/);
  for (const command of ['enrol', 'run', 'status', 'show-data']) assert.match((await run(command, '--help')).out, new RegExp(`cac-agent ${command}`));
  assert.is((await run('fly')).code, 2);
  assert.match((await run('run')).err, /--dir/);
});

test('an option that does not exist, or lacks its value, is named in plain words', async () => {
  const said = async (...args: string[]): Promise<string> => (({ code, err }) => `${code} ${err.trim()}`)(await run(...args));
  assert.is(await said('run', '--verbose'), '2 There is no option --verbose. cac-agent COMMAND --help lists them.');
  for (const args of [['enrol', '--voucher', '--yes'], ['enrol', '--voucher'], ['status', '--voucher', '-x']]) assert.is(await said(...args), '2 After --voucher its value is missing, or it takes none. cac-agent COMMAND --help says more.');
});

test('enrol: the secret stays here, the files are the owner\'s alone', async () => {
  const dir = join(home, 'one');
  requests = [];
  const { code, out } = await enrolIn(dir);
  assert.is(code, 0);
  assert.match(out, /Maison des jeunes/);
  const identity = JSON.parse(readFileSync(join(dir, 'identity.json'), 'utf8')) as Identity;
  assert.equal([identity.machine, identity.server, identity.site.id], [MACHINE, url, 'LOCAL-1']);
  assert.equal([statSync(dir).mode & 0o777, statSync(join(dir, 'identity.json')).mode & 0o777], [0o700, 0o600]);
  assert.equal(requests.map((r) => r.path), ['/api/v1/enrol/check', '/api/v1/enrol']);
  assert.ok(v.is(EnrolRequest, requests[1]!.body));
  assert.not.match(JSON.stringify(requests), new RegExp(identity.secret));
  assert.match((await enrolIn(dir)).err, /already_enrolled/);
});

test('enrol: an error of the server is shown with what to do', async () => {
  const wrong = await enrolIn(join(home, 'wrong'), 'AAAA-BBBB-CCCC-DDDD');
  assert.is(wrong.code, 1);
  assert.match(wrong.err, /voucher_invalid: This voucher cannot be used\.\nAsk the coordinator/);
  assert.is((await enrolIn(join(home, 'wrong'), 'AAAA')).code, 2);
  assert.match((await run('enrol', '--server', 'http://127.0.0.1:1', '--voucher', '0000-1111-2222-3333', '--dir', join(home, 'wrong'))).err, /server_unreachable: .*\nCheck cable, Wi-Fi/);
});

test('C-08: an attempt that was cut off is repeated with the same nonce and secret', async () => {
  const dir = join(home, 'again');
  requests = [];
  failEnrol = true;
  assert.is((await enrolIn(dir)).code, 1);
  failEnrol = false;
  assert.is((await enrolIn(dir)).code, 0);
  const attempts = requests.filter((r) => r.path === '/api/v1/enrol').map(({ body }) => [body['nonce'], body['secretHash']]);
  assert.is(attempts.length, 2);
  assert.equal(attempts[0], attempts[1]);
  assert.not(existsSync(join(dir, 'enrol-pending.json')));
});

test('without an identity run and status say what to do', async () => {
  const dir = join(home, 'nobody');
  const ran = await run('run', '--dir', dir);
  assert.equal([ran.code, /no_identity.*cac-agent enrol/.test(ran.err)], [4, true]);
  const status = await run('status', '--dir', dir);
  assert.equal([status.code, /^not OK: .*no_identity/m.test(status.out)], [1, true]);
});

test('C-01: an identity copied to another PC is discarded before the first connection, its journal with it, and the PC asks for one of its own', async () => {
  const dir = join(home, 'cloned');
  await enrolIn(dir);
  const identity = JSON.parse(readFileSync(join(dir, 'identity.json'), 'utf8')) as Identity;
  writeFileSync(join(dir, 'identity.json'), JSON.stringify({ ...identity, machine: 'anothermachine000000', fp: identity.fp.map(() => 'a'.repeat(64)) }));
  mkdirSync(join(dir, 'journal'));
  writeFileSync(join(dir, 'journal', 'of-the-other'), '');
  if (identity.fp.every((hash) => hash === null)) return; // nothing readable here to compare
  const { child, ended, out } = start(['run', '--eager', '--dir', dir]);
  const now = (): Partial<Identity> => (existsSync(join(dir, 'identity.json')) ? (JSON.parse(readFileSync(join(dir, 'identity.json'), 'utf8')) as Identity) : {});
  await until('it has an identity of its own, and started', () => now().machine === MACHINE && /agent .* started/.test(out()));
  assert.is.not(now().secret, identity.secret);
  assert.not.ok(existsSync(join(dir, 'journal', 'of-the-other')));
  child.kill('SIGTERM');
  await ended;
});

test('A-10: a second agent on the same directory names the first and leaves; the lock is no stale file', async () => {
  const dir = join(home, 'two');
  await enrolIn(dir);
  const first = start(['run', '--dir', dir, '--eager']);
  await until('the first runs', () => first.out().includes('started'));
  const second = await run('run', '--dir', dir);
  assert.equal([second.code, second.err.trim()], [3, `already_running pid=${first.child.pid}`]);
  const status = await run('status', '--dir', dir);
  assert.is(status.code, 1);
  assert.match(status.out.trim().split('\n').at(-1)!, /^not OK: /);
  first.child.kill('SIGKILL');
  await first.ended;
  const third = start(['run', '--dir', dir, '--eager']);
  await until('the third runs', () => third.out().includes('started'));
  third.child.kill('SIGTERM');
  assert.is((await third.ended).code, 0);
  const shown = await run('show-data', '--dir', dir);
  assert.match(shown.out, /"agent_start"[^]*"agent_stop"[^]*Never collected/);
  assert.match((await run('status', '--dir', dir)).out.trim().split('\n').at(-1)!, /^not OK: start the agent/);
});

/** A broker that answers the first bytes of every connection with `bytes`, again and again. */
async function hostile(bytes: (socket: Socket) => void): Promise<TcpServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => bytes(socket));
  });
  return listen(server);
}

const CONNACK = Buffer.of(0x20, 2, 0, 0);
/** Each comes after the agent's CONNECT. */
const HOSTILE: { name: string; bytes: (socket: Socket) => void }[] = [
  { name: 'random bytes', bytes: (s) => void s.write(Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7919 + 13) & 0xff))) },
  { name: 'a SUBACK without codes', bytes: (s) => void s.write(Buffer.concat([CONNACK, Buffer.of(0x90, 2, 0, 1)])) },
  { name: 'a SUBACK nobody asked for', bytes: (s) => void s.write(Buffer.concat([CONNACK, Buffer.of(0x90, 3, 0xff, 0xff, 0)])) },
  { name: 'a PUBLISH of 256 MB', bytes: (s) => {
    s.write(Buffer.concat([CONNACK, Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61)]));
    const more = setInterval(() => s.write(Buffer.alloc(1_000_000)), 5);
    s.on('close', () => clearInterval(more));
  } },
  { name: 'an ack of 60 kB and one that is no JSON', bytes: (s) => {
    const topic = Buffer.from(`cac/1/${MACHINE}/ack`);
    const publish = (payload: Buffer): Buffer => {
      const length = 2 + topic.length + payload.length;
      return Buffer.concat([Buffer.of(0x30, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14, 0, topic.length), topic, payload]);
    };
    s.write(Buffer.concat([CONNACK, publish(Buffer.alloc(60_000, 0x7b)), publish(Buffer.from('{"v":'))]));
  } },
  { name: 'a CONNACK, then an end', bytes: (s) => void s.end(CONNACK) },
];

test('A-09: a hostile broker neither crashes the agent nor fills its memory', async () => {
  const brokers = await Promise.all(HOSTILE.map(({ bytes }) => hostile(bytes)));
  const agents: ReturnType<typeof start>[] = [];
  for (const [i, broker] of brokers.entries()) {
    const dir = join(home, `hostile-${i}`);
    mqttPort = portOf(broker);
    await enrolIn(dir);
    agents.push(start(['run', '--dir', dir, '--eager']));
  }
  await new Promise((done) => setTimeout(done, 4_000));
  for (const [i, agent] of agents.entries()) {
    assert.is(agent.child.exitCode, null, `${HOSTILE[i]!.name}: ${agent.out()}`);
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${agent.child.pid}/status`, 'utf8'))?.[1] ?? 0);
    assert.ok(rss < 80_000, `${HOSTILE[i]!.name}: ${rss} kB resident`);
    agent.child.kill('SIGTERM');
    assert.is((await agent.ended).code, 0);
  }
  for (const broker of brokers) broker.close();
});

test.needs(existsSync(MOSQUITTO) ? null : `${MOSQUITTO} is not installed`, 'through a real broker: all is acknowledged, status says OK, and the second start goes on where the first stopped', async () => {
  const conf = join(home, 'mosquitto.conf');
  const free = await listen(createTcpServer());
  mqttPort = portOf(free);
  await new Promise((done) => free.close(done));
  writeFileSync(conf, `listener ${mqttPort} 127.0.0.1\nallow_anonymous true\n`);
  const broker = spawn(MOSQUITTO, ['-c', conf], { stdio: 'ignore' });
  children.add(broker);
  const received: Record<string, unknown>[] = [];
  let W = 0;
  const server: MqttClient = await new Promise((done) => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${mqttPort}`, { reconnectPeriod: 100, protocolVersion: 4 });
    client.on('error', () => {});
    client.on('connect', () => client.subscribe('cac/1/+/up', { qos: 1 }, () => done(client)));
  });
  server.on('message', (topic, payload) => {
    const up = decodePayload(payload) as Record<string, unknown> & { r: Entry[]; ep: string };
    assert.ok(v.is(Up, up));
    received.push(up);
    for (const entry of up.r) W = Math.max(W, lastSeqOf(entry));
    server.publish(topic.replace(/up$/, 'ack'), JSON.stringify({ v: 1, ep: up.ep, W, t: Date.now(), sid: 's1', dbi: 'db1', code: 'ok', wait: 0 }), { qos: 1 });
    assert.is(readMachineTopic(topic)?.machine, MACHINE);
  });
  const dir = join(home, 'real');
  await enrolIn(dir);
  const kinds = (): unknown[] => received.flatMap((up) => expandRuns(up['r'] as Entry[]).map((r) => r[1]));
  const first = start(['run', '--dir', dir, '--eager']);
  await until('the first probes arrive', () => kinds().includes('sample'));
  assert.ok((received[0] as { r: unknown[]; ver?: unknown }).r.length === 0 && received[0]!['ver'], 'a hello comes first');
  let status: Run = await run('status', '--dir', dir);
  await until('status says OK', async () => (status = await run('status', '--dir', dir)).code === 0);
  assert.is(status.out.trim().split('\n').at(-1), 'OK, you can leave');
  first.child.kill('SIGTERM');
  assert.is((await first.ended).code, 0);
  assert.is(kinds().at(-1), 'agent_stop');
  const second = start(['run', '--dir', dir, '--eager']);
  await until('the second start arrives', () => kinds().filter((k) => k === 'agent_start').length === 2);
  second.child.kill('SIGTERM');
  await second.ended;
  assert.is(kinds().filter((k) => k === 'boot').length, 1, 'A-12: no boot is faked');
  const seqs = received.flatMap((up) => expandRuns(up['r'] as Entry[]).map((r) => r[0]));
  assert.equal(seqs, seqs.map((_, i) => i + 1), 'every record once, in order');
  await server.endAsync(true);
  broker.kill();
});

test.run();
