/**
 * Bundles the suites, runs each file in its own process, four at a time, and prints one closing line: `N passed, N failed`.
 *
 *   npm test                  every test/**\/*.test.ts
 *   npm run test:long         every test/**\/*.long.ts (kills, long truth, packaging)
 *   npm test -- journal gate  only files whose path contains one of these words
 *
 * A file that runs no test, forgets `.run()`, leaves a socket open or never ends is a failure that names itself.
 */
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { findPostgres, startCluster } from '../test/postgres-cluster.ts';
import { buildWeb } from '../web/build.ts';
import { bundleTests, dropBundles } from './bundle-tests.ts';
import { check } from './check.ts';

interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  ms: number;
  output: string;
}

const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const long = args.includes('--long');
const words = args.filter((a) => !a.startsWith('--'));
const suffix = long ? '.long.ts' : '.test.ts';
const limitMs = long ? 30 * 60_000 : 150_000;

const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith(suffix) && !f.includes('node_modules'))
  .map((f) => join('test', f))
  .filter((f) => words.length === 0 || words.some((w) => f.includes(w)))
  .sort(slowFirst);

/** Browser, journey, truth and kill files take longest: start them first so that the lanes end together. */
function slowFirst(a: string, b: string): number {
  const rank = (f: string) => (/browser|journeys|truth|kills/.test(f) ? 0 : 1);
  return rank(a) - rank(b) || a.localeCompare(b);
}

/** Stack lines inside packages say nothing of our own mistake. */
const withoutLibraries = (output: string): string =>
  output
    .split('\n')
    .filter((line) => !/^\s+at .*(node_modules|node:internal)/.test(line))
    .join('\n');

/** `script`: the file as Node runs it. */
function runFile(file: string, script: string): Promise<FileResult> {
  return new Promise((done) => {
    const startedAt = performance.now();
    let output = '';
    const running = new Set<string>();
    const skips: string[] = [];
    let verdict = '';
    const child = fork(script, { execArgv: ['--enable-source-maps'], cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, FORCE_COLOR: '0' } });
    child.stdout!.on('data', (chunk: Buffer) => (output += chunk));
    child.stderr!.on('data', (chunk: Buffer) => (output += chunk));
    child.on('message', (message: { begin?: string; end?: string; skip?: string; why?: string }) => {
      if (message.begin) running.add(message.begin);
      if (message.end) running.delete(message.end);
      if (message.skip) skips.push(`  skipped: ${message.skip}: ${message.why}`);
    });
    const fuse = setTimeout(() => {
      verdict = running.size > 0 ? `never ended: ${[...running].join(', ')}` : 'its tests ended, the process did not: something is left open';
      child.kill('SIGKILL');
    }, limitMs);
    // A file whose tests are done has a moment to close what it opened.
    let settle: NodeJS.Timeout | undefined;
    child.stdout!.on('data', () => {
      if (!/Total: +\d+/.test(output) || settle) return;
      settle = setTimeout(() => {
        verdict = 'its tests ended, the process did not: something is left open';
        child.kill('SIGKILL');
      }, 8_000);
    });
    child.on('close', (code) => {
      clearTimeout(fuse);
      clearTimeout(settle);
      const count = (label: string) => [...output.matchAll(new RegExp(`^  ${label}: +(\\d+)`, 'gm'))].reduce((sum, m) => sum + Number(m[1]), 0);
      const total = count('Total');
      const passed = count('Passed');
      const skipped = count('Skipped');
      // uvu leaves skipped tests out of Total.
      let failed = total - passed;
      if (verdict === '' && total + skipped === 0) verdict = `ran no test (exit ${code})`;
      if (verdict === '' && code !== 0 && failed === 0) verdict = `exit ${code} though no test failed`;
      if (verdict !== '') {
        failed += 1;
        output += `\n${file}: ${verdict}\n`;
      }
      done({ file, passed, failed, skipped, ms: performance.now() - startedAt, output: [withoutLibraries(output), ...skips].join('\n') });
    });
  });
}

async function main(): Promise<void> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  if (files.length === 0) {
    console.error(`no test file matches ${words.join(' ') || suffix}`);
    failed += 1;
  }
  if (files.some((file) => file.includes('browser/'))) {
    await buildWeb(join(root, 'dist', 'web'));
    process.env['PAGES_BUILT'] = '1';
  }
  const postgres = findPostgres();
  // One that does not start fails those that need it, by name.
  const cluster = postgres === null || files.length < 2 ? null : await startCluster(postgres).catch(() => null);
  if (cluster) process.env['TEST_POSTGRES'] = cluster.dir;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const scripts = await bundleTests(files).catch((error: Error) => {
    console.error(error.message);
    failed += 1;
    return new Map<string, string>();
  });
  const waiting = [...scripts.keys()];
  const lane = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file, scripts.get(file)!);
      passed += result.passed;
      failed += result.failed;
      skipped += result.skipped;
      const mark = result.failed > 0 ? 'FAIL' : 'ok  ';
      console.log(`${mark} ${relative('test', result.file)}  ${result.passed} passed${result.skipped ? `, ${result.skipped} skipped` : ''}  ${(result.ms / 1000).toFixed(1)} s`);
      if (result.failed > 0) console.log(result.output);
      else for (const line of result.output.split('\n')) if (/^ {2}(skipped|note): /.test(line)) console.log(line);
    }
  };
  // Many suites wait for sockets, browsers and other processes: four keep two cores busy. Types and lint are checked beside them.
  const checked = !long && words.length === 0 ? check() : null;
  await Promise.all(Array.from({ length: long ? 1 : Math.min(4, availableParallelism() * 2) }, lane));
  if (checked !== null) {
    if ((await checked) === 0) passed += 1;
    else failed += 1;
  }
  await cluster?.stop();
  await dropBundles();
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exit(failed > 0 ? 1 : 0);
}

await main();
