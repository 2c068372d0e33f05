/** The server's process as its unit runs it: told to read its certificate again it does and goes on, told to stop it ends cleanly, wrongly set up it says each fault. */
import * as assert from 'uvu/assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { makeCertificate, opensslMissing } from '../certificates.ts';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';
import { ROOT } from '../running-server.ts';
import { until } from '../until.ts';

const test = suite('the server as a service');

function start(env: NodeJS.ProcessEnv): { child: ChildProcess; said: () => string; ended: Promise<number | null> } {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CAC_')));
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'server', 'main.ts')], { cwd: ROOT, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (piece) => (text += piece));
  return { child, said: () => text, ended: new Promise((done) => child.once('exit', (code) => done(code))) };
}

const fingerprint = (port: number): Promise<string> =>
  new Promise((done, failed) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => (done(socket.getPeerCertificate().fingerprint256), socket.destroy()));
    socket.on('error', failed);
  });

test.needs(opensslMissing, 'SIGHUP has a renewed certificate served on both ports, and it goes on; SIGTERM ends it with 0', async () => {
  const dir = temporaryDir('service');
  const certificate = makeCertificate(dir, { days: 10 });
  const { child, said, ended } = start({ CAC_HTTP_PORT: '0', CAC_MQTT_PORT: '0', CAC_MQTTS_PORT: '0', CAC_DATA_DIR: join(dir, 'data'), CAC_TLS_CERT: certificate.certFile, CAC_TLS_KEY: certificate.keyFile, CAC_ADMIN_PASSWORD: 'correct horse battery staple' });
  try {
    await until('it says where it listens', () => /over TLS/.test(said()));
    const [https, mqtts] = [Number(/https:\/\/[^:]+:(\d+)/.exec(said())![1]), Number(/port (\d+), over TLS/.exec(said())![1])];
    assert.match(said(), /certificate_expires/, 'ten days before its end');
    const before = await fingerprint(https);
    assert.is(await fingerprint(mqtts), before);
    const fresh = makeCertificate(temporaryDir('fresh'));
    copyFileSync(fresh.certFile, certificate.certFile);
    copyFileSync(fresh.keyFile, certificate.keyFile);
    child.kill('SIGHUP');
    await until('the new one is served', async () => (await fingerprint(https)) !== before);
    assert.is(await fingerprint(mqtts), await fingerprint(https));
    child.kill('SIGTERM');
    assert.is(await ended, 0);
  } finally {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

test('off loopback in plain text it does not start: exit 2, the setting, what is wrong and what to do', async () => {
  const { said, ended } = start({ CAC_HOST: '0.0.0.0', CAC_MQTTS_PORT: '8883' });
  assert.is(await ended, 2);
  assert.match(said(), /CAC_HOST: 0\.0\.0\.0 can be reached from other machines, and passwords and the secrets of PCs would cross the network in the clear: give CAC_TLS_CERT/);
  assert.match(said(), /CAC_MQTTS_PORT: needs a certificate/);
});
test.run();
