/**
 * Seals secrets (passwords of relays, keys of webhooks) with AES-256-GCM. The key lies outside the database: CAC_SECRET_KEY, or the file
 * `secret.key` in the data directory, made at first use. Whoever steals the database alone has nothing.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Sealer } from './core/notices/channel.ts';
import { problem } from './core/problem.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** 32 bytes in hexadecimal or base64url; null when it is neither. */
export function keyOf(text: string): Buffer | null {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : /^[\w-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64url') : null;
  return bytes?.length === KEY_BYTES ? bytes : null;
}

/** `key`: of CAC_SECRET_KEY; null: the file's, which is read or made when a secret is first sealed or opened. */
export function createSealer(dataDir: string, key: Buffer | null): Sealer {
  let kept = key;
  const keyNow = (): Buffer => (kept ??= keyInFile(join(dataDir, 'secret.key')));
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyNow(), nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      // The key's own mark tells another key from a damaged row.
      return ['v1', markOf(keyNow()), Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')].join('.');
    },
    open(sealed) {
      const [version, mark, data = ''] = sealed.split('.');
      const bytes = Buffer.from(data, 'base64url');
      if (version !== 'v1' || mark !== markOf(keyNow()) || bytes.length < NONCE_BYTES + TAG_BYTES) throw anotherKey();
      const decipher = createDecipheriv('aes-256-gcm', keyNow(), bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        throw anotherKey();
      }
    },
  };
}

const markOf = (key: Buffer): string => createHash('sha256').update('constat channel key').update(key).digest('hex').slice(0, 8);

const anotherKey = (): Error =>
  problem('sealed_with_another_key', 'The secrets of the channels were sealed with another key than the one this server has.', {
    where: 'CAC_SECRET_KEY',
    todo: 'Put the former secret.key (or CAC_SECRET_KEY) back, or enter the secrets of the channels again.',
  });

function keyInFile(file: string): Buffer {
  if (!existsSync(file)) writeWhole(file, `${randomBytes(KEY_BYTES).toString('hex')}\n`);
  const key = keyOf(readFileSync(file, 'utf8'));
  if (key === null) throw problem('sealed_with_another_key', `The file ${file} holds no key.`, { where: file, todo: 'Put the former secret.key back, or remove the file and enter the secrets of the channels again.' });
  return key;
}

/** Whole or not at all, and never over one that another process made meanwhile. */
function writeWhole(file: string, text: string): void {
  const fresh = `${file}.${process.pid}`;
  const handle = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(fresh, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    unlinkSync(fresh);
  }
}
