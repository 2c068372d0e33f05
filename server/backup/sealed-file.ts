/**
 * The sealed form of a backup: AES-256-GCM in chunks under a key made of the passphrase by scrypt. It is written and read as a stream; a chunk that was
 * changed, left out, moved or cut off is noticed before any of it is used.
 *
 *   bytes  0-7   `CACBKUP1` (the last letter is the version)
 *          8-10  scrypt: log2 N, r, p        11  0
 *         12-27  salt                     28-34  beginning of every nonce
 *         35-42  mark of the key: the first 8 bytes of HMAC-SHA256(key, bytes 0-34)
 *   then chunks: 65,536 bytes of plain text (the last has fewer, or as many), each followed by its tag of 16 bytes.
 *   nonce = bytes 28-34, number of the chunk from 0 (32 bits, big-endian), 1 for the last chunk else 0; additional data = bytes 0-42.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import { problem } from '../core/problem.ts';

const MAGIC = Buffer.from('CACBKUP1');
const HEADER_BYTES = 43;
const MARKED_BYTES = 35;
const CHUNK = 65_536;
const TAG = 16;
export interface Cost {
  log2N: number;
  r: number;
  p: number;
}

/** 128 MiB and about half a second for each guess. */
const USUAL_COST: Cost = { log2N: 17, r: 8, p: 1 };
const LEAST_PASSPHRASE = 12;

const keyFrom = (passphrase: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> =>
  new Promise((done, failed) => scrypt(passphrase.normalize('NFC'), salt, 32, { N: 2 ** log2N, r, p, maxmem: 256 * 2 ** log2N * r }, (error, key) => (error ? failed(error) : done(key))));

const markOf = (key: Buffer, header: Buffer): Buffer => createHmac('sha256', key).update(header.subarray(0, MARKED_BYTES)).digest().subarray(0, 8);

function nonceOf(header: Buffer, number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  header.copy(nonce, 0, 28, 35);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Throws `backup_passphrase` when it is too short to protect anything. */
export function checkPassphrase(passphrase: string): void {
  if (passphrase.length < LEAST_PASSPHRASE) throw problem('backup_passphrase', `The passphrase has fewer than ${LEAST_PASSPHRASE} characters.`, { where: 'CAC_BACKUP_PASSPHRASE', todo: 'Choose a longer one, such as five words, and keep it apart from the backups.' });
}

/** The sealed bytes of `plain`. The cost stands in the file: whoever reads it needs not know. */
export async function* sealed(plain: AsyncIterable<Buffer>, passphrase: string, cost: Cost = USUAL_COST): AsyncGenerator<Buffer> {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.set([cost.log2N, cost.r, cost.p, 0], 8);
  randomBytes(23).copy(header, 12);
  const key = await keyFrom(passphrase, header.subarray(12, 28), cost);
  markOf(key, header).copy(header, MARKED_BYTES);
  yield header;
  let number = 0;
  const chunkOf = (bytes: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, number++, last));
    cipher.setAAD(header);
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  };
  // One chunk is always kept back: the last is marked as such.
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of plain) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    let at = 0;
    for (; held.length - at > CHUNK; at += CHUNK) yield chunkOf(held.subarray(at, at + CHUNK), false);
    held = held.subarray(at);
  }
  yield chunkOf(held, true);
}

/** The plain text of a sealed file, each piece only after it was found whole. Throws `backup_not_one`, `backup_wrong_passphrase` or `backup_damaged`. */
export async function* unsealed(file: string, passphrase: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw problem('backup_unreadable', `The file ${file} cannot be read (${cause.code}).`, { where: file, todo: 'Check the name, and who may read it.' });
  });
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await handle.read(header, 0, HEADER_BYTES, 0);
    const [log2N, r, p] = [header[8]!, header[9]!, header[10]!];
    if (bytesRead < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC) || log2N > 20 || r === 0 || r > 16 || p === 0 || p > 4) {
      throw problem('backup_not_one', `${file} is no backup of this program, or its beginning is damaged.`, { where: file, todo: 'Take a file that npm run backup made.' });
    }
    const key = await keyFrom(passphrase, header.subarray(12, 28), { log2N, r, p });
    if (!timingSafeEqual(markOf(key, header), header.subarray(MARKED_BYTES))) {
      throw problem('backup_wrong_passphrase', 'This is not the passphrase that the backup was sealed with.', { where: 'CAC_BACKUP_PASSPHRASE', todo: 'Give the passphrase of the day on which it was made.' });
    }
    const sealedChunk = Buffer.alloc(CHUNK + TAG);
    for (let number = 0, at = HEADER_BYTES; ; number += 1) {
      const { bytesRead: got } = await handle.read(sealedChunk, 0, sealedChunk.length, at);
      const last = at + got >= size;
      const bytes = got >= TAG ? openChunk(key, header, sealedChunk.subarray(0, got), number, last) : null;
      if (bytes === null) {
        throw problem('backup_damaged', `The backup is damaged or cut off: what begins at byte ${at} is not what was written.`, { where: file, todo: 'Take another copy of this backup, or an earlier one.' });
      }
      yield bytes;
      if (last) return;
      at += got;
    }
  } finally {
    await handle.close();
  }
}

function openChunk(key: Buffer, header: Buffer, chunk: Buffer, number: number, last: boolean): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(header, number, last));
  decipher.setAAD(header);
  decipher.setAuthTag(chunk.subarray(chunk.length - TAG));
  try {
    return Buffer.concat([decipher.update(chunk.subarray(0, chunk.length - TAG)), decipher.final()]);
  } catch {
    return null;
  }
}
