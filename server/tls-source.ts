/**
 * The certificate of the HTTPS and MQTTS ports, read again while the server runs: a renewal needs no restart. A pair that is no good leaves the former
 * one in service.
 *
 * TLS 1.2 with forward secrecy and authenticated encryption only, and 1.3; the server's order counts, and nobody renegotiates.
 */
import { constants } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { daysLeftToWarn, judgePair, type TlsPair } from './core/tls-pair.ts';
import type { Log } from './log.ts';

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/** What a port of TLS is opened with, and given anew after a renewal. */
export type TlsOptions = SecureContextOptions & { minVersion: 'TLSv1.2'; maxVersion: 'TLSv1.3' };

const SUITES = [
  'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256',
];

const optionsOf = ({ cert, key }: TlsPair): TlsOptions => ({
  cert, key,
  minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3',
  ciphers: SUITES.join(':'), honorCipherOrder: true, ecdhCurve: 'X25519:P-256:P-384',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
});

export interface TlsSource {
  options(): TlsOptions;
  /** Called with each new pair. */
  onRenewed(tell: (options: TlsOptions) => void): void;
  /** Reads the files again if they changed, or in any case. True: another pair is in service. */
  reread(force: boolean): boolean;
  /** Days until the end of the certificate, once it is time to say so. */
  daysLeftToWarn(): number | null;
  expiresAt(): number;
}

const STAYS = 'the certificate in service stays';

/** Reads a pair. Throws the file system's error when a file cannot be read. */
export const readPair = ({ certFile, keyFile }: TlsFiles): TlsPair => ({ cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') });

/** `files` were judged good when the configuration was read. */
export function createTlsSource(files: TlsFiles, now: () => number, log: Log): TlsSource {
  const pair = readPair(files);
  const first = judgePair(pair, now());
  let options = optionsOf(pair);
  let expiresAt = first.ok ? first.expiresAt : now();
  let mark = markOf(files);
  const listeners: ((options: TlsOptions) => void)[] = [];
  let saidDays: number | null = null;
  /** Once a day. */
  const warn = (): void => {
    const days = daysLeftToWarn(expiresAt, now());
    if (days === saidDays) return;
    saidDays = days;
    if (days !== null) log.warn({ days, certificate: files.certFile }, 'certificate_expires: renew it; the new files are read without a restart');
  };
  warn();
  return {
    options: () => options,
    onRenewed: (tell) => void listeners.push(tell),
    daysLeftToWarn: () => daysLeftToWarn(expiresAt, now()),
    expiresAt: () => expiresAt,
    reread(force) {
      const newer = markOf(files);
      if (!force && newer === mark) {
        warn();
        return false;
      }
      mark = newer;
      let fresh: TlsPair;
      try {
        fresh = readPair(files);
      } catch (err) {
        log.warn({ err }, `certificate not read: ${STAYS}`);
        return false;
      }
      const verdict = judgePair(fresh, now());
      if (!verdict.ok) {
        log.warn({ file: verdict.part === 'cert' ? files.certFile : files.keyFile, why: verdict.message }, `certificate not taken: ${STAYS}`);
        return false;
      }
      options = optionsOf(fresh);
      ({ expiresAt } = verdict);
      for (const tell of listeners) tell(options);
      log.info({ until: new Date(expiresAt).toISOString(), names: verdict.names }, 'certificate read');
      warn();
      return true;
    },
  };
}

/** Changes whenever a file is replaced or written, also behind a symbolic link. */
function markOf({ certFile, keyFile }: TlsFiles): string {
  try {
    return [certFile, keyFile].map((file) => statSync(file)).map(({ ino, size, mtimeMs }) => `${ino}.${size}.${mtimeMs}`).join(' ');
  } catch {
    return 'unreadable';
  }
}
