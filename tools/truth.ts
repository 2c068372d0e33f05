/**
 * Plays made-up worlds through the real agent core and the real server, and compares what is told of each minute with what was true.
 *
 *   npm run truth -- --seed S --sites N --days D [--seeds K] [--json]
 *
 * With `--seeds K` the seeds S, S+1 ... are played, two at a time. Exits with 1 if one settled minute is wrong. Progress goes to standard error.
 * Bundled before it runs: functions that keep their names for tsx cost a fifth of the time.
 */
import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
/** Beside the server's own bundle, where its packages are found. */
const outfile = resolve(root, `server/dist/truth-${process.pid}.mjs`);

await build({
  entryPoints: [resolve(root, 'tools/truth/main.ts')], outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', sourcemap: true, logLevel: 'warning',
  external: ['better-sqlite3', 'kysely', 'pg', 'valibot', '@node-rs/argon2'],
});
const child = fork(outfile, process.argv.slice(2), { execArgv: ['--enable-source-maps'], stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  for (const file of [outfile, `${outfile}.map`]) rmSync(file, { force: true });
  process.exit(code ?? 1);
});
