/** The passphrase of backups: CAC_BACKUP_PASSPHRASE, or the first line of a file that only its owner reads. */
import { readFileSync, statSync } from 'node:fs';
import { problem } from '../server/core/problem.ts';

/** Throws `backup_passphrase` when there is none, or when others may read the file. */
export function readPassphrase(file: string | undefined, env: NodeJS.ProcessEnv): string {
  if (file !== undefined) {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw problem('backup_passphrase', `Others may read ${file}.`, { where: file, todo: `Close it first: chmod 600 ${file}` });
    return readFileSync(file, 'utf8').split(/\r?\n/)[0]!;
  }
  const given = env['CAC_BACKUP_PASSPHRASE'];
  if (given) return given;
  throw problem('backup_passphrase', 'There is no passphrase.', { where: 'CAC_BACKUP_PASSPHRASE', todo: 'Set CAC_BACKUP_PASSPHRASE, or name a file with --passphrase-file. Without it nobody can ever open the backup.' });
}
