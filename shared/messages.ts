/** The messages between agent and server, one schema each. Unknown fields are ignored; limits are the contract's. */
import * as v from 'valibot';
import { AgentConfig, CommandKind, Context } from './field.ts';
import { Boot, ChainValue, Epoch, Inst, MachineId, Sha256 } from './ids.ts';
import { InterfaceKind, ProbeResults, Seq } from './records.ts';
import { LinkWord, MachineFlag } from './states.ts';

export const PROTOCOL_VERSION = 1;

export const LIMITS = {
  /** An `up` payload above this is rejected with `too_big`; the agent halves its batch. */
  batchBytes: 32 * 1024,
  /** A packet above this closes the link; before CONNECT is accepted the limit is `connectBytes`. */
  packetBytes: 64 * 1024,
  connectBytes: 4 * 1024,
  /** A payload above this may be brotli, marked by the first byte `BROTLI_MARK`: a third less on a metered line. */
  compressAbove: 256,
  inflatedBytes: 256 * 1024,
  batchEntries: 100,
  batchRecords: 1_500,
  /** Record bodies are flat: message, entries, entry, body. */
  jsonDepth: 4,
} as const;

export const BROTLI_MARK = 0x01;

const Ms = v.pipe(v.number(), v.finite('ms'), v.minValue(0, 'ms'), v.maxValue(1e14, 'ms'));
const WallMs = v.pipe(v.number(), v.finite('ms'), v.minValue(-1e14, 'ms'), v.maxValue(1e14, 'ms'));
const Text64 = v.pipe(v.string(), v.maxLength(64, 'text_too_long'), v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control_character'));

/** The machine now: shown live while a backlog drains. `up`: ms since the operating system booted. */
export const Now = v.object({
  link: LinkWord,
  up: Ms,
  if: v.optional(InterfaceKind),
  p: v.optional(ProbeResults),
  flags: v.optional(v.pipe(v.array(MachineFlag), v.maxLength(8))),
});
export type Now = v.InferOutput<typeof Now>;

/** A range of sequence numbers that will never come: `[from, to, why]`. */
export const DropRange = v.pipe(
  v.tuple([Seq, Seq, Text64]),
  v.check(([from, to]) => from <= to, 'drop_range'),
);
export type DropRange = v.InferOutput<typeof DropRange>;

/** agent -> server. Entries of `r` are checked one by one (records.ts), so that one bad record does not cost the others. */
export const Up = v.object({
  v: v.pipe(v.number(), v.integer('version')),
  ep: Epoch,
  inst: Inst,
  conn: v.pipe(v.number(), v.safeInteger('conn'), v.minValue(1, 'conn')),
  boot: Boot,
  w: WallMs,
  m: Ms,
  lo: Seq,
  hi: v.pipe(v.number(), v.safeInteger('hi'), v.minValue(0, 'hi')),
  now: v.optional(Now),
  chain: ChainValue,
  drop: v.optional(v.pipe(v.array(DropRange), v.maxLength(100, 'too_many_drops'))),
  r: v.pipe(v.array(v.array(v.unknown())), v.maxLength(LIMITS.batchEntries, 'too_many_entries')),
  /** In a hello (`r` empty): what runs there, and the fingerprint's hashes (null where a component cannot be read). */
  ver: v.optional(v.object({ agent: Text64, os: Text64, arch: Text64, node: Text64 })),
  fp: v.optional(v.pipe(v.array(v.nullable(Sha256)), v.length(3, 'fingerprint'))),
  /** Version of the configuration in force; 0: the agent's own defaults. */
  cfg: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** With a hello, and once an hour: where the PC stands, and the bytes counted of its last UTC days. */
  ctx: v.optional(Context),
  use: v.optional(v.pipe(v.array(v.tuple([v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/, 'day')), v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1e12))])), v.maxLength(8, 'too_many_days'))),
  /** SHA-256 of a new secret, made by the agent: good from the ack on, the old one for 24 h more. */
  sh: v.optional(Sha256),
  /** The end of the agent's own log, asked for by a command. */
  log: v.optional(v.pipe(v.string(), v.maxLength(24 * 1024, 'log_too_long'))),
  /** The command that was carried out. */
  done: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});
