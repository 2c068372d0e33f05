/** The registry on the wire: editing a site, programmes, communes, who changed what, and imports with their previews. */
import * as v from 'valibot';
import { Programme, SiteDraft, Zone } from './api.ts';
import { ProgrammeKind } from './programme.ts';
import { ProvinceCode } from './ids.ts';
import { CSP, PlainText } from './site-fields.ts';

const Name = v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(120, 'too_long'));
/** To a millionth of a percent: what a file holds of it, so that one that is exported and imported again is the same. */
const Share = v.pipe(v.number(), v.minValue(0, 'share'), v.maxValue(1, 'share'), v.transform((share) => Math.round(share * 1e8) / 1e8));

/** All that a site is, but its code. What was declared of it is attested, stage by stage, not edited here. */
export const SiteEdit = v.omit(SiteDraft, ['id', 'declaredConnectedAt', 'declaredSource']);
export type SiteEdit = v.InferOutput<typeof SiteEdit>;

// ---- programmes and communes

export const ProgrammeDraft = v.strictObject({ code: Programme, kind: ProgrammeKind, names: v.strictObject({ fr: Name, ar: Name, en: Name }) });
export type ProgrammeDraft = v.InferOutput<typeof ProgrammeDraft>;

/** As the census writes it (`01.051.01.05`), or one's own. */
export const CommuneCode = v.pipe(v.string(), v.regex(/^[A-Z0-9][A-Z0-9.-]{0,31}$/, 'commune_code'));

/** Shares of a commune's households by social category; they add up to one, as far as rounding allows. */
const CspMix = v.strictObject(Object.fromEntries(CSP.map((csp) => [csp, Share])) as Record<(typeof CSP)[number], typeof Share>);
export type CspMix = v.InferOutput<typeof CspMix>;

export const CommuneEdit = v.strictObject({
  nameFr: Name,
  nameAr: Name,
  province: ProvinceCode,
  zone: v.optional(v.nullable(Zone), null),
  households: v.pipe(v.number(), v.integer('count'), v.minValue(0, 'count'), v.maxValue(2_000_000, 'count')),
  /** Share of its households with Internet at home. */
  onlineShare: v.optional(v.nullable(Share), null),
  csp: v.optional(v.nullable(v.pipe(CspMix, v.check((mix) => Math.abs(CSP.reduce((sum, csp) => sum + mix[csp], 0) - 1) <= 0.02, 'csp_sum'))), null),
  lat: v.optional(v.nullable(SiteDraft.entries.lat), null),
  lon: v.optional(v.nullable(SiteDraft.entries.lon), null),
  /** Of the data. */
  year: v.pipe(v.number(), v.integer('year'), v.minValue(1960, 'year'), v.maxValue(2100, 'year')),
  source: v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(200, 'too_long')),
});
export type CommuneEdit = v.InferOutput<typeof CommuneEdit>;
/** Many at once, all or nothing: a refused one names its index in `where`. */
export const CommuneDraft = v.strictObject({ code: CommuneCode, ...CommuneEdit.entries });
export type CommuneDraft = v.InferOutput<typeof CommuneDraft>;
export const CommuneDrafts = v.strictObject({ items: v.pipe(v.array(CommuneDraft), v.minLength(1, 'required'), v.maxLength(1000, 'too_many')) });
export const Commune = v.object({ code: v.string(), region: v.string(), ...CommuneEdit.entries, demo: v.boolean(), writtenAt: v.number(), writtenBy: v.string() });
export type Commune = v.InferOutput<typeof Commune>;

// ---- who changed what

const Fields = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]));
export type Fields = v.InferOutput<typeof Fields>;

/** One line of the history. Of a change, only the fields that changed; `null`: nothing stood before, or nothing stands after. */
export const RegistryChange = v.object({ id: v.number(), at: v.number(), author: v.string(), act: v.string(), before: v.nullable(Fields), after: v.nullable(Fields), importId: v.nullable(v.number()) });
export type RegistryChange = v.InferOutput<typeof RegistryChange>;

// ---- imports

export const IMPORT_KINDS = ['sites', 'communes', 'calendar'] as const;
export const ImportKind = v.picklist(IMPORT_KINDS, 'import_kind');
export type ImportKind = v.InferOutput<typeof ImportKind>;

/** What is to be said of a cell. `row`: as the spreadsheet numbers it, 0 for the file as a whole; `about`: another row, a place, a code. */
export const Finding = v.object({
  row: v.number(),
  column: v.string(),
  value: v.string(),
  code: v.string(),
  about: v.string(),
  message: v.string(),
  todo: v.string(),
  severity: v.picklist(['error', 'warning']),
});
export type Finding = v.InferOutput<typeof Finding>;

/** What was understood in a way that should be known, once for all the rows it concerns. */
export const ImportNote = v.object({ code: v.string(), value: v.string(), about: v.string(), rows: v.number(), firstRow: v.number(), message: v.string() });
export type ImportNote = v.InferOutput<typeof ImportNote>;

/** A row that would be added (`before` null) or changed. */
export const ImportChange = v.object({ row: v.number(), id: v.string(), name: v.string(), before: v.nullable(Fields), after: Fields });
export type ImportChange = v.InferOutput<typeof ImportChange>;

export const ImportPreview = v.object({
  kind: ImportKind,
  fileName: v.string(),
  /** To be named when it is applied: of the file, its kind and its mapping. */
  digest: v.string(),
  /** How it was read. */
  format: v.picklist(['csv', 'xlsx', 'ics']),
  encoding: v.string(),
  delimiter: v.string(),
  sheet: v.string(),
  columns: v.array(v.object({ head: v.string(), field: v.nullable(v.string()), sample: v.array(v.string()) })),
  /** What a column may be mapped to. */
  fields: v.array(v.object({ field: v.string(), required: v.boolean() })),
  rows: v.number(),
  added: v.number(),
  changed: v.number(),
  unchanged: v.number(),
  /** Rows with an error, and all that is to be said. */
  badRows: v.number(),
  errors: v.number(),
  warnings: v.number(),
  findings: v.array(Finding),
  notes: v.array(ImportNote),
  /** The first of them. */
  changes: v.array(ImportChange),
});
export type ImportPreview = v.InferOutput<typeof ImportPreview>;

export const ImportDone = v.object({ id: v.number(), added: v.number(), changed: v.number(), unchanged: v.number() });
export type ImportDone = v.InferOutput<typeof ImportDone>;

export const ImportView = v.object({
  ...ImportDone.entries,
  at: v.number(),
  author: v.string(),
  kind: ImportKind,
  fileName: v.string(),
  rows: v.number(),
  undone: v.nullable(v.object({ at: v.number(), by: v.string() })),
  /** The newest one that stands, and the account may take it back. */
  undoable: v.boolean(),
});
export type ImportView = v.InferOutput<typeof ImportView>;
