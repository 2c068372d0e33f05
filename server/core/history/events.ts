/**
 * Evidence as one line of events: within a boot by `m`, boots by where they stand in time. What two journals both tell (a fork sends again what
 * an older epoch had) is one event with two references.
 */
import { HEARTBEAT_MS, type RecordKind } from '@cac/shared/records.ts';
import type { BootEvidence, Entry, Evidence, Placing } from './evidence.ts';

/** Where an event stands in a journal. */
export interface Reference {
  epoch: number;
  seq: number;
  lastSeq: number;
}

export interface Event {
  kind: RecordKind;
  body: Record<string, unknown>;
  /** Index of its boot. */
  boot: number;
  placed: Placing;
  /** Server time of it, and of the last heartbeat of a run, ms UTC. */
  at: number;
  endAt: number;
  refs: Reference[];
}

/** Events in order. `startAts`: where each boot begins, by index. */
export function eventsOf(evidence: Evidence): { events: Event[]; startAts: number[] } {
  const events = evidence.boots.flatMap((boot, index) => (isPlain(boot) ? boot.entries.map((entry) => eventOf(entry, boot, index)) : merged(boot, index)));
  return { events, startAts: evidence.boots.map((boot) => boot.startAt) };
}

/** One journal, and no run of heartbeats that something else lies in. */
const isPlain = ({ entries }: BootEvidence): boolean =>
  entries.every((entry, i) => {
    const before = entries[i - 1];
    return before === undefined || (before.epoch === entry.epoch && before.m + (before.lastSeq - before.seq) * HEARTBEAT_MS <= entry.m);
  });

const eventOf = (entry: Entry, { startAt, placed }: BootEvidence, boot: number): Event => ({
  kind: entry.kind,
  body: entry.body as Record<string, unknown>,
  boot,
  placed,
  at: startAt + entry.m,
  endAt: startAt + entry.m + (entry.lastSeq - entry.seq) * HEARTBEAT_MS,
  refs: [{ epoch: entry.epoch, seq: entry.seq, lastSeq: entry.lastSeq }],
});

/** Beat by beat: runs of two journals need not begin at the same minute, and a faulty agent's may lie across its other records. */
function merged(boot: BootEvidence, index: number): Event[] {
  const found = new Map<string, Event>();
  for (const run of boot.entries) {
    for (let seq = run.seq, m = run.m; seq <= run.lastSeq; seq += 1, m += HEARTBEAT_MS) {
      const event = eventOf({ ...run, seq, lastSeq: seq, m }, boot, index);
      const key = `${m} ${run.kind}`;
      const known = found.get(key);
      if (known) known.refs.push(...event.refs);
      else found.set(key, event);
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at || rank(a) - rank(b) || a.refs[0]!.seq - b.refs[0]!.seq);
}

/** At one moment a boot comes before the agent's start, and a stop comes last. */
const rank = ({ kind }: Event): number => (kind === 'boot' ? 0 : kind === 'agent_start' ? 1 : kind === 'stop' || kind === 'agent_stop' ? 3 : 2);
