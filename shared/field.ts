/** What the field needs beyond proof: enrolment that waits, agents' settings and commands, bytes used, PCs moved, replaced or held apart, pings without an agent. */
import * as v from 'valibot';
import { Inst, MachineId, SiteId } from './ids.ts';
import { PlainText } from './site-fields.ts';

const Id = v.number();
/** Milliseconds since 1970, UTC. */
const Instant = v.number();
const Seconds = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least, 'seconds'), v.maxValue(most, 'seconds'));

// ---- what an agent is told

/** `host:port`, or `[address]:port`. */
export const Target = v.pipe(v.string(), v.maxLength(100, 'too_long'), v.regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'target'));

/** The agents' own defaults, where nobody set anything. Transitions go at once: a batch carries what can wait (a day's bytes: README). */
export const USUAL_RULES = { keepaliveS: 60, batchS: 1_200, targets: ['www.maroc.ma:443', 'www.iam.ma:443', '1.1.1.1:443'] } as const;

/** Settings of agents as people give them; null: as the wider scope says, in the end USUAL_RULES. */
export const AgentRulesDraft = v.strictObject({
  keepaliveS: v.nullable(Seconds(30, 1_200)),
  batchS: v.nullable(Seconds(60, 3_600)),
  targets: v.nullable(v.pipe(v.array(Target), v.minLength(1, 'required'), v.maxLength(8, 'too_many'))),
});
export type AgentRulesDraft = v.InferOutput<typeof AgentRulesDraft>;
export const RULE_SCOPES = ['country', 'programme', 'site'] as const;
export const AgentRules = v.object({ ...AgentRulesDraft.entries, scope: v.object({ kind: v.picklist(RULE_SCOPES), id: v.string() }), author: v.string(), writtenAt: Instant });
export type AgentRules = v.InferOutput<typeof AgentRules>;

/**
 * The configuration of one agent, as `dn` carries it. `version`: 48 bits of a digest of all the rest, so that equal ones have equal versions, also after a restore.
 * `open`: the present week's opening, in minutes after Monday 00:00 UTC (larger measurements are made in it only). `capMb`: a month's bytes of the whole site, null: no cap.
 */
export const AgentConfig = v.object({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  keepaliveS: Seconds(30, 1_200),
  batchS: Seconds(60, 3_600),
  targets: v.pipe(v.array(Target), v.maxLength(8)),
  capMb: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000_000))),
  /** Of the cap, what is left of this month to the whole site, MB, when this was sent. */
  leftMb: v.nullable(v.number()),
  metered: v.boolean(),
  open: v.pipe(v.array(v.tuple([v.number(), v.number()])), v.maxLength(28)),
});
export type AgentConfig = v.InferOutput<typeof AgentConfig>;

/** `re_enrol`: drop the identity and enrol again with the kept voucher (a person said that this PC is another one); `move`: the same with another site's voucher. */
export const COMMANDS = ['report_now', 'rotate_secret', 'send_log'] as const;
export const CommandKind = v.picklist(COMMANDS, 'command');
export type CommandKind = v.InferOutput<typeof CommandKind>;

/** After an act the PC's silence is told so much later at most, s: one and a half keepalives and two minutes (protocol, deadlines). */
export const detectionS = (keepaliveS: number): number => Math.round(1.5 * keepaliveS + 120);

// ---- what a machine says of itself

/** Where the PC stands, now: `mains` 1 or 0, shares in percent, the agent's own CPU in ms a minute and memory in MB. Nothing of people. */
export const Context = v.object({
  mains: v.optional(v.picklist([0, 1])),
  battery: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  disk: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  cpu: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(60_000))),
  rss: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000))),
  /** Which way the connection goes: straight, by WebSocket, through a proxy. */
  way: v.optional(v.picklist(['mqtt', 'mqtts', 'ws', 'wss'])),
  proxy: v.optional(v.picklist([0, 1])),
  /** Why something waits, such as `cap` or `metered`. */
  postponed: v.optional(v.pipe(v.string(), v.maxLength(32))),
});
export type Context = v.InferOutput<typeof Context>;

/** A second process with a machine's identity, whose records are not taken up until somebody decides. */
export const HeldProcess = v.object({
  inst: Inst,
  since: Instant,
  lastAt: Instant,
  /** The address it came from. */
  address: v.string(),
  os: v.nullable(v.string()),
});
export type HeldProcess = v.InferOutput<typeof HeldProcess>;

export const Command = v.object({ id: Id, kind: CommandKind, askedBy: v.string(), askedAt: Instant, sentAt: v.nullable(Instant), doneAt: v.nullable(Instant) });
export type Command = v.InferOutput<typeof Command>;

/** Everything about one machine that a technician or a coordinator acts on. */
export const MachineField = v.object({
  enrolledAt: Instant,
  context: v.nullable(Context),
  contextAt: v.nullable(Instant),
  /** Bytes counted by the agent: today, and in this month (UTC days). */
  bytes: v.object({ today: v.number(), month: v.number() }),
  /** The configuration it should have, and the version it says it has. */
  config: AgentConfig,
  configVersion: v.nullable(v.number()),
  detectionS: v.number(),
  commands: v.array(Command),
  logAt: v.nullable(Instant),
  held: v.array(HeldProcess),
  secretChangedAt: v.nullable(Instant),
  replacedBy: v.nullable(MachineId),
});
export type MachineField = v.InferOutput<typeof MachineField>;
export const AgentLog = v.object({ at: Instant, text: v.string() });
export type AgentLog = v.InferOutput<typeof AgentLog>;

