/**
 * The journal as the service holds it: on disk, or in memory while the disk cannot be used (missing, read-only, another owner). A
 * missing disk is tried again each minute; when it is back, a new epoch there takes over what memory held.
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

/** Throws only if a newer agent's journal is there: that one is left alone. */
export function openStore(dir: string, log: Log): Store {
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
      const waiting: Draft[] = [];
      for (const item of journal.read(journal.mark().W + 1)) if (item.kind === 'record') waiting.push({ kind: item.record[1], m: item.record[2], w: item.record[3], body: item.record[4] });
      try {
        if (disk.hi() > 0) disk.openEpoch();
        for (let i = 0; i < waiting.length; i += 200) if (disk.append(waiting.slice(i, i + 200)).trouble) return false;
      } catch {
        return false;
      }
      journal = disk;
      onDisk = true;
      full = false;
      log(`journal available again: epoch ${disk.ep()}, ${waiting.length} records taken over from memory`);
      return true;
    },
  };
}
