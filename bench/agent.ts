/**
 * What the agent costs a PC: memory while connected and idle, beside node with mqtt.js unbundled doing the same connection,
 * interleaved; CPU with its probes on; bytes on the line. Targets are on loopback; the default gateway is asked as always.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { probesFor } from '@cac/agent/core/rounds.ts';
import { askRunning } from '@cac/agent/service/lock.ts';
import type { NewVoucher } from '@cac/shared/api.ts';
import type { EnrolAnswer } from '@cac/shared/messages.ts';
import { BUILT } from '../tools/build.ts';
import { startCountingProxy, type CountingProxy } from './counting-proxy.ts';
import { startPlatform, type Platform } from './platform.ts';
import { memoryMb } from './processes.ts';
import { median, row, type Row } from './table.ts';

const SETTLE_MS = 20_000;
const DAY_MS = 86_400_000;
/** Bytes of one try to an Internet target (seven segments) and of one name resolved. Asking the gateway stays on the local network. */
const TRY_BYTES = 380;
const NAME_BYTES = 150;

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

/** Enrols in `dir`, so that the agent goes through the proxy. */
async function enrolAgent(platform: Platform, voucher: string, dir: string, proxy: CountingProxy): Promise<void> {
  const child = spawn(process.execPath, [BUILT.agent, 'enrol', '--server', platform.base, '--voucher', voucher, '--yes', '--dir', dir], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((done) => void child.once('exit', done));
  if (code !== 0) throw new Error(`enrol ended with ${code}`);
  const file = join(dir, 'identity.json');
  const identity = JSON.parse(readFileSync(file, 'utf8'));
  identity.mqtt.port = proxy.port;
  writeFileSync(file, JSON.stringify(identity));
}

async function startAgent(dir: string, env: NodeJS.ProcessEnv): Promise<Runner> {
  const child = spawn(process.execPath, [BUILT.agent, 'run', '--eager', '--dir', dir], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  const until = performance.now() + 30_000;
  for (;;) {
    const status = await askRunning(dir);
    if (status?.connection === 'ready' && status.lastAckAt !== null) return runner(child);
    if (performance.now() > until) throw new Error(`the agent did not connect: ${status?.lastFailure ?? status?.connection ?? 'no answer'}`);
    await pause(200);
  }
}

/** CPU and bytes of so many minutes of a connected agent whose batches go every five. */
async function usual(agent: Runner, proxy: CountingProxy, minutes: number): Promise<{ cpuMsPerMinute: number; bytesPerDay: number }> {
  const before = { cpu: cpuMs(agent.pid), bytes: proxy.bytes() };
  await pause(minutes * 60_000);
  return { cpuMsPerMinute: (cpuMs(agent.pid) - before.cpu) / minutes, bytesPerDay: ((proxy.bytes() - before.bytes) * DAY_MS) / (minutes * 60_000) };
}

/** Bytes of a day's probes while the link is well and the server answers. */
const probeBytesPerDay = (): number =>
  Array.from({ length: 1_440 }, (_, minute) => probesFor({ minute, link: 'ok', serverAnswers: true, targets: 3 })).flat().reduce((sum, name) => sum + (name.startsWith('net') ? TRY_BYTES : name === 'dns' ? NAME_BYTES : 0), 0);

/** `minutes`: how long CPU and bytes are counted; five, or a multiple, holds whole batches. */
export async function agentRows(rounds: number, minutes: number): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'cac-bench-'));
  const platform = await startPlatform(join(root, 'data'));
  const proxy = await startCountingProxy(platform.mqttPort);
  const dir = join(root, 'agent');
  const port = new URL(platform.base).port;
  const env = { CAC_KEEPALIVE_S: '60', CAC_PROBE_TARGETS: `127.0.0.1:${port},127.0.0.1:${platform.mqttPort},localhost:${port}` };
  try {
    await platform.api('/api/v1/sites', { id: 'BENCH-1', name: 'Bench', kind: 'local', region: 'MA-04', lat: 34, lon: -6, countsTowardsTarget: false });
    const { code } = await platform.api<NewVoucher>('/api/v1/vouchers', { siteId: 'BENCH-1', uses: 2 * rounds + 2 });
    await enrolAgent(platform, code, dir, proxy);
    const memory = { ours: [] as { resident: number; private: number }[], bare: [] as { resident: number; private: number }[] };
    let spent = { cpuMsPerMinute: Number.NaN, bytesPerDay: Number.NaN };
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
      if (i === rounds - 1) spent = await usual(ours, proxy, minutes);
      await ours.end();
    }
    const of = (who: 'ours' | 'bare', what: 'resident' | 'private'): number => median(memory[who].map((m) => m[what]));
    const compare = (what: 'resident' | 'private', must: number, goal: number): Row =>
      row(`agent ${what} MB`, of('ours', what), of('bare', what), 'node + mqtt.js', { ratio: of('ours', what) / of('bare', what), must, goal, more: false });
    const kb = (spent.bytesPerDay + probeBytesPerDay()) / 1000;
    return [
      compare('resident', 0.9, 0.7),
      compare('private', 0.75, 0.4),
      row('agent CPU ms a minute, probes on', spent.cpuMsPerMinute, null, '', { ratio: spent.cpuMsPerMinute, must: 30, goal: 6, more: false }),
      row('agent KB a day, keepalive 60 s, probes and pings counted, TLS by the stated model', kb, null, '', { ratio: kb, must: 450, goal: null, more: false }),
      row('of these probes, KB', probeBytesPerDay() / 1000, null, '', { ratio: 0, must: null, goal: null, more: false }),
    ];
  } finally {
    proxy.close();
    await platform.server.end();
    rmSync(root, { recursive: true, force: true });
  }
}
