/** What the kill tests share: a server process that dies and comes back on the same ports, agents that do, and the count at the end. */
import Database from 'better-sqlite3';
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalState, NewVoucher } from '@cac/shared/api.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { temporaryDir } from '../databases.ts';
import { enrolRequest, siteDraft } from '../fixtures.ts';
import { PASSWORD, ROOT } from '../running-server.ts';
import type { FleetTask } from './fleet-process.ts';

export interface Scale {
  agents: number;
  records: number;
  kills: number;
  /** Agents per process. */
  perProcess: number;
  paceMs: number;
}

/** Directories of this process's runs, gone when it ends. */
const dirs: string[] = [];
process.on('exit', () => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));
function ownDir(name: string): string {
  const dir = temporaryDir(name);
  dirs.push(dir);
  return dir;
}

const pause = (ms: number): Promise<void> => new Promise((next) => setTimeout(next, ms));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

export interface ServerProcess {
  base: string;
  mqttPort: number;
  dataDir: string;
  /** Of the process that runs now. */
  pid(): number;
  api<T>(path: string, body?: unknown): Promise<T>;
  /** SIGKILL, and up again on the same ports and data. */
  killAndRestart(): Promise<void>;
  /** SIGKILL; stays down until `start`. */
  kill(): Promise<unknown>;
  start(): Promise<void>;
  /** SIGTERM; returns the exit code. */
  stop(): Promise<number | null>;
}

/** `dataDir`: one that is prepared already. */
export async function startServerProcess(dataDir = ownDir('kill')): Promise<ServerProcess> {
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const env = { ...process.env, CAC_HTTP_PORT: String(httpPort), CAC_MQTT_PORT: String(mqttPort), CAC_DATA_DIR: dataDir, CAC_ADMIN_PASSWORD: PASSWORD, CAC_LOG_LEVEL: 'error', CAC_SPREAD_MS: '0' };
  const base = `http://127.0.0.1:${httpPort}`;
  let child: ChildProcess;
  let cookie: string | null = null;
  const start = (): Promise<void> =>
    new Promise((ready, failed) => {
      child = fork(join(ROOT, 'server', 'main.ts'), { execArgv: ['--import', 'tsx'], cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      child.once('message', () => ready());
      child.once('exit', (code) => failed(new Error(`server ended with ${code}`)));
    });
  const end = (signal: NodeJS.Signals): Promise<number | null> =>
    new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) return done(child.exitCode);
      child.removeAllListeners('exit');
      child.once('exit', (code) => done(code));
      child.kill(signal);
    });
  await start();
  return {
    base,
    mqttPort,
    dataDir,
    pid: () => child.pid!,
    async api<T>(path: string, body?: unknown) {
      if (!cookie) {
        const answer = await fetch(`${base}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'admin', password: PASSWORD }) });
        cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
      }
      const answer = await fetch(base + path, { headers: { cookie, 'content-type': 'application/json' }, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async killAndRestart() {
      await end('SIGKILL');
      await start();
    },
    kill: () => end('SIGKILL'),
    async start() {
      cookie = null;
      await start();
    },
    stop: () => end('SIGTERM'),
  };
}

export type Identity = FleetTask['machines'][number];

export async function enrolMany(server: ServerProcess, count: number): Promise<Identity[]> {
  await server.api('/api/v1/sites', siteDraft('KILL-1'));
  const { code } = await server.api<NewVoucher>('/api/v1/vouchers', { siteId: 'KILL-1', uses: Math.min(500, count) });
  const machines: Identity[] = [];
  for (let i = 0; i < count; i += 1) {
    const secret = randomBytes(32).toString('base64url');
    const { machine } = await server.api<{ machine: string }>('/api/v1/enrol', enrolRequest(code, { secretHash: hashOf(secret), name: `PC ${i + 1}` }));
    machines.push({ id: machine, secret });
  }
  return machines;
}

export interface FleetProcess {
  /** Settles when its agents have nothing left to send. */
  done: Promise<void>;
  killAndRestart(): Promise<void>;
  running(): boolean;
}

export function startFleetProcess(task: FleetTask): FleetProcess {
  let child: ChildProcess;
  let finish!: () => void;
  let fail!: (error: Error) => void;
  let running = true;
  const done = new Promise<void>((settle, reject) => {
    finish = settle;
    fail = reject;
  });
  const start = (): void => {
    child = fork(join(import.meta.dirname, 'fleet-process.ts'), [JSON.stringify(task)], { execArgv: ['--import', 'tsx'], cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') return;
      running = false;
      if (code === 0) finish();
      else fail(new Error(`agents ended with ${code}`));
    });
  };
  start();
  return {
    done,
    running: () => running,
    async killAndRestart() {
      const gone = new Promise((next) => child.once('exit', next));
      child.kill('SIGKILL');
      await gone;
      if (running) start();
    },
  };
}

export interface Count {
  stored: number;
  W: number;
  rejected: number;
  dropped: number;
  lost: number;
  duplicates: number;
  /** Rows counted in the tables themselves. */
  rows: number;
  integrity: string;
}

/** What the API says of each journal, summed; then, the server stopped, what the tables hold. */
export async function countEverything(server: ServerProcess, machines: readonly Identity[]): Promise<Count> {
  const sum = { stored: 0, W: 0, rejected: 0, dropped: 0, lost: 0, duplicates: 0 };
  for (const { id } of machines) {
    const journal = await server.api<JournalState>(`/api/v1/machines/${id}/journal`);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += journal[name];
  }
  await server.stop();
  const db = new Database(join(server.dataDir, 'cac.sqlite'));
  const one = (text: string): number => Object.values(db.prepare(text).get() as Record<string, number>)[0] ?? 0;
  const rows = one('select coalesce(sum(last_seq - seq + 1), 0) from entries') + one("select coalesce(sum((run ->> '$.to') - (run ->> '$.from') + 1), 0) from epochs where run is not null");
  const integrity = db.pragma('integrity_check', { simple: true }) as string;
  db.close();
  return { ...sum, rows, integrity };
}

/** Fleet processes for these machines. */
export function startFleets(server: ServerProcess, machines: readonly Identity[], scale: Scale): FleetProcess[] {
  const dir = ownDir('journals');
  const fleets: FleetProcess[] = [];
  for (let i = 0; i < machines.length; i += scale.perProcess) {
    fleets.push(startFleetProcess({ port: server.mqttPort, dir, records: scale.records, paceMs: scale.paceMs, machines: machines.slice(i, i + scale.perProcess) }));
  }
  return fleets;
}

export const pauseBetween = (fromMs: number, toMs: number): Promise<void> => pause(fromMs + Math.random() * (toMs - fromMs));
