/** Calendars on the wire: layers, weekly hours, seasons, day rules, what they make of a day, and who changed them. */
import * as v from 'valibot';
import { HOST_PREMISES, Programme } from './api.ts';
import { ProvinceCode, SiteId } from './ids.ts';
import { WEEKDAYS } from './opening-hours.ts';

const Text = v.pipe(v.string(), v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control_character'), v.trim());
/** A Moroccan day; whether it exists is checked where ranges are. */
const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'day'));
const Minutes = v.pipe(v.number(), v.integer('minutes'), v.minValue(0, 'minutes'), v.maxValue(2880, 'minutes'));
const HoursOf = v.strictObject({ from: Minutes, to: Minutes });
const DayHours = v.pipe(v.array(HoursOf), v.maxLength(6, 'too_many'));

/** From the most general to the most specific: the last that says something decides. */
export const LAYERS = ['national', 'programme', 'province', 'host', 'site'] as const;
export const LayerScope = v.variant('kind', [
  v.strictObject({ kind: v.literal('national'), id: v.optional(v.literal(''), '') }),
  v.strictObject({ kind: v.literal('programme'), id: Programme }),
  v.strictObject({ kind: v.literal('province'), id: ProvinceCode }),
  v.strictObject({ kind: v.literal('host'), id: v.picklist(HOST_PREMISES, 'host_premises') }),
  v.strictObject({ kind: v.literal('site'), id: SiteId }),
]);
export type LayerScope = v.InferOutput<typeof LayerScope>;

/** `period`: dates of its own instead of a season's. */
export const SEASON_WORDS = ['summer', 'winter', 'ramadan'] as const;
export const SeasonWord = v.picklist(SEASON_WORDS, 'season');
const TimetableSeason = v.picklist(['usual', ...SEASON_WORDS, 'period'], 'season');

export const RULE_REASONS = ['public_holiday', 'religious_holiday', 'school_holiday', 'strike', 'works', 'other'] as const;
const RuleReason = v.picklist(RULE_REASONS, 'why');

const Label = v.strictObject({ fr: v.pipe(Text, v.minLength(1, 'required'), v.maxLength(120, 'too_long')), ar: v.pipe(Text, v.minLength(1, 'required'), v.maxLength(120, 'too_long')) });
export type Label = v.InferOutput<typeof Label>;
const Source = v.pipe(Text, v.maxLength(300, 'too_long'));
const WeekOf = v.strictObject(Object.fromEntries(WEEKDAYS.map((day) => [day, DayHours])) as Record<(typeof WEEKDAYS)[number], typeof DayHours>);

/** Weekly hours of a layer. `from` null: since ever; `to` only in a `period`. */
export const TimetableDraft = v.strictObject({
  scope: LayerScope,
  season: v.optional(TimetableSeason, 'usual'),
  from: v.nullable(Day),
  to: v.optional(v.nullable(Day), null),
  week: WeekOf,
  confirmed: v.optional(v.boolean(), true),
  source: v.optional(Source, ''),
});
export type TimetableDraft = v.InferOutput<typeof TimetableDraft>;

/** Dates of a season, the same for the whole country. */
export const SeasonDraft = v.strictObject({ season: SeasonWord, from: Day, to: Day, confirmed: v.boolean(), source: v.optional(Source, '') });
export type SeasonDraft = v.InferOutput<typeof SeasonDraft>;
export const SeasonMove = v.omit(SeasonDraft, ['season']);

/** What changes in an existing rule: all but its layer. */
export const DayRuleEdit = v.strictObject({
  from: Day,
  to: Day,
  effect: v.picklist(['closed', 'hours'], 'effect'),
  /** Of each of the days; for the effect `hours` only. */
  hours: v.optional(DayHours, []),
  why: RuleReason,
  label: Label,
  confirmed: v.boolean(),
  source: v.optional(Source, ''),
});
export const DayRuleDraft = v.strictObject({ scope: LayerScope, ...DayRuleEdit.entries });
export type DayRuleDraft = v.InferOutput<typeof DayRuleDraft>;

