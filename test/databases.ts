/**
 * The two databases every store test runs on: SQLite in a temporary directory, and a real PostgreSQL that is started
 * here, listens on a socket of its own only, and is gone afterwards.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { putTerritory } from '@cac/server/store/territory.ts';
import { clusterUrl, findPostgres, missingPostgres, startCluster, type Cluster } from './postgres-cluster.ts';

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

function postgresDatabase(): TestDatabase {
  /** Of all files, where the runner has started it. */
  const shared = process.env['TEST_POSTGRES'];
  let cluster: Promise<Cluster> | null = null;
  let template: Promise<string> | null = null;
  let count = 0;
  const made: string[] = [];
  const start = (): Promise<Cluster> => (shared ? Promise.resolve({ dir: shared, stop: () => Promise.resolve() }) : startCluster(findPostgres()!));
  async function asAdmin(dir: string, commands: readonly string[]): Promise<void> {
    const admin = new Client({ connectionString: clusterUrl(dir, 'postgres') });
    await admin.connect();
    for (const command of commands) await admin.query(command);
    await admin.end();
  }
  async function create(dir: string, from: string): Promise<string> {
    const name = `t${process.pid}_${(count += 1)}`;
    await asAdmin(dir, [`create database ${name} template ${from}`]);
    made.push(name);
    return name;
  }
  /** Migrated once; every test has a copy. */
  async function migrated(dir: string): Promise<string> {
    const name = await create(dir, 'template1');
    const dataDir = temporaryDir('pgdata');
    await (await withTerritory(await openStore({ dataDir, databaseUrl: clusterUrl(dir, name) }))).close();
    rmSync(dataDir, { recursive: true, force: true });
    return name;
  }
  return {
    name: 'PostgreSQL',
    missing: missingPostgres(),
    async open() {
      cluster ??= start();
      const { dir } = await cluster;
      template ??= migrated(dir);
      const databaseUrl = clusterUrl(dir, await create(dir, await template));
      const dataDir = temporaryDir('pgdata');
      mkdirSync(dataDir, { recursive: true });
      let store = await openStore({ dataDir, databaseUrl });
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
      template = null;
      if (shared) await asAdmin(running.dir, made.splice(0).map((name) => `drop database ${name} with (force)`));
      await running.stop();
    },
  };
}

export const databases: readonly TestDatabase[] = [sqlite, postgresDatabase()];
