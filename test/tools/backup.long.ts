/** `npm run backup` and `restore` as they are typed: what they say, and how they end. */
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@cac/server/store/store.ts';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';
import { ROOT } from '../running-server.ts';

const test = suite('commands of backup and restore');
const PASSPHRASE = 'cinq mots bien choisis ici';
const dir = temporaryDir('commands');
const dataDir = join(dir, 'data');
const shelf = join(dir, 'shelf');
test.before(async () => {
  await (await openStore({ dataDir })).close();
});
test.after(() => rmSync(dir, { recursive: true, force: true }));

/** Status, and what was said on both streams. */
function run(script: string, args: string[], env: Record<string, string> = { CAC_BACKUP_PASSPHRASE: PASSPHRASE }): [status: number | null, said: string] {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CAC_')));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(ROOT, 'tools', script), ...args], { cwd: ROOT, env: { ...own, CAC_DATA_DIR: dataDir, ...env }, encoding: 'utf8', input: '' });
  return [status, `${stdout}${stderr}`];
}

test('a backup is made, looked at and put back', () => {
  const file = join(dir, 'passphrase');
  writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 });
  const [status, said] = run('backup.ts', ['--to', shelf, '--keep', '2', '--passphrase-file', file], {});
  assert.is(status, 0, said);
  const backup = join(shelf, readdirSync(shelf)[0]!);
  assert.match(said, new RegExp(`^${backup}: [\\d.]+ MB in [\\d.]+ s, read back and sound; schema \\d+, 0 sites`));
  assert.match(run('backup.ts', ['--check', backup])[1], /^sound: made 20\d\d-.* by version .*; schema/);
  const [restored, words] = run('restore.ts', [backup, '--yes']);
  assert.equal([restored, /as database [0-9a-f]{16}\. The former one: .*before-restore-/.test(words)], [0, true], words);
  chmodSync(file, 0o644);
  assert.match(run('backup.ts', ['--to', shelf, '--passphrase-file', file], {}).join(' '), /^1 backup_passphrase: Others may read .*\nClose it first: chmod 600/);
  assert.match(run('backup.ts', ['--check', backup], { CAC_BACKUP_PASSPHRASE: 'another one altogether' }).join(' '), /^1 backup_wrong_passphrase: /);
  assert.match(run('restore.ts', [backup]).join(' '), /^2 Nobody can be asked here: give --yes/);
});

test('what is missing or wrong is said, with what to do: 1 for what cannot be done, 2 for what is not understood', () => {
  for (const [script, args, env, expected] of [
    ['backup.ts', ['--help'], {}, /^0 npm run backup/],
    ['restore.ts', ['--help'], {}, /^0 npm run restore/],
    ['backup.ts', ['--to', shelf], {}, /^1 backup_passphrase: There is no passphrase\. \(CAC_BACKUP_PASSPHRASE\)\nSet /],
    ['backup.ts', ['--to', shelf], { CAC_BACKUP_PASSPHRASE: 'short' }, /^1 backup_passphrase: The passphrase has fewer than 12/],
    ['backup.ts', ['--to', shelf], { CAC_BACKUP_PASSPHRASE: PASSPHRASE, CAC_DATA_DIR: join(dir, 'nothing') }, /^1 database_missing: /],
    ['backup.ts', [], { CAC_BACKUP_PASSPHRASE: PASSPHRASE, CAC_DATABASE_URL: 'postgres://x@y/z' }, /^1 backup_postgres: .*\n.*pg_dump/],
    ['backup.ts', ['--keep', '0'], {}, /^2 --keep 0: give a number from 1/],
    ['backup.ts', ['--nothing'], {}, /^2 Unknown option/],
    ['restore.ts', [], {}, /^2 npm run restore/],
    ['restore.ts', ['/no/such.backup', '--yes'], { CAC_BACKUP_PASSPHRASE: PASSPHRASE }, /^1 backup_unreadable: .*ENOENT/],
  ] as const) {
    assert.match(run(script, [...args], { ...env } as Record<string, string>).join(' '), expected, `${script} ${args.join(' ')}`);
  }
});
test.run();
