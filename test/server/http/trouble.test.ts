import * as assert from 'uvu/assert';
import { Writable } from 'node:stream';
import { startServer } from '@cac/server/server.ts';
import { problem } from '@cac/server/core/problem.ts';
import { readConfig } from '@cac/server/config.ts';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { temporaryDir } from '../../databases.ts';
import { suite } from '../../harness.ts';
import { clusterUrl, findPostgres, missingPostgres, startCluster } from '../../postgres-cluster.ts';
import { ROOT, startTestServer, testConfig } from '../../running-server.ts';
import { createLog } from '@cac/server/log.ts';

const test = suite('trouble is told in words');

const startsWith = (env: Record<string, string>): string[] => {
  const read = readConfig(env);
  return read.ok ? [] : read.problems.map((p) => p.setting);
};

test('every problem of the configuration is listed at once, by the name of its setting', () => {
  const wrong = {
    CAC_HTTP_PORT: '80x', CAC_MQTT_PORT: '70000', CAC_DATABASE_URL: 'mysql://root:hush-hush@db/x', CAC_PUBLIC_URL: 'cac.example', CAC_TLS_CERT: '/no/such.pem',
    CAC_HOST: '0.0.0.0', CAC_TRUST_PROXY: 'yes', CAC_ADMIN_PASSWORD: 'short', CAC_LOG_LEVEL: 'loud', CAC_HTTP_PROT: '1', CAC_BROKER_URL: 'mqtt://b',
  };
  assert.equal(startsWith(wrong).toSorted(), [
    'CAC_ADMIN_PASSWORD', 'CAC_BROKER_URL', 'CAC_DATABASE_URL', 'CAC_HTTP_PORT', 'CAC_HTTP_PROT', 'CAC_LOG_LEVEL', 'CAC_MQTT_PORT', 'CAC_PUBLIC_URL', 'CAC_TLS_CERT',
    'CAC_TLS_KEY', 'CAC_TRUST_PROXY',
  ]);
  const read = readConfig(wrong);
  assert.not.match(JSON.stringify(read), /hush-hush/, 'a password in an address is not repeated');
});

test('off loopback it starts only with TLS, or when told that a proxy has it', () => {
  assert.equal(startsWith({ CAC_HOST: '0.0.0.0' }), ['CAC_HOST']);
  assert.equal(startsWith({ CAC_HOST: '0.0.0.0', CAC_ALLOW_PLAIN: '1' }), []);
  assert.equal(startsWith({ CAC_HOST: '::1' }), []);
  assert.equal(startsWith({ CAC_HTTP_PORT: '9000', CAC_MQTT_PORT: '9000' }), ['CAC_MQTT_PORT']);
  assert.equal(startsWith({}), []);
});

test('a taken port is named, with another one to try, and nothing stays open', async () => {
  for (const setting of ['httpPort', 'mqttPort'] as const) {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => other.once('listening', ready));
    const { port } = other.address() as AddressInfo;
    const dataDir = temporaryDir('port');
    const info = await startServer(testConfig({ dataDir, [setting]: port }), createLog('silent'), ROOT).then(() => null, (cause: ReturnType<typeof problem>) => cause.info);
    assert.equal([info?.code, info?.where], ['port_taken', setting === 'httpPort' ? 'CAC_HTTP_PORT' : 'CAC_MQTT_PORT']);
    other.close();
    rmSync(dataDir, { recursive: true });
  }
});

test.needs(missingPostgres(), 'F-18 while the database is down: 503, no inside shown, health says so', async () => {
  const cluster = await startCluster(findPostgres()!);
  const server = await startTestServer({ databaseUrl: clusterUrl(cluster.dir, 'postgres') });
  const cookie = await server.signIn();
  assert.is((await fetch(`${server.base}/health`)).status, 200);
  await cluster.stop();
  try {
    const health = await fetch(`${server.base}/health`);
    assert.equal([health.status, ((await health.json()) as { code: string }).code], [503, 'database_unavailable']);
    for (const path of ['/api/v1/sites', '/api/v1/machines/x', '/api/v1/session']) {
      const answer = await fetch(server.base + path, { headers: { cookie } });
      const text = await answer.text();
      assert.is(answer.status, 503, path);
      assert.not.match(text, /\/|\bat \w|pg|ECONN|socket/i, text);
      assert.match(text, /"code":"database_unavailable".*"requestId":"[0-9a-f]{12}"/);
    }
  } finally {
    await server.end().catch(() => {});
  }
});

test('a PostgreSQL that cannot be reached is named without its password', async () => {
  const info = await startServer(testConfig({ databaseUrl: 'postgres://u:topsecret@127.0.0.1:1/none', dataDir: temporaryDir('nopg') }), createLog('silent'), ROOT).then(
    () => null,
    (cause: ReturnType<typeof problem>) => cause.info,
  );
  assert.equal([info?.code, info?.where], ['database_unreachable', 'CAC_DATABASE_URL']);
  assert.not.match(JSON.stringify(info), /topsecret/);
});

test('F-19 what strangers write into the log stays one line of JSON', async () => {
  let text = '';
  const log = createLog('info', new Writable({ write(chunk: Buffer, _, done) { text += chunk; done(); } }));
  log.warn({ reason: 'acl_denied', detail: 'publish a\n{"level":60,"msg":"fake"}\u001b[2J\u2028' }, 'refused');
  const lines = text.trim().split('\n');
  assert.is(lines.length, 1);
  assert.match(JSON.parse(lines[0]!).detail, /fake/);
  assert.not(text.includes('\u001b'));
});

test.run();
