/**
 * `npm start`: builds, starts the server and a real agent for this very machine, prints where to look, and stops all
 * of it cleanly on Ctrl-C. `npm run demo` does the same in a directory of its own with the demonstration registry and
 * a simulated fleet (`-- --machines N --seed S`).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deleteDemoData, markDemoData } from '../seeds/demo-data.ts';
import { DEMO_HELP, readDemoOptions } from '../seeds/demo-options.ts';
import { lockDataDir } from '../server/store/lock.ts';
import { stop as stopBuilder } from 'esbuild';
import { BUILT, buildAll } from './build.ts';

const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const demo = args.includes('--demo');
const dataDir = resolve(root, process.env['CAC_DATA_DIR'] ?? (demo ? 'data-demo' : 'data'));
const agentDir = join(dataDir, 'agent');

const START_HELP = `Usage: npm start

Starts the platform on this machine, with a real agent that reports from it. Data: ./data (CAC_DATA_DIR). Address:
http://127.0.0.1:8080 (CAC_HTTP_PORT, CAC_MQTT_PORT, CAC_HOST). For a filled one: npm run demo -- --help`;

interface Ready {
  url: string;
  httpPort: number;
  mqttPort: number;
  firstPassword: string | null;
  localVoucher: string | null;
}

/** The agent's exit code when another one holds its directory. */
const ALREADY_RUNNING = 3;

const children: ChildProcess[] = [];
let stopping = false;
let allEnded: Promise<void> | null = null;

/** Agents first, so that they can say goodbye; the server last. A second Ctrl-C waits for the first: nothing is left behind. */
async function stop(code: number): Promise<never> {
  stopping = true;
  allEnded ??= endAll();
  await allEnded;
  process.exit(code);
}

async function endAll(): Promise<void> {
  for (const child of children.toReversed()) await ended(child);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 9_000);
    child.once('exit', () => {
      clearTimeout(force);
      done();
    });
    child.kill('SIGTERM');
  });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

function startServer(env: NodeJS.ProcessEnv): Promise<Ready> {
  const logFile = openSync(join(dataDir, 'server.log'), 'a', 0o600);
  // Groups of their own: a Ctrl-C reaches this process alone, which ends the others in order.
  const server = spawn(process.execPath, ['--enable-source-maps', BUILT.server], { cwd: root, env, stdio: ['ignore', logFile, 'inherit', 'ipc'], detached: true });
  children.push(server);
  return new Promise((ready) => {
    server.on('message', (message: { ready?: Ready }) => message.ready && ready(message.ready));
    server.on('exit', (code) => {
      if (stopping) return;
      console.error(`The server ended (exit ${code}). Its log: ${join(dataDir, 'server.log')}`);
      void stop(code || 1);
    });
  });
}

/** Enrols this machine if it has no identity yet, then keeps its agent running. */
async function startAgent(server: Ready, known: boolean, env: NodeJS.ProcessEnv): Promise<boolean> {
  const agent = (words: string[], stdio: 'inherit' | 'ignore'): ChildProcess =>
    spawn(process.execPath, [BUILT.agent, ...words, '--dir', agentDir], { cwd: root, env, stdio: ['ignore', stdio, 'inherit'], detached: true });
  if (!known) {
    const enrolling = agent(['enrol', '--server', process.env['CAC_TLS_CERT'] ? server.url : `http://127.0.0.1:${server.httpPort}`, '--voucher', server.localVoucher!, '--yes'], 'ignore');
    const code = await new Promise<number | null>((done) => enrolling.once('exit', done));
    if (code !== 0) return false;
  }
  let startedAt = 0;
  const run = (): void => {
    if (stopping) return;
    startedAt = Date.now();
    const running = agent(['run', '--eager'], 'ignore');
    children.push(running);
    running.once('exit', (code) => {
      children.splice(children.indexOf(running), 1);
      if (stopping) return;
      if (code === ALREADY_RUNNING) return console.error(`An agent of ${agentDir} is running already, and goes on: this start adds none.`);
      console.error(`The agent of this machine ended (exit ${code}); starting it again. Its log is in ${agentDir}.`);
      setTimeout(run, Date.now() - startedAt > 60_000 ? 1_000 : 15_000);
    });
  };
  run();
  return true;
}

/** In the demonstration the password is kept beside its data: it guards nothing real. */
function demoPassword(): string {
  const file = join(dataDir, 'demo-password.txt');
  if (!existsSync(file)) writeFileSync(file, randomBytes(9).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** Options are checked before anything starts; `--fresh` deletes only what is marked, and what no server uses. */
function prepareDemo(words: readonly string[]): 'help' | 'start' {
  const options = readDemoOptions(words);
  if (options.help) return 'help';
  if (process.env['CAC_DATABASE_URL']) throw new Error('CAC_DATABASE_URL is set: the demonstration keeps to a directory of its own. Unset it.');
  if (options.fresh && existsSync(dataDir)) {
    lockDataDir(dataDir).release();
    deleteDemoData(dataDir);
  }
  markDemoData(dataDir);
  return 'start';
}

function startFleet(server: Ready, password: string, words: readonly string[]): void {
  const where = ['--server', `http://127.0.0.1:${server.httpPort}`, '--mqtt-port', String(server.mqttPort), '--dir', dataDir];
  const fleet = spawn(process.execPath, ['--import', 'tsx', join(root, 'seeds', 'demo.ts'), ...words, ...where], {
    cwd: root,
    env: { ...process.env, CAC_DEMO_PASSWORD: password, CAC_DEMO_SINCE: String(performance.timeOrigin) },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  children.push(fleet);
  fleet.once('exit', (code) => !stopping && code !== 0 && void stop(code ?? 1));
}

async function main(): Promise<void> {
  const words = args.filter((a) => a !== '--demo');
  if (demo ? prepareDemo(words) === 'help' : words.includes('--help')) return console.log(demo ? DEMO_HELP : START_HELP);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const agentKnown = existsSync(join(agentDir, 'identity.json'));
  await buildAll();
  // The builder is a process of its own, of 50 MB: it is not needed any more.
  await stopBuilder();
  const env: NodeJS.ProcessEnv = { ...process.env, CAC_DATA_DIR: dataDir };
  if (!agentKnown) env['CAC_LOCAL_SITE'] = '1';
  if (demo) Object.assign(env, { CAC_DEMO: '1', CAC_ADMIN_PASSWORD: process.env['CAC_ADMIN_PASSWORD'] ?? demoPassword() });
  const server = await startServer(env);
  const reports = await startAgent(server, agentKnown, process.env);

  const line = (name: string, text: string): void => console.log(`  ${name.padEnd(10)} ${text}`);
  console.log('');
  line('Address', server.url);
  line('Name', 'admin');
  if (server.firstPassword) line('Password', `${server.firstPassword}   (said this once; you will choose your own)`);
  else line('Password', demo ? env['CAC_ADMIN_PASSWORD']! : 'the one you have chosen');
  line('Machine', reports ? 'this machine reports as site LOCAL-1' : 'this machine could not be enrolled: see above');
  line('Data', demo ? `${dataDir} (all of the demonstration: delete it, or start with --fresh)` : dataDir);
  console.log('\n  Ctrl-C stops everything.\n');
  if (demo) startFleet(server, env['CAC_ADMIN_PASSWORD']!, words);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}
