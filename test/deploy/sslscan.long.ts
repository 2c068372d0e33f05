/** What a stranger's scanner finds on the HTTPS and MQTTS ports: TLS 1.2 with forward secrecy and authenticated encryption, 1.3, and nothing else. */
import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';
import { makeCertificate, opensslMissing } from '../certificates.ts';
import { suite } from '../harness.ts';
import { startTestServer } from '../running-server.ts';
import { missingProgram, programAt } from './programs.ts';

const test = suite('what sslscan finds');
const missing = missingProgram('sslscan', 'sslscan') ?? opensslMissing;

const scan = (port: number): Promise<string> =>
  new Promise((done, failed) => {
    const child = spawn(programAt('sslscan')!, ['--no-colour', '--show-ciphers', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done(out) : failed(new Error(`sslscan ended with ${code}: ${out}`))));
  });

for (const kind of ['rsa', 'ec'] as const) {
  test.needs(missing, `TLS 1.2 with forward secrecy and 1.3 only, with a key of ${kind}`, async () => {
    const server = await startTestServer({ tls: makeCertificate(undefined, { kind }), mqttsPort: 0 });
    try {
      for (const [name, port] of [['HTTPS', server.httpPort], ['MQTTS', server.mqttsPort!]] as const) {
        const found = await scan(port);
        const enabled = [...found.matchAll(/^(SSLv2|SSLv3|TLSv1\.\d) +(enabled|disabled)/gm)].map(([, version, state]) => `${version} ${state}`);
        assert.equal(enabled, ['SSLv2 disabled', 'SSLv3 disabled', 'TLSv1.0 disabled', 'TLSv1.1 disabled', 'TLSv1.2 enabled', 'TLSv1.3 enabled'], found);
        const suites = [...found.matchAll(/^(?:Preferred|Accepted) +(TLSv1\.\d) +\d+ bits +(\S+)/gm)].map(([, version, suite]) => `${version} ${suite}`);
        assert.is(suites.length, 6, found);
        for (const one of suites) assert.match(one, /^TLSv1\.(?:3 TLS_(?:AES|CHACHA)|2 ECDHE-(?:RSA|ECDSA)-(?:AES\d+-GCM|CHACHA20))/);
        assert.match(found, 'Session renegotiation not supported');
        assert.not.match(found, /(?<!not )vulnerable to heartbleed/);
        console.log(`\n  note: ${name} (${kind}): ${enabled.filter((one) => one.endsWith('enabled')).join(', ')}; ${suites.join(', ')}; no renegotiation`);
      }
    } finally {
      await server.end();
    }
  });
}
test.run();
