/** Plain lines, to the screen and to a ring of 1 MiB in the agent's directory: two files, the older replaced when the newer is full. */
import { appendFileSync, closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type Log = (line: string) => void;

const HALF_BYTES = 512 * 1024;

export function openLog(dir: string, print: (line: string) => void = console.log): Log {
  const path = join(dir, 'agent.log');
  let size = -1;
  return (text) => {
    const line = `${new Date().toISOString()} ${text.replace(/\p{Cc}/gu, ' ').slice(0, 500)}`;
    print(line);
    try {
      if (size < 0) size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size + line.length > HALF_BYTES) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
      size += Buffer.byteLength(line) + 1;
    } catch {
      size = -1; // a log that cannot be written stops nobody
    }
  };
}

/** The end of the agent's own log, at most so many bytes, from the beginning of a line on; empty where there is none. */
export function readLogEnd(dir: string, most: number): string {
  try {
    const fd = openSync(join(dir, 'agent.log'), 'r');
    try {
      const { size } = fstatSync(fd);
      const bytes = Buffer.alloc(Math.min(most, size));
      readSync(fd, bytes, 0, bytes.length, size - bytes.length);
      const text = bytes.toString('utf8');
      return size > most ? text.slice(text.indexOf('\n') + 1) : text;
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
