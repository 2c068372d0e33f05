/** What a page loads and how long it waits: JavaScript, the country's snapshot, and the server's restart with the country known. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '@cac/server/http/fleet.ts';
import { openStore } from '@cac/server/store/store.ts';
import { BUILT } from '../tools/build.ts';
import { prepareCountry } from './country.ts';
import { startPlatform, type Platform } from './platform.ts';
import { median, row, type Row } from './table.ts';

const MACHINES = 150_000;
const REQUESTS = 200;

/** Gzipped size of every script that the app's page names, bytes. */
function firstLoadScripts(): number {
  const app = join(BUILT.web, 'app');
  const html = readFileSync(join(app, 'index.html'), 'utf8');
  const names = new Set([...html.matchAll(/(?:src|href)="[^"]*?([^"/]+\.m?js)"/g)].map((m) => m[1]!));
  if (names.size === 0) throw new Error('the page names no script');
  return [...names].reduce((sum, name) => sum + statSync(join(app, `${name}.gz`)).size, 0);
}

/** Time to make the snapshot from the database and compress it, ms; and its size. */
async function makeSnapshots(dataDir: string, rounds: number): Promise<{ ms: number; bytes: number; raw: number }> {
  const store = await openStore({ dataDir });
  const times: number[] = [];
  let bytes = 0;
  let raw = 0;
  for (let i = 0; i < rounds; i += 1) {
    const fleet = createFleet(store, Date.now);
    const startedAt = performance.now();
    bytes = (await fleet.snapshot({ kind: 'all' }, 'br')).length;
    times.push(performance.now() - startedAt);
    raw = (await fleet.snapshot({ kind: 'all' }, 'identity')).length;
  }
  await store.close();
  return { ms: median(times), bytes, raw };
}

/** GET, compressed as a browser asks for it; nothing is unpacked. */
function get(platform: Platform, cookie: string, path: string): Promise<number> {
  return new Promise((done, failed) => {
    const sent = request(platform.base + path, { headers: { cookie, 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('end', () => (answer.statusCode === 200 ? done(bytes) : failed(new Error(`${path}: ${answer.statusCode}`))));
    });
    sent.on('error', failed);
    sent.end();
  });
}

export async function webRows(rounds: number): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'cac-bench-'));
  const dataDir = join(root, 'data');
  try {
    const { sites } = await prepareCountry(dataDir, MACHINES);
    const made = await makeSnapshots(dataDir, rounds);
    let platform = await startPlatform(dataDir);
    const cookie = await platform.cookie();
    await get(platform, cookie, '/api/v1/fleet');
    const waits: number[] = [];
    for (let i = 0; i < REQUESTS; i += 1) {
      const startedAt = performance.now();
      await get(platform, cookie, '/api/v1/fleet');
      waits.push(performance.now() - startedAt);
    }
    // Killed, not stopped: it wakes up blind, with everybody's deadline to move.
    const restarts: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      const gone = new Promise((done) => void platform.server.process.once('exit', done));
      platform.server.process.kill('SIGKILL');
      await gone;
      const startedAt = performance.now();
      platform = await startPlatform(dataDir);
      await get(platform, cookie, '/api/v1/fleet');
      restarts.push((performance.now() - startedAt) / 1000);
    }
    await platform.server.end();
    const scripts = firstLoadScripts() / 1000;
    const country = `${sites.toLocaleString('en')} sites`;
    const plain = (what: string, value: number, must: number | null, goal: number | null): Row => row(what, value, null, '', { ratio: value, must, goal, more: false });
    return [
      plain('first-load JavaScript, KB gzipped', scripts, 90, 70),
      plain(`fleet snapshot of ${country}, KB compressed`, made.bytes / 1000, 400, 150),
      plain(`fleet snapshot of ${country}, KB as JSON`, made.raw / 1000, null, null),
      plain('ms to make and compress the snapshot', made.ms, null, null),
      plain('ms to answer with the snapshot', median(waits), null, null),
      plain(`s from a killed server's start to its first snapshot, ${country} and ${MACHINES.toLocaleString('en')} machines known`, median(restarts), 10, 2),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
