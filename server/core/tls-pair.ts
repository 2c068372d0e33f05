/** A certificate and its key, judged before anything is served with them. Pure: texts and an instant in, a verdict out. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

/** PEM texts. */
export interface TlsPair {
  cert: string;
  key: string;
}

export type PairVerdict =
  | { readonly ok: true; readonly expiresAt: number; readonly names: string }
  /** `part`: which of the two files is at fault. */
  | { readonly ok: false; readonly part: 'cert' | 'key'; readonly message: string };

/** So long before the end of a certificate it is time to say so. */
export const CERTIFICATE_WARNING_MS = 21 * 24 * 3_600_000;

const wrong = (part: 'cert' | 'key', message: string): PairVerdict => ({ ok: false, part, message });

/** Of a chain the first certificate is the server's own. `now`: ms UTC. */
export function judgePair({ cert, key }: TlsPair, now: number): PairVerdict {
  let own: X509Certificate;
  try {
    own = new X509Certificate(cert);
  } catch {
    return wrong('cert', 'holds no certificate: give a PEM file that begins with the certificate of this server.');
  }
  let secret;
  try {
    secret = createPrivateKey(key);
  } catch {
    return wrong('key', 'holds no private key that can be read without a passphrase: give a PEM file.');
  }
  if (!own.checkPrivateKey(secret)) return wrong('key', 'is not the key of this certificate: give the key that the certificate was made for.');
  const from = Date.parse(own.validFrom);
  const expiresAt = Date.parse(own.validTo);
  if (now >= expiresAt) return wrong('cert', `expired on ${dayOf(expiresAt)}: renew it.`);
  if (now < from) return wrong('cert', `is valid from ${dayOf(from)} on only: check it, and the clock of this machine.`);
  return { ok: true, expiresAt, names: own.subjectAltName ?? own.subject };
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Whole days until the end; null while there is time. */
export const daysLeftToWarn = (expiresAt: number, now: number): number | null => (expiresAt - now > CERTIFICATE_WARNING_MS ? null : Math.max(0, Math.floor((expiresAt - now) / (24 * 3_600_000))));
