/** Durable reports per second, CPU, latency and memory of the whole server against bare aedes, interleaved in one run. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@cac/server/store/store.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import type { SiteDraft } from '@cac/shared/api.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { BUILT } from '../tools/build.ts';
import type { LoadResult, LoadTask } from './load.ts';
import { machineRow } from './machine-row.ts';
import { cpuSeconds, memoryMb, startChild, type Child } from './processes.ts';
import { median, row, type Row } from './table.ts';

const PER_SITE = 20;

const root = resolve(import.meta.dirname, '..');
const here = (name: string): string => join(import.meta.dirname, name);
const AUTHOR = { name: 'bench', scope: { kind: 'all' } } as const;
const SITE = {
  id: 'BENCH-0', name: 'Bench', programme: 'CAC', kind: 'centre', region: 'MA-04', province: 'MA-RAB', commune: null, lat: 34, lon: -6.8, zone: 'dense', hostPremises: null,
  equipment: null, declaredConnectedAt: null, declaredSource: null, countsTowardsTarget: true,
} as unknown as SiteDraft;

/**
 * Must: a fortieth of what Uptime Kuma needs, 1.8 CPU s per 1,000 beats on a machine where bare aedes needs 0.0225 s.
 * As it cannot run beside us here, that is said in terms of bare aedes, whatever this machine's speed: 0.045 / 0.0225.
 */
const UPTIME_KUMA_SHARE = 2;

interface Subject {
  name: 'ours' | 'bare aedes';
  broker: Child;
  load: Child;
}

interface Measured {
  perSecond: number;
  cpuPer1000: number;
  p99: number;
}

/** A data directory with so many enrolled machines; their rows are written directly, as enrolling is not what is measured. */
export async function prepare(count: number): Promise<{ dataDir: string; machines: LoadTask['machines'] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cac-bench-'));
  const store = await openStore({ dataDir });
  await loadReference(store, join(root, 'seeds'), Date.now());
  const now = Date.now();
  // As many PCs a site as large centres have: what is asked of a site is asked of its PCs.
  const sites = Array.from({ length: Math.ceil(count / PER_SITE) }, (_, i) => ({ ...SITE, id: `BENCH-${i}` as SiteDraft['id'] }));
  for (let i = 0; i < sites.length; i += 500) await addSites(store, AUTHOR, sites.slice(i, i + 500), { many: true, demo: true }, now);
  const [voucher] = await issueVouchers(store, AUTHOR, [{ siteId: SITE.id, uses: 1, days: 1 }], now);
  const machines = Array.from({ length: count }, (_, i) => ({ id: `bench${String(i).padStart(15, '0')}`, secret: randomBytes(32).toString('base64url') }));
  for (let i = 0; i < count; i += 500) {
    const rows = machines.slice(i, i + 500).map(({ id, secret }, k) => machineRow(id, sites[Math.floor((i + k) / PER_SITE)]!.id, voucher!.id, now, { secret_hash: hashOf(secret) }));
    await store.db.insertInto('machines').values(rows).execute();
  }
  await store.db.updateTable('sites').set({ n_unseen: PER_SITE }).where('id', 'like', 'BENCH-%').execute();
  await store.close();
  return { dataDir, machines };
}

async function connected(name: Subject['name'], broker: Child, port: number, machines: LoadTask['machines']): Promise<Subject> {
  const load = startChild(here('load.ts'));
  const task: LoadTask = { port, machines, inst: randomBytes(8).toString('hex') };
  await load.ask({ ...task });
  return { name, broker, load };
}

async function measure(subject: Subject, order: object): Promise<Measured> {
  const before = cpuSeconds(subject.broker.pid);
  const { result } = await subject.load.ask<{ result: LoadResult }>(order);
  const cpu = cpuSeconds(subject.broker.pid) - before;
  return { perSecond: result.reports / result.seconds, cpuPer1000: (1000 * cpu) / Math.max(1, result.reports), p99: result.p99 };
}

/** What follows a first report (a machine's past begins, its site is judged) is over: the server is quiet. */
async function calm(pid: number): Promise<void> {
  for (let i = 0; i < 120; i += 1) {
    const before = cpuSeconds(pid);
    await pause(1_000);
    if (cpuSeconds(pid) - before < 0.1) return;
  }
}

export async function ingestRows(connections: number, rounds: number, roundMs: number): Promise<Row[]> {
  const { dataDir, machines } = await prepare(connections);
  const env = { CAC_DATA_DIR: dataDir, CAC_HTTP_PORT: '0', CAC_MQTT_PORT: '0', CAC_ADMIN_PASSWORD: 'bench bench bench', CAC_LOG_LEVEL: 'error' };
  const server = startChild(BUILT.server, { env, built: true });
  const { ready } = await server.next<{ ready: { mqttPort: number } }>();
  const bare = startChild(here('bare-aedes.ts'));
  const reference = await bare.next<{ ready: { mqttPort: number } }>();
  try {
    const ours = await connected('ours', server, ready.mqttPort, machines);
    const theirs = await connected('bare aedes', bare, reference.ready.mqttPort, machines);
    const memory = { ours: memoryMb(server.pid).resident, theirs: memoryMb(bare.pid).resident };
    // Each machine has reported before anything is measured: what is asked is how many of them are carried, not how many enrol.
    for (const subject of [theirs, ours]) await measure(subject, { go: 'closed', ms: roundMs });
    await calm(server.pid);
    const runs: Record<Subject['name'], Measured[]> = { ours: [], 'bare aedes': [] };
    for (let i = 0; i < rounds; i += 1) for (const subject of [theirs, ours]) runs[subject.name].push(await measure(subject, { go: 'closed', ms: roundMs }));
    const steady = await measure(ours, { go: 'rate', ms: roundMs, perSecond: 2_500 });
    const of = (name: Subject['name'], value: (m: Measured) => number): number => median(runs[name].map(value));
    const label = `${connections.toLocaleString('en')} connections`;
    const rate = of('ours', (m) => m.perSecond);
    const cpu = of('ours', (m) => m.cpuPer1000);
    const bareRate = of('bare aedes', (m) => m.perSecond);
    const bareCpu = of('bare aedes', (m) => m.cpuPer1000);
    for (const subject of [ours, theirs]) subject.load.process.send({ go: 'stop' });
    return [
      row(`durable reports/s, ${label}`, rate, bareRate, 'bare aedes, no storage', { ratio: rate / bareRate, must: 0.5, goal: 0.8, more: true }),
      row(`CPU s per 1,000 reports, ${label}`, cpu, bareCpu, 'bare aedes', { ratio: cpu / bareCpu, must: UPTIME_KUMA_SHARE, goal: 1.2, more: false }),
      row(`ack p99 ms at 2,500 reports/s, ${label}`, steady.p99, null, '', { ratio: steady.p99, must: 250, goal: 100, more: false }),
      row(`resident MB, ${label}`, memory.ours, memory.theirs, 'bare aedes', { ratio: memory.ours / memory.theirs, must: (memory.theirs + 100) / memory.theirs, goal: 0.75, more: false }),
    ];
  } finally {
    await Promise.all([server.end(), bare.end()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}
