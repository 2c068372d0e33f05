/**
 * Makes a backup while the server runs: 1. copies the database, 2. opens the copy and compares it with what was counted in the moment of copying,
 * 3. seals it under a temporary name, 4. reads it back, 5. gives it its name. Until the last step there is no file of that name.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../core/problem.ts';
import { copyOnline, examineCopy, syncDirectory, type DatabaseFacts } from '../store/backup-copy.ts';
import { lockDataDir } from '../store/lock.ts';
import { describeFile, packed, type Manifest } from './archive.ts';
import { checkBackup, sameFacts } from './check-backup.ts';
import { gentleWriter } from './gently.ts';
import { backupName, isBackupName, toRemove } from './names.ts';
import { checkPassphrase, sealed, type Cost } from './sealed-file.ts';

export interface BackupOrder {
  dataDir: string;
  /** Where backups lie; made if need be, for nobody else. */
  to: string;
  passphrase: string;
  /** How many are kept, this one included; null: all. */
  keep: number | null;
  program: string;
  now: number;
  /** What a guess of the passphrase costs. */
  cost?: Cost;
  onProgress?: (step: 'copy' | 'seal' | 'check', share: number) => void;
}

export interface BackupMade {
  file: string;
  bytes: number;
  facts: DatabaseFacts;
  withKey: boolean;
  removed: string[];
}

const WORK = '.backup-work';

/** Throws a Problem, with nothing left behind, when the copy is not sound or cannot be written. */
export async function makeBackup({ dataDir, to, passphrase, keep, program, now, cost, onProgress = () => {} }: BackupOrder): Promise<BackupMade> {
  checkPassphrase(passphrase);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const database = join(dataDir, 'cac.sqlite');
  if (!existsSync(database)) throw problem('database_missing', `There is no database in ${dataDir}.`, { where: 'CAC_DATA_DIR', todo: 'Name the data directory of the server with CAC_DATA_DIR.' });
  const work = join(dataDir, WORK);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  // One backup at a time; what an interrupted one left is nobody's any more.
  const lock = lockWork(work);
  const file = join(to, backupName(now));
  const partial = `${file}.partial`;
  try {
    removeHalves(to, now);
    const copy = join(work, 'cac.sqlite');
    for (const name of readdirSync(work)) if (!name.startsWith('server.lock')) rmSync(join(work, name), { recursive: true, force: true });
    const facts = await copyOnline(database, copy, (share) => onProgress('copy', share));
    if (!sameFacts(examineCopy(copy), facts)) throw problem('backup_unsound', 'The copy does not hold what the database held when it was taken.', { where: copy, todo: 'Make another backup; if that fails alike, check the disk.' });
    const key = join(dataDir, 'secret.key');
    const pathOf = (name: string): string => (name === 'secret.key' ? key : copy);
    const files = [await describeFile('cac.sqlite', copy)];
    if (existsSync(key)) files.push(await describeFile('secret.key', key));
    const manifest: Manifest = { archive: 1, madeAt: now, program, database: 'sqlite', facts, files };
    if (existsSync(file)) throw problem('backup_exists', `${file} exists already.`, { where: file, todo: 'Try again in a second.' });
    await writeAll(partial, sealed(counted(packed(manifest, pathOf), files.reduce((sum, { bytes }) => sum + bytes, 0), (share) => onProgress('seal', share)), passphrase, cost));
    rmSync(copy, { force: true });
    const { manifest: readBack } = await checkBackup(partial, passphrase, work, (share) => onProgress('check', share));
    if (!sameFacts(readBack.facts, facts)) throw problem('backup_unsound', 'The backup read back is not what was written.', { where: partial, todo: 'Check the disk.' });
    await rename(partial, file);
    syncDirectory(to);
    return { file, bytes: statSync(file).size, facts, withKey: files.length > 1, removed: keep === null ? [] : rotate(to, keep) };
  } finally {
    rmSync(partial, { force: true });
    for (const name of readdirSync(work)) if (!name.startsWith('server.lock')) rmSync(join(work, name), { recursive: true, force: true });
    lock.release();
  }
}

async function* counted(pieces: AsyncIterable<Buffer>, total: number, tell: (share: number) => void): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const piece of pieces) {
    yield piece;
    done += piece.length;
    tell(Math.min(1, done / total));
  }
}

async function writeAll(file: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  rmSync(file, { force: true });
  const handle = await open(file, 'wx', 0o600);
  try {
    const gently = gentleWriter(handle.fd);
    for await (const piece of pieces) {
      await handle.writeFile(piece);
      await gently(piece.length);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes ours beyond the `keep` newest: by their name, and by how they begin. Returns their names. */
function rotate(dir: string, keep: number): string[] {
  const names = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile() && isBackupName(entry.name)).map(({ name }) => name);
  const removed = toRemove(names, keep).filter((name) => beginningOf(join(dir, name)) === 'CACBKUP');
  for (const name of removed) rmSync(join(dir, name));
  return removed;
}

function beginningOf(file: string): string {
  const handle = openSync(file, 'r');
  const bytes = Buffer.alloc(7);
  readSync(handle, bytes, 0, 7, 0);
  closeSync(handle);
  return bytes.toString('latin1');
}

const DAY_MS = 24 * 3_600_000;

/** What a backup that was killed left half-written, a day ago or longer. */
function removeHalves(dir: string, now: number): void {
  for (const name of readdirSync(dir)) {
    const half = join(dir, name);
    if (name.endsWith('.partial') && isBackupName(name.slice(0, -'.partial'.length)) && now - statSync(half).mtimeMs > DAY_MS) rmSync(half);
  }
}

/** The lock of `work`, in words that fit. */
function lockWork(work: string): { release(): void } {
  try {
    return lockDataDir(work);
  } catch (cause) {
    if ((cause as { info?: { code: string } }).info?.code !== 'data_dir_in_use') throw cause;
    throw problem('backup_running', 'Another backup of this database is being made.', { where: work, todo: 'Wait for it to end.' });
  }
}
