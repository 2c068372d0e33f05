/** The product as a newcomer starts it: `npm start` without npm, on free ports of loopback, in a directory of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDir } from '../databases.ts';
import { ROOT } from '../running-server.ts';
import { until } from '../until.ts';

export interface Product {
  base: string;
  password: string;
  dataDir: string;
  mqttPort: number;
  output(): string;
  /** Every process that was started, directly or not, and still runs. */
  alive(): number[];
  /** Ctrl-C in its terminal; resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** For when a test failed: nothing of it stays. */
  destroy(): void;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** The environment without any setting of ours, and probes that stay on this machine: one target refuses, one answers, one has no name. */
export function quietEnv(httpPort: number): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CAC_') && !name.startsWith('npm_'));
  return { ...Object.fromEntries(own), CAC_PROBE_TARGETS: `127.0.0.1:9,127.0.0.1:${httpPort},nowhere.invalid:443` };
}

/** Processes whose environment names this data directory. Linux only; elsewhere none is found. */
function processesOf(dataDir: string): number[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`CAC_DATA_DIR=${dataDir}`);
    } catch {
      return false;
    }
  });
}

export async function startProduct(): Promise<Product> {
  const dataDir = join(temporaryDir('product'), 'data');
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const env = { ...quietEnv(httpPort), CAC_HTTP_PORT: String(httpPort), CAC_MQTT_PORT: String(mqttPort), CAC_DATA_DIR: dataDir };
  // A group of its own, as a terminal would give it.
  const child: ChildProcess = spawn(process.execPath, [join('tools', 'boot.mjs'), join('tools', 'start.ts')], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout!.on('data', (piece: Buffer) => (output += piece));
  child.stderr!.on('data', (piece: Buffer) => (output += piece));
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const destroy = (): void => {
    for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
  };
  const said = (name: string): string | undefined => new RegExp(`^  ${name} +(\\S+)`, 'm').exec(output)?.[1];
  try {
    await until('the product says where it is', () => {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}:\n${output}`);
      return output.includes('Ctrl-C');
    }, 60_000);
  } catch (error) {
    destroy();
    throw new Error(`${String(error)}\n${output}`);
  }
  return {
    base: said('Address')!,
    password: said('Password')!,
    dataDir,
    mqttPort,
    output: () => output,
    alive: () => processesOf(dataDir),
    interrupt() {
      process.kill(-child.pid!, 'SIGINT');
      return ended;
    },
    destroy,
  };
}
