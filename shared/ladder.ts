/** The deployment ladder on the wire: what is declared of a site, what evidence proves, the rules that say so, and why a site is stuck. */
import * as v from 'valibot';
import { Day } from './history-api.ts';
import { SiteId } from './ids.ts';
import { PlainText } from './site-fields.ts';

/** Declared stages from the first to the last: the highest one attested implies those before it. */
export const DECLARED_STAGES = ['identified', 'built', 'equipped', 'connected'] as const;
export type DeclaredStage = (typeof DECLARED_STAGES)[number];

/** What evidence alone may say; its place in the list is the rung (0: nothing yet). */
export const PROVEN_STAGES = ['none', 'enrolled', 'reporting', 'in_service'] as const;
export type ProvenStage = (typeof PROVEN_STAGES)[number];

export const ATTESTATION_KINDS = [...DECLARED_STAGES, 'telephone', 'stuck'] as const;

const CauseCode = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{1,30}$/, 'cause'));
const Note = v.optional(v.pipe(PlainText, v.trim(), v.maxLength(300, 'too_long')), '');
const Name = v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(120, 'too_long'));

/** Somebody's word about a site. `value`: works or fails for the telephone, a cause for a stuck site (null: no longer stuck). */
export const AttestationDraft = v.strictObject({
  kind: v.picklist(ATTESTATION_KINDS, 'attestation_kind'),
  day: Day,
  value: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(40, 'too_long'))), null),
  /** The paper it rests on: a circular, a report of acceptance, a letter. */
  source: v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(200, 'too_long')),
  note: Note,
});
export type AttestationDraft = v.InferOutput<typeof AttestationDraft>;

export const Attestation = v.object({
  id: v.number(),
  kind: v.picklist(ATTESTATION_KINDS),
  day: v.string(),
  value: v.nullable(v.string()),
  source: v.string(),
  author: v.string(),
  note: v.string(),
  recordedAt: v.number(),
  visitId: v.nullable(v.number()),
  withdrawn: v.nullable(v.object({ at: v.number(), by: v.string() })),
});
export type Attestation = v.InferOutput<typeof Attestation>;

/** By which function a place was visited: never by name. */
export const VISITORS = ['technician', 'coordinator', 'inspector', 'carrier', 'manager', 'other'] as const;
const PcCount = v.optional(v.nullable(v.pipe(v.number(), v.integer('count'), v.minValue(0, 'count'), v.maxValue(10_000, 'count'))), null);
export const VisitDraft = v.strictObject({
  day: Day,
  byFunction: v.picklist(VISITORS, 'visitor'),
  pcsFound: PcCount,
  pcsWorking: PcCount,
  telephone: v.optional(v.nullable(v.picklist(['works', 'fails'], 'telephone')), null),
  note: Note,
});
export type VisitDraft = v.InferOutput<typeof VisitDraft>;
export const Visit = v.object({
  id: v.number(),
  day: v.string(),
  byFunction: v.picklist(VISITORS),
  pcsFound: v.nullable(v.number()),
  pcsWorking: v.nullable(v.number()),
  telephone: v.nullable(v.picklist(['works', 'fails'])),
  note: v.string(),
  author: v.string(),
  recordedAt: v.number(),
});
export type Visit = v.InferOutput<typeof Visit>;

const Names = v.object({ fr: v.string(), ar: v.string(), en: v.string() });
export const StuckCause = v.object({ code: CauseCode, names: Names, retired: v.boolean() });
export type StuckCause = v.InferOutput<typeof StuckCause>;
export const StuckCauseDraft = v.strictObject({ code: CauseCode, names: v.strictObject({ fr: Name, ar: Name, en: Name }) });
export type StuckCauseDraft = v.InferOutput<typeof StuckCauseDraft>;

// ---- rules

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer('threshold'), v.minValue(least, 'threshold'), v.maxValue(most, 'threshold'));
const Share = v.pipe(v.number(), v.minValue(0, 'threshold'), v.maxValue(1, 'threshold'));

/** When a site counts as what. Each holds from a day on; `service.*` by kind of equipment. */
export const THRESHOLDS = {
  /** Over the last opening days, so many of them observed: connected and known shares of opening time. */
  'service.centre': v.strictObject({ days: whole(1, 60), observedDays: whole(1, 60), connected: Share, observability: Share }),
  /** In which share of the last school weeks there was a connected session. */
  'service.room': v.strictObject({ weeks: whole(1, 20), share: Share }),
  /** Suitcases and trolleys: connected sessions in the last school weeks. */
  'service.carried': v.strictObject({ weeks: whole(1, 20), sessions: whole(1, 20) }),
  /** Heard within so many opening days. */
  reporting: v.strictObject({ days: whole(1, 60) }),
  /** For so many days an attested telephone counts. */
  telephone: v.strictObject({ validDays: whole(1, 730) }),
} as const;
export type ThresholdKey = keyof typeof THRESHOLDS;
export const THRESHOLD_KEYS = Object.keys(THRESHOLDS) as ThresholdKey[];
export type ThresholdOf<K extends ThresholdKey> = v.InferOutput<(typeof THRESHOLDS)[K]>;

