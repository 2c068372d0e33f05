import * as assert from 'uvu/assert';
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Ack } from '@cac/shared/messages.ts';
import { migrate } from '@cac/server/store/migrate.ts';
import { migrations, type Migration } from '@cac/server/store/migrations/index.ts';
import { copySqlite } from '@cac/server/store/sqlite.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createReportQueue } from '@cac/server/usecases/report-queue.ts';
import { databases, temporaryDir } from '../../databases.ts';
import { bytesOf, siteWithMachines, T0, wireJournal } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { startTestServer } from '../../running-server.ts';

const codeOf = async (act: Promise<unknown>): Promise<string> => act.then(() => 'no error', (cause: { info?: { code: string }; message: string }) => cause.info?.code ?? cause.message);
const next: Migration = { number: 900, name: 'next', statements: ({ int }) => [`create table later (n ${int} not null)`] };
const broken: Migration = { number: 901, name: 'broken', statements: () => ['create table half (n integer)', 'create table half (n integer)'] };

for (const database of databases) {
  const test = suite(`safety of the data on ${database.name}`);
  test.after(() => database.stop());

  test.needs(database.missing, 'G-03 a migration that fails half-way changes nothing', async () => {
    const opened = await database.open();
    const { db } = opened.store;
    assert.match(await codeOf(migrate(db, { migrations: [...migrations, next, broken] })), /half/);
    for (const table of ['later', 'half']) assert.match(await codeOf(sql.raw(`select * from ${table}`).execute(db)), new RegExp(table));
    await migrate(db, { migrations: [...migrations, next] });
    assert.equal((await sql`select * from later`.execute(db)).rows, []);
    await opened.close();
  });

  test.needs(database.missing, 'G-03 an older program refuses a newer schema and leaves it alone', async () => {
    const opened = await database.open();
    await sql`insert into schema_versions (number, name) values (999, 'of the future')`.execute(opened.store.db);
    assert.is(await codeOf(opened.reopen()), 'schema_too_new');
    await opened.close().catch(() => {});
  });

  test.run();
}

const test = suite('safety of the data directory');

test('G-03 a copy is kept from before a migration', async () => {
  const dataDir = temporaryDir('copy');
  const store = await openStore({ dataDir });
  const copies: number[] = [];
  await migrate(store.db, { migrations: [...migrations, next], copyBefore: (version) => copies.push(version) });
  assert.equal(copies, [migrations[migrations.length - 1]!.number]);
  await store.close();
  rmSync(dataDir, { recursive: true });
});

test('G-01 a copy that a killed start left half-written does not keep the next start from copying', async () => {
  const dataDir = temporaryDir('halfcopy');
  await (await openStore({ dataDir })).close();
  const db = new Database(join(dataDir, 'cac.sqlite'));
  const copy = join(dataDir, 'cac.sqlite.before-1');
  writeFileSync(copy, 'half a copy');
  copySqlite(db, copy);
  copySqlite(db, copy);
  assert.is(new Database(copy).pragma('integrity_check', { simple: true }), 'ok');
  db.close();
  rmSync(dataDir, { recursive: true });
});

test('G-06 a second server on the same directory refuses to start, and one after a clean stop does not', async () => {
  const first = await startTestServer();
  assert.is(await codeOf(openStore({ dataDir: first.dataDir })), 'data_dir_in_use');
  await first.close();
  const second = await openStore({ dataDir: first.dataDir });
  await second.close();
  rmSync(first.dataDir, { recursive: true });
});

