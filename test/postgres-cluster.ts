/**
 * A real PostgreSQL that listens on a socket of its own only, and is gone afterwards. `npm test` starts one for all files; a file that is run alone starts its own.
 * No test pulls this machine's plug: what it confirms need not be on the disk.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export function findPostgres(): string | null {
  const versions = '/usr/lib/postgresql';
  const installed = existsSync(versions) ? readdirSync(versions).toSorted().toReversed().map((v) => join(versions, v, 'bin')) : [];
  const candidates = [...installed, ...(process.env['PATH'] ?? '').split(delimiter)];
  return candidates.find((dir) => existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres'))) ?? null;
}

/** Why none can be started here; null when it can. */
export const missingPostgres = (): string | null => (findPostgres() === null ? 'PostgreSQL is not installed (Debian: apt-get install postgresql)' : null);

export interface Cluster {
  dir: string;
  stop(): Promise<void>;
}

/** Where a cluster's socket stands is all that is needed to connect to it. */
export const clusterUrl = (dir: string, name: string): string => `postgres://postgres@/${name}?host=${encodeURIComponent(dir)}`;

/** PostgreSQL refuses to run as root: then it runs as whoever owns nothing. */
const runAs = (): { uid: number; gid: number } | object => (process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {});

export async function startCluster(bin: string): Promise<Cluster> {
  const dir = mkdtempSync(join(tmpdir(), 'cac-pg-'));
  chmodSync(dir, 0o700);
  const identity = runAs();
  if ('uid' in identity) chownSync(dir, identity.uid as number, identity.gid as number);
  const made = spawnSync(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C'], { ...identity, cwd: dir, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const server = spawn(join(bin, 'postgres'), ['-D', join(dir, 'data'), '-k', dir, '-c', 'listen_addresses=', '-c', 'max_connections=200', '-c', 'fsync=off', '-c', 'full_page_writes=off'], { ...identity, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((ready, failed) => {
    server.stderr!.on('data', (chunk: Buffer) => chunk.includes('ready to accept connections') && ready());
    server.on('exit', (code) => failed(new Error(`postgres ended with ${code}`)));
  });
  // Whoever started it goes: it goes as well.
  const end = (): void => void server.kill('SIGINT');
  process.once('exit', end);
  return {
    dir,
    async stop() {
      process.off('exit', end);
      const gone = new Promise((done) => server.once('exit', done));
      server.kill('SIGINT');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
