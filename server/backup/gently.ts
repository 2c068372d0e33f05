/**
 * Writing much beside a server that must commit in between: what was written goes to the disk in small parts, so that nobody's own commit waits behind
 * all of it, and after each part there is a rest as long as the work was.
 */
import { fdatasync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const PART_BYTES = 4 * 1024 * 1024;
const LONGEST_REST_MS = 100;

/** To be told of each piece that was written to `fd`; waits where it is time to. */
export function gentleWriter(fd: number): (bytes: number) => Promise<void> {
  let written = 0;
  let startedAt = performance.now();
  return async (bytes) => {
    written += bytes;
    if (written < PART_BYTES) return;
    written = 0;
    await promisify(fdatasync)(fd);
    await pause(Math.min(LONGEST_REST_MS, performance.now() - startedAt));
    startedAt = performance.now();
  };
}
