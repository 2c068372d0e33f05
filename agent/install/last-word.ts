/**
 * The last word of an agent that is being uninstalled: a marker in its directory says why it is stopped, and it journals
 * `stop{uninstall}` and sends it before it ends (D-12).
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nodeFiles } from '../journal/node-files.ts';
import { openJournal } from '../journal/journal.ts';
import { askRunning } from '../service/lock.ts';
import { newEpoch } from '../service/machine-clock.ts';
import { writePrivate } from '../uplink/identity.ts';

const MARKER = 'uninstalling';
const LIMIT_MS = 20_000;

/** An older marker was left by an uninstallation that never came to its end. */
const MARKER_MS = 10 * 60_000;

export function isUninstalling(dir: string): boolean {
  const marker = statSync(join(dir, MARKER), { throwIfNoEntry: false });
  return marker !== undefined && Math.abs(Date.now() - marker.mtimeMs) < MARKER_MS;
}

export const forgetUninstalling = (dir: string): void => rmSync(join(dir, MARKER), { force: true });

/** Stops the agent on `dir` with its last word. `stopService` stops the service, if there is one. Returns how many records never reached the server. */
export async function sayLastWord(dir: string, stopService: () => Promise<void>): Promise<number> {
  if (!existsSync(dir)) return 0;
  writePrivate(join(dir, MARKER), '');
  try {
    const before = await askRunning(dir);
    await stopService();
    // One that runs without a service, or in a system without a running systemd.
    if (before?.pid && (await askRunning(dir))?.pid === before.pid && process.platform !== 'win32') process.kill(before.pid, 'SIGTERM');
    for (const until = Date.now() + LIMIT_MS; Date.now() < until && (await askRunning(dir)) !== null; ) await pause(100);
    return unsent(dir);
  } finally {
    forgetUninstalling(dir);
  }
}

function unsent(dir: string): number {
  if (!existsSync(join(dir, 'journal'))) return 0;
  try {
    const opened = openJournal(nodeFiles(join(dir, 'journal')), { newEpoch, reserveBytes: 0 });
    return opened.kind === 'open' ? opened.journal.hi() - opened.journal.mark().W : 0;
  } catch {
    return 0;
  }
}
