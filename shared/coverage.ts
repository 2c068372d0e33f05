/**
 * Coverage as it is asked for and answered: the plan's own figures, households without Internet, and the centres beside them, declared and proven apart.
 * Shares are 0 to 1, households are counted one by one. Every figure comes with the year of its data.
 */
import * as v from 'valibot';
import { Zone } from './api.ts';
import { CoverageRow, Source, ZoneShare } from './programme.ts';
import { Csp } from './site-fields.ts';

/** Households, what the plan says of them, and the two figures that follow from that without any estimate. */
const Measured = {
  households: v.number(),
  homeInternet: v.number(),
  literacy: v.number(),
  /** As the plan prints it; null where it does not. */
  corrected: v.nullable(v.number()),
  /** Home Internet / literacy, to a whole per cent: equals `corrected` where the plan was read well. */
  recomputed: v.nullable(v.number()),
  unserved: v.number(),
};

export const PlanZone = v.object({ zone: Zone, ...Measured });
export type PlanZone = v.InferOutput<typeof PlanZone>;
const PlanCountry = v.object(Measured);
export const PlanCsp = v.object({
  csp: Csp,
  /** MAD a month; null: no bound. */
  incomeFrom: v.nullable(v.number()),
  incomeTo: v.nullable(v.number()),
  /** Home Internet by zone; null: a blank of the plan, read as "no such households there". */
  dense: v.nullable(v.number()),
  moderate: v.nullable(v.number()),
  greyWhite: v.nullable(v.number()),
  ...Measured,
});
export type PlanCsp = v.InferOutput<typeof PlanCsp>;

/** The plan's own estimate, table by table. */
export const PlanFigures = v.object({
  year: v.number(),
  zones: v.array(PlanZone),
  country: v.nullable(PlanCountry),
  csp: v.array(PlanCsp),
  zonesSource: v.nullable(Source),
  cspSource: v.nullable(Source),
});
export type PlanFigures = v.InferOutput<typeof PlanFigures>;

/** Our estimate of households by zone and category, with what it misses of the printed rates. */
export const CellsView = v.object({
  cells: v.array(v.object({ zone: Zone, csp: Csp, households: v.number() })),
  residuals: v.array(v.object({ zone: Zone, literacy: v.number(), literacyPlan: v.number(), homeInternet: v.number(), homeInternetPlan: v.number() })),
});
export type CellsView = v.InferOutput<typeof CellsView>;

/** What a commune's unserved households were counted from: its own rate, its mix of categories, its zone's rate, or nothing. */
export const RULES = ['own_rate', 'csp_mix', 'zone_rate', 'none'] as const;
export type Rule = (typeof RULES)[number];

const Counted = {
  communes: v.number(),
  households: v.number(),
  unserved: v.number(),
  /** Unserved households in communes with a centre declared connected, and with one in service. */
  declared: v.number(),
  proven: v.number(),
  /** How many communes were counted by which rule. */
  rules: v.record(v.picklist(RULES), v.number()),
  years: v.array(v.number()),
  demo: v.boolean(),
};
export const CommuneSums = v.object(Counted);
export type CommuneSums = v.InferOutput<typeof CommuneSums>;
export const CommuneGroup = v.object({ key: v.string(), ...Counted });
export type CommuneGroup = v.InferOutput<typeof CommuneGroup>;

/** Centres and schools of a zone ('' where a site's zone is not given), as counted. */
export const ZoneSites = v.object({
  zone: v.string(),
  centres: v.number(),
  centresDeclared: v.number(),
  centresProven: v.number(),
  schools: v.number(),
  schoolsDeclared: v.number(),
  schoolsProven: v.number(),
  /** PCs of its centres that were on within the last seven days. */
  workingPcs: v.number(),
  /** Unserved households over proven centres, and over working PCs; null where there is none. */
  perProvenCentre: v.nullable(v.number()),
  perWorkingPc: v.nullable(v.number()),
});
export type ZoneSites = v.InferOutput<typeof ZoneSites>;

export const CoverageView = v.object({
  /** The header and the map read these two. */
  items: v.array(CoverageRow),
  provinces: v.array(ZoneShare),
  plan: PlanFigures,
  /** Null unless asked for. */
  cells: v.nullable(CellsView),
  /** The day at whose end `proven` holds; null before any is told. */
  asOf: v.nullable(v.string()),
  sites: v.array(ZoneSites),
  /** Null without communes: then nothing can be said of who lives near a centre. */
  communes: v.nullable(
    v.object({
      total: CommuneSums,
      byZone: v.array(CommuneGroup),
      byCsp: v.array(v.object({ csp: Csp, households: v.number(), unserved: v.number() })),
      byRegion: v.array(CommuneGroup),
      byProvince: v.array(CommuneGroup),
      sources: v.array(v.string()),
      /** Centres that name no commune we know: they cover nobody here. */
      centresElsewhere: v.number(),
    }),
  ),
  /** Every year of data that this answer holds: more than one is a warning. */
  years: v.array(v.number()),
  demo: v.boolean(),
});
export type CoverageView = v.InferOutput<typeof CoverageView>;

export const AREA_KINDS = ['region', 'province', 'commune'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** What the map's layers show of one area. */
export const CoverageArea = v.object({
  code: v.string(),
  region: v.string(),
  /** Of a commune; areas that the map has shapes of carry their names there. */
  name: v.nullable(v.object({ fr: v.string(), ar: v.string() })),
  at: v.nullable(v.object({ lat: v.number(), lon: v.number() })),
  /** Null without communes. */
  sums: v.nullable(CommuneSums),
  /** Households by category, where communes give their mix; null where none does. */
  csp: v.nullable(v.object({ A: v.number(), B: v.number(), C: v.number(), D: v.number(), E: v.number() })),
  /** Households by zone where communes are known, else sites by zone. */
  zones: v.object({ of: v.picklist(['households', 'sites']), dense: v.number(), moderate: v.number(), greyWhite: v.number() }),
  /** `of`: where the target comes from: milestones of this area, or for want of them the sites registered here. */
  gap: v.object({ of: v.picklist(['milestones', 'registered']), target: v.number(), year: v.nullable(v.number()), declared: v.number(), proven: v.number() }),
  /** Opening time of the last 30 finished days, ms. */
  opening: v.object({ openMs: v.number(), connMs: v.number(), unkMs: v.number() }),
  demo: v.boolean(),
});
export type CoverageArea = v.InferOutput<typeof CoverageArea>;

export const CoverageAreas = v.object({ by: v.picklist(AREA_KINDS), items: v.array(CoverageArea), from: v.string(), to: v.string(), planYear: v.nullable(v.number()) });
export type CoverageAreas = v.InferOutput<typeof CoverageAreas>;
