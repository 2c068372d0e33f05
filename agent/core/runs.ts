/**
 * Runs of equal heartbeats. In the journal each heartbeat is a record of its own; on the wire those that step by exactly one
 * number and one minute, with an equal body, are one entry `[from, to, "hb", m, w, body]`. Exact both ways.
 */
import { HEARTBEAT_MS, recordOfRun, type WireRecord, type WireRun } from '@cac/shared/records.ts';

export type Entry = WireRecord | WireRun;

export const isRun = (entry: Entry): entry is WireRun => entry.length === 6;
export const lastSeqOf = (entry: Entry): number => (isRun(entry) ? entry[1] : entry[0]);

/** The entry that holds `entry` and, after it, `record`; null if they make no run. */
export function joinRun(entry: Entry, record: WireRecord): WireRun | null {
  const [seq, kind, m, w, body] = record;
  const from = entry[0];
  const to = lastSeqOf(entry);
  const [m0, w0, body0] = isRun(entry) ? [entry[3], entry[4], entry[5]] : [entry[2], entry[3], entry[4]];
  if (kind !== 'hb' || (isRun(entry) ? entry[2] : entry[1]) !== 'hb' || seq !== to + 1) return null;
  const step = (seq - from) * HEARTBEAT_MS;
  if (m !== m0 + step || w !== w0 + step || JSON.stringify(body) !== JSON.stringify(body0)) return null;
  return [from, seq, 'hb', m0, w0, body0];
}

export function packRuns(records: Iterable<WireRecord>): Entry[] {
  const entries: Entry[] = [];
  for (const record of records) {
    const last = entries.at(-1);
    const run = last ? joinRun(last, record) : null;
    if (run) entries[entries.length - 1] = run;
    else entries.push(record);
  }
  return entries;
}

export function expandRuns(entries: Iterable<Entry>): WireRecord[] {
  const records: WireRecord[] = [];
  for (const entry of entries) {
    if (!isRun(entry)) records.push(entry);
    else for (let seq = entry[0]; seq <= entry[1]; seq += 1) records.push(recordOfRun(entry, seq));
  }
  return records;
}
