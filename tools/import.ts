/**
 * Imports a file into a running platform, the way the page does:
 *   npm run import -- FILE --kind sites|communes|calendar [--dry-run] [--url http://127.0.0.1:8080] [--name admin]
 * The password comes in CAC_ADMIN_PASSWORD, or is asked for. Ends with 1 when there are errors: then nothing was imported.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { ApiError } from '../shared/api.ts';
import { IMPORT_KINDS, type ImportDone, type ImportPreview } from '../shared/registry.ts';

const HELP = `npm run import -- FILE --kind ${IMPORT_KINDS.join('|')} [options]

  FILE           CSV (; , or tab; UTF-8 or Windows-1252), .xlsx, or .ics for announced days
  --kind KIND    what the file holds
  --mapping LIST the field of each column, separated by commas; nothing between two commas leaves a column out
  --dry-run      look at it only: nothing is written
  --url URL      of the platform (http://127.0.0.1:8080)
  --name NAME    of the account (admin); its password in CAC_ADMIN_PASSWORD, else it is asked for
  --help         this text

Ends with 0 when all went well, with 1 when the file has errors (nothing is imported) or the platform refuses.
`;

class Refused extends Error {}

async function ask(question: string): Promise<string> {
  let muted = false;
  const output = new Writable({ write: (chunk, _encoding, done) => void (muted || process.stderr.write(chunk), done()) });
  const line = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
  const answer = line.question(question);
  muted = true;
  const given = await answer;
  line.close();
  process.stderr.write('\n');
  return given;
}

async function taken<T>(answer: Response): Promise<T> {
  if (answer.ok) return (await answer.json()) as T;
  const body = (await answer.json().catch(() => null)) as ApiError | null;
  const error = body?.error;
  throw new Refused(error === undefined ? `The platform answered ${answer.status}.` : [`${error.code}: ${error.message}`, error.todo].filter(Boolean).join(' '));
}

function print(preview: ImportPreview): void {
  const { format, encoding, delimiter, sheet, rows, added, changed, unchanged, errors, warnings, badRows } = preview;
  console.log(`${preview.fileName}: ${format}${encoding && `, ${encoding}`}${delimiter && `, cut at ${JSON.stringify(delimiter)}`}${sheet && `, sheet ${sheet}`}; ${rows} rows`);
  for (const { head, field } of preview.columns) console.log(`  ${head} -> ${field ?? '(left out)'}`);
  for (const note of preview.notes) console.log(`note: ${note.message} (${note.rows} rows, from row ${note.firstRow} on)`);
  for (const f of preview.findings) console.log(`${f.severity}: row ${f.row}, ${f.column || '-'}: ${f.message} ${f.todo}`);
  console.log(`${added} to add, ${changed} to change, ${unchanged} unchanged; ${errors} errors in ${badRows} rows, ${warnings} warnings`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kind: { type: 'string' }, mapping: { type: 'string' }, 'dry-run': { type: 'boolean' }, url: { type: 'string', default: 'http://127.0.0.1:8080' }, name: { type: 'string', default: 'admin' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(HELP), 0;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1 || !IMPORT_KINDS.some((kind) => kind === values.kind)) return console.error(HELP), 1;
  const bytes = readFileSync(file);
  const url = new URL(values.url);
  const password = process.env['CAC_ADMIN_PASSWORD'] ?? (await ask(`Password of ${values.name}: `));
  const signed = await fetch(new URL('/api/v1/session', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: values.name, password }) });
  const cookie = signed.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await taken(signed);
  // The platform takes what is no JSON from its own pages only: we say that we are on its side.
  const headers = { cookie, 'content-type': 'application/octet-stream', origin: url.origin };
  const asked = new URLSearchParams({ kind: values.kind!, fileName: basename(file), ...(values.mapping !== undefined && { mapping: values.mapping }) });
  const send = (path: string): Promise<Response> => fetch(new URL(`${path}?${asked}`, url), { method: 'POST', headers, body: bytes });
  console.error(`Looking at ${bytes.length.toLocaleString('en')} bytes...`);
  const preview = await taken<ImportPreview>(await send('/api/v1/imports/preview'));
  print(preview);
  if (preview.errors > 0) return 1;
  if (values['dry-run'] || preview.added + preview.changed === 0) return 0;
  asked.set('digest', preview.digest);
  console.error('Importing...');
  const done = await taken<ImportDone>(await send('/api/v1/imports'));
  console.log(`imported as number ${done.id}: ${done.added} added, ${done.changed} changed, ${done.unchanged} unchanged`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const cause = (error as { cause?: Error }).cause;
  console.error(error instanceof Refused ? error.message : `${(error as Error).message}${cause ? `: ${cause.message}` : ''}`);
  process.exitCode = 1;
}
