/**
 * A journal's files in memory, with what a disk does at a power cut: bytes not yet synced vanish (or a prefix of them stays),
 * directory changes not yet synced are undone. Lean enough for ten thousand journals in one process.
 */
import { TEMPORARY, type Files } from './files.ts';

interface MemoryFile {
  bytes: Buffer;
  length: number;
  synced: number;
}

type Step = 'write' | 'sync' | 'rename' | 'sync-dir' | 'remove' | 'put' | 'truncate';

export interface MemoryFiles extends Files {
  /** Called before each step of each operation; a test throws here to stop the world at that point. */
  onStep: ((step: Step, name: string) => void) | null;
  /** The power goes: unsynced bytes are cut to `keep(count)` of them, unsynced directory changes are undone. */
  crash(keep?: (unsynced: number) => number): void;
}

const missing = (name: string): Error => Object.assign(new Error(`ENOENT: no such file, '${name}'`), { code: 'ENOENT' });

export function memoryFiles(): MemoryFiles {
  const files = new Map<string, MemoryFile>();
  let undo: (() => void)[] = [];
  const step = (what: Step, name: string): void => api.onStep?.(what, name);
  const get = (name: string): MemoryFile => {
    const file = files.get(name);
    if (!file) throw missing(name);
    return file;
  };
  const write = (file: MemoryFile, bytes: Uint8Array): void => {
    const length = file.length + bytes.length;
    if (length > file.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.ceil(file.bytes.length * 1.5)));
      grown.set(file.bytes.subarray(0, file.length));
      file.bytes = grown;
    }
    file.bytes.set(bytes, file.length);
    file.length = length;
  };
  /** Gives `name` to `file` (null: to nothing), to be undone unless the directory is synced. */
  const point = (name: string, file: MemoryFile | null): void => {
    const before = files.get(name);
    undo.push(() => void (before ? files.set(name, before) : files.delete(name)));
    if (file) files.set(name, file);
    else files.delete(name);
  };
  const syncDirectory = (): void => {
    step('sync-dir', '');
    undo = [];
  };
  const api: MemoryFiles = {
    onStep: null,
    list: () => [...files.keys()],
    read(name) {
      const file = get(name);
      return file.bytes.subarray(0, file.length);
    },
    append(name, bytes) {
      const file = get(name);
      step('write', name);
      write(file, bytes);
      step('sync', name);
      file.synced = file.length;
    },
    create(name, bytes) {
      const file: MemoryFile = { bytes: Buffer.from(bytes), length: 0, synced: 0 };
      point(name + TEMPORARY, file);
      step('write', name);
      file.length = bytes.length;
      step('sync', name);
      file.synced = file.length;
      step('rename', name);
      point(name, file);
      point(name + TEMPORARY, null);
      syncDirectory();
    },
    put(name, bytes) {
      step('put', name);
      files.set(name, { bytes: Buffer.from(bytes), length: bytes.length, synced: 0 });
    },
    truncate(name, length) {
      step('truncate', name);
      const file = get(name);
      file.length = Math.min(file.length, length);
      file.synced = file.length;
    },
    rename(from, to) {
      step('rename', from);
      point(to, get(from));
      point(from, null);
      syncDirectory();
    },
    remove(name) {
      if (!files.has(name)) return;
      step('remove', name);
      point(name, null);
      syncDirectory();
    },
    crash(keep = () => 0) {
      for (const back of undo.reverse()) back();
      undo = [];
      for (const file of files.values()) {
        file.length = file.synced + Math.min(file.length - file.synced, keep(file.length - file.synced));
        file.synced = file.length;
      }
    },
  };
  return api;
}
