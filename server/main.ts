/**
 * The server's process: reads the configuration, starts, and stops cleanly on SIGTERM or Ctrl-C. Started by
 * tools/start.ts it tells its parent where it listens; alone it prints that.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readConfig, SETTINGS } from './config.ts';
import { Problem } from './core/problem.ts';
import { createLog } from './log.ts';
import { startServer } from './server.ts';
import { VERSION } from './version.ts';

const FATAL_EXIT = 1;
const CONFIG_EXIT = 2;
/** A close that hangs must not keep the machine from shutting down. */
const CLOSE_LIMIT_MS = 8_000;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return help();
  if (process.argv.includes('--version')) return console.log(VERSION);
  const read = readConfig(process.env);
  if (!read.ok) {
    console.error('The configuration is not usable:');
    for (const { setting, message } of read.problems) console.error(`  ${setting}: ${message}`);
    process.exit(CONFIG_EXIT);
  }
  const log = createLog(read.config.logLevel);
  try {
    const server = await startServer(read.config, log, rootOf(import.meta.dirname));
    const { close, rereadCertificate, ...facts } = server;
    if (process.send) process.send({ ready: facts });
    else announce(facts);
    let closing = false;
    const stop = (signal: string): void => {
      if (closing) return;
      closing = true;
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(FATAL_EXIT), CLOSE_LIMIT_MS).unref();
      close().then(
        () => process.exit(0),
        (err: unknown) => {
          log.error({ err }, 'not stopped cleanly');
          process.exit(FATAL_EXIT);
        },
      );
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
    // A service is told so that its certificate was renewed; a terminal, that it was closed.
    process.on('SIGHUP', () => (rereadCertificate && !process.stdin.isTTY ? rereadCertificate() : stop('SIGHUP')));
    // A parent that dies without a word takes us along, cleanly.
    process.on('disconnect', () => stop('parent gone'));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, message, where, todo } = error.info;
    console.error(`${code}: ${message}${where ? ` (${where})` : ''}${todo ? `\n${todo}` : ''}`);
    process.exit(FATAL_EXIT);
  }
}

function announce(facts: { url: string; mqttPort: number; mqttsPort: number | null; firstPassword: string | null }): void {
  console.log(`Pages and API: ${facts.url}`);
  console.log(`Agents (MQTT): port ${facts.mqttsPort === null ? facts.mqttPort : `${facts.mqttsPort}, over TLS`}`);
  if (facts.firstPassword) console.log(`First sign-in: name admin, password ${facts.firstPassword} (said this once)`);
}

function help(): void {
  console.log('Usage: node server/dist/main.mjs\n\nSettings, by environment variable (default in brackets):');
  for (const [name, meaning] of SETTINGS) console.log(`  ${name.padEnd(36)} ${meaning}`);
}

/** The folder that holds seeds/ and the built pages, from the sources or from the bundle alike. */
function rootOf(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'pnpm-workspace.yaml'))) return dir;
    if (dir === dirname(dir)) return start;
  }
}

await main();
