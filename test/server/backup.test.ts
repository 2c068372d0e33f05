/** Backup and restore: what is written is sound, sealed and closed to others; what is put back is another database; what is damaged changes nothing. */
import * as assert from 'uvu/assert';
import Database from 'better-sqlite3';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBackup } from '@cac/server/backup/make-backup.ts';
import { checkBackup } from '@cac/server/backup/check-backup.ts';
import { restoreBackup, type Restored } from '@cac/server/backup/restore-backup.ts';
import { toRemove } from '@cac/server/backup/names.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { markAlive } from '@cac/server/usecases/stay-awake.ts';
import { temporaryDir } from '../databases.ts';
import { siteWithMachines, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';

const test = suite('backup and restore');
const PASSPHRASE = 'cinq mots bien choisis ici';
const dirs: string[] = [];
const ownDir = (name: string): string => {
  const dir = temporaryDir(name);
  dirs.push(dir);
  return dir;
};
test.after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

const codeOf = (act: Promise<unknown>): Promise<string> => act.then(() => 'no error', (cause: { info?: { code: string }; message: string }) => cause.info?.code ?? cause.message);
const orderOf = (dataDir: string, over: Partial<Parameters<typeof makeBackup>[0]> = {}) => ({ dataDir, to: join(dataDir, 'backups'), passphrase: PASSPHRASE, keep: null, program: 'test', now: T0, cost: { log2N: 10, r: 8, p: 1 }, ...over });
const restoreInto = (dataDir: string, file: string, over: Partial<Parameters<typeof restoreBackup>[0]> = {}): Promise<Restored | null> => restoreBackup({ file, dataDir, passphrase: PASSPHRASE, now: T0 + 1_000, agree: async () => true, ...over });
const listing = (dir: string): string[] => readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => !/server\.lock/.test(name)).toSorted();

