/** Deployment as the pages and files show it: every number has its list, and target, declared and proven stand together. */
import * as v from 'valibot';
import { EquipmentKind, Programme, Zone } from './api.ts';
import { ProvinceCode, RegionCode, SiteId } from './ids.ts';
import { Services, Threshold } from './ladder.ts';
import { PlainText } from './site-fields.ts';

const Count = v.number();
const Names = v.object({ fr: v.string(), ar: v.string(), en: v.string() });

/** From the registry to the last rung: each step counts sites that have reached it. */
export const STEPS = ['registered', 'identified', 'built', 'equipped', 'connected', 'enrolled', 'reporting', 'in_service', 'complete'] as const;
export type Step = (typeof STEPS)[number];
/** Lists that are not steps: what is missing, what contradicts itself, what counts nowhere. */
export const LISTS = [...STEPS, 'gap', 'silent', 'undeclared', 'uncounted'] as const;
export type DeploymentList = (typeof LISTS)[number];

/** `complete` is told of the present only: null for an earlier year. */
const Steps = v.object({ ...(Object.fromEntries(STEPS.map((step) => [step, Count])) as Record<Exclude<Step, 'complete'>, typeof Count>), complete: v.nullable(Count) });
export type Steps = v.InferOutput<typeof Steps>;

export const Target = v.object({ value: Count, year: v.number(), source: v.string(), page: v.nullable(v.string()), sourceYear: v.nullable(v.number()) });

export const FunnelRow = v.object({
  programme: Programme,
  names: Names,
  /** Null where the target is not split that far. */
  target: v.nullable(Target),
  steps: Steps,
  byEquipment: v.array(v.object({ equipment: v.nullable(EquipmentKind), steps: Steps })),
  /** Declared connected, and not heard any more or never. */
  silent: Count,
  /** In service, and nobody declared it connected. */
  undeclared: Count,
  causes: v.array(v.object({ cause: v.nullable(v.string()), names: v.nullable(Names), sites: Count })),
  demo: v.boolean(),
});
export type FunnelRow = v.InferOutput<typeof FunnelRow>;
export const FunnelView = v.object({ asOf: v.string(), thresholds: v.array(Threshold), items: v.array(FunnelRow) });
export type FunnelView = v.InferOutput<typeof FunnelView>;

/** Month by month; null where nothing is known of that day. */
export const SeriesView = v.object({
  programme: Programme,
  demo: v.boolean(),
  days: v.array(v.string()),
  target: v.array(v.nullable(v.number())),
  declared: v.array(v.nullable(v.number())),
  proven: v.array(v.nullable(v.number())),
  /** Years whose target is a straight line and nobody's decision. */
  assumedYears: v.array(v.number()),
});
export type SeriesView = v.InferOutput<typeof SeriesView>;

export const TABLE_KEYS = ['programme', 'year', 'region', 'province', 'zone', 'equipment'] as const;
export type TableKey = (typeof TABLE_KEYS)[number];
export const TableRow = v.object({
  keys: v.record(v.string(), v.nullable(v.string())),
  target: v.nullable(v.number()),
  registered: v.nullable(Count),
  declared: Count,
  reporting: Count,
  proven: Count,
  complete: v.nullable(Count),
  demo: v.boolean(),
});
export type TableRow = v.InferOutput<typeof TableRow>;
export const TableView = v.object({ by: v.array(v.picklist(TABLE_KEYS)), asOf: v.string(), thresholds: v.array(Threshold), items: v.array(TableRow) });
export type TableView = v.InferOutput<typeof TableView>;

export const DeploymentSite = v.object({
  id: SiteId,
  name: v.string(),
  nameAr: v.nullable(v.string()),
  programme: Programme,
  region: RegionCode,
  province: v.nullable(ProvinceCode),
  commune: v.nullable(v.string()),
  /** Of a commune that is known by its code. */
  communeNames: v.nullable(v.object({ fr: v.string(), ar: v.string() })),
  zone: v.nullable(Zone),
  equipment: v.nullable(EquipmentKind),
  declaredRung: v.number(),
  identifiedOn: v.nullable(v.string()),
  builtOn: v.nullable(v.string()),
  equippedOn: v.nullable(v.string()),
  connectedOn: v.nullable(v.string()),
  declaredSource: v.nullable(v.string()),
  provenRung: v.number(),
  provenOn: v.nullable(v.string()),
  lastHeardAt: v.nullable(v.number()),
  telephone: Services.entries.telephone,
  cause: v.nullable(v.string()),
  stuckOn: v.nullable(v.string()),
  demo: v.boolean(),
});
export type DeploymentSite = v.InferOutput<typeof DeploymentSite>;

// ---- targets and milestones

const Year = v.pipe(v.number(), v.integer('year'), v.minValue(2009, 'year'), v.maxValue(2100, 'year'));
/** `target`: the end of a period; `milestone`: a year on the way. `value` null takes it away. */
export const MilestoneDraft = v.strictObject({
  programme: Programme,
  kind: v.optional(v.picklist(['milestone', 'target'], 'kind'), 'milestone'),
  year: Year,
  region: v.optional(v.nullable(RegionCode), null),
  zone: v.optional(v.nullable(Zone), null),
  value: v.nullable(v.pipe(v.number(), v.minValue(0, 'count'), v.maxValue(10_000_000, 'count'))),
  source: v.optional(v.pipe(PlainText, v.trim(), v.maxLength(200, 'too_long')), ''),
  note: v.optional(v.pipe(PlainText, v.trim(), v.maxLength(300, 'too_long')), ''),
});
export type MilestoneDraft = v.InferOutput<typeof MilestoneDraft>;
export const MilestoneRow = v.object({
  kind: v.picklist(['milestone', 'target']),
  year: v.number(),
  region: v.nullable(v.string()),
  zone: v.nullable(v.string()),
  value: v.number(),
  source: v.string(),
  note: v.string(),
  author: v.string(),
  writtenAt: v.number(),
  replacedAt: v.nullable(v.number()),
});
export type MilestoneRow = v.InferOutput<typeof MilestoneRow>;
export const MilestonesView = v.object({
  programme: Programme,
  base: v.nullable(v.object({ year: v.number(), value: v.nullable(v.number()) })),
  target: v.nullable(Target),
  /** `assumed`: on the straight line between what is known. */
  years: v.array(v.object({ year: v.number(), value: v.number(), assumed: v.boolean() })),
  /** Every version, the newest first. */
  versions: v.array(MilestoneRow),
});
export type MilestonesView = v.InferOutput<typeof MilestonesView>;

