/** The monthly report and the list of work, as the REST API answers them. Days are Moroccan; a report's figures are those of the evening of its last day. */
import * as v from 'valibot';
import { Programme } from './api.ts';
import { Source } from './programme.ts';
import { Day, OpeningSums, Ratios } from './history-api.ts';
import { Threshold } from './ladder.ts';
import { ProvinceCode, RegionCode, SiteId } from './ids.ts';

const Count = v.number();
const Instant = v.number();
const Names = v.object({ fr: v.string(), ar: v.string(), en: v.string() });

/** `2026-10` */
export const Month = v.pipe(v.string(), v.regex(/^(19|20)\d\d-(0[1-9]|1[0-2])$/, 'month'));

/** Target / declared / proven of one programme, with what stood a month before. */
export const ReportProgramme = v.object({
  programme: Programme,
  names: Names,
  /** Null in a report of one region when the target is not split by region. */
  target: v.nullable(Count),
  targetYear: v.nullable(v.number()),
  source: v.nullable(Source),
  registered: Count,
  declared: Count,
  proven: Count,
  /** In service, with its telephone attested. */
  complete: Count,
  declaredBefore: Count,
  provenBefore: Count,
});
export type ReportProgramme = v.InferOutput<typeof ReportProgramme>;

/** One region, or in a report of one region one province. Empty where sites name none. */
export const ReportArea = v.object({ area: v.string(), programme: Programme, registered: Count, declared: Count, proven: Count, complete: Count });
export const ReportAvailability = v.object({ area: v.string(), sums: OpeningSums, ratios: Ratios, sites: Count, measured: Count, assumedMs: v.number() });
/** Opening time in which sites were not connected, by verdict and cause, ms. */
export const Interruption = v.object({ verdict: v.string(), cause: v.string(), ms: v.number(), sites: Count });

export const ReportBody = v.object({
  month: Month,
  /** Empty: the country. */
  region: v.union([v.literal(''), RegionCode]),
  from: Day,
  to: Day,
  demo: v.boolean(),
  programmes: v.array(ReportProgramme),
  areas: v.array(ReportArea),
  availability: v.array(ReportAvailability),
  interruptions: v.array(Interruption),
  /** Sites that are stuck, by the cause that somebody dated. */
  causes: v.array(v.object({ programme: Programme, cause: v.string(), names: v.nullable(Names), sites: Count })),
  /** What the list of work asks for: sites by reason. */
  work: v.array(v.object({ reason: v.string(), sites: Count })),
  /** Under which thresholds a site is reporting and in service, as they were in force then. */
  thresholds: v.array(Threshold),
  /** Up to which number the log had been read. */
  cursor: v.number(),
});
export type ReportBody = v.InferOutput<typeof ReportBody>;

/** A figure that is another one today than it was when the report was sent. `figure`: `proven:CAC`, `service`, `open:MA-04` ... */
export const Revision = v.object({ figure: v.string(), was: v.nullable(v.number()), is: v.nullable(v.number()) });
export type Revision = v.InferOutput<typeof Revision>;

export const REVISION_REASONS = ['calendar', 'attestations', 'registry', 'evidence'] as const;
/** Why: a change of a calendar each, the others counted. */
export const RevisionReason = v.object({ kind: v.picklist(REVISION_REASONS), at: v.nullable(Instant), author: v.nullable(v.string()), detail: v.string(), n: Count });
export type RevisionReason = v.InferOutput<typeof RevisionReason>;

export const IssuedReportLine = v.object({ no: v.number(), month: Month, region: v.string(), issuedAt: Instant, dataAsOf: Instant, author: v.string(), digest: v.string() });
export type IssuedReportLine = v.InferOutput<typeof IssuedReportLine>;
export const IssuedReport = v.object({ ...IssuedReportLine.entries, body: ReportBody, revisions: v.array(Revision), reasons: v.array(RevisionReason) });
export type IssuedReport = v.InferOutput<typeof IssuedReport>;
export const ReportDraft = v.strictObject({ month: Month, region: v.optional(v.union([v.literal(''), RegionCode]), '') });

// ---- the list of work

export const WORK_REASONS = ['gone_silent', 'never_reported', 'telephone_failing', 'stuck', 'pcs_missing', 'telephone_expired'] as const;
export const WorkReason = v.object({ reason: v.picklist(WORK_REASONS), since: v.nullable(Day), detail: v.nullable(v.string()) });
export type WorkReason = v.InferOutput<typeof WorkReason>;

export const WorkItem = v.object({
  siteId: SiteId,
  name: v.string(),
  nameAr: v.nullable(v.string()),
  programme: Programme,
  region: RegionCode,
  province: v.nullable(ProvinceCode),
  /** Its code, or the name that somebody typed. */
  commune: v.nullable(v.string()),
  /** Of a commune that is known by its code. */
  communeNames: v.nullable(v.object({ fr: v.string(), ar: v.string() })),
  dutyPhone: v.nullable(v.string()),
  manager: v.nullable(v.string()),
  lat: v.number(),
  lon: v.number(),
  /** The last packet of one of its PCs. */
  lastSignAt: v.nullable(Instant),
  reasons: v.array(WorkReason),
  demo: v.boolean(),
});
export type WorkItem = v.InferOutput<typeof WorkItem>;

// ---- indicators entered by hand

export const Indicator = v.object({
  code: v.string(),
  names: Names,
  unit: v.string(),
  baseYear: v.nullable(v.number()),
  baseValue: v.nullable(v.number()),
  targetYear: v.nullable(v.number()),
  targetValue: v.nullable(v.number()),
  source: Source,
  values: v.array(v.object({ id: v.number(), day: Day, value: v.number(), source: v.string(), author: v.string() })),
});
export type Indicator = v.InferOutput<typeof Indicator>;
export const IndicatorValueDraft = v.strictObject({
  day: Day,
  value: v.pipe(v.number(), v.finite('number'), v.minValue(0, 'number')),
  source: v.pipe(v.string(), v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control_character'), v.trim(), v.minLength(1, 'required'), v.maxLength(200, 'too_long')),
});
