/** Waits for what another process, or a socket, brings about; nothing that a fake clock could move. */
import { setTimeout as pause } from 'node:timers/promises';

export async function until(what: string, done: () => Promise<boolean> | boolean, limitMs = 15_000): Promise<void> {
  const startedAt = performance.now();
  while (!(await done())) {
    if (performance.now() - startedAt > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await pause(25);
  }
}
