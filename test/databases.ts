/**
 * The two databases every store test runs on: SQLite in a temporary directory, and a real PostgreSQL that is started
 * here, listens on a socket of its own only, and is gone afterwards.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { putTerritory } from '@cac/server/store/territory.ts';

export interface TestDatabase {
  name: 'SQLite' | 'PostgreSQL';
  /** Why it cannot run here; null when it can. */
  missing: string | null;
  /** A fresh, empty, migrated database with two regions. */
  open(): Promise<TestStore>;
  /** Ends what was started for all of a file's tests. */
  stop(): Promise<void>;
}

export interface TestStore {
  store: Store;
  dataDir: string;
  databaseUrl: string | undefined;
  /** Opens the same database again, as a restarted server would. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

export const temporaryDir = (name: string): string => mkdtempSync(join(tmpdir(), `cac-${name}-`));

async function withTerritory(store: Store): Promise<Store> {
  const regions = ['MA-04', 'MA-06', 'MA-11'].map((code) => ({ code, name_fr: code, name_ar: code }));
  const provinces = [
    { code: 'MA-RAB', region: 'MA-04', name_fr: 'Rabat', name_ar: 'الرباط' },
    { code: 'MA-CAS', region: 'MA-06', name_fr: 'Casablanca', name_ar: 'الدار البيضاء' },
  ];
  await putTerritory(store.db, regions, provinces);
  await store.db
    .insertInto('programmes')
    .values(['CAC', 'GENIE'].map((code) => ({ code, name_fr: code, name_ar: code, name_en: code, kind: 'centre', by_file: 1 })))
    .execute();
  return store;
}

const sqlite: TestDatabase = {
  name: 'SQLite',
  missing: null,
  async open() {
    const dataDir = temporaryDir('store');
    let store = await withTerritory(await openStore({ dataDir }));
    return {
      store,
      dataDir,
      databaseUrl: undefined,
      async reopen() {
        await store.close();
        return (store = await openStore({ dataDir }));
      },
      async close() {
        await store.close();
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  },
  async stop() {},
};

function findPostgres(): string | null {
  const versions = '/usr/lib/postgresql';
  const installed = existsSync(versions) ? readdirSync(versions).toSorted().toReversed().map((v) => join(versions, v, 'bin')) : [];
  const candidates = [...installed, ...(process.env['PATH'] ?? '').split(delimiter)];
  return candidates.find((dir) => existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres'))) ?? null;
}

interface Cluster {
  dir: string;
  process: ChildProcess;
  url(name: string): string;
}

/** PostgreSQL refuses to run as root: then it runs as whoever owns nothing. */
const runAs = (): { uid: number; gid: number } | object => (process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {});

async function startCluster(bin: string): Promise<Cluster> {
  const dir = temporaryDir('pg');
  chmodSync(dir, 0o700);
  const identity = runAs();
  if ('uid' in identity) chownSync(dir, identity.uid as number, identity.gid as number);
  const made = spawnSync(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C'], { ...identity, cwd: dir, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const server = spawn(join(bin, 'postgres'), ['-D', join(dir, 'data'), '-k', dir, '-c', 'listen_addresses=', '-c', 'max_connections=60'], { ...identity, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((ready, failed) => {
    server.stderr!.on('data', (chunk: Buffer) => chunk.includes('ready to accept connections') && ready());
    server.on('exit', (code) => failed(new Error(`postgres ended with ${code}`)));
  });
  return { dir, process: server, url: (name) => `postgres://postgres@/${name}?host=${encodeURIComponent(dir)}` };
}

function postgresDatabase(): TestDatabase {
  const bin = findPostgres();
  let cluster: Promise<Cluster> | null = null;
  let count = 0;
  return {
    name: 'PostgreSQL',
    missing: bin === null ? 'PostgreSQL is not installed (Debian: apt-get install postgresql)' : null,
    async open() {
      cluster ??= startCluster(bin!);
      const running = await cluster;
      const name = `t${(count += 1)}`;
      const admin = new Client({ connectionString: running.url('postgres') });
      await admin.connect();
      await admin.query(`create database ${name}`);
      await admin.end();
      const databaseUrl = running.url(name);
      const dataDir = temporaryDir('pgdata');
      mkdirSync(dataDir, { recursive: true });
      let store = await withTerritory(await openStore({ dataDir, databaseUrl }));
      return {
        store,
        dataDir,
        databaseUrl,
        async reopen() {
          await store.close();
          return (store = await openStore({ dataDir, databaseUrl }));
        },
        async close() {
          await store.close();
          rmSync(dataDir, { recursive: true, force: true });
        },
      };
    },
    async stop() {
      if (!cluster) return;
      const running = await cluster;
      cluster = null;
      const gone = new Promise((done) => running.process.once('exit', done));
      running.process.kill('SIGINT');
      await gone;
      rmSync(running.dir, { recursive: true, force: true });
    },
  };
}

/** Each test file has its own PostgreSQL: files run side by side. */
export const databases: readonly TestDatabase[] = [sqlite, postgresDatabase()];
