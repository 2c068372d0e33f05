/** Which database is this: the same after a restart, another after a backup was put back. */
import Database from 'better-sqlite3';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { openStore } from '@cac/server/store/store.ts';
import { markAlive } from '@cac/server/usecases/stay-awake.ts';
import { temporaryDir } from '../../databases.ts';
import { T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const test = suite('the database\'s incarnation');

async function lifeOf(dataDir: string, alive: readonly number[], atEnd?: () => void): Promise<string> {
  const store = await openStore({ dataDir });
  try {
    for (const at of alive) await markAlive(store, at);
    atEnd?.();
    return store.dbi;
  } finally {
    await store.close();
  }
}

const backUp = (dataDir: string, to: string): void => {
  const db = new Database(join(dataDir, 'cac.sqlite'), { readonly: true });
  db.exec(`VACUUM INTO '${to}'`);
  db.close();
};

async function inDirs(act: (dataDir: string, backup: string) => Promise<void>): Promise<void> {
  const dir = temporaryDir('incarnation');
  const elsewhere = temporaryDir('backup');
  try {
    await act(dir, join(elsewhere, 'copy.sqlite'));
  } finally {
    for (const d of [dir, elsewhere]) rmSync(d, { recursive: true, force: true });
  }
}

test('a restart keeps it', () =>
  inDirs(async (dir) => {
    const first = await lifeOf(dir, []);
    assert.is(await lifeOf(dir, [T0, T0 + 10_000]), first);
    assert.is(await lifeOf(dir, [T0 + 20_000]), first);
  }));

test('a backup put back gets another, and keeps that', () =>
  inDirs(async (dir, backup) => {
    const first = await lifeOf(dir, [T0], () => backUp(dir, backup));
    assert.is(await lifeOf(dir, [T0 + 10_000]), first);
    copyFileSync(backup, join(dir, 'cac.sqlite'));
    const restored = await lifeOf(dir, []);
    assert.is.not(restored, first);
    assert.is(await lifeOf(dir, [T0 + 30_000]), restored);
  }));

test('so does one put into an empty directory', () =>
  inDirs(async (dir, backup) => {
    const first = await lifeOf(dir, [T0], () => backUp(dir, backup));
    await inDirs(async (other) => {
      copyFileSync(backup, join(other, 'cac.sqlite'));
      assert.is.not(await lifeOf(other, []), first);
    });
  }));
test.run();