export type Up = v.InferOutput<typeof Up>;

export const ACK_CODES = ['ok', 'slow', 'fork', 'revoked', 'unknown', 'stale_epoch', 'too_big', 'upgrade'] as const;
export const AckCode = v.picklist(ACK_CODES, 'code');
export type AckCode = v.InferOutput<typeof AckCode>;

/** server -> agent, after the commit. `code` is read before `W`: all up to `W` is durable only under `ok` and `slow`. */
export const Ack = v.object({
  v: v.number(),
  ep: Epoch,
  W: v.pipe(v.number(), v.safeInteger('W'), v.minValue(0, 'W')),
  /** Server time at commit, ms UTC. */
  t: v.pipe(v.number(), v.safeInteger('t')),
  sid: Text64,
  dbi: Text64,
  code: AckCode,
  /** Do not send before this many ms have passed. */
  wait: v.pipe(v.number(), v.safeInteger('wait'), v.minValue(0, 'wait'), v.maxValue(3_600_000, 'wait')),
});
export type Ack = v.InferOutput<typeof Ack>;

/** The last will: it names the connection it belongs to. */
export const Will = v.object({ inst: Inst, conn: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), ep: Epoch });
export type Will = v.InferOutput<typeof Will>;

/** server -> all, retained: a wake-up hint. `spread`: spread what you send over this many ms. */
export const Srv = v.object({ sid: Text64, dbi: Text64, t: v.number(), spread: v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000)) });
export type Srv = v.InferOutput<typeof Srv>;

/** server -> one agent: say hello again, act on a command, take a configuration, or know how it is with its identity. */
export const Down = v.object({
  v: v.number(),
  t: v.number(),
  hello: v.optional(v.boolean()),
  /** `id`: its number, given back in `done`. */
  cmd: v.optional(CommandKind),
  id: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  cfg: v.optional(AgentConfig),
  /** Another PC runs with this identity, and was first: nothing of this process is taken up until somebody decides. */
  held: v.optional(v.boolean()),
  /** Drop this identity and enrol again: with the kept voucher (somebody said that this is another PC), or with this one, of the site it was moved to. */
  enrol: v.optional(v.object({ voucher: v.nullable(v.string()) })),
});
export type Down = v.InferOutput<typeof Down>;

/** Asking what a voucher is for, before using it. */
export const VoucherQuestion = v.object({ voucher: v.string() });

/** An agent's request for an identity. The secret stays on the PC: only its SHA-256 travels. */
export const EnrolRequest = v.object({
  v: v.pipe(v.number(), v.integer('version')),
  voucher: v.string(),
  secretHash: Sha256,
  /** Made once per attempt to enrol: asking twice with the same nonce gives the same machine. */
  nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'nonce')),
  fp: v.pipe(v.array(v.nullable(Sha256)), v.length(3, 'fingerprint')),
  name: v.pipe(Text64, v.minLength(1, 'name')),
  agent: Text64,
  os: Text64,
});
export type EnrolRequest = v.InferOutput<typeof EnrolRequest>;

/** What a voucher is for: shown to the technician for confirmation. `salt` goes into the fingerprint's hashes. */
export const VoucherAnswer = v.object({ site: v.object({ id: Text64, name: v.string() }), salt: v.string() });
export type VoucherAnswer = v.InferOutput<typeof VoucherAnswer>;

export const EnrolAnswer = v.object({
  machine: MachineId,
  site: v.object({ id: Text64, name: v.string() }),
  /** Where to speak MQTT. A null host means: the host of the server's address. */
  mqtt: v.object({ host: v.nullable(v.string()), port: v.number(), tls: v.boolean() }),
  dbi: Text64,
});
export type EnrolAnswer = v.InferOutput<typeof EnrolAnswer>;
