/**
 * The configuration, in two steps: raw texts from the environment, then typed values. Every problem is listed at
 * once, with the name of the setting; nothing starts on a guess.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { allowedTargets, NO_TARGETS, type AllowedTargets } from './channels/targets.ts';
import { judgePair } from './core/tls-pair.ts';
import { keyOf } from './sealer.ts';
import { readPair, type TlsFiles } from './tls-source.ts';

export interface Config {
  host: string;
  httpPort: number;
  mqttPort: number;
  /** Where plain MQTT listens: beside TLS on loopback only, unless CAC_ALLOW_PLAIN. */
  mqttHost: string;
  /** Of MQTT over TLS; used when `tls` is given. */
  mqttsPort: number;
  /** Where agents are told to speak MQTT; null: at this server's own port, under the address they enrolled at. */
  publicMqtt: { host: string; port: number; tls: boolean } | null;
  dataDir: string;
  databaseUrl: string | undefined;
  /** Where people open the pages; agents enrol there too. */
  publicUrl: string;
  tls: TlsFiles | null;
  trustProxy: boolean;
  metricsToken: string | null;
  adminPassword: string | undefined;
  rasterUrl: string | null;
  rasterCredit: string | null;
  /** Everything added here is demonstration data, and says so. */
  demo: boolean;
  /** Make site LOCAL-1 and a voucher for it at start: this very machine is to be enrolled. */
  localSite: boolean;
  logLevel: string;
  /** Agents are asked to spread what they send after a start over this time. */
  spreadMs: number;
  /** Evidence older than this is not kept. */
  retentionDays: number;
  /** Seals the secrets of channels; null: the file's in the data directory. */
  secretKey: Buffer | null;
  /** Private addresses that webhooks and gateways may reach all the same. */
  allowedTargets: AllowedTargets;
  /** Called every minute while alerts work, so that an outside monitor notices when they do not. */
  deadmanUrl: string | null;
  /** What is allowed, and probably not meant: said at start. */
  warnings: readonly string[];
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: ConfigProblem[] };

export interface ConfigProblem {
  setting: string;
  message: string;
}

type RawEnv = Readonly<Record<string, string | undefined>>;

/** The settings people give, what each means, and its default: the text of `--help`. */
export const SETTINGS: readonly (readonly [name: string, meaning: string])[] = [
  ['CAC_HOST', 'address to listen on (127.0.0.1)'],
  ['CAC_HTTP_PORT', 'port of the pages and the API (8080)'],
  ['CAC_MQTT_PORT', 'port of plain MQTT (1883); with TLS it is open on 127.0.0.1 only, unless CAC_ALLOW_PLAIN=1'],
  ['CAC_MQTTS_PORT', 'port of MQTT over TLS, open when there is a certificate (8883)'],
  ['CAC_DATA_DIR', 'directory of the database (./data)'],
  ['CAC_DATABASE_URL', 'postgres://user:password@host/name instead of SQLite'],
  ['CAC_PUBLIC_URL', 'address under which people and agents reach the server'],
  ['CAC_PUBLIC_MQTT', 'mqtts://host:port that agents are told, where a proxy stands in front (else the own port is told)'],
  ['CAC_TLS_CERT, CAC_TLS_KEY', 'PEM files (certificate with its chain, key): HTTPS and MQTTS; read again on SIGHUP and when they change'],
  ['CAC_ALLOW_PLAIN', '1: listen off loopback without TLS (behind a proxy that has it)'],
  ['CAC_TRUST_PROXY', '1: take the caller\'s address from X-Forwarded-For, also on /mqtt'],
  ['CAC_METRICS_TOKEN', 'Bearer token for /metrics (none: closed)'],
  ['CAC_ADMIN_PASSWORD', "the administrator's password (else one is made and said once)"],
  ['CAC_RASTER_URL, CAC_RASTER_CREDIT', 'optional tile server for the map, {z}/{x}/{y}'],
  ['CAC_SPREAD_MS', 'after a start agents spread what they send over this time (60000)'],
  ['CAC_RETENTION_DAYS', 'how long evidence is kept (400); daily totals stay'],
  ['CAC_SECRET_KEY', '32 bytes, hex or base64url, that seal the secrets of channels (else secret.key is made)'],
  ['CAC_ALLOWED_TARGETS', 'private addresses that webhooks and SMS gateways may reach: 10.1.2.0/24,relay.local:8443'],
  ['CAC_DEADMAN_URL', 'address called every minute while alerts work, for an outside monitor'],
  ['CAC_BACKUP_PASSPHRASE', 'for npm run backup and restore: seals the file, 12 characters or more (the server leaves it alone)'],
  ['CAC_LOG_LEVEL', 'debug, info, warn or error (info)'],
];

