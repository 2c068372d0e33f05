/** A certificate and its key before they are served, and what the configuration says of them; how fast identities are proved. */
import * as assert from 'uvu/assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@cac/server/config.ts';
import { AUTH_PACE, passOne, type Pace } from '@cac/server/core/pace.ts';
import { daysLeftToWarn, judgePair } from '@cac/server/core/tls-pair.ts';
import { makeCertificate, opensslMissing } from '../../certificates.ts';
import { createLog } from '@cac/server/log.ts';
import { createTlsSource } from '@cac/server/tls-source.ts';
import { temporaryDir } from '../../databases.ts';
import { suite } from '../../harness.ts';

const test = suite('certificates and settings of TLS');
const DAY = 24 * 3_600_000;
// A certificate made below is valid from a second later on.
const now = Date.now() + 60_000;

const problemsOf = (env: Record<string, string>, at = now): string[] => {
  const read = readConfig(env, at);
  return read.ok ? [] : read.problems.map(({ setting, message }) => `${setting}: ${message}`);
};

test.needs(opensslMissing, 'a pair is judged: good, expired, not yet valid, of two different ones, no certificate, no key', () => {
  const [one, other] = [makeCertificate(undefined, { name: 'one' }), makeCertificate(undefined, { name: 'other' })];
  const good = judgePair(one, now);
  assert.ok(good.ok);
  assert.match(good.ok ? good.names : '', 'localhost');
  const rows: [string, { cert: string; key: string }, number, string, RegExp][] = [
    ['expired', one, now + 91 * DAY, 'cert', /expired on \d{4}-\d\d-\d\d: renew it/],
    ['not yet', one, now - 2 * DAY, 'cert', /valid from/],
    ['of two', { cert: one.cert, key: other.key }, now, 'key', /not the key of this certificate/],
    ['no certificate', { cert: 'hello', key: one.key }, now, 'cert', /no certificate/],
    ['no key', { cert: one.cert, key: one.cert }, now, 'key', /no private key/],
  ];
  for (const [what, pair, at, part, message] of rows) {
    const verdict = judgePair(pair, at);
    assert.ok(!verdict.ok && verdict.part === part && message.test(verdict.message), what);
  }
  assert.is(daysLeftToWarn(now + 22 * DAY, now), null);
  assert.is(daysLeftToWarn(now + 20.5 * DAY, now), 20);
  assert.is(daysLeftToWarn(now - DAY, now), 0);
});

test.needs(opensslMissing, 'an expired or mismatched pair is refused at the start, with the setting and the file', () => {
  const dir = temporaryDir('pair');
  const { certFile, keyFile } = makeCertificate(dir);
  const pair = { CAC_TLS_CERT: certFile, CAC_TLS_KEY: keyFile };
  assert.equal(problemsOf(pair), []);
  assert.match(problemsOf(pair, now + 100 * DAY)[0]!, new RegExp(`^CAC_TLS_CERT: ${certFile} expired on`));
  assert.match(problemsOf({ ...pair, CAC_TLS_KEY: makeCertificate(dir, { name: 'b' }).keyFile })[0]!, /^CAC_TLS_KEY: .*not the key/);
  assert.match(problemsOf({ ...pair, CAC_TLS_KEY: join(dir, 'none') })[0]!, /^CAC_TLS_KEY: the file .*none does not exist or cannot be read by this user \(ENOENT\)/);
  writeFileSync(join(dir, 'empty'), '');
  assert.match(problemsOf({ ...pair, CAC_TLS_CERT: join(dir, 'empty') })[0]!, /^CAC_TLS_CERT: .*holds no certificate/);
  assert.match(problemsOf({ CAC_TLS_CERT: certFile })[0]!, /^CAC_TLS_KEY: certificate and key go together/);
});

