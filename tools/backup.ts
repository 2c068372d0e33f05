/** `npm run backup`: an encrypted copy of the database, made while the server runs; or a look at one (`--check FILE`). */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBackup } from '../server/backup/check-backup.ts';
import { makeBackup } from '../server/backup/make-backup.ts';
import { VERSION } from '../server/version.ts';
import { readPassphrase } from './passphrase.ts';
import { progressLine, say } from './terminal.ts';

const HELP = `npm run backup -- [options]

  --to DIR                where backups lie (backups in the data directory; better: another disk or machine)
  --keep N                keep the N newest there, this one included, and remove the others that this command made
  --check FILE            make none: open FILE, decrypt it, examine its database, and say what it holds
  --passphrase-file FILE  its first line is the passphrase (else CAC_BACKUP_PASSPHRASE), 12 characters or more
  --help                  this text

The data directory is CAC_DATA_DIR (./data). The server may go on running: what it commits meanwhile is in the next backup.
The file holds the database and secret.key, without which the secrets of channels cannot be read. Whoever has the file and
the passphrase has everything; whoever loses the passphrase has nothing.
Ends with 0 when the backup is there and was read back, 1 when not, 2 when the command is not understood.
`;

const root = resolve(import.meta.dirname, '..');

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { to: { type: 'string' }, keep: { type: 'string' }, check: { type: 'string' }, 'passphrase-file': { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(HELP), 0;
  const keep = values.keep === undefined ? null : Number(values.keep);
  if (keep !== null && !(Number.isInteger(keep) && keep >= 1)) return console.error(`--keep ${values.keep}: give a number from 1.`), 2;
  const passphrase = readPassphrase(values['passphrase-file'], process.env);
  // Ingest comes first.
  setPriority(constants.priority.PRIORITY_LOW);
  const onProgress = progressLine({ copy: 'Copying', seal: 'Encrypting', check: 'Reading back' });
  if (values.check !== undefined) {
    const work = mkdtempSync(join(tmpdir(), 'constat-check-'));
    try {
      const { manifest } = await checkBackup(values.check, passphrase, work, (share) => onProgress('check', share));
      console.log(`sound: made ${new Date(manifest.madeAt).toISOString()} by version ${manifest.program}; ${factsText(manifest.facts)}; ${manifest.files.map(({ name }) => name).join(' and ')}`);
      return 0;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  if (process.env['CAC_DATABASE_URL']) {
    console.error('backup_postgres: CAC_DATABASE_URL is set, and this command copies SQLite only (CAC_DATABASE_URL)\nMake a dump with PostgreSQL\'s own means, pg_dump --format=custom, and keep secret.key of the data directory with it. docs/operating.md says what to do after putting one back.');
    return 1;
  }
  const dataDir = resolve(root, process.env['CAC_DATA_DIR'] ?? 'data');
  const startedAt = performance.now();
  const made = await makeBackup({ dataDir, to: resolve(values.to ?? join(dataDir, 'backups')), passphrase, keep, program: VERSION, now: Date.now(), onProgress });
  console.log(`${made.file}: ${(made.bytes / 1e6).toFixed(1)} MB in ${((performance.now() - startedAt) / 1000).toFixed(1)} s, read back and sound; ${factsText(made.facts)}; ${made.withKey ? 'with' : 'without'} secret.key`);
  for (const name of made.removed) console.log(`removed ${name}`);
  return 0;
}

const factsText = (facts: { schema: number; sites: number; machines: number; records: number; transitions: number }): string =>
  `schema ${facts.schema}, ${facts.sites} sites, ${facts.machines} machines, ${facts.records} records, ${facts.transitions} transitions`;

try {
  process.exitCode = await main();
} catch (error) {
  say(error);
  process.exitCode = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
