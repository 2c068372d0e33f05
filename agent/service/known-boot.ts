/** Which boot of the PC the agent last ran in, kept in its directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../uplink/identity.ts';

export function readKnownBoot(dir: string): string | null {
  try {
    return readFileSync(join(dir, 'boot'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}

export function keepBoot(dir: string, boot: string): void {
  try {
    writePrivate(join(dir, 'boot'), boot);
  } catch {
    // A read-only directory: the next start will say `boot` once more.
  }
}
