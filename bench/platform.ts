/** The built server on a data directory, and its API as the administrator. */
import { BUILT } from '../tools/build.ts';
import { startChild, type Child } from './processes.ts';

const PASSWORD = 'bench bench bench';

export interface Platform {
  server: Child;
  base: string;
  mqttPort: number;
  /** Opens a session; `api` uses it, and others may. */
  cookie(): Promise<string>;
  api<T>(path: string, body?: unknown): Promise<T>;
}

export async function startPlatform(dataDir: string): Promise<Platform> {
  const env = { CAC_DATA_DIR: dataDir, CAC_HTTP_PORT: '0', CAC_MQTT_PORT: '0', CAC_ADMIN_PASSWORD: PASSWORD, CAC_LOG_LEVEL: 'error', CAC_SPREAD_MS: '0' };
  const server = startChild(BUILT.server, { env, built: true });
  const { ready } = await server.next<{ ready: { httpPort: number; mqttPort: number } }>();
  const base = `http://127.0.0.1:${ready.httpPort}`;
  let session: Promise<string> | null = null;
  const cookie = (): Promise<string> =>
    (session ??= fetch(`${base}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'admin', password: PASSWORD }) }).then((answer) => answer.headers.getSetCookie()[0]!.split(';')[0]!));
  return {
    server,
    base,
    mqttPort: ready.mqttPort,
    cookie,
    async api<T>(path: string, body?: unknown) {
      const headers = { cookie: await cookie(), 'content-type': 'application/json' };
      const answer = await fetch(base + path, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}