/** A data directory with a few machines and a key; the store is open, as a running server's. */
async function populated(machines = 3): Promise<{ dataDir: string; store: Store }> {
  const dataDir = ownDir('backup');
  const store = await openStore({ dataDir });
  await store.db.insertInto('regions').values({ code: 'MA-04', name_fr: 'MA-04', name_ar: 'MA-04' }).execute();
  await store.db.insertInto('provinces').values({ code: 'MA-RAB', region: 'MA-04', name_fr: 'Rabat', name_ar: 'الرباط' }).execute();
  await store.db.insertInto('programmes').values({ code: 'CAC', name_fr: 'CAC', name_ar: 'CAC', name_en: 'CAC', kind: 'centre', by_file: 1 }).execute();
  await siteWithMachines(store, 'B-1', machines);
  await markAlive(store, T0);
  writeFileSync(join(dataDir, 'secret.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  return { dataDir, store };
}

test('G-04 a backup of a database in use is sealed, 0600, holds the key, and what it says it holds; nothing else is left', async () => {
  const { dataDir, store } = await populated();
  const steps = new Set<string>();
  const made = await makeBackup(orderOf(dataDir, { onProgress: (step) => steps.add(step) }));
  assert.equal([made.facts.machines, made.withKey, [...steps]], [3, true, ['copy', 'seal', 'check']]);
  assert.is(statSync(made.file).mode & 0o777, 0o600);
  const bytes = readFileSync(made.file);
  for (const word of ['SQLite format', 'secret_hash', 'B-1', 'abababab']) assert.not.ok(bytes.includes(word), word);
  assert.equal(listing(join(dataDir, 'backups')), [made.file.split('/').at(-1)]);
  assert.equal(listing(join(dataDir, '.backup-work')), []);
  const { manifest } = await checkBackup(made.file, PASSPHRASE, ownDir('check'));
  assert.equal([manifest.facts, manifest.files.map(({ name }) => name)], [made.facts, ['cac.sqlite', 'secret.key']]);
  await store.close();
});

test('G-04 what is committed while the copy is taken is not in it, and does not make it begin again', async () => {
  const { dataDir, store } = await populated();
  await store.db.insertInto('meta').values(Array.from({ length: 200 }, (_, i) => ({ key: `filler ${i}`, value: 'x'.repeat(20_000) }))).execute();
  let more = 0;
  let copies = 0;
  const other = new Database(join(dataDir, 'cac.sqlite'), { timeout: 5_000 });
  const made = await makeBackup(
    orderOf(dataDir, {
      onProgress(step) {
        if (step !== 'copy') return;
        copies += 1;
        other.prepare("update machines set name = 'later' where id = (select min(id) from machines)").run();
        more += other.prepare('insert into meta (key, value) values (?, ?)').run(`while ${copies}`, 'x'.repeat(50_000)).changes;
      },
    }),
  );
  other.close();
  assert.ok(more >= 4, `${more} commits`);
  const { dir } = await checkBackup(made.file, PASSPHRASE, ownDir('check'), undefined, true);
  const copy = new Database(join(dir, 'cac.sqlite'));
  assert.equal(copy.prepare("select count(*) as n from meta where key like 'while %'").get(), { n: 0 });
  copy.close();
  await store.close();
});

test('G-05 a restored database is another one, signs nobody in, and keeps the former one with what lay in its log', async () => {
  const { dataDir, store } = await populated();
  const before = store.dbi;
  await store.db.insertInto('accounts').values({ name: 'someone', role: 'viewer', password_hash: 'x', created_at: T0 } as never).execute().catch(() => {});
  const made = await makeBackup(orderOf(dataDir));
  await siteWithMachines(store, 'B-2', 2);
  // As after a kill: the log is not in the file yet.
  const crashed = ownDir('crashed');
  for (const name of ['cac.sqlite', 'cac.sqlite-wal', 'secret.key']) writeFileSync(join(crashed, name), readFileSync(join(dataDir, name)));
  await store.close();
  const restored = await restoreInto(crashed, made.file);
  assert.is.not(restored!.dbi, before);
  const former = new Database(restored!.aside!);
  assert.equal(former.prepare('select count(*) as n from machines').get(), { n: 5 });
  former.close();
  assert.equal(existsSync(join(crashed, 'cac.sqlite.alive')), false);
  const again = await openStore({ dataDir: crashed });
  assert.is.not(again.dbi, before);
  assert.is((await again.db.selectFrom('machines').select('id').execute()).length, 3);
  assert.is((await again.db.selectFrom('sessions').selectAll().execute()).length, 0);
  await again.close();
});

test('into an empty directory it brings the key; where another key is, that one is kept aside', async () => {
  const { dataDir, store } = await populated();
  const made = await makeBackup(orderOf(dataDir));
  await store.close();
  const empty = ownDir('empty');
  rmSync(empty, { recursive: true });
  assert.is((await restoreInto(empty, made.file))!.aside, null);
  assert.equal(readFileSync(join(empty, 'secret.key')), readFileSync(join(dataDir, 'secret.key')));
  assert.is(statSync(join(empty, 'secret.key')).mode & 0o777, 0o600);
  assert.is(statSync(join(empty, 'cac.sqlite')).mode & 0o777, 0o600);
  writeFileSync(join(empty, 'secret.key'), 'another');
  const second = await restoreInto(empty, made.file, { now: T0 + 9_000 });
  assert.is(readFileSync(`${second!.aside}.secret.key`, 'utf8'), 'another');
});

test('a wrong passphrase, a flipped bit anywhere, a file cut off or added to: a clear error, and nothing is changed', async () => {
  const { dataDir, store } = await populated();
  const made = await makeBackup(orderOf(dataDir));
  await store.close();
  const good = readFileSync(made.file);
  const before = listing(dataDir);
  const file = join(ownDir('bad'), 'x.backup');
  const tryIt = async (bytes: Buffer, passphrase = PASSPHRASE): Promise<string> => {
    writeFileSync(file, bytes);
    return codeOf(restoreInto(dataDir, file, { passphrase }));
  };
  assert.is(await tryIt(good, 'another passphrase'), 'backup_wrong_passphrase');
  for (const [at, code] of [[0, 'backup_not_one'], [7, 'backup_not_one'], [13, 'backup_wrong_passphrase'], [30, 'backup_wrong_passphrase'], [36, 'backup_wrong_passphrase'], [50, 'backup_damaged'], [good.length >> 1, 'backup_damaged'], [good.length - 1, 'backup_damaged']] as const) {
    const bad = Buffer.from(good);
    bad[at]! ^= 1;
    assert.is(await tryIt(bad), code, `bit at ${at}`);
  }
  for (const length of [0, 20, 43, 60, 43 + 65_552, good.length - 1, good.length - 65_552]) assert.match(await tryIt(good.subarray(0, length)), /^backup_(?:damaged|not_one)$/, `cut to ${length}`);
  assert.is(await tryIt(Buffer.concat([good, Buffer.from('x')])), 'backup_damaged');
  const chunk = (n: number): Buffer => good.subarray(43 + n * 65_552, 43 + (n + 1) * 65_552);
  assert.is(await tryIt(Buffer.concat([good.subarray(0, 43), chunk(1), chunk(0), good.subarray(43 + 2 * 65_552)])), 'backup_damaged', 'two chunks changed places');
  assert.is(await codeOf(restoreInto(dataDir, join(dataDir, 'none.backup'))), 'backup_unreadable');
  assert.equal(listing(dataDir), before);
  assert.ok(await restoreInto(dataDir, made.file));
});

test('refused while a server holds the directory, when nobody agrees, and for a schema of the future; a short passphrase seals nothing', async () => {
  const { dataDir, store } = await populated();
  const made = await makeBackup(orderOf(dataDir));
  assert.is(await codeOf(restoreInto(dataDir, made.file)), 'data_dir_in_use');
  await store.db.insertInto('schema_versions' as never).values({ number: 999, name: 'future' } as never).execute();
  assert.is(await codeOf(makeBackup(orderOf(dataDir, { now: T0 + 5_000 }))), 'schema_too_new');
  await store.db.deleteFrom('schema_versions' as never).where('number' as never, '=', 999 as never).execute();
  assert.is(await codeOf(makeBackup(orderOf(dataDir, { now: T0 + 6_000, passphrase: 'short' }))), 'backup_passphrase');
  assert.is(await codeOf(makeBackup(orderOf(ownDir('nothing')))), 'database_missing');
  await store.close();
  const before = listing(dataDir);
  assert.is(await restoreInto(dataDir, made.file, { agree: async () => false }), null);
  assert.equal(listing(dataDir), before);
});

test('rotation keeps the newest, and leaves alone what it did not make', async () => {
  const { dataDir, store } = await populated();
  const to = join(ownDir('shelf'), 'deep', 'er');
  mkdirSync(to, { recursive: true });
  const strange = ['constat-20200101T000000Z.backup', 'constat-20200101T000000Z.backup.old', 'photo.jpg', 'constat-2020.backup'];
  for (const name of strange) writeFileSync(join(to, name), 'not ours');
  for (let i = 0; i < 4; i += 1) await makeBackup(orderOf(dataDir, { to, keep: 2, now: T0 + i * 60_000 }));
  const left = listing(to);
  assert.is(left.filter((name) => !strange.includes(name)).length, 2);
  for (const name of strange) assert.ok(left.includes(name), name);
  assert.equal(toRemove(['constat-20260101T000000Z.backup', 'x', 'constat-20260103T000000Z.backup', 'constat-20260102T000000Z.backup'], 1), ['constat-20260102T000000Z.backup', 'constat-20260101T000000Z.backup']);
  truncateSync(join(to, left.find((name) => !strange.includes(name))!), 10);
  appendFileSync(join(to, 'photo.jpg'), '!');
  await store.close();
});
test.run();
