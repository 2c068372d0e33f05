/** Who this PC is to the server: `identity.json`, readable by its owner alone. The secret is made here and is the MQTT password; the server keeps its SHA-256. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mqtt, Road } from './road.ts';

export interface Identity {
  machine: string;
  secret: string;
  server: string;
  site: { id: string; name: string };
  mqtt: Mqtt;
  proxy?: string;
  /** PEM: trusted instead of the public authorities. */
  ca?: string;
  /** A secret that the server has been told the hash of, but has not confirmed; and the one before, good for a day. */
  nextSecret?: string;
  oldSecret?: string;
  /** Goes into the fingerprint's hashes. */
  salt: string;
  fp: (string | null)[];
  /** Kept to enrol again without a person, should the server lose this machine. */
  voucher: string;
  name: string;
  dbi: string;
}

const FILE = 'identity.json';

export function readIdentity(dir: string): Identity | null {
  try {
    const found = JSON.parse(readFileSync(join(dir, FILE), 'utf8')) as Partial<Identity>;
    const sound = typeof found.machine === 'string' && typeof found.secret === 'string' && typeof found.server === 'string' && typeof found.mqtt?.port === 'number';
    return sound ? { site: { id: '', name: '' }, salt: '', fp: [null, null, null], voucher: '', name: '', dbi: '', ...found } as Identity : null;
  } catch {
    return null;
  }
}

export const writeIdentity = (dir: string, identity: Identity): void => writePrivate(join(dir, FILE), `${JSON.stringify(identity, null, 2)}\n`);
export const discardIdentity = (dir: string): void => rmSync(join(dir, FILE), { force: true });

/** Replaces a file whole, 0600, in a directory of 0700. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}

/** How this PC reaches its server. */
export const roadOf = ({ server, proxy, ca }: Identity): Road => ({ server, proxy, ca });
