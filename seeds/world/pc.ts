/** A PC as the player moves it: its disk, and the agent's process on it while there is one. */
import type { MinuteState } from '@cac/agent/core/minute.ts';
import type { UplinkState } from '@cac/agent/core/uplink.ts';
import { openJournal, type Journal } from '@cac/agent/journal/journal.ts';
import { memoryFiles, type MemoryFiles } from '@cac/agent/journal/memory-files.ts';
import type { Random } from '../random.ts';
import { epochOf } from '../simulator/routine.ts';
import type { PcFacts, SiteFacts } from './facts.ts';
import type { Session } from './transport.ts';

export interface Line extends Session {
  /** At the broker: until a goodbye, or until it gives up waiting. */
  open: boolean;
  /** Since when packets get lost; null: none do. */
  brokenAt: number | null;
  upAt: number;
}

/** One process of the agent. */
export interface Process {
  readonly pc: Pc;
  readonly inst: string;
  readonly boot: string;
  readonly bootAt: number;
  readonly journal: Journal;
  minutes: MinuteState;
  uplink: UplinkState;
  /** Null while there is no connection. */
  line: Line | null;
  tickAt: number;
  tickedAt: number;
  timerAt: number;
  asleep: boolean;
  over: boolean;
}

export interface Pc {
  readonly site: number;
  readonly index: number;
  readonly place: SiteFacts;
  readonly facts: PcFacts;
  readonly machine: string;
  readonly random: Random;
  /** Its system tells the agent before it sleeps. */
  readonly tellsSleep: boolean;
  /** How often its heartbeats are sent: a setting of its site. */
  readonly batchEveryMs: number;
  files: MemoryFiles;
  image: Map<string, Buffer> | null;
  process: Process | null;
}

const KEEP_ACKED_MS = 2 * 86_400_000;
const RESERVE_BYTES = 4 * 1024;

export function journalOn(pc: Pc): Journal {
  watchRoom(pc);
  const opened = openJournal(pc.files, { newEpoch: () => epochOf(pc.random), keepAckedMs: KEEP_ACKED_MS, reserveBytes: RESERVE_BYTES });
  if (opened.kind !== 'open') throw new Error(`${pc.machine}: journal ${opened.reason}`);
  return opened.journal;
}

/** A full disk takes nothing but what fits where the reserve was. */
function watchRoom(pc: Pc): void {
  pc.files.onStep = (step, name) => {
    if (step === 'write' && pc.facts.diskFull && (name.startsWith('reserve') || pc.files.list().includes('reserve'))) {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
  };
}

/** The plug is pulled: what was not synced is lost, or some of it. */
export function crashDisk(pc: Pc): void {
  pc.files.onStep = null;
  pc.files.crash((unsynced) => pc.random.int(unsynced + 1));
}

export const copyDisk = ({ files }: Pc): Map<string, Buffer> => new Map(files.list().map((name) => [name, Buffer.from(files.read(name))]));

export function diskOf(image: ReadonlyMap<string, Buffer>): MemoryFiles {
  const files = memoryFiles();
  for (const [name, bytes] of image) files.create(name, bytes);
  return files;
}