test('G-06 the lock dies with its process', async () => {
  const dataDir = temporaryDir('killed');
  const script = `import { copySqlite } from '@cac/server/store/sqlite.ts';
import { openStore } from '@cac/server/store/store.ts'; await openStore({ dataDir: ${JSON.stringify(dataDir)} }); console.log('open'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: import.meta.dirname });
  await new Promise<void>((ready, failed) => {
    child.stdout.on('data', () => ready());
    child.on('exit', () => failed(new Error('ended early')));
    child.stderr.on('data', (chunk: Buffer) => console.error(String(chunk)));
  });
  assert.is(await codeOf(openStore({ dataDir })), 'data_dir_in_use');
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
  await (await openStore({ dataDir })).close();
  rmSync(dataDir, { recursive: true });
});

test('a damaged database is named, with what to do, and is left as it is', async () => {
  const dataDir = temporaryDir('damaged');
  const store = await openStore({ dataDir });
  await siteWithMachinesOf(store);
  await store.close();
  const file = join(dataDir, 'cac.sqlite');
  const sound = readFileSync(file);
  const cases: [string, Buffer][] = [
    ['no database at all', Buffer.from('hello, I am a text file, not a database. '.repeat(100))],
    ['pages overwritten', Buffer.concat([sound.subarray(0, 4096), Buffer.alloc(sound.length - 8192, 0xaa), sound.subarray(sound.length - 4096)])],
  ];
  for (const [name, bytes] of cases) {
    writeFileSync(file, bytes);
    for (const side of readdirSync(dataDir)) if (/-(wal|shm)$/.test(side)) rmSync(join(dataDir, side));
    assert.is(await codeOf(openStore({ dataDir })), 'database_damaged', name);
    assert.equal(readFileSync(file).subarray(100, 200), bytes.subarray(100, 200), name);
  }
  rmSync(dataDir, { recursive: true });
});

async function siteWithMachinesOf(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  const row = { code: 'MA-04', name_fr: 'x', name_ar: 'x' };
  await store.db.insertInto('regions').values(row).execute();
  await store.db.insertInto('provinces').values({ code: 'MA-RAB', region: 'MA-04', name_fr: 'x', name_ar: 'x' }).execute();
  await store.db.insertInto('programmes').values({ code: 'CAC', name_fr: 'x', name_ar: 'x', name_en: 'x', kind: 'centre', by_file: 1 }).execute();
  await siteWithMachines(store, 'S-1', 3);
}

test('G-02 on a full disk nothing is acknowledged, and when there is room again it goes on by itself', async () => {
  const sqlite = databases[0]!;
  const opened = await sqlite.open();
  const { store } = opened;
  const [pc] = await siteWithMachines(store, 'S-1', 1);
  const pages = (await sql<{ page_count: number }>`pragma page_count`.execute(store.db)).rows[0]!.page_count;
  await sql.raw(`pragma max_page_count = ${pages + 2}`).execute(store.db);
  const errors: string[] = [];
  const queue = createReportQueue({ store, server: { sid: 's', dbi: 'd' }, now: () => T0, onChanged() {}, onFailure: (error) => errors.push((error as { code: string }).code) });
  const journal = wireJournal('abcdefghij012345', Array.from({ length: 400 }, (_, i) => ['sample', { dns: `${'x'.repeat(60)}${i % 9}`, gw: 'y'.repeat(60), n1: 'z'.repeat(60) }]));
  const push = (from: number) =>
    new Promise<Ack | null>((settle) => queue.push({ machine: pc!.id, payload: bytesOf(journal.up(from, from + 19)), receivedAt: T0, livenessMs: 60_000 }, settle));
  let W = 0;
  for (let from = 1; from < 400 && errors.length === 0; from += 20) W = (await push(from))?.W ?? W;
  assert.equal([errors[0], queue.stats().failing], ['SQLITE_FULL', true]);
  assert.is(await push(W + 1), null, 'still no ack');
  await sql.raw('pragma max_page_count = 1000000').execute(store.db);
  for (let from = W + 1; from < 400; from += 20) W = (await push(from))!.W;
  assert.equal([W, queue.stats().failing], [400, false]);
  const kept = await store.db.selectFrom('entries').select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow();
  assert.is(Number(kept.n), 400);
  await queue.close();
  await opened.close();
});

test('commits are durable: write-ahead log with a sync at each one', async () => {
  const dataDir = temporaryDir('durable');
  const store = await openStore({ dataDir });
  const pragma = async (name: string) => Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(store.db)).rows[0]!)[0];
  assert.equal([await pragma('journal_mode'), await pragma('synchronous'), await pragma('foreign_keys')], ['wal', 2, 1]);
  const tables = (await sql<{ name: string; strict: number }>`select name, strict from pragma_table_list where type = 'table' and schema = 'main' and name not like 'sqlite_%' and name <> 'schema_versions'`.execute(store.db)).rows;
  assert.ok(tables.length > 15);
  assert.equal(tables.filter((t) => t.strict !== 1).map((t) => t.name), []);
  await store.close();
  assert.is(new Database(join(dataDir, 'cac.sqlite')).pragma('integrity_check', { simple: true }), 'ok');
  rmSync(dataDir, { recursive: true });
});

test.run();
