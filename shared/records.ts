/**
 * The records of an agent's journal, one schema per kind. On the wire a record is `[seq, kind, m, w, body]`:
 * `m` is milliseconds since the operating system booted (sleep included), `w` the PC's wall clock (ms UTC), which
 * may be wrong. A run of equal heartbeats, one a minute, is one entry `[from, to, "hb", m, w, body]`.
 */
import * as v from 'valibot';
import { Boot } from './ids.ts';
import { LINK_WORDS, LinkWord } from './states.ts';

/** A heartbeat stands for one minute; a run steps by exactly this much in `m` and in `w`. */
export const HEARTBEAT_MS = 60_000;

const Ms = v.pipe(v.number(), v.finite('ms'), v.minValue(0, 'ms'), v.maxValue(1e14, 'ms'));
const IntMs = v.pipe(v.number(), v.safeInteger('ms'), v.minValue(-1e14, 'ms'), v.maxValue(1e14, 'ms'));
const ShortText = v.pipe(v.string(), v.maxLength(64, 'text_too_long'));
export const Seq = v.pipe(v.number(), v.safeInteger('seq'), v.minValue(1, 'seq'));

/** How a PC is joined to its local network. */
export const InterfaceKind = v.picklist(['wired', 'wifi', 'mobile', 'other', 'none']);
export type InterfaceKind = v.InferOutput<typeof InterfaceKind>;

const ProbeName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._:-]{0,63}$/, 'probe_name'));

/** What the probes said, flat: a number is a probe that passed and what it took (ms); a text is why it failed. */
export const ProbeResults = v.pipe(
  v.record(ProbeName, v.union([Ms, v.pipe(v.string(), v.minLength(1), v.maxLength(64, 'text_too_long'))])),
  v.check((results) => Object.keys(results).length <= 32, 'too_many_probes'),
);
export type ProbeResults = v.InferOutput<typeof ProbeResults>;

/** Body of each record kind. Unknown fields are ignored, so that a newer agent can say more. */
export const RECORD_BODIES = {
  /** First start of the agent in this boot of the operating system. `up`: how long it had been up, ms. */
  boot: v.object({ boot: Boot, up: Ms }),
  /** The operating system goes down, or the agent is being uninstalled. */
  stop: v.object({ why: v.picklist(['shutdown', 'reboot', 'uninstall']) }),
  suspend: v.object({}),
  /** Ticks went on after a gap inside one process: the PC slept. */
  resume: v.object({ gap: Ms }),
  agent_start: v.object({ ver: ShortText, up: Ms }),
  agent_stop: v.object({ why: v.picklist(['signal', 'service', 'error', 'update']) }),
  /** The link or the interface changed. */
  net: v.object({ link: LinkWord, if: InterfaceKind }),
  /** One minute on. */
  hb: v.object({ link: LinkWord }),
  /** What the probes measured. */
  sample: ProbeResults,
  /** The PC's wall clock moved by `step`, or its offset from the server's was learned (`off`), ms. */
  clk: v.object({ step: v.optional(IntMs), off: v.optional(IntMs) }),
  /** Sequence numbers `from`..`to` of this journal will never come, and why. */
  drop: v.object({ from: Seq, to: Seq, why: ShortText }),
  /** A configuration took effect. */
  cfg: v.object({ version: v.pipe(v.number(), v.safeInteger()) }),
} as const;

export type RecordKind = keyof typeof RECORD_BODIES;
export type RecordBody<K extends RecordKind> = v.InferOutput<(typeof RECORD_BODIES)[K]>;
export const RECORD_KINDS = Object.keys(RECORD_BODIES) as RecordKind[];

/** A record as it is chained and sent: `[seq, kind, m, w, body]`. */
export type WireRecord = readonly [seq: number, kind: string, m: number, w: number, body: Record<string, unknown>];

/** A run of equal heartbeats as it is sent. */
export type WireRun = readonly [from: number, to: number, kind: 'hb', m: number, w: number, body: Record<string, unknown>];

/** A record, checked. */
export type JournalRecord = {
  [K in RecordKind]: { seq: number; kind: K; m: number; w: number; body: RecordBody<K> };
}[RecordKind];

export type RecordFault = 'bad_entry' | 'unknown_kind' | 'bad_time' | 'bad_body';

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 1e14;

const LINKS: ReadonlySet<unknown> = new Set(LINK_WORDS);
const isHeartbeat = (body: unknown): body is { link: LinkWord } => typeof body === 'object' && body !== null && !Array.isArray(body) && LINKS.has((body as { link?: unknown }).link);

/** Checks one expanded record. The fault says which rule it broke. */
export function readRecord(wire: readonly unknown[]): { ok: true; record: JournalRecord } | { ok: false; fault: RecordFault } {
  const [seq, kind, m, w, body] = wire;
  if (wire.length !== 5 || !Number.isSafeInteger(seq) || (seq as number) < 1) return { ok: false, fault: 'bad_entry' };
  if (typeof kind !== 'string' || !Object.hasOwn(RECORD_BODIES, kind)) return { ok: false, fault: 'unknown_kind' };
  if (!isTime(m) || !isTime(w) || m < 0) return { ok: false, fault: 'bad_time' };
  // Nearly all records are heartbeats: read them by hand, as their schema would.
  if (kind === 'hb' && isHeartbeat(body)) return { ok: true, record: { seq: seq as number, kind, m, w, body: { link: body.link } } };
  const parsed = v.safeParse(RECORD_BODIES[kind as RecordKind], body, { abortEarly: true });
  if (!parsed.success || Array.isArray(body)) return { ok: false, fault: 'bad_body' };
  return { ok: true, record: { seq, kind, m, w, body: parsed.output } as JournalRecord };
}

/** The single record at `seq` of a run. */
export const recordOfRun = (run: WireRun, seq: number): WireRecord => {
  const step = (seq - run[0]) * HEARTBEAT_MS;
  return [seq, 'hb', run[3] + step, run[4] + step, run[5]];
};
