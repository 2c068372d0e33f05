/**
 * Puts a backup in the place of a database. In this order, so that a failure at any point leaves what was there: 1. no server holds the directory,
 * 2. the backup is unsealed beside it and examined, 3. somebody agrees, 4. it gets a new `dbi`, 5. the present database is kept aside, 6. it moves in.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { renewIncarnation, replaceDatabase, syncDirectory } from '../store/backup-copy.ts';
import { lockDataDir } from '../store/lock.ts';
import type { Manifest } from './archive.ts';
import { checkBackup } from './check-backup.ts';

export interface RestoreOrder {
  file: string;
  dataDir: string;
  passphrase: string;
  now: number;
  /** Asked once the backup was found good: `present` tells whether a database stands there. */
  agree(manifest: Manifest, present: boolean): Promise<boolean>;
  onProgress?: (share: number) => void;
}

export interface Restored {
  manifest: Manifest;
  dbi: string;
  /** Where the former database is kept; null when there was none. */
  aside: string | null;
}

/** Null when nobody agreed. Throws `data_dir_in_use`, and what an unsound backup throws; then nothing was changed. */
export async function restoreBackup({ file, dataDir, passphrase, now, agree, onProgress }: RestoreOrder): Promise<Restored | null> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  try {
    // What an interrupted restore left.
    for (const name of readdirSync(dataDir)) if (/^opened-\d+$/.test(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
    const { manifest, dir } = await checkBackup(file, passphrase, dataDir, onProgress, true);
    try {
      const database = join(dataDir, 'cac.sqlite');
      const present = existsSync(database);
      if (!(await agree(manifest, present))) return null;
      const aside = `${database}.before-restore-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
      const dbi = renewIncarnation(join(dir, 'cac.sqlite'));
      putKey(dir, dataDir, aside);
      replaceDatabase(join(dir, 'cac.sqlite'), database, aside);
      return { manifest, dbi, aside: present ? aside : null };
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
}

/** The key that the secrets in this database were sealed with; another one there is kept aside too. */
function putKey(from: string, dataDir: string, aside: string): void {
  const [fresh, own] = [join(from, 'secret.key'), join(dataDir, 'secret.key')];
  if (!existsSync(fresh)) return;
  if (existsSync(own)) {
    if (readFileSync(own).equals(readFileSync(fresh))) return;
    copyFileSync(own, `${aside}.secret.key`);
  }
  renameSync(fresh, own);
  syncDirectory(dataDir);
}
