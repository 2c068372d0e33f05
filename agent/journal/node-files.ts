/** A journal's files in a real directory. Synchronous: an append is a few hundred microseconds once a minute, and its order is beyond doubt. */
import { closeSync, constants, fdatasyncSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY, type Files } from './files.ts';

/** `dir` is created (0700) if missing; files are 0600. */
export function nodeFiles(dir: string): Files {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(dir, name);
  const withFile = (name: string, flags: string | number, act: (fd: number) => void): void => {
    const fd = openSync(path(name), flags, 0o600);
    try {
      act(fd);
    } finally {
      closeSync(fd);
    }
  };
  const syncDirectory = (): void => {
    if (process.platform === 'win32') return; // NTFS journals its directories; a directory handle cannot be synced
    const fd = openSync(dir, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  };
  const writeAll = (fd: number, bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  };
  return {
    list: () => readdirSync(dir),
    read: (name) => readFileSync(path(name)),
    append: (name, bytes) =>
      // Without O_CREAT: a segment that someone deleted is not to come back without its header.
      withFile(name, constants.O_WRONLY | constants.O_APPEND, (fd) => {
        writeAll(fd, bytes);
        fdatasyncSync(fd);
      }),
    create(name, bytes) {
      withFile(name + TEMPORARY, 'w', (fd) => {
        writeAll(fd, bytes);
        fsyncSync(fd);
      });
      renameSync(path(name + TEMPORARY), path(name));
      syncDirectory();
    },
    put: (name, bytes) => writeFileSync(path(name), bytes, { mode: 0o600 }),
    truncate: (name, length) =>
      withFile(name, 'r+', (fd) => {
        ftruncateSync(fd, length);
        fsyncSync(fd);
      }),
    rename(from, to) {
      renameSync(path(from), path(to));
      syncDirectory();
    },
    remove(name) {
      rmSync(path(name), { force: true });
      syncDirectory();
    },
  };
}
