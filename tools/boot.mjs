/**
 * The door of every npm command: installs with the pinned pnpm when the lockfile changed, then runs the script.
 * Needs only Node and npm. Usage: node tools/boot.mjs SCRIPT [ARGS]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const PNPM = 'pnpm@10.34.9';
const root = resolve(import.meta.dirname, '..');
const windows = process.platform === 'win32';
/** Read before the install, which takes a minute in which it may go away. */
const parent = process.ppid;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node ${process.versions.node} is too old: install Node 20.19 or later (22 or 24 are better).`);

const stampFile = join(root, 'node_modules', '.boot-stamp');
const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .update(process.version + process.platform + process.arch)
  .digest('hex');
if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) install();
if (process.env.npm_lifecycle_event && !windows && process.ppid !== parent) process.exit(1);

const [script, ...args] = process.argv.slice(2);
if (!script) fail('usage: node tools/boot.mjs SCRIPT [ARGS]');
const child = spawn(process.execPath, ['--import', 'tsx', resolve(root, script), ...args], { cwd: root, stdio: 'inherit' });
// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
// npm ends only its own shell: notice that the parent went away.
if (process.env.npm_lifecycle_event && !windows) {
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
}

function install() {
  const env = { ...process.env, CI: process.env.CI ?? '1' };
  // better-sqlite3 is compiled here: use the headers beside this Node where they are, so that nothing is downloaded.
  const prefix = resolve(dirname(process.execPath), '..');
  if (!env.npm_config_nodedir && existsSync(join(prefix, 'include/node/node.h'))) env.npm_config_nodedir = prefix;
  console.error('Installing packages (the first time takes about a minute: one is compiled) ...');
  const result = spawnSync(windows ? 'npx.cmd' : 'npx', ['-y', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: windows,
  });
  if (result.status !== 0) {
    const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
    console.error(output.split('\n').slice(-40).join('\n'));
    fail(adviceFor(output));
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** @param {string} output */
function adviceFor(output) {
  if (/not found: make|make: not found|g\+\+: (not found|No such file)|gyp ERR! find Python|find VS/.test(output)) {
    return windows
      ? 'A C++ compiler is missing. Install Visual Studio Build Tools ("Desktop development with C++") and Python 3, then run the command again.'
      : 'A C++ compiler is missing. Install it and run the command again:\n  Debian, Ubuntu: sudo apt-get install python3 make g++\n  Fedora: sudo dnf install python3 make gcc-c++';
  }
  if (/node\.h: No such file|node-v[\d.]+-headers|getaddrinfo .*nodejs|ERR.*headers/i.test(output)) {
    return "Node's C++ headers are missing and could not be downloaded. Install them (Debian, Ubuntu: sudo apt-get install libnode-dev, or a Node from nodejs.org, which has them) or set npm_config_nodedir to the folder that holds include/node, then run the command again.";
  }
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(output)) return 'The package registry could not be reached. Check the network or proxy (npm config get registry), then run the command again.';
  return 'Installing packages failed; the lines above say why. Nothing was started.';
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}
