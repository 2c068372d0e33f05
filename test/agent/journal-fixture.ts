/** Journals for tests: deterministic epochs, records that differ from each other. */
import { memoryFiles, type MemoryFiles } from '@cac/agent/journal/memory-files.ts';
import { openJournal, type Draft, type Journal, type JournalItem, type JournalOptions } from '@cac/agent/journal/journal.ts';
import type { Files } from '@cac/agent/journal/files.ts';
import type { WireRecord } from '@cac/shared/records.ts';

export function epochs(): () => string {
  let n = 0;
  return () => `epoch${String((n += 1)).padStart(11, '0')}`;
}

export const options = (more: Partial<JournalOptions> = {}): JournalOptions => ({ newEpoch: epochs(), reserveBytes: 0, ...more });

export function opened(files: Files, more: Partial<JournalOptions> = {}): { journal: Journal; notes: string[] } {
  const result = openJournal(files, options(more));
  if (result.kind !== 'open') throw new Error(`journal did not open: ${result.kind} ${result.reason}`);
  return result;
}

/** The n-th record of a made-up day: heartbeats, every fifth a sample, every 50th a transition. */
export function draft(n: number): Draft {
  const at = { m: 1_000 + n * 60_000, w: 1_750_000_000_000 + n * 60_000 };
  if (n % 50 === 0) return { kind: 'net', ...at, body: { link: n % 100 === 0 ? 'ok' : 'dns', if: 'wired' } };
  if (n % 5 === 0) return { kind: 'sample', ...at, body: { gw: 1 + (n % 7), dns: 20.5, net1: 33, srv: 'timeout' } };
  return { kind: 'hb', ...at, body: { link: 'ok' } };
}

export function filled(count: number, more: Partial<JournalOptions> = {}): { files: MemoryFiles; journal: Journal } {
  const files = memoryFiles();
  const { journal } = opened(files, more);
  for (let n = 1; n <= count; n += 1) journal.append([draft(n)]);
  return { files, journal };
}

export const itemsOf = (journal: Journal, from = journal.lo()): JournalItem[] => [...journal.read(from)];
export const recordsOf = (journal: Journal, from = journal.lo()): WireRecord[] => itemsOf(journal, from).flatMap((i) => (i.kind === 'record' ? [i.record] : []));
export const gapsOf = (journal: Journal): [number, number, string][] => itemsOf(journal).flatMap((i) => (i.kind === 'gap' ? [[i.from, i.to, i.why]] : []));
export const segmentsOf = (files: Files): string[] => files.list().filter((n) => n.endsWith('.seg')).sort();
