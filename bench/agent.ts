/**
 * What the agent costs a PC: memory while connected and idle, beside node with mqtt.js unbundled doing the same connection,
 * interleaved; CPU with its probes on; bytes on a line of its own, as the kernel counts them. Targets are on this machine.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { askRunning } from '@cac/agent/service/lock.ts';
import type { StatusDocument } from '@cac/agent/service/status.ts';
import type { Identity } from '@cac/agent/uplink/identity.ts';
import type { NewVoucher } from '@cac/shared/api.ts';
import { detectionS } from '@cac/shared/field.ts';
import type { EnrolAnswer } from '@cac/shared/messages.ts';
import { BUILT } from '../tools/build.ts';
import { answerNames, lineMissing, openLine } from './line.ts';
import { startPlatform, type Platform } from './platform.ts';
import { memoryMb } from './processes.ts';
import { median, row, type Row } from './table.ts';

const SETTLE_MS = 20_000;
const DAY_MS = 86_400_000;

interface Runner {
  pid: number;
  end(): Promise<void>;
}

/** CPU of all threads so far, ms: to the nanosecond, where /proc/PID/stat counts hundredths of a second. */
const cpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);

function runner(child: ChildProcess): Runner {
  const gone = new Promise<void>((done) => void child.once('exit', () => done()));
  return {
    pid: child.pid!,
    async end() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function startBare(platform: Platform, voucher: string): Promise<Runner> {
  const secret = randomBytes(32).toString('base64url');
  const request = { v: 1, voucher, secretHash: createHash('sha256').update(secret).digest('hex'), nonce: randomBytes(16).toString('hex'), fp: [null, null, null], name: 'bare', agent: 'bare', os: 'bench' };
  const { machine } = await platform.api<EnrolAnswer>('/api/v1/enrol', request);
  const task = { port: platform.mqttPort, machine, secret, inst: randomBytes(8).toString('hex') };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-agent.mjs'), JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((ready) => child.stdout.once('data', ready));
  return runner(child);
}

/** Enrols in `dir`, and has the agent speak where `change` says. */
async function enrolled(platform: Platform, voucher: string, dir: string, change: (identity: Identity) => void): Promise<void> {
  const child = spawn(process.execPath, [BUILT.agent, 'enrol', '--server', platform.base, '--voucher', voucher, '--yes', '--dir', dir], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((done) => void child.once('exit', done));
  if (code !== 0) throw new Error(`enrol ended with ${code}`);
  const file = join(dir, 'identity.json');
  const identity = JSON.parse(readFileSync(file, 'utf8')) as Identity;
  change(identity);
  writeFileSync(file, JSON.stringify(identity));
}

/** The agent's own status; `within`: in whose network namespace it runs, which its socket belongs to. */
async function statusOf(dir: string, within: readonly string[] = []): Promise<StatusDocument | null> {
  if (within.length === 0) return askRunning(dir);
  const script = `import('${join(import.meta.dirname, '../agent/service/lock.ts')}').then((lock) => lock.askRunning('${dir}')).then((status) => console.log(JSON.stringify(status)))`;
  return new Promise((done) => {
    execFile(within[0]!, [...within.slice(1), process.execPath, '--import', 'tsx', '-e', script], (error, stdout) => done(error ? null : (JSON.parse(stdout) as StatusDocument | null)));
  });
}

async function untilReady(dir: string, within: readonly string[] = []): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    const status = await statusOf(dir, within);
    if (status?.connection === 'ready' && status.lastAckAt !== null) return;
    if (performance.now() > until) throw new Error(`the agent did not connect: ${status?.lastFailure ?? status?.connection ?? 'no answer'}`);
    await pause(100);
  }
}

async function startAgent(dir: string, env: NodeJS.ProcessEnv): Promise<Runner> {
  const child = spawn(process.execPath, [BUILT.agent, 'run', '--eager', '--dir', dir], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  await untilReady(dir);
  return runner(child);
}

/** CPU of so many minutes of a connected agent, ms a minute. */
async function usualCpu(agent: Runner, minutes: number): Promise<number> {
  const before = cpuMs(agent.pid);
  await pause(minutes * 60_000);
  return (cpuMs(agent.pid) - before) / minutes;
}

/**
 * A day's bytes: a real agent with its usual settings in a network namespace of its own, MQTT over TLS, one beat a minute, names resolved and targets tried over the same
 * line; the kernel counts what crosses it. Beside it the agent's own count. One batch falls into twenty minutes.
 */
async function bytesOfADay(minutes: number, keepaliveS: number): Promise<{ line: number; own: number; firstReportMs: number } | string> {
  const missing = lineMissing(false);
  if (missing !== null) return missing;
  const root = mkdtempSync(join(tmpdir(), 'cac-bench-'));
  const line = openLine();
  const names = await answerNames(line.address);
  const platform = await startPlatform(join(root, 'data'));
  const { cert, key } = certificateFor(line.address, root);
  const door = createTlsServer({ cert, key }, (near) => relay(near, platform.mqttPort));
  const web = createTlsServer({ cert, key }, (near) => relay(near, Number(new URL(platform.base).port)));
  const target = createServer((socket) => void socket.on('error', () => {}));
  await Promise.all([new Promise<void>((ready) => void door.listen(0, line.address, ready)), new Promise<void>((ready) => void web.listen(0, line.address, ready)), new Promise<void>((ready) => void target.listen(0, line.address, ready))]);
  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  const dir = join(root, 'agent');
  try {
    await platform.api('/api/v1/sites', { id: 'BENCH-2', name: 'Bench', kind: 'local', region: 'MA-04', lat: 34, lon: -6, countsTowardsTarget: false });
    const { code } = await platform.api<NewVoucher>('/api/v1/vouchers', { siteId: 'BENCH-2', uses: 2 });
    await enrolled(platform, code, dir, (identity) => Object.assign(identity, { ca: cert, server: `https://${line.address}:${portOf(web)}`, mqtt: { host: line.address, port: portOf(door), tls: true } }));
    const env = { ...process.env, CAC_KEEPALIVE_S: String(keepaliveS), CAC_PROBE_TARGETS: `www.target.ma:${portOf(target)},www.other.ma:${portOf(target)},${line.address}:${portOf(target)}` };
    const startedAt = Date.now();
    const child = spawn(line.within[0]!, [...line.within.slice(1), process.execPath, BUILT.agent, 'run', '--eager', '--dir', dir], { stdio: ['ignore', 'ignore', 'inherit'], env });
    const agent = runner(child);
    await untilReady(dir, line.within);
    const ready = (await statusOf(dir, line.within))!;
    const firstReportMs = ready.firstAckAt! - startedAt;
    await pause(SETTLE_MS);
    const count = async (): Promise<number> => (await statusOf(dir, line.within))!.bytesTotal;
    const before = { line: line.bytes(), own: await count() };
    await pause(minutes * 60_000);
    const perDay = DAY_MS / (minutes * 60_000);
    const after = { line: line.bytes(), own: await count() };
    await agent.end();
    return { line: (after.line - before.line) * perDay, own: (after.own - before.own) * perDay, firstReportMs };
  } finally {
    names.close();
    door.close();
    web.close();
    target.close();
    line.close();
    await platform.server.end();
    rmSync(root, { recursive: true, force: true });
  }
}

function relay(near: Socket, port: number): void {
  const far = connect({ port, host: '127.0.0.1', noDelay: true });
  near.setNoDelay(true);
  near.pipe(far).pipe(near);
  for (const [one, other] of [[near, far], [far, near]] as const) one.on('error', () => {}).on('close', () => other.destroy());
}

function certificateFor(address: string, dir: string): { cert: string; key: string } {
  const [certFile, keyFile] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile, '-out', certFile, '-days', '2', '-subj', '/CN=bench', '-addext', `subjectAltName=IP:${address}`]);
  if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`);
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

/** Resident and private memory of a zabbix_agent2 that runs here; null: there is none. */
function zabbixMemory(): { resident: number; private: number } | null {
  const found = spawnSync('pgrep', ['-x', 'zabbix_agent2'], { encoding: 'utf8' }).stdout?.trim().split('\n')[0];
  return found ? memoryMb(Number(found)) : null;
}

/** Of the packages in dist/packages, if they were built: the program as it is installed, MB. */
function installedMb(): number | null {
  const found = spawnSync('sh', ['-c', `dpkg-deb -f ${join(dirname(BUILT.agent), '..', 'packages')}/*.deb Installed-Size 2>/dev/null`], { encoding: 'utf8' }).stdout?.trim();
  return found ? Number(found) / 1024 : null;
}

const TWENTY_MINUTES = 20;

/** `minutes`: how long CPU is counted. Bytes are counted for twenty real minutes at each keepalive. */
export async function agentRows(rounds: number, minutes: number): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'cac-bench-'));
  const platform = await startPlatform(join(root, 'data'));
  const dir = join(root, 'agent');
  const port = new URL(platform.base).port;
  const env = { CAC_KEEPALIVE_S: '60', CAC_PROBE_TARGETS: `127.0.0.1:${port},127.0.0.1:${platform.mqttPort},localhost:${port}` };
  // Both keepalives at once: they share nothing but the machine.
  const bytes = Promise.all([bytesOfADay(TWENTY_MINUTES, 60), bytesOfADay(TWENTY_MINUTES, 240)]);
  try {
    await platform.api('/api/v1/sites', { id: 'BENCH-1', name: 'Bench', kind: 'local', region: 'MA-04', lat: 34, lon: -6, countsTowardsTarget: false });
    const { code } = await platform.api<NewVoucher>('/api/v1/vouchers', { siteId: 'BENCH-1', uses: 2 * rounds + 2 });
    await enrolled(platform, code, dir, () => {});
    const memory = { ours: [] as { resident: number; private: number }[], bare: [] as { resident: number; private: number }[] };
    let spent = Number.NaN;
    for (let i = 0; i < rounds; i += 1) {
      // Both run together; which of them starts first changes.
      const starts = [(): Promise<Runner> => startAgent(dir, env), (): Promise<Runner> => startBare(platform, code)];
      const first = await starts[i % 2]!();
      const second = await starts[1 - (i % 2)]!();
      const [ours, bare] = i % 2 === 0 ? [first, second] : [second, first];
      await pause(SETTLE_MS);
      memory.ours.push(memoryMb(ours.pid));
      memory.bare.push(memoryMb(bare.pid));
      await bare.end();
      if (i === rounds - 1) spent = await usualCpu(ours, minutes);
      await ours.end();
    }
    const of = (who: 'ours' | 'bare', what: 'resident' | 'private'): number => median(memory[who].map((m) => m[what]));
    const compare = (what: 'resident' | 'private', must: number, goal: number): Row =>
      row(`agent ${what} MB`, of('ours', what), of('bare', what), 'node + mqtt.js', { ratio: of('ours', what) / of('bare', what), must, goal, more: false });
    const plain = (what: string, value: number, must: number | null, goal: number | null = null): Row => row(what, value, null, '', { ratio: value, must, goal, more: false });
    const rows = [compare('resident', 0.9, 0.7), compare('private', 0.75, 0.4), plain('agent CPU ms a minute, probes on', spent, 30, 6)];
    const zabbix = zabbixMemory();
    if (zabbix) rows.push(row('agent resident MB', of('ours', 'resident'), zabbix.resident, 'zabbix_agent2', { ratio: of('ours', 'resident') / zabbix.resident, must: null, goal: null, more: false }));
    else console.log('     zabbix_agent2 does not run here: no figure beside it');
    const installed = installedMb();
    if (installed !== null) rows.push(plain('agent installed MB, its own Node included', installed, null));
    for (const [i, [keepaliveS, must, goal]] of ([[60, 450, null], [240, null, 150]] as const).entries()) {
      const measured = (await bytes)[i]!;
      if (typeof measured === 'string') {
        console.log(`     bytes a day were not measured: ${measured}`);
        continue;
      }
      rows.push(
        plain(`agent KB a day on the line, TLS, keepalive ${keepaliveS} s (a silence is told after ${detectionS(keepaliveS)} s), probes and pings counted`, measured.line / 1000, must, goal),
        row(`the agent's own count of it, KB`, measured.own / 1000, measured.line / 1000, 'the line', { ratio: Math.abs(measured.own / measured.line - 1), must: 0.15, goal: null, more: false }),
        plain('ms from start to first report over TLS', measured.firstReportMs, null),
      );
    }
    return rows;
  } finally {
    await platform.server.end();
    rmSync(root, { recursive: true, force: true });
  }
}
