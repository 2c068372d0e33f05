/** A machine's past, day by day: each local day follows from its own slice of the evidence, so that counting it again gives the same. */
import { dayAfter, dayStartAt, type LocalDay } from '@cac/shared/wall-time.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { BootEvidence, Entry, Evidence } from './evidence.ts';
import { isOn, timelineOf, type Interval, type Known } from './timeline.ts';

/** So much before and after a day is looked at too: a sample comes every five minutes. */
export const MARGIN_MS = 15 * 60_000;

export interface MachineDay {
  day: LocalDay;
  intervals: Interval[];
  onMs: number;
  /** Boots that began in this day, and stretches without a proper stop. */
  boots: number;
  unclean: number;
}

export function machineDayOf(evidence: Evidence, known: Known, day: LocalDay): MachineDay {
  const fromAt = dayStartAt(day);
  const toAt = Math.min(dayStartAt(dayAfter(day)), known.now);
  const slice = sliceOf(evidence, fromAt - MARGIN_MS, toAt + MARGIN_MS);
  const intervals = timelineOf(slice, known, fromAt, toAt);
  const inDay = (at: number): boolean => at >= fromAt && at < toAt;
  return {
    day,
    intervals,
    onMs: intervals.reduce((sum, i) => (isOn(i.word) ? sum + i.toAt - i.fromAt : sum), 0),
    boots: slice.boots.filter((boot) => inDay(boot.startAt)).length,
    unclean: intervals.filter((i) => i.word === 'off:unclean' && inDay(i.sinceAt)).length,
  };
}

/** What lies in a stretch of time, with the nearest entry on either side. */
export function sliceOf({ boots, holes }: Evidence, fromAt: number, toAt: number): Evidence {
  let before: BootEvidence | null = null;
  let after: BootEvidence | null = null;
  const inside: BootEvidence[] = [];
  for (const boot of boots) {
    const endOf = (entry: Entry): number => boot.startAt + entry.m + (entry.lastSeq - entry.seq) * HEARTBEAT_MS;
    const first = boot.entries.findIndex((entry) => endOf(entry) >= fromAt);
    const end = boot.entries.findIndex((entry) => boot.startAt + entry.m >= toAt);
    const from = first < 0 ? boot.entries.length : first;
    const to = end < 0 ? boot.entries.length : end;
    if (from > 0) before = { ...boot, entries: boot.entries.slice(from - 1, from) };
    if (to < boot.entries.length) after ??= { ...boot, entries: boot.entries.slice(to, to + 1) };
    if (to > from) inside.push({ ...boot, entries: boot.entries.slice(from, to) });
  }
  return { boots: joined([...(before ? [before] : []), ...inside, ...(after ? [after] : [])]), holes };
}

/** The parts of one boot, side by side, as one. */
function joined(parts: readonly BootEvidence[]): BootEvidence[] {
  const found: BootEvidence[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last && last.boot === part.boot && last.startAt === part.startAt) last.entries = [...last.entries, ...part.entries];
    else found.push({ ...part });
  }
  return found;
}