export const Threshold = v.object({
  key: v.picklist(THRESHOLD_KEYS),
  fromDay: v.string(),
  value: v.record(v.string(), v.number()),
  author: v.string(),
  note: v.string(),
  writtenAt: v.number(),
});
export type Threshold = v.InferOutput<typeof Threshold>;
/** `replacedAt`: another from the same day took its place then; null while it stands. */
export const ThresholdVersion = v.object({ ...Threshold.entries, replacedAt: v.nullable(v.number()) });
export type ThresholdVersion = v.InferOutput<typeof ThresholdVersion>;
export const ThresholdsView = v.object({ inForce: v.array(Threshold), items: v.array(Threshold), versions: v.array(ThresholdVersion) });
export type ThresholdsView = v.InferOutput<typeof ThresholdsView>;
export const ThresholdDraft = v.strictObject({ fromDay: Day, value: v.record(v.string(), v.number()), note: Note });
export type ThresholdDraft = v.InferOutput<typeof ThresholdDraft>;

/** `ladder.json`: rules and causes as shipped. */
export const LadderFile = v.strictObject({
  note: v.string(),
  thresholds: v.array(v.strictObject({ key: v.picklist(THRESHOLD_KEYS), from_day: Day, value: v.record(v.string(), v.number()), note: v.string() })),
  causes: v.array(v.strictObject({ code: CauseCode, names: v.strictObject({ fr: Name, ar: Name, en: Name }) })),
});
export type LadderFile = v.InferOutput<typeof LadderFile>;

// ---- a site's ladder

export const SERVICE_RULES = ['centre', 'room', 'carried'] as const;
export type ServiceRule = (typeof SERVICE_RULES)[number];

/** What a proven rung rests on, so that it can be counted again by hand. Times are of opening time, ms. */
export const ProvenReason = v.object({
  rule: v.picklist(SERVICE_RULES),
  day: v.string(),
  /** The thresholds in force that day. */
  service: v.nullable(v.record(v.string(), v.number())),
  reportingDays: v.nullable(v.number()),
  lastHeard: v.nullable(v.string()),
  /** That day rests on a ping without an agent: weaker evidence. */
  simple: v.optional(v.boolean()),
  /** Opening days since it was last heard. */
  silentDays: v.nullable(v.number()),
  /** First day of what was looked at; null where nothing was. */
  from: v.nullable(v.string()),
  openingDays: v.number(),
  observedDays: v.number(),
  openMs: v.number(),
  connMs: v.number(),
  knownMs: v.number(),
  weeks: v.number(),
  weeksConnected: v.number(),
  sessions: v.number(),
  /** What is missing for the next rung. */
  missing: v.array(v.picklist(['never_heard', 'silent', 'few_days', 'connected', 'observability', 'weeks', 'sessions', 'no_rule'])),
});
export type ProvenReason = v.InferOutput<typeof ProvenReason>;

const ServiceState = v.picklist(['working', 'failing', 'unknown']);
export type ServiceState = v.InferOutput<typeof ServiceState>;
export const Services = v.object({ computers: ServiceState, internet: ServiceState, telephone: ServiceState, complete: v.boolean() });
export type Services = v.InferOutput<typeof Services>;

export const LadderView = v.object({
  siteId: SiteId,
  demo: v.boolean(),
  declared: v.array(v.object({ stage: v.picklist(DECLARED_STAGES), reached: v.boolean(), attestation: v.nullable(Attestation) })),
  proven: v.object({ stage: v.picklist(PROVEN_STAGES), asOf: v.nullable(v.string()), reason: v.nullable(ProvenReason) }),
  thresholds: v.array(Threshold),
  /** Of a centre; null for schools. */
  services: v.nullable(Services),
  telephone: v.nullable(Attestation),
  stuck: v.nullable(Attestation),
  visits: v.array(Visit),
  /** Everything that was ever attested, newest first, with what was withdrawn. */
  history: v.array(Attestation),
});
export type LadderView = v.InferOutput<typeof LadderView>;
