/** Whose journal stands in the directory. One that another machine wrote (a copied disk, a PC that became another one) is not sent under this one's name. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../uplink/identity.ts';
import type { Log } from './log.ts';

const FILE = 'journal-of';

/** From now on the journal there is this machine's. */
export function keepJournalFor(dir: string, machine: string): void {
  try {
    writePrivate(join(dir, FILE), machine);
  } catch {
    // a disk that takes nothing holds no journal either
  }
}

/** Takes the journal over, or away if it is another machine's. */
export function claimJournal(dir: string, machine: string, log: Log): void {
  const owner = readOwner(dir);
  if (owner === machine) return;
  if (owner !== null) {
    rmSync(join(dir, 'journal'), { recursive: true, force: true });
    log(`journal_of_another ${owner}: taken away, a new one begins`);
  }
  keepJournalFor(dir, machine);
}

function readOwner(dir: string): string | null {
  try {
    return readFileSync(join(dir, FILE), 'utf8').trim() || null;
  } catch {
    return null;
  }
}
