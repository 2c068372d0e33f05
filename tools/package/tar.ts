/** Tar archives in memory (ustar, no names over 100 bytes): what npm packages come as, and what we hand out. Pure. */

export interface PackedFile {
  /** With forward slashes, relative. */
  path: string;
  bytes: Uint8Array;
  /** 0o755 for what runs, else 0o644. */
  mode: number;
}

const BLOCK = 512;

/** The regular files of an archive. @throws on an archive cut short. */
export function readTar(archive: Uint8Array): PackedFile[] {
  const files: PackedFile[] = [];
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = Buffer.from(archive.buffer, archive.byteOffset + at, BLOCK);
    const text = (from: number, length: number): string => header.toString('latin1', from, from + length).replace(/\0.*$/s, '').trim();
    if (header[0] === 0) break;
    const size = Number.parseInt(text(124, 12), 8);
    const end = at + BLOCK + size;
    if (!Number.isFinite(size) || end > archive.length) throw new Error(`tar: cut short at byte ${at}`);
    const prefix = text(345, 155);
    if (text(156, 1) === '0' || text(156, 1) === '') files.push({ path: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), bytes: archive.subarray(at + BLOCK, end), mode: Number.parseInt(text(100, 8), 8) });
    at = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** An archive owned by root, every file of the same time: the same files make the same bytes. `mtime` in seconds. */
export function writeTar(files: readonly PackedFile[], mtime: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const file of files) {
    parts.push(headerOf(file, mtime), file.bytes, new Uint8Array((BLOCK - (file.bytes.length % BLOCK)) % BLOCK));
  }
  return Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]);
}

function headerOf({ path, bytes, mode }: PackedFile, mtime: number): Uint8Array {
  if (Buffer.byteLength(path) > 99) throw new Error(`tar: name too long: ${path}`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(path, 0, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes.length, 124, 12);
  octal(mtime, 136, 12);
  header.write('        0', 148, 'latin1'); // the checksum counts as blanks; then the kind: a plain file
  header.write('ustar\x0000root', 257, 'latin1');
  header.write('root', 297, 'latin1');
  octal(header.reduce((sum, byte) => sum + byte, 0), 148, 7);
  return header;
}
