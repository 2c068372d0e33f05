/** `npm run restore -- FILE`: puts a backup in the place of the database. The server must be stopped. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { restoreBackup } from '../server/backup/restore-backup.ts';
import { readPassphrase } from './passphrase.ts';
import { progressLine, say } from './terminal.ts';

const HELP = `npm run restore -- FILE [options]

  FILE                    what npm run backup made
  --to DIR                the data directory to restore into (CAC_DATA_DIR, ./data)
  --yes                   do not ask
  --passphrase-file FILE  its first line is the passphrase (else CAC_BACKUP_PASSPHRASE)
  --help                  this text

Refuses while a server uses that directory. The backup is decrypted and examined before anything is touched; the present
database is kept beside it (cac.sqlite.before-restore-TIME). Everybody signs in again; agents send again what the backup lacks.
Ends with 0 when it was restored, 1 when not (then nothing was changed), 2 when the command is not understood.
`;

const root = resolve(import.meta.dirname, '..');

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' }, yes: { type: 'boolean' }, 'passphrase-file': { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(HELP), 0;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) return console.error(HELP), 2;
  if (process.env['CAC_DATABASE_URL'] && values.to === undefined) {
    console.error('backup_postgres: CAC_DATABASE_URL is set, and this command restores SQLite only (CAC_DATABASE_URL)\nUse pg_restore, or name a data directory with --to.');
    return 1;
  }
  if (!values.yes && !process.stdin.isTTY) return console.error('Nobody can be asked here: give --yes if you mean it.'), 2;
  const dataDir = resolve(root, values.to ?? process.env['CAC_DATA_DIR'] ?? 'data');
  const onProgress = progressLine({ open: 'Decrypting' });
  const restored = await restoreBackup({
    file: resolve(file),
    dataDir,
    passphrase: readPassphrase(values['passphrase-file'], process.env),
    now: Date.now(),
    onProgress: (share) => onProgress('open', share),
    async agree(manifest, present) {
      console.log(`${file}: made ${new Date(manifest.madeAt).toISOString()}, ${manifest.facts.machines} machines, ${manifest.facts.records} records, schema ${manifest.facts.schema}: sound.`);
      if (values.yes) return true;
      const line = createInterface({ input: process.stdin, output: process.stderr });
      const answer = await line.question(`Put it into ${dataDir}${present ? ', and keep the present database aside' : ''}? (yes/no) `);
      line.close();
      return /^(?:y|yes|oui)$/i.test(answer.trim());
    },
  });
  if (restored === null) return console.error('Nothing was changed.'), 1;
  console.log(`Restored into ${dataDir} as database ${restored.dbi}.${restored.aside ? ` The former one: ${restored.aside}` : ''}\nStart the server: agents send again what it lacks, as far as they still keep it (7 days).`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error);
  process.exitCode = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
