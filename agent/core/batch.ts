/** The message that carries the journal: what goes into one batch. Pure but for reading the source it is given. */
import { LIMITS, PROTOCOL_VERSION, type DropRange, type Now, type Up } from '@cac/shared/messages.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { joinRun, type Entry } from './runs.ts';

/** What a batch reads of a journal (journal/journal.ts has this shape). */
export interface BatchSource {
  ep(): string;
  lo(): number;
  hi(): number;
  mark(): { W: number; chain: string };
  read(from: number): Iterable<{ kind: 'record'; record: WireRecord } | { kind: 'gap'; from: number; to: number; why: string }>;
}

/** What a message says of its sender at the moment of sending. */
export interface Sender {
  inst: string;
  conn: number;
  boot: string;
  w: number;
  m: number;
  now?: Now;
  /** Only in a hello. */
  ver?: { agent: string; os: string; arch: string; node: string };
  fp?: (string | null)[];
  /** Of a hello, and now and then of a batch: what the agent says beside its records. */
  also?: Pick<Up, 'cfg' | 'ctx' | 'use' | 'sh' | 'log' | 'done'>;
}

export type UpMessage = Omit<Up, 'ep' | 'inst' | 'boot' | 'r'> & { ep: string; inst: string; boot: string; r: Entry[] };

const OVERHEAD = 2_048; // everything but the entries, `now` with 32 probes included (a log goes with a hello, which has none)
const DROPS = 50;

function envelope(source: BatchSource, sender: Sender): UpMessage {
  const { chain } = source.mark();
  const { inst, conn, boot, w, m, now, also } = sender;
  return { v: PROTOCOL_VERSION, ep: source.ep(), inst, conn, boot, w, m, lo: source.lo(), hi: source.hi(), ...(now && { now }), chain, ...also, r: [] };
}

/** A hello: no records; what runs here and on which hardware. Its chain is the one at the agent's own mark. */
export function buildHello(source: BatchSource, sender: Sender): UpMessage {
  return { ...envelope(source, sender), ...(sender.ver && { ver: sender.ver }), ...(sender.fp && { fp: sender.fp }) };
}

/**
 * The next batch: from the mark on, as much as fits in `share` (1, 1/2, 1/4 ...) of the limits. `to` is the last number it
 * accounts for, records and declared drops alike; null when there is nothing to send. `single`: it holds at most one record.
 */
export function buildUp(source: BatchSource, sender: Sender, share = 1): { message: UpMessage; to: number; single: boolean } | null {
  const room = Math.max(512, (LIMITS.batchBytes - OVERHEAD) * share);
  const mostEntries = Math.max(1, Math.floor(LIMITS.batchEntries * share));
  const mostRecords = Math.max(1, Math.floor(LIMITS.batchRecords * share));
  const drop: DropRange[] = [];
  const entries: Entry[] = [];
  let to = source.mark().W;
  let bytes = 0;
  let records = 0;
  for (const item of source.read(to + 1)) {
    if (item.kind === 'gap') {
      if (drop.length === DROPS) break;
      drop.push([item.from, item.to, item.why]);
      bytes += item.why.length + 40;
      to = item.to;
      continue;
    }
    const last = entries.at(-1);
    const run = last ? joinRun(last, item.record) : null;
    const size = run ? 0 : Buffer.byteLength(JSON.stringify(item.record)) + 24; // a run's second number may come
    if (entries.length > 0 && (bytes + size > room || (!run && entries.length >= mostEntries) || records >= mostRecords)) break;
    if (run) entries[entries.length - 1] = run;
    else entries.push(item.record);
    bytes += size;
    records += 1;
    to = item.record[0];
  }
  if (to === source.mark().W) return null;
  return { message: { ...envelope(source, sender), ...(drop.length > 0 && { drop }), r: entries }, to, single: records <= 1 };
}
