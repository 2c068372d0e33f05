/**
 * What a backup costs those who report meanwhile (G-04): the same load with and without one being made, interleaved in one run. The load is the one that latency
 * is measured at elsewhere, seventy times what 10,000 PCs send; at full saturation of the machine a third process costs as it costs anywhere.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStore } from '@cac/server/store/store.ts';
import { prepare } from './ingest.ts';
import type { LoadResult, LoadTask } from './load.ts';
import { startPlatform } from './platform.ts';
import { startChild } from './processes.ts';
import { median, row, type Row } from './table.ts';

const root = resolve(import.meta.dirname, '..');
const FILLER_MB = 400;

/** Something to copy: random, so that nothing compresses it away. */
async function fill(dataDir: string): Promise<void> {
  const store = await openStore({ dataDir });
  for (let i = 0; i < FILLER_MB; i += 1) await store.db.insertInto('meta').values({ key: `filler ${i}`, value: randomBytes(524_288).toString('hex') }).execute();
  await store.close();
}

function startBackup(dataDir: string, to: string): ChildProcess {
  const env = { ...process.env, CAC_DATA_DIR: dataDir, CAC_BACKUP_PASSPHRASE: 'bench bench bench' };
  return spawn(process.execPath, ['--import', 'tsx', join(root, 'tools', 'backup.ts'), '--to', to, '--keep', '1'], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** One backup after the other until told to stop; resolves with how many were made. */
function backUpAgainAndAgain(dataDir: string, to: string): { stop(): Promise<number> } {
  let [stopping, made] = [false, 0];
  const running = (async () => {
    while (!stopping) if ((await new Promise((done) => startBackup(dataDir, to).once('close', done))) === 0) made += 1;
    return made;
  })();
  return {
    stop() {
      stopping = true;
      return running;
    },
  };
}

export async function backupRows(connections: number, rounds: number, roundMs: number): Promise<Row[]> {
  const { dataDir, machines } = await prepare(connections);
  const shelf = mkdtempSync(join(tmpdir(), 'cac-shelf-'));
  await fill(dataDir);
  const platform = await startPlatform(dataDir);
  const load = startChild(join(import.meta.dirname, 'load.ts'));
  try {
    await load.ask({ port: platform.mqttPort, machines, inst: randomBytes(8).toString('hex') } satisfies LoadTask);
    const measure = async (order: object): Promise<LoadResult> => (await load.ask<{ result: LoadResult }>(order)).result;
    const rate = ({ reports, seconds }: LoadResult): number => reports / seconds;
    const steady = { go: 'rate', ms: roundMs, perSecond: 2_500 };
    const full = { go: 'closed', ms: roundMs };
    await measure(full);
    const alone: number[] = [];
    const beside: number[] = [];
    const p99: number[] = [];
    const p99Alone: number[] = [];
    const fullAlone: number[] = [];
    const fullBeside: number[] = [];
    let made = 0;
    for (let i = 0; i < rounds; i += 1) {
      const before = await measure(steady);
      alone.push(rate(before));
      p99Alone.push(before.p99);
      fullAlone.push(rate(await measure(full)));
      const backups = backUpAgainAndAgain(dataDir, shelf);
      const during = await measure(steady);
      beside.push(rate(during));
      p99.push(during.p99);
      fullBeside.push(rate(await measure(full)));
      made += await backups.stop();
    }
    load.process.send({ go: 'stop' });
    const mb = statSync(join(shelf, readdirSync(shelf)[0]!)).size / 1e6;
    const label = `a backup of ${Math.round(mb)} MB is made (${made} were)`;
    return [
      row(`durable reports/s of 2,500 offered while ${label}`, median(beside), median(alone), 'the same without', { ratio: median(beside) / median(alone), must: 0.95, goal: 0.99, more: true }),
      row('ack p99 ms meanwhile', median(p99), median(p99Alone), 'the same without', { ratio: median(p99) / median(p99Alone), must: null, goal: null, more: false }),
      row('durable reports/s meanwhile, as many as there can be', median(fullBeside), median(fullAlone), 'the same without', { ratio: median(fullBeside) / median(fullAlone), must: null, goal: null, more: true }),
    ];
  } finally {
    await platform.server.end();
    for (const dir of [dataDir, shelf]) rmSync(dir, { recursive: true, force: true });
  }
}
