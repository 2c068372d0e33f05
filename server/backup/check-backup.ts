/** Opens a backup as a restore would, into a directory of its own, and looks at all of it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../core/problem.ts';
import { examineCopy, type DatabaseFacts } from '../store/backup-copy.ts';
import { unpack, type Manifest } from './archive.ts';
import { unsealed } from './sealed-file.ts';

export const sameFacts = (a: DatabaseFacts, b: DatabaseFacts): boolean => (Object.keys(b) as (keyof DatabaseFacts)[]).every((name) => a[name] === b[name]);

/**
 * Unseals `file` into a new folder under `workDir` and examines it. Throws what unsealing, unpacking and examining throw. With `keep` the folder stays, for
 * who asked to use or remove.
 */
export async function checkBackup(file: string, passphrase: string, workDir: string, onProgress?: (share: number) => void, keep = false): Promise<{ manifest: Manifest; dir: string }> {
  const dir = join(workDir, `opened-${process.pid}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let sound = false;
  try {
    const manifest = await unpack(unsealed(file, passphrase), dir, onProgress);
    const facts = examineCopy(join(dir, 'cac.sqlite'));
    if (!sameFacts(facts, manifest.facts)) throw problem('backup_unsound', 'The database in this backup does not hold what was counted when it was made.', { where: file, todo: 'Take another backup.' });
    sound = true;
    return { manifest, dir };
  } finally {
    if (!sound || !keep) rmSync(dir, { recursive: true, force: true });
  }
}
