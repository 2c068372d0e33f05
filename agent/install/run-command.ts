/** Runs another program of the system. Never throws: what is not there has code null. */
import { execFile } from 'node:child_process';

export interface Ran {
  /** Null: it is not there, or was ended after the limit. */
  code: number | null;
  out: string;
}

const LIMIT_MS = 60_000;

export const runCommand = (command: string, args: readonly string[], limitMs = LIMIT_MS): Promise<Ran> =>
  new Promise((done) => {
    execFile(command, args, { timeout: limitMs, windowsHide: true, maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      // Windows' tools write UTF-16 where they feel like it.
      const out = `${stdout}${stderr}`.replaceAll('\0', '').trim();
      done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, out });
    });
  });
