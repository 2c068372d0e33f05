/** The REST API's bodies, as schemas: the server validates and documents with them, the web and the simulator read with their types. */
import * as v from 'valibot';
import { Epoch, MachineId, ProvinceCode, RegionCode, SiteId } from './ids.ts';
import { Csp, PlainText, siteFields, Technology } from './site-fields.ts';
import { MachineFlag, MachineState, SiteState } from './states.ts';

const Instant = v.pipe(v.number(), v.safeInteger(), v.description('Milliseconds since 1970, UTC'));
const Name = v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(120, 'too_long'));

/** Density zones of the plan. */
export const ZONES = ['dense', 'moderate', 'grey-white'] as const;
export const Zone = v.picklist(ZONES, 'zone');
export type Zone = v.InferOutput<typeof Zone>;

/** A programme's code. Two are shipped, `CAC` and `GENIE`; the next plan's are added as data. */
export const Programme = v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9-]{0,15}$/, 'programme'));
export type Programme = v.InferOutput<typeof Programme>;

export const SITE_KINDS = ['centre', 'school', 'local'] as const;
export const SiteKind = v.picklist(SITE_KINDS, 'site_kind');

export const HOST_PREMISES = ['youth_centre', 'girls_home', 'post_office', 'womens_centre', 'library', 'commune_hall', 'other'] as const;
export const HostPremises = v.picklist(HOST_PREMISES, 'host_premises');

export const EQUIPMENT_KINDS = ['room', 'suitcase', 'trolley'] as const;
export const EquipmentKind = v.picklist(EQUIPMENT_KINDS, 'equipment_kind');

export const ROLES = ['administrator', 'coordinator', 'operator', 'viewer'] as const;
export const Role = v.picklist(ROLES, 'role');
export type Role = v.InferOutput<typeof Role>;

/** What an account may see: everything, or some regions. */
export const Scope = v.variant('kind', [
  v.strictObject({ kind: v.literal('all') }),
  v.strictObject({ kind: v.literal('regions'), regions: v.pipe(v.array(RegionCode), v.maxLength(100, 'too_many')) }),
]);
export type Scope = v.InferOutput<typeof Scope>;

/** Every error a person can meet. `where` names the field, row or file; `todo` says what to do next. */
export const ApiError = v.object({
  error: v.object({
    code: v.string(),
    message: v.string(),
    where: v.optional(v.string()),
    todo: v.optional(v.string()),
    requestId: v.optional(v.string()),
  }),
});
export type ApiError = v.InferOutput<typeof ApiError>;

// ---- session

export const SignIn = v.strictObject({ name: v.pipe(PlainText, v.maxLength(120)), password: v.pipe(v.string(), v.maxLength(1024)) });
export const Session = v.object({
  /** The account's number. */
  id: v.number(),
  name: v.string(),
  fullName: v.string(),
  role: Role,
  scope: Scope,
  mustChangePassword: v.boolean(),
  /** What the page needs of the configuration. */
  settings: v.object({ rasterUrl: v.nullable(v.string()), rasterCredit: v.nullable(v.string()), demo: v.boolean(), publicUrl: v.string() }),
});
export type Session = v.InferOutput<typeof Session>;
const NewPassword = v.pipe(v.string(), v.minLength(12, 'password_too_short'), v.maxLength(1024, 'too_long'));
export const PasswordChange = v.strictObject({ current: v.pipe(v.string(), v.maxLength(1024)), next: NewPassword });
/** Who lost a password asks for a link by mail; who holds a link chooses a password by it. */
export const ResetRequest = v.strictObject({ name: v.pipe(PlainText, v.maxLength(120)) });
export const LinkRedemption = v.strictObject({ token: v.pipe(v.string(), v.regex(/^[\w-]{20,100}$/, 'link')), password: NewPassword });

// ---- machines

