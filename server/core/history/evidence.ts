/**
 * What is known of a machine's past, as history reads it. Epochs are how journals were kept; history knows boots: within one, events stand
 * in the order of `m`, and a boot stands in time by where its `m = 0` lies. The same fact received twice falls together.
 */
import type { JournalRecord, RecordKind } from '@cac/shared/records.ts';

/** One record, or a run of equal heartbeats one minute apart (`lastSeq > seq`, kind `hb`). */
export interface Entry {
  /** Ordinal of the machine's epoch: 1, 2 ... in the order in which the server met them. */
  epoch: number;
  seq: number;
  lastSeq: number;
  kind: RecordKind;
  /** Ms since the boot, of the first. */
  m: number;
  /** The PC's wall clock at the first, ms UTC; it may be wrong. */
  w: number;
  body: JournalRecord['body'];
}

/** How a boot was placed in time, best first: by what the server measured, by what acks taught the agent, by the PC's clock, by its neighbours only. */
export const PLACINGS = ['receipt', 'clk', 'wall', 'guess'] as const;
export type Placing = (typeof PLACINGS)[number];

export interface BootEvidence {
  boot: string;
  /** Server time at `m = 0`, ms UTC. */
  startAt: number;
  placed: Placing;
  /** In the order of `m`, then epoch, then seq. */
  entries: Entry[];
}

/** Sequence numbers that will never come. */
export interface Hole {
  epoch: number;
  from: number;
  to: number;
  /** `lost`, `rejected`, or the agent's own reason. */
  why: string;
}

/** Of one machine, for a stretch of time: what lies in it, and the nearest entry on either side. Boots in the order of time. */
export interface Evidence {
  boots: BootEvidence[];
  holes: Hole[];
}

/** What hides nothing but heartbeats and samples; every other hole may hide a transition. */
const HARMLESS: ReadonlySet<string> = new Set(['cap', 'disk_full']);
export const isHarmful = (hole: Hole): boolean => !HARMLESS.has(hole.why);
