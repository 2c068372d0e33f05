/**
 * The machines heard of lately, as ingest left them: saves reading what it wrote a moment ago, most of what a report
 * cost. Only where this process is the database's only writer (SQLite). Whoever else writes a machine's row forgets it
 * here, inside the same transaction; a group that fails forgets all its machines.
 */
import type { EpochState } from '../core/accept.ts';
import type { MachineRow } from '../core/presence.ts';
import type { BootRow } from './boots.ts';

export interface KnownMachine {
  /** Its last probes were slow; absent: they were not, as far as is remembered. */
  isSlow?: boolean;
  row: MachineRow;
  /** Of its present epoch, `row.ep`, which is its `epochNo`-th. */
  epoch: EpochState | null;
  epochNo: number;
  /** The boot its last report came from; null when none is known. */
  present: BootRow | null;
}

export interface MachineMemory {
  get(id: string): KnownMachine | undefined;
  keep(known: KnownMachine): void;
  forget(ids: Iterable<string>): void;
  forgetAll(): void;
}

/** About 1.3 kB each. */
const MACHINES_KEPT = 20_000;

export function createMachineMemory(): MachineMemory {
  const kept = new Map<string, KnownMachine>();
  return {
    get: (id) => kept.get(id),
    keep(known) {
      if (kept.size >= MACHINES_KEPT && !kept.has(known.row.id)) kept.delete(kept.keys().next().value as string);
      kept.set(known.row.id, known);
    },
    forget(ids) {
      for (const id of ids) kept.delete(id);
    },
    forgetAll: () => kept.clear(),
  };
}

/** Where others may write too: remembers nothing. */
export const noMemory: MachineMemory = { get: () => undefined, keep() {}, forget() {}, forgetAll() {} };