/** Besides: what is not supported yet, what tools/start.ts sets, and the settings of the agent it starts beside the server. */
const KNOWN = new Set([
  ...SETTINGS.flatMap(([names]) => names.split(', ')),
  'CAC_BROKER_URL', 'CAC_DEMO', 'CAC_LOCAL_SITE', 'CAC_PROBE_TARGETS', 'CAC_KEEPALIVE_S', 'CAC_BATCH_MS',
]);

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** `now`: ms UTC, for the certificate's dates. */
export function readConfig(env: RawEnv, now = Date.now()): ConfigResult {
  const problems: ConfigProblem[] = [];
  const wrong = (setting: string, message: string): undefined => void problems.push({ setting, message });
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;

  const port = (name: string, fallback: number): number => {
    const raw = text(name);
    if (raw === undefined) return fallback;
    const value = Number(raw);
    if (/^\d+$/.test(raw) && value <= 65_535) return value;
    wrong(name, `"${raw}" is no port: give a number from 0 (any free one) to 65535.`);
    return fallback;
  };
  const flag = (name: string): boolean => {
    const raw = text(name);
    if (raw === undefined || raw === '0') return false;
    if (raw !== '1') wrong(name, `"${raw}" is neither 0 nor 1.`);
    return raw === '1';
  };
  const url = (name: string, schemes: readonly string[]): string | undefined => {
    const raw = text(name);
    if (raw === undefined) return undefined;
    if (URL.canParse(raw) && schemes.includes(new URL(raw).protocol)) return raw.replace(/\/$/, '');
    return wrong(name, `"${hidden(raw)}" is no address beginning with ${schemes.map((s) => `${s}//`).join(' or ')}.`);
  };
  const settings = { cert: 'CAC_TLS_CERT', key: 'CAC_TLS_KEY' } as const;
  const unreadable = (setting: string, path: string | undefined, code: string | undefined): void => wrong(setting, `the file ${path} does not exist or cannot be read by this user (${code}).`);
  const pairOf = (files: TlsFiles): TlsFiles | null => {
    try {
      const verdict = judgePair(readPair(files), now);
      if (verdict.ok) return files;
      wrong(settings[verdict.part], `${verdict.part === 'cert' ? files.certFile : files.keyFile} ${verdict.message}`);
    } catch (cause) {
      const { path, code } = cause as NodeJS.ErrnoException;
      unreadable(path === files.keyFile ? settings.key : settings.cert, path, code);
    }
    return null;
  };

  for (const name of Object.keys(env)) if (name.startsWith('CAC_') && !KNOWN.has(name)) wrong(name, 'there is no such setting: is it a typing mistake?');

  const host = text('CAC_HOST') ?? '127.0.0.1';
  const httpPort = port('CAC_HTTP_PORT', 8080);
  const mqttPort = port('CAC_MQTT_PORT', 1883);
  if (httpPort === mqttPort && httpPort !== 0) wrong('CAC_MQTT_PORT', `is the same port as CAC_HTTP_PORT (${httpPort}).`);
  const [certFile, keyFile] = [text('CAC_TLS_CERT'), text('CAC_TLS_KEY')];
  if (keyFile === undefined && certFile !== undefined && !existsSync(certFile)) unreadable(settings.cert, certFile, 'ENOENT');
  if ((certFile === undefined) !== (keyFile === undefined)) wrong('CAC_TLS_KEY', 'certificate and key go together: give both CAC_TLS_CERT and CAC_TLS_KEY, or neither.');
  const tls = certFile !== undefined && keyFile !== undefined ? pairOf({ certFile, keyFile }) : null;
  const allowPlain = flag('CAC_ALLOW_PLAIN');
  const isLocal = LOOPBACK.test(host);
  const wantsTls = certFile !== undefined || keyFile !== undefined;
  if (!isLocal && !wantsTls && !allowPlain) {
    wrong('CAC_HOST', `${host} can be reached from other machines, and passwords and the secrets of PCs would cross the network in the clear: give CAC_TLS_CERT and CAC_TLS_KEY, or put a TLS proxy in front and set CAC_ALLOW_PLAIN=1, or listen on 127.0.0.1.`);
  }
  const mqttsPort = port('CAC_MQTTS_PORT', 8883);
  if (text('CAC_MQTTS_PORT') !== undefined && !wantsTls) wrong('CAC_MQTTS_PORT', 'needs a certificate: give CAC_TLS_CERT and CAC_TLS_KEY, or leave it out.');
  if (wantsTls && mqttsPort !== 0 && [httpPort, mqttPort].includes(mqttsPort)) wrong('CAC_MQTTS_PORT', `is the same port as ${mqttsPort === httpPort ? 'CAC_HTTP_PORT' : 'CAC_MQTT_PORT'} (${mqttsPort}).`);
  if (text('CAC_BROKER_URL') !== undefined) wrong('CAC_BROKER_URL', 'an outside broker is not supported yet: leave it out, the embedded broker is used.');
  const databaseUrl = url('CAC_DATABASE_URL', ['postgres:', 'postgresql:']);
  const publicUrl = url('CAC_PUBLIC_URL', ['http:', 'https:']) ?? `${wantsTls ? 'https' : 'http'}://${isLocal ? host : 'localhost'}:${httpPort}`;
  const warnings: string[] = [];
  const publicMqtt = mqttAddress(url('CAC_PUBLIC_MQTT', ['mqtt:', 'mqtts:']));
  if (publicMqtt && !publicMqtt.tls && !allowPlain && !LOOPBACK.test(publicMqtt.host)) {
    wrong('CAC_PUBLIC_MQTT', 'would have agents send their secrets in the clear: give mqtts://, or set CAC_ALLOW_PLAIN=1 where a tunnel carries it.');
  }
  if (wantsTls && publicUrl.startsWith('http:')) wrong('CAC_PUBLIC_URL', 'begins with http://, but this server has a certificate and speaks HTTPS only: give https://.');
  if (!wantsTls && publicUrl.startsWith('https:') && publicMqtt === null) {
    warnings.push(`CAC_PUBLIC_URL is https, and agents are told to speak plain MQTT at port ${mqttPort} of that host: set CAC_PUBLIC_MQTT=mqtts://host:8883 to where the proxy takes MQTT over TLS.`);
  }
  const rasterUrl = url('CAC_RASTER_URL', ['http:', 'https:']) ?? null;
  const adminPassword = env['CAC_ADMIN_PASSWORD'] || undefined;
  if (adminPassword !== undefined && adminPassword.length < 12) wrong('CAC_ADMIN_PASSWORD', 'has fewer than 12 characters.');
  const logLevel = text('CAC_LOG_LEVEL') ?? 'info';
  if (!['debug', 'info', 'warn', 'error', 'silent'].includes(logLevel)) wrong('CAC_LOG_LEVEL', `"${logLevel}" is none of debug, info, warn, error.`);
  const spread = Number(text('CAC_SPREAD_MS') ?? 60_000);
  if (!Number.isInteger(spread) || spread < 0 || spread > 3_600_000) wrong('CAC_SPREAD_MS', 'must be 0 to 3600000 (ms).');
  const retentionDays = Number(text('CAC_RETENTION_DAYS') ?? 400);
  if (!Number.isInteger(retentionDays) || retentionDays < 40 || retentionDays > 36_500) wrong('CAC_RETENTION_DAYS', 'must be 40 to 36500 (days): the past is open for thirty days.');

  const secretText = text('CAC_SECRET_KEY');
  const secretKey = secretText === undefined ? null : keyOf(secretText);
  if (secretText !== undefined && secretKey === null) wrong('CAC_SECRET_KEY', 'is no key of 32 bytes: give 64 hexadecimal digits, or 43 letters of base64url.');
  const targets = allowedTargets((text('CAC_ALLOWED_TARGETS') ?? '').split(',').map((entry) => entry.trim()).filter((entry) => entry !== ''));
  if (targets === null) wrong('CAC_ALLOWED_TARGETS', 'takes ranges (10.1.2.0/24), addresses, or host:port, with commas between them.');
  const deadmanUrl = url('CAC_DEADMAN_URL', ['http:', 'https:']) ?? null;

  const config: Config = {
    host,
    httpPort,
    mqttPort,
    mqttHost: wantsTls && !isLocal && !allowPlain ? '127.0.0.1' : host,
    mqttsPort,
    publicMqtt,
    dataDir: resolve(text('CAC_DATA_DIR') ?? 'data'),
    databaseUrl,
    publicUrl,
    tls,
    trustProxy: flag('CAC_TRUST_PROXY'),
    metricsToken: text('CAC_METRICS_TOKEN') ?? null,
    adminPassword,
    rasterUrl,
    rasterCredit: text('CAC_RASTER_CREDIT') ?? null,
    demo: flag('CAC_DEMO'),
    localSite: flag('CAC_LOCAL_SITE'),
    logLevel,
    spreadMs: spread,
    retentionDays,
    secretKey,
    allowedTargets: targets ?? NO_TARGETS,
    deadmanUrl,
    warnings,
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config };
}

/** An address without the password that may stand in it. */
const hidden = (address: string): string => address.replace(/\/\/[^@/]*@/, '//…@');

function mqttAddress(address: string | undefined): Config['publicMqtt'] {
  if (address === undefined) return null;
  const { protocol, hostname, port } = new URL(address);
  const tls = protocol === 'mqtts:';
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (tls ? 8883 : 1883) : Number(port), tls };
}
