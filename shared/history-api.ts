/** The past and its figures, as the REST API answers them. Instants and durations in ms; days are Moroccan (`YYYY-MM-DD`). */
import * as v from 'valibot';
import { MachineId, SiteId } from './ids.ts';
import { HistoryWord, MachineCause, Verdict, VerdictCause } from './history.ts';

const Ms = v.number();
export const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'day'), v.check((day) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false, 'unknown_day'), v.minValue('1970-01-01', 'unknown_day'));

/** Of opening time: connected + without Internet + unknown + no PC on = open. Excluded time lies outside it. */
export const OpeningSums = v.object({
  openMs: Ms,
  connMs: Ms,
  discMs: Ms,
  unkMs: Ms,
  offMs: Ms,
  excludedMs: Ms,
  /** Of openMs, what later evidence may still change. */
  provisionalMs: Ms,
});
export type OpeningSums = v.InferOutput<typeof OpeningSums>;

/** `value = numerator / denominator`; null where nothing was measured. */
export const Ratio = v.object({ value: v.nullable(v.number()), numerator: Ms, denominator: Ms });
export const Ratios = v.object({
  /** T_conn / (T_open - T_unk) */
  service: Ratio,
  /** T_conn / (T_conn + T_disc) */
  link: Ratio,
  /** (T_conn + T_disc) / (T_open - T_unk) */
  opening: Ratio,
  /** 1 - T_unk / T_open */
  observability: Ratio,
});
export type Ratios = v.InferOutput<typeof Ratios>;

export const GROUPINGS = ['region', 'province', 'zone', 'programme', 'day', 'site'] as const;
export const Grouping = v.picklist(GROUPINGS, 'by');
export type Grouping = v.InferOutput<typeof Grouping>;

export const AvailabilityGroup = v.object({
  /** Code, day or site id; empty where sites name none. */
  key: v.string(),
  /** A site's name; else null. */
  name: v.nullable(v.string()),
  sums: OpeningSums,
  ratios: Ratios,
  /** Sites in the group; those measured in the period; of their open time, ms on an assumed calendar. */
  sites: v.number(),
  measured: v.number(),
  assumedMs: Ms,
});
export type AvailabilityGroup = v.InferOutput<typeof AvailabilityGroup>;

export const AvailabilityView = v.object({
  by: Grouping,
  from: Day,
  /** The last finished day that is counted: today is not. */
  to: Day,
  total: AvailabilityGroup,
  groups: v.array(AvailabilityGroup),
  next: v.nullable(v.string()),
});
export type AvailabilityView = v.InferOutput<typeof AvailabilityView>;

export const SiteStretch = v.object({ fromAt: Ms, toAt: Ms, verdict: Verdict, cause: VerdictCause, settled: v.boolean() });
export type SiteStretch = v.InferOutput<typeof SiteStretch>;

export const REPORTING_WORDS = ['reporting', 'live', 'at_risk', 'dropped', 'never'] as const;

/** One day of a site. `intervals` are empty before its first PC was heard. */
export const SiteDayView = v.object({
  day: Day,
  openings: v.array(v.object({ fromAt: Ms, toAt: Ms })),
  /** Why it had no hours of its own; null on an open day. */
  closed: v.nullable(v.object({ why: v.string(), label: v.nullable(v.object({ fr: v.string(), ar: v.string() })), confirmed: v.boolean() })),
  assumed: v.boolean(),
  sums: OpeningSums,
  intervals: v.array(SiteStretch),
});
export type SiteDayView = v.InferOutput<typeof SiteDayView>;

export const SiteDaysView = v.object({
  siteId: SiteId,
  from: Day,
  to: Day,
  now: Ms,
  sums: OpeningSums,
  ratios: Ratios,
  /** Of open time, ms on an assumed calendar. */
  assumedMs: Ms,
  reporting: v.object({ status: v.picklist(REPORTING_WORDS), openingDays: v.nullable(v.number()) }),
  /** What the site is at this moment; null before its first PC was heard. */
  verdict: v.nullable(v.object({ verdict: Verdict, cause: VerdictCause, settled: v.boolean(), since: Ms })),
  days: v.array(SiteDayView),
});
export type SiteDaysView = v.InferOutput<typeof SiteDaysView>;

/** An entry of a journal: its epoch's ordinal, its number, its kind. */
export const ProofView = v.object({ epoch: v.number(), seq: v.number(), kind: v.string() });

export const MachineStretch = v.object({
  fromAt: Ms,
  toAt: Ms,
  /** When this state began: it may lie before the day. */
  sinceAt: Ms,
  word: HistoryWord,
  cause: MachineCause,
  settled: v.boolean(),
  degraded: v.boolean(),
  proof: v.array(ProofView),
});
export type MachineStretch = v.InferOutput<typeof MachineStretch>;

export const MachineDayView = v.object({ id: MachineId, name: v.string(), onMs: Ms, boots: v.number(), unclean: v.number(), intervals: v.array(MachineStretch) });
export type MachineDayView = v.InferOutput<typeof MachineDayView>;

/** One day opened: the site's verdicts, each machine's states, and when the server listened to nobody. */
export const SiteDayOpened = v.object({
  ...SiteDayView.entries,
  ratios: Ratios,
  machines: v.array(MachineDayView),
  blind: v.array(v.object({ fromAt: Ms, toAt: Ms, reason: v.string() })),
});
export type SiteDayOpened = v.InferOutput<typeof SiteDayOpened>;

/** One machine over days: its own uptime beside its share of the site's opening time. */
export const MachineDaysView = v.object({
  machineId: MachineId,
  siteId: SiteId,
  from: Day,
  to: Day,
  sums: OpeningSums,
  ratios: Ratios,
  onMs: Ms,
  boots: v.number(),
  unclean: v.number(),
  days: v.array(v.object({ day: Day, sums: OpeningSums, onMs: Ms, boots: v.number(), unclean: v.number() })),
});
export type MachineDaysView = v.InferOutput<typeof MachineDaysView>;

/** Measurements for charts, column by column. A null stands where that probe was not tried or failed; `failed` names what failed. */
export const SamplesView = v.object({
  machineId: MachineId,
  at: v.array(Ms),
  /** Ms of the best Internet target, of the name lookup, the gateway and our own server. */
  net: v.array(v.nullable(v.number())),
  dns: v.array(v.nullable(v.number())),
  gw: v.array(v.nullable(v.number())),
  srv: v.array(v.nullable(v.number())),
  /** Failed share of the Internet targets tried, 0 to 1. */
  loss: v.array(v.nullable(v.number())),
});
export type SamplesView = v.InferOutput<typeof SamplesView>;
