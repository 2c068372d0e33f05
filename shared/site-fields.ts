/** What a registry says of a site beyond its place: its line, its equipment, who runs it. All of it may be unknown. */
import * as v from 'valibot';
import { Day } from './history-api.ts';

/** Text that people type: no control characters, which one of the databases refuses and no screen shows. */
export const PlainText = v.pipe(v.string(), v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control_character'));
const text = (most: number) => v.optional(v.nullable(v.pipe(PlainText, v.trim(), v.maxLength(most, 'too_long'))), null);
const count = (most: number) => v.optional(v.nullable(v.pipe(v.number(), v.integer('count'), v.minValue(0, 'count'), v.maxValue(most, 'count'))), null);

export const TECHNOLOGIES = ['adsl', 'fibre', 'leased', 'wimax', 'mobile', 'satellite', 'radio', 'other'] as const;
export const Technology = v.picklist(TECHNOLOGIES, 'technology');
export type Technology = v.InferOutput<typeof Technology>;

export const siteFields = {
  /** The official code, where the site's own differs from it: several places may share one. */
  officialCode: text(64),
  nameAr: text(120),
  /** Who runs it: a company or a public body, never a person. */
  manager: text(120),
  /** The telecom company. */
  carrier: text(60),
  technology: v.optional(v.nullable(Technology), null),
  contractedMbps: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0, 'speed'), v.maxValue(100_000, 'speed'))), null),
  /** Of the line, or of its contract. */
  lineNumber: text(60),
  /** Pays by volume; null where nobody said so. */
  metered: v.optional(v.nullable(v.boolean()), null),
  /** MB a month. */
  capMb: count(100_000_000),
  expectedComputers: count(10_000),
  expectedTelephones: count(1_000),
  students: count(100_000),
  /** The telephone of a function, never a person's own. */
  dutyPhone: text(40),
  openedOn: v.optional(v.nullable(Day), null),
};

/** Social categories of households, by income. */
export const CSP = ['A', 'B', 'C', 'D', 'E'] as const;
export const Csp = v.picklist(CSP, 'csp');
export type Csp = v.InferOutput<typeof Csp>;