export const Probe = v.object({
  name: v.string(),
  ok: v.boolean(),
  ms: v.optional(v.number()),
  /** Of what is told as a share (loss, wifi), percent. */
  percent: v.optional(v.number()),
  code: v.optional(v.string()),
  at: Instant,
});
export type Probe = v.InferOutput<typeof Probe>;

export const Machine = v.object({
  id: MachineId,
  siteId: SiteId,
  name: v.string(),
  state: MachineState,
  since: Instant,
  provisional: v.boolean(),
  uptimeMs: v.nullable(v.number()),
  lastSeenAt: v.nullable(Instant),
  probes: v.array(Probe),
  flags: v.array(MachineFlag),
  /** How far its wall clock was ahead of the server's at the last report, ms. */
  skewMs: v.nullable(v.number()),
  interface: v.nullable(v.string()),
  versions: v.nullable(v.object({ agent: v.string(), os: v.string(), arch: v.string(), node: v.string() })),
  revoked: v.boolean(),
});
export type Machine = v.InferOutput<typeof Machine>;

/** One machine's journal as the server holds it: `stored + expired + rejected + dropped + lost = W`. */
export const JournalState = v.object({
  ep: v.nullable(Epoch),
  W: v.number(),
  stored: v.number(),
  rejected: v.number(),
  dropped: v.number(),
  lost: v.number(),
  /** Accepted, but older than what is kept. */
  expired: v.number(),
  duplicates: v.number(),
});
export type JournalState = v.InferOutput<typeof JournalState>;

/** A record the server could not accept, with its reason. */
export const DeadLetter = v.object({
  id: v.number(),
  at: Instant,
  ep: v.nullable(v.string()),
  seq: v.nullable(v.number()),
  reason: v.string(),
  excerpt: v.string(),
});

// ---- sites

const Latitude = v.pipe(v.number(), v.minValue(20, 'outside_morocco'), v.maxValue(37, 'outside_morocco'));
const Longitude = v.pipe(v.number(), v.minValue(-18, 'outside_morocco'), v.maxValue(0, 'outside_morocco'));

/** A site as it is created by hand. */
export const SiteDraft = v.strictObject({
  id: SiteId,
  name: Name,
  programme: v.optional(v.nullable(Programme), null),
  kind: v.optional(SiteKind, 'centre'),
  region: RegionCode,
  province: v.optional(v.nullable(ProvinceCode), null),
  commune: v.optional(v.nullable(v.pipe(PlainText, v.maxLength(120))), null),
  lat: Latitude,
  lon: Longitude,
  zone: v.optional(v.nullable(Zone), null),
  hostPremises: v.optional(v.nullable(HostPremises), null),
  equipment: v.optional(v.nullable(EquipmentKind), null),
  /** Declared connected on this day (ms UTC); null when nobody declared it. */
  declaredConnectedAt: v.optional(v.nullable(Instant), null),
  /** Who declared it: a circular, a letter, a form. */
  declaredSource: v.optional(v.nullable(v.pipe(PlainText, v.maxLength(200))), null),
  countsTowardsTarget: v.optional(v.boolean(), true),
  ...siteFields,
});
export type SiteDraft = v.InferOutput<typeof SiteDraft>;
export type SiteDraftInput = v.InferInput<typeof SiteDraft>;
/** Many at once, all or nothing: a refused row names its index in `where`. */
export const SiteDrafts = v.strictObject({ items: v.pipe(v.array(SiteDraft), v.minLength(1, 'required'), v.maxLength(1000, 'too_many')) });

export const MachineCounts = v.object({
  on: v.number(),
  onFailing: v.number(),
  unreachable: v.number(),
  off: v.number(),
  unseen: v.number(),
});
export type MachineCounts = v.InferOutput<typeof MachineCounts>;

export const Site = v.object({
  ...SiteDraft.entries,
  declaredConnectedAt: v.nullable(Instant),
  /** Of a commune that is known by its code; in the answer about one site. */
  communeNames: v.optional(v.nullable(v.object({ fr: v.string(), ar: v.string() }))),
  state: SiteState,
  /** When the site came into this state; null while unseen. */
  since: v.nullable(Instant),
  machines: MachineCounts,
  demo: v.boolean(),
});
export type Site = v.InferOutput<typeof Site>;

