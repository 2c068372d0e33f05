/** A whole server in this process, on free ports of loopback, with a real database; and a browser-like client of it. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Config, readConfig } from '@cac/server/config.ts';
import { createLog } from '@cac/server/log.ts';
import { startServer, type RunningServer } from '@cac/server/server.ts';
import { temporaryDir } from './databases.ts';

export const PASSWORD = 'correct horse battery staple';
export const ROOT = resolve(import.meta.dirname, '..');

export interface TestServer extends RunningServer {
  dataDir: string;
  base: string;
  /** As the signed-in administrator. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** The cookie of a new session. */
  signIn(name?: string, password?: string): Promise<string>;
  /** Stops the server and removes its data. */
  end(): Promise<void>;
}

export function testConfig(over: Partial<Config> = {}): Config {
  const read = readConfig({ CAC_HTTP_PORT: '0', CAC_MQTT_PORT: '0', CAC_LOG_LEVEL: 'silent', CAC_METRICS_TOKEN: 'metrics-token' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return { ...read.config, adminPassword: PASSWORD, spreadMs: 0, ...over };
}

export async function startTestServer(over: Partial<Config> = {}): Promise<TestServer> {
  const dataDir = over.dataDir ?? temporaryDir('server');
  const config = testConfig({ ...over, dataDir });
  const server = await startServer(config, createLog(config.logLevel), ROOT);
  const base = `http://127.0.0.1:${server.httpPort}`;
  let cookie: string | null = null;
  const signIn = async (name = 'admin', password = PASSWORD): Promise<string> => {
    const answer = await fetch(`${base}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, password }) });
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  };
  return {
    ...server,
    dataDir,
    base,
    signIn,
    async api(path, init = {}) {
      cookie ??= await signIn();
      const headers = { cookie, ...(init.body ? { 'content-type': 'application/json' } : {}), ...(init.headers as Record<string, string>) };
      return fetch(base + path, { redirect: 'manual', ...init, headers });
    },
    async end() {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The first use of `api` for JSON: sends it, checks the status, reads the answer. */
export async function json<T>(server: TestServer, path: string, body?: unknown, status = body === undefined ? 200 : 201): Promise<T> {
  const answer = await server.api(path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}