test.needs(opensslMissing, 'a certificate that comes to its end is told of once a day, and no more once it is renewed', () => {
  const dir = temporaryDir('ends');
  const files = makeCertificate(dir, { days: 30 });
  const lines: string[] = [];
  let at = now;
  const source = createTlsSource(files, () => at, createLog('warn', { write: (line: string) => void lines.push(line) }));
  const days = (): number[] => lines.map((line) => (JSON.parse(line) as { days: number }).days);
  for (let hour = 0; hour < 12 * 24; hour += 1) {
    at = now + hour * 3_600_000;
    source.reread(false);
  }
  assert.equal([days().slice(-3), new Set(days()).size, source.daysLeftToWarn()], [[20, 19, 18], days().length, 18]);
  const told = lines.length;
  makeCertificate(dir, { days: 300 });
  assert.ok(source.reread(false));
  at += DAY;
  source.reread(false);
  assert.equal([source.daysLeftToWarn(), lines.length], [null, told]);
});

test('plain text off loopback is refused, and what contradicts itself', () => {
  const rows: [env: Record<string, string>, message: RegExp][] = [
    [{ CAC_HOST: '0.0.0.0' }, /^CAC_HOST: 0\.0\.0\.0 can be reached .* give CAC_TLS_CERT and CAC_TLS_KEY/],
    [{ CAC_MQTTS_PORT: '8883' }, /^CAC_MQTTS_PORT: needs a certificate/],
    [{ CAC_PUBLIC_MQTT: 'mqtt://agents.example.ma' }, /^CAC_PUBLIC_MQTT: would have agents send their secrets in the clear/],
    [{ CAC_PUBLIC_MQTT: 'agents.example.ma:8883' }, /^CAC_PUBLIC_MQTT: .* is no address beginning with mqtt/],
  ];
  for (const [env, message] of rows) assert.match(problemsOf(env).join('; '), message);
  assert.equal(problemsOf({ CAC_HOST: '0.0.0.0', CAC_ALLOW_PLAIN: '1' }), []);
});

test.needs(opensslMissing, 'with a certificate plain MQTT stays on loopback unless it is allowed, and agents are told where MQTT over TLS is', () => {
  const { certFile, keyFile } = makeCertificate();
  const env = { CAC_TLS_CERT: certFile, CAC_TLS_KEY: keyFile, CAC_HOST: '0.0.0.0' };
  const configOf = (more: Record<string, string> = {}) => {
    const read = readConfig({ ...env, ...more }, now);
    assert.ok(read.ok, JSON.stringify(read));
    return (read as Extract<typeof read, { ok: true }>).config;
  };
  const usual = configOf();
  assert.equal([usual.mqttHost, usual.mqttsPort, usual.publicUrl, usual.publicMqtt], ['127.0.0.1', 8883, 'https://localhost:8080', null]);
  assert.is(configOf({ CAC_ALLOW_PLAIN: '1' }).mqttHost, '0.0.0.0');
  assert.equal(configOf({ CAC_PUBLIC_MQTT: 'mqtts://agents.example.ma' }).publicMqtt, { host: 'agents.example.ma', port: 8883, tls: true });
  assert.match(problemsOf({ ...env, CAC_PUBLIC_URL: 'http://a.example' })[0]!, /^CAC_PUBLIC_URL: .*HTTPS only/);
  assert.match(problemsOf({ ...env, CAC_MQTTS_PORT: '8080' })[0]!, /^CAC_MQTTS_PORT: is the same port as CAC_HTTP_PORT/);
});

test('behind a proxy, agents that would be told a plain port are warned of', () => {
  const read = readConfig({ CAC_PUBLIC_URL: 'https://constat.example' });
  assert.ok(read.ok && /CAC_PUBLIC_MQTT=mqtts/.test(read.config.warnings[0] ?? ''));
});

test('B-12 of ten thousand who come at once no second lets more than 500 pass, and all pass within 23 s', () => {
  let pace: Pace | null = null;
  const passedAt: number[] = [];
  for (let now = 1_003; passedAt.length < 10_000; ) {
    const step = passOne(pace, AUTH_PACE, now);
    pace = step.pace;
    if (step.waitMs === 0) passedAt.push(now);
    else now += step.waitMs;
  }
  const most = Math.max(...passedAt.map((at, i) => passedAt.slice(i).findIndex((later) => later >= at + 1_000)));
  assert.ok(most <= 500, `${most} in a second`);
  assert.ok(passedAt.at(-1)! - passedAt[0]! < 23_000);
});
test.run();