// ---- the map's snapshot

/** `GET /api/v1/fleet`: every site in scope, column by column, and the log number it is true at. */
export interface FleetSnapshot {
  at: number;
  /** Last transition included: open the event stream with it as Last-Event-ID. */
  cursor: number;
  /** Dictionaries for the columns of words; each column holds indexes, -1 for none. */
  words: { programme: string[]; region: string[]; province: string[]; zone: string[]; state: string[]; carrier: string[]; technology: string[]; csp: string[] };
  columns: {
    id: string[];
    name: string[];
    /** Degrees x 1e5. */
    lat: number[];
    lon: number[];
    programme: number[];
    region: number[];
    province: number[];
    zone: number[];
    state: number[];
    /** Seconds before `at` at which the state began; -1 for none. */
    age: number[];
    on: number[];
    total: number[];
    demo: number[];
    /** Empty for none. */
    nameAr: string[];
    officialCode: string[];
    carrier: number[];
    technology: number[];
    /** The dominant category of its commune. */
    csp: number[];
    /** Rungs of the ladder: 0 nothing to 4 connected, 0 nothing to 3 in service. */
    declared: number[];
    proven: number[];
  };
}

/** A live event, `event: site`: what one site shows now. `id:` is the transition's number. */
export const SiteEvent = v.object({
  site: SiteId,
  name: v.string(),
  lat: v.number(),
  lon: v.number(),
  programme: v.nullable(Programme),
  region: RegionCode,
  province: v.nullable(ProvinceCode),
  zone: v.nullable(Zone),
  state: SiteState,
  since: v.nullable(Instant),
  on: v.number(),
  total: v.number(),
  demo: v.boolean(),
  nameAr: v.nullable(v.string()),
  officialCode: v.nullable(v.string()),
  carrier: v.nullable(v.string()),
  technology: v.nullable(Technology),
  /** The dominant category of its commune. */
  csp: v.nullable(Csp),
  declaredRung: v.number(),
  provenRung: v.number(),
});
export type SiteEvent = v.InferOutput<typeof SiteEvent>;

/** One row of the append-only log. */
export const Transition = v.object({
  id: v.number(),
  siteId: SiteId,
  machineId: v.nullable(MachineId),
  /** When it happened, as far as is known. */
  at: Instant,
  /** When the platform said so. */
  toldAt: Instant,
  from: v.nullable(MachineState),
  to: v.nullable(MachineState),
  cause: v.string(),
  provisional: v.boolean(),
  /** Number of the earlier line whose account this one corrects. */
  revises: v.nullable(v.number()),
});
export type Transition = v.InferOutput<typeof Transition>;

// ---- vouchers and enrolment by hand

export const VoucherDraft = v.strictObject({
  siteId: SiteId,
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'uses'), v.maxValue(500, 'uses')), 20),
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'days'), v.maxValue(730, 'days')), 180),
});
export const VoucherDrafts = v.strictObject({ items: v.pipe(v.array(VoucherDraft), v.minLength(1, 'required'), v.maxLength(1000, 'too_many')) });
export const Voucher = v.object({
  id: v.number(),
  siteId: SiteId,
  createdAt: Instant,
  createdBy: v.string(),
  expiresAt: Instant,
  uses: v.number(),
  used: v.number(),
  revoked: v.boolean(),
});
export type Voucher = v.InferOutput<typeof Voucher>;
/** The only time the code is ever said. */
export const NewVoucher = v.object({ ...Voucher.entries, code: v.string() });
export type NewVoucher = v.InferOutput<typeof NewVoucher>;

// ---- lists

/** Every list: its items, and the cursor of the next page (null at the end). */
export const listOf = <T extends v.GenericSchema>(item: T) => v.object({ items: v.array(item), next: v.nullable(v.string()) });
export interface List<T> {
  items: T[];
  next: string | null;
}
