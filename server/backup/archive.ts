/** What lies inside a sealed backup: the length of the manifest (32 bits, big-endian), the manifest as JSON, then the files it names, one after the other. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { problem } from '../core/problem.ts';
import { gentleWriter } from './gently.ts';

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const Manifest = v.object({
  archive: v.literal(1),
  /** ms UTC. */
  madeAt: Count,
  /** Version of the program that made it. */
  program: v.string(),
  database: v.literal('sqlite'),
  facts: v.object({ schema: Count, sites: Count, machines: Count, epochs: Count, records: Count, transitions: Count }),
  files: v.array(v.object({ name: v.picklist(['cac.sqlite', 'secret.key']), bytes: Count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
});
export type Manifest = v.InferOutput<typeof Manifest>;
type FileName = Manifest['files'][number]['name'];

const MOST_MANIFEST = 65_536;

export async function describeFile(name: FileName, path: string): Promise<Manifest['files'][number]> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** `pathOf`: where each of the manifest's files lies. */
export async function* packed(manifest: Manifest, pathOf: (name: FileName) => string): AsyncGenerator<Buffer> {
  const text = Buffer.from(JSON.stringify(manifest));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  yield Buffer.concat([length, text]);
  for (const { name } of manifest.files) for await (const piece of createReadStream(pathOf(name), { highWaterMark: 1024 * 1024 })) yield piece as Buffer;
}

/** Writes the files of an archive into `dir` (mode 0600) and returns its manifest. Throws `backup_damaged` when they are not what the manifest says. */
export async function unpack(plain: AsyncIterable<Buffer>, dir: string, onProgress: (share: number) => void = () => {}): Promise<Manifest> {
  const reader = readerOf(plain);
  const length = (await reader.take(4)).readUInt32BE();
  if (length > MOST_MANIFEST) throw wrong('its manifest is too long');
  const parsed = v.safeParse(Manifest, JSON.parse((await reader.take(length)).toString()));
  if (!parsed.success) throw problem('backup_not_one', 'This backup is of a kind that this version does not know.', { todo: 'Restore it with the version that made it, or a later one.' });
  const manifest = parsed.output;
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { name, bytes, sha256 } of manifest.files) {
    const hash = createHash('sha256');
    const handle = await open(join(dir, name), 'wx', 0o600);
    const gently = gentleWriter(handle.fd);
    try {
      for (let left = bytes; left > 0; ) {
        const piece = await reader.some(left);
        hash.update(piece);
        await handle.writeFile(piece);
        await gently(piece.length);
        left -= piece.length;
        done += piece.length;
        onProgress(done / total);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (hash.digest('hex') !== sha256) throw wrong(`${name} is not what was put in`);
  }
  if (!(await reader.isOver())) throw wrong('something follows its last file');
  return manifest;
}

const wrong = (what: string): Error => problem('backup_damaged', `The backup is damaged: ${what}.`, { todo: 'Take another copy of this backup, or an earlier one.' });

interface Reader {
  take(bytes: number): Promise<Buffer>;
  /** At least one byte, at most so many. */
  some(most: number): Promise<Buffer>;
  isOver(): Promise<boolean>;
}

function readerOf(plain: AsyncIterable<Buffer>): Reader {
  const pieces = plain[Symbol.asyncIterator]();
  let held = Buffer.alloc(0) as Buffer;
  const more = async (): Promise<boolean> => {
    const next = await pieces.next();
    if (next.done) return false;
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
    return true;
  };
  const some = async (most: number): Promise<Buffer> => {
    while (held.length === 0) if (!(await more())) throw wrong('it ends too early');
    const piece = held.subarray(0, most);
    held = held.subarray(piece.length);
    return piece;
  };
  return {
    some,
    async take(bytes) {
      while (held.length < bytes) if (!(await more())) throw wrong('it ends too early');
      return some(bytes);
    },
    async isOver() {
      while (held.length === 0) if (!(await more())) return true;
      return false;
    },
  };
}
