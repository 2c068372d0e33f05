/** The programme's figures on the wire: where they come from, target / declared / proven, and households by zone. */
import * as v from 'valibot';
import { Programme, Zone } from './api.ts';
import { ProvinceCode, RegionCode } from './ids.ts';
import { Threshold } from './ladder.ts';

export const Source = v.object({ title: v.string(), page: v.nullable(v.string()), year: v.number(), note: v.nullable(v.string()) });
export type Source = v.InferOutput<typeof Source>;

/** Which rule of service a programme's sites follow. */
export const ProgrammeKind = v.picklist(['centre', 'school']);
export const ProgrammeView = v.object({ code: Programme, kind: ProgrammeKind, names: v.object({ fr: v.string(), ar: v.string(), en: v.string() }) });
export type ProgrammeView = v.InferOutput<typeof ProgrammeView>;

/** Target / declared / proven of one programme, always together, each with what it means. */
export const DeploymentRow = v.object({
  programme: Programme,
  name: v.string(),
  target: v.number(),
  targetYear: v.number(),
  targetSource: Source,
  /** Sites of the programme declared connected that count towards the target. */
  declared: v.number(),
  /** Of the sites that count, those in service by evidence alone. */
  proven: v.number(),
  /** Which rule `proven` follows, and its thresholds in force. */
  provenRule: v.string(),
  thresholds: v.array(Threshold),
  /** The last day that is told of them; null before the first. */
  provenOn: v.nullable(v.string()),
  /** Declared built, with those declared more; in service with their telephone attested. */
  built: v.number(),
  complete: v.number(),
  registered: v.number(),
  /** target - proven, target - declared. */
  gap: v.number(),
  gapDeclared: v.number(),
  /** Sites of the gap by the cause somebody gave (null: none was given). */
  causes: v.array(v.object({ cause: v.nullable(v.string()), names: v.nullable(v.object({ fr: v.string(), ar: v.string(), en: v.string() })), sites: v.number() })),
  /** Of the target, what no site of the registry stands for yet. */
  unregistered: v.number(),
  /** What the path to the target asks for by now. */
  planned: v.nullable(v.number()),
  /** Of `proven`: sites more a month, and when the target is reached at this pace. Null where there is nothing to compare. */
  pace: v.nullable(v.object({ perMonth: v.number(), from: v.string(), to: v.string(), arrival: v.string() })),
  demo: v.boolean(),
});
export type DeploymentRow = v.InferOutput<typeof DeploymentRow>;

/** One density zone: households of the plan, and the sites counted by zone. */
export const CoverageRow = v.object({
  zone: Zone,
  households: v.number(),
  servedShare: v.number(),
  unserved: v.number(),
  year: v.number(),
  source: Source,
  centresDeclared: v.number(),
  centresProven: v.number(),
  schoolsDeclared: v.number(),
  schoolsProven: v.number(),
});
export type CoverageRow = v.InferOutput<typeof CoverageRow>;

/** Sites by region or province and zone, for colouring the map. */
export const ZoneShare = v.object({ province: ProvinceCode, region: RegionCode, dense: v.number(), moderate: v.number(), greyWhite: v.number() });
export type ZoneShare = v.InferOutput<typeof ZoneShare>;