export const CommandDraft = v.strictObject({ kind: CommandKind });
/** `new_machine`: it is another PC, and enrols as one; `is_the_pc`: it is the PC, and the one that was first is the copy. */
export const HeldDecision = v.strictObject({ inst: Inst, act: v.picklist(['new_machine', 'is_the_pc']) });
export type HeldDecision = v.InferOutput<typeof HeldDecision>;
export const MoveDraft = v.strictObject({ siteId: SiteId, reason: v.pipe(PlainText, v.maxLength(300, 'too_long')) });
/** `by`: the machine that takes its place, of the same site. */
export const ReplaceDraft = v.strictObject({ by: MachineId });

// ---- enrolment beyond what a voucher allows

/** Why a person is asked: the voucher's uses are over, or the same hardware is enrolled and was heard minutes ago. */
export const WAIT_WHYS = ['used_up', 'same_hardware'] as const;
export const EnrolRequestRow = v.object({
  id: Id,
  siteId: SiteId,
  siteName: v.string(),
  name: v.string(),
  os: v.string(),
  why: v.picklist(WAIT_WHYS),
  requestedAt: Instant,
  /** The machine that has the same hardware, for `same_hardware`. */
  like: v.nullable(MachineId),
});
export type EnrolRequestRow = v.InferOutput<typeof EnrolRequestRow>;
export const EnrolDecision = v.strictObject({ accept: v.boolean() });
/** HTTP 202 to an enrolment that waits: ask again with the same nonce after `retryS`. */
export const EnrolPending = v.object({ pending: v.literal(true), why: v.picklist(WAIT_WHYS), site: v.object({ id: v.string(), name: v.string() }), retryS: v.number() });
export type EnrolPending = v.InferOutput<typeof EnrolPending>;

// ---- the page that a voucher opens

export const PLATFORMS = ['debian', 'linux', 'windows', 'any'] as const;
export const Package = v.object({ file: v.pipe(v.string(), v.regex(/^[\w.+~-]{1,120}$/, 'file')), platform: v.picklist(PLATFORMS), bytes: v.number(), sha256: v.string() });
export type Package = v.InferOutput<typeof Package>;
/** `packages.json`, as the build of the packages writes it. */
export const PackageList = v.object({ version: v.string(), items: v.array(Package) });
export type PackageList = v.InferOutput<typeof PackageList>;
/** A QR code as an SVG draws it: `side` in modules, its white rim included, and the path of the dark ones. */
export const Qr = v.object({ side: v.number(), path: v.string() });
export type Qr = v.InferOutput<typeof Qr>;
/** What a code opens, and nothing else: where it is for, what to install, who has arrived. */
export const VoucherPage = v.object({
  /** Server time of the answer. */
  at: Instant,
  site: v.object({ id: v.string(), name: v.string(), nameAr: v.nullable(v.string()) }),
  expiresAt: Instant,
  uses: v.number(),
  used: v.number(),
  server: v.string(),
  /** This page's own address, the code in it behind `#`, where no log sees it. */
  qr: Qr,
  version: v.string(),
  packages: v.array(Package),
  /** PCs that came with this code. `check`: all well; on but something fails; nothing heard yet or silent. */
  arrived: v.array(v.object({ name: v.string(), at: Instant, check: v.picklist(['ok', 'failing', 'silent']), lastAt: v.nullable(Instant) })),
  waiting: v.array(v.object({ name: v.string(), at: Instant, why: v.picklist(WAIT_WHYS) })),
});
export type VoucherPage = v.InferOutput<typeof VoucherPage>;

// ---- bytes

/** What a site's agents used of its month, by their own count. */
export const DataUse = v.object({
  month: v.string(),
  capMb: v.nullable(v.number()),
  metered: v.boolean(),
  usedBytes: v.number(),
  /** By UTC day, `YYYY-MM-DD`. */
  days: v.array(v.object({ day: v.string(), bytes: v.number() })),
  machines: v.array(v.object({ id: MachineId, name: v.string(), bytes: v.number(), postponed: v.nullable(v.string()) })),
  keepaliveS: v.number(),
  detectionS: v.number(),
  /** By the present pace: bytes at the end of the month. */
  forecastBytes: v.nullable(v.number()),
});
export type DataUse = v.InferOutput<typeof DataUse>;

// ---- pings without an agent

export const PingDraft = v.strictObject({ siteId: SiteId, name: v.pipe(PlainText, v.minLength(1, 'required'), v.maxLength(64, 'too_long')) });
export type PingDraft = v.InferOutput<typeof PingDraft>;
/** A door for PCs that cannot run the agent: whoever holds the token says "a PC is on here, with Internet", and nothing more. */
export const PingSource = v.object({
  id: Id,
  siteId: SiteId,
  name: v.string(),
  createdAt: Instant,
  createdBy: v.string(),
  revoked: v.boolean(),
  lastAt: v.nullable(Instant),
  /** Of the last 30 days, how many had a ping. */
  days: v.number(),
});
export type PingSource = v.InferOutput<typeof PingSource>;
/** The only time the token is ever said. */
export const NewPingSource = v.object({ ...PingSource.entries, token: v.string() });
export type NewPingSource = v.InferOutput<typeof NewPingSource>;
