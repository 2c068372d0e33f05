/** Zip archives, as .xlsx files are: their parts by the directory at the end, and parts put together again. Pure. */
export type ArchiveFault = 'broken' | 'too_large' | 'encrypted';

const MOST_ENTRIES = 2_000;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

export interface Entry {
  name: string;
  packed: Uint8Array;
  deflated: boolean;
}

export interface Part {
  name: string;
  bytes: Uint8Array;
}

export function entriesOf(bytes: Uint8Array): Entry[] | ArchiveFault {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 66_000 && view.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== END_OF_DIRECTORY) return 'broken';
  const count = view.getUint16(end + 10, true);
  if (count > MOST_ENTRIES) return 'too_large';
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  try {
    for (let i = 0; i < count; i += 1) {
      if (view.getUint32(at, true) !== DIRECTORY_ENTRY) return 'broken';
      if ((view.getUint16(at + 8, true) & 1) === 1) return 'encrypted';
      const [packedSize, nameSize] = [view.getUint32(at + 20, true), view.getUint16(at + 28, true)];
      const local = view.getUint32(at + 42, true);
      if (view.getUint32(local, true) !== LOCAL_ENTRY) return 'broken';
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameSize));
      entries.push({ name, packed: bytes.subarray(from, from + packedSize), deflated: view.getUint16(at + 10, true) === 8 });
      at += 46 + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch {
    // A place outside the file: its directory lies.
    return 'broken';
  }
  return entries;
}

/** The parts as they are, unpacked: an archive in which every reader finds the same, and nothing besides. */
export function archiveOf(parts: readonly Part[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name: text, bytes } of parts) {
    const name = Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(LOCAL_ENTRY, 0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(DIRECTORY_ENTRY, 0);
    for (const [head, sizes, names] of [[local, 18, 26], [entry, 20, 28]] as const) {
      head.writeUInt32LE(bytes.length, sizes);
      head.writeUInt32LE(bytes.length, sizes + 4);
      head.writeUInt16LE(name.length, names);
    }
    entry.writeUInt32LE(at, 42);
    pieces.push(local, name, bytes);
    directory.push(entry, name);
    at += local.length + name.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.reduce((sum, { length }) => sum + length, 0), 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...pieces, ...directory, end]);
}