/** `writtenAt`: when a person wrote it last, ms UTC; 0 as shipped. */
const written = { id: v.string(), writtenAt: v.number() };
export const Timetable = v.object({ kind: v.literal('timetable'), ...written, ...TimetableDraft.entries });
export type Timetable = v.InferOutput<typeof Timetable>;
export const Season = v.object({ kind: v.literal('season'), ...written, ...SeasonDraft.entries });
export type Season = v.InferOutput<typeof Season>;
export const DayRule = v.object({ kind: v.literal('rule'), ...written, ...DayRuleDraft.entries });
export type DayRule = v.InferOutput<typeof DayRule>;
const Fact = v.variant('kind', [Timetable, Season, DayRule]);
export type Fact = v.InferOutput<typeof Fact>;

/** `calendar.json`: what is shipped, each row under an id that stays. */
const shipped = { id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{2,60}$/, 'id')) };
export const CalendarFile = v.strictObject({
  version: v.pipe(v.number(), v.integer('version')),
  note: v.string(),
  seasons: v.array(v.strictObject({ ...shipped, ...SeasonDraft.entries, source: v.pipe(Source, v.minLength(1, 'required')) })),
  rules: v.array(v.strictObject({ ...shipped, ...DayRuleDraft.entries, source: v.pipe(Source, v.minLength(1, 'required')) })),
  timetables: v.array(v.strictObject({ ...shipped, ...TimetableDraft.entries, source: v.pipe(Source, v.minLength(1, 'required')) })),
});
export type CalendarFile = v.InferOutput<typeof CalendarFile>;

/** One line of the history: what stood before, what stands after; null where there is nothing. */
export const CalendarChange = v.object({
  id: v.number(),
  at: v.number(),
  author: v.string(),
  act: v.string(),
  scope: LayerScope,
  before: v.nullable(Fact),
  after: v.nullable(Fact),
  /** It reached into days that were over. */
  retroactive: v.boolean(),
  /** First day concerned; null: since ever. */
  fromDay: v.nullable(v.string()),
  /** The change that this one takes back. */
  undoes: v.nullable(v.number()),
});
export type CalendarChange = v.InferOutput<typeof CalendarChange>;

export const CalendarLayer = v.object({ scope: LayerScope, timetables: v.array(Timetable), rules: v.array(DayRule) });
export const CalendarView = v.object({
  today: v.string(),
  /** Which layers the account may change. */
  mayChange: v.array(v.picklist(LAYERS)),
  layers: v.array(CalendarLayer),
  seasons: v.array(Season),
});
export type CalendarView = v.InferOutput<typeof CalendarView>;

/** What an act would reach. */
export const CalendarReach = v.object({ sites: v.number(), pastDays: v.number() });
export type CalendarReach = v.InferOutput<typeof CalendarReach>;

const Opening = v.object({ fromAt: v.number(), toAt: v.number() });
/** A local day as the calendar says it: what is open of it, and why it has no hours of its own where it has none. */
export const DayPlan = v.object({
  day: v.string(),
  /** Clipped to the day: the end of an evening that went past midnight stands in the day it falls in. */
  openings: v.array(Opening),
  closed: v.nullable(v.object({ why: v.picklist(['hours', ...RULE_REASONS]), label: v.nullable(Label), confirmed: v.boolean() })),
  /** The layer that decided. */
  scope: LayerScope,
  /** The site has no weekly hours of its own on this day. */
  assumed: v.boolean(),
});
export type DayPlan = v.InferOutput<typeof DayPlan>;

export const SiteCalendarView = v.object({
  site: SiteId,
  days: v.array(DayPlan),
  openNow: v.boolean(),
  /** When the opening that runs now ends. */
  closesAt: v.nullable(v.number()),
  nextOpening: v.nullable(Opening),
});
export type SiteCalendarView = v.InferOutput<typeof SiteCalendarView>;
