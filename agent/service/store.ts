/**
 * The journal as the service holds it: on disk, or in memory while the disk cannot be used (missing, read-only, another owner). A
 * missing disk is tried again each minute; when it is back, a new epoch there takes over what memory held. Each begins with its boot.
 */
import { join } from 'node:path';
import type { MachineFlag } from '@cac/shared/states.ts';
import { memoryFiles } from '../journal/memory-files.ts';
import { nodeFiles } from '../journal/node-files.ts';
import { openJournal, type Draft, type Journal, type Opened } from '../journal/journal.ts';
import type { Log } from './log.ts';
import { newEpoch } from './machine-clock.ts';

export interface Store {
  journal(): Journal;
  flags(): MachineFlag[];
  /** Durable on return, if the disk lets it. True: the journal became another one (tell the uplink). */
  append(drafts: readonly Draft[]): boolean;
  /** The journal could not be read: go on in memory. */
  abandon(reason: string): void;
  /** Once a minute. True: back on disk, in a new epoch. */
  retry(): boolean;
}

const MEMORY_CAP = 2 * 1024 * 1024;

/** `boot`: the record with which a journal in memory begins. Throws only if a newer agent's journal is there: that one is left alone. */
export function openStore(dir: string, boot: Draft, log: Log): Store {
  let onDisk = true;
  let full = false;
  let journal: Journal;

  const openDisk = (): Opened => {
    try {
      return openJournal(nodeFiles(join(dir, 'journal')), { newEpoch });
    } catch (error) {
      return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const inMemory = (reason: string): void => {
    log(`journal_unavailable ${reason}: going on in memory, trying again each minute`);
    const opened = openJournal(memoryFiles(), { newEpoch, capBytes: MEMORY_CAP, reserveBytes: 0 });
    if (opened.kind !== 'open') throw new Error(opened.reason);
    journal = opened.journal;
    journal.append([boot]);
    onDisk = false;
  };

  const first = openDisk();
  if (first.kind === 'refused') throw new Error(first.reason);
  if (first.kind === 'open') {
    journal = first.journal;
    for (const note of first.notes) log(note);
  } else inMemory(first.reason);

  return {
    journal: () => journal,
    flags: () => [...(onDisk ? [] : (['journal_unavailable'] as const)), ...(full ? (['disk_full'] as const) : [])],
    append(drafts) {
      const { trouble } = journal.append(drafts);
      if (trouble && trouble.code !== 'disk_full') {
        inMemory(trouble.detail);
        journal.append(drafts);
        return true;
      }
      if (trouble && !full) log(`disk_full ${trouble.detail}: only transitions are kept`);
      full = trouble !== null;
      return false;
    },
    abandon: inMemory,
    retry() {
      if (onDisk) return false;
      const opened = openDisk();
      if (opened.kind !== 'open') return false;
      const { journal: disk } = opened;
      const waiting = journal.hi() - journal.mark().W;
      try {
        disk.openEpoch(journal.carried());
      } catch {
        return false;
      }
      journal = disk;
      onDisk = true;
      full = false;
      log(`journal available again: epoch ${disk.ep()}, ${waiting} records taken over from memory`);
      return true;
    },
  };
}
