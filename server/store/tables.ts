/** The tables as Kysely sees them. Values are as stored: 0 / 1, milliseconds UTC, JSON as text. */
import type { Generated } from 'kysely';
import type { Placing } from '../core/history/evidence.ts';
import type { AlertTables } from './alert-tables.ts';
import type { FieldTables } from './field-tables.ts';
import type { ProgrammeTables } from './programme-tables.ts';

export interface Tables extends ProgrammeTables, AlertTables, FieldTables {
  meta: { key: string; value: string };
  blind_windows: { id: Generated<number>; from_at: number; to_at: number; reason: string };
  accounts: AccountTable;
  sessions: { token_hash: string; account_id: number; created_at: number; expires_at: number; address: Generated<string>; browser: Generated<string>; seen_at: number | null };
  sites: SiteTable;
  vouchers: VoucherTable;
  machines: MachineTable;
  epochs: EpochTable;
  boots: BootTable;
  entries: EntryTable;
  holes: { machine_id: string; epoch_no: number; from_seq: number; to_seq: number; why: string; at: number };
  blocks: { id: Generated<number>; boot_id: number; first_m: number; last_m: number; end_m: number; data: Uint8Array };
  stale_machines: { machine_id: string; from_at: number; to_at: number; mark: number };
  dead_letters: {
    id: Generated<number>;
    machine_id: string;
    at: number;
    ep: string | null;
    seq: number | null;
    reason: string;
    excerpt: string;
  };
  transitions: TransitionTable;
  machine_intervals: {
    machine_id: string;
    from_at: number;
    to_at: number;
    since_at: number;
    word: string;
    cause: string;
    settled: number;
    degraded: number;
    /** JSON of core/history/timeline.ts `Proof[]`. */
    proof: string;
  };
  machine_days: { machine_id: string; day: string; on_ms: number; boots: number; unclean: number; provisional: number };
  site_intervals: { site_id: string; from_at: number; to_at: number; verdict: string; cause: string; settled: number };
  /** `rung`: what evidence proved at its end. */
  site_days: OpeningSums & { site_id: string; day: string; heard: number; assumed: number; rung: number };
  area_days: OpeningSums & { day: string; region: string; province: string; zone: string; programme: string; assumed: number; sites: number; reporting: number; in_service: number };
  audit: { id: Generated<number>; at: number; who: string; act: string; subject: string; detail: string; before: string | null; after: string | null };
  calendar_timetables: TimetableTable;
  calendar_seasons: SeasonTable;
  calendar_rules: DayRuleTable;
  calendar_changes: CalendarChangeTable;
  stale_days: { mark: Generated<number>; from_day: string; to_day: string; scope_kind: string; scope_id: string };
}

/** Ms of opening time (core/history/site-day.ts `OpeningTotals`). */
interface OpeningSums {
  open_ms: number;
  conn_ms: number;
  disc_ms: number;
  unk_ms: number;
  off_ms: number;
  excluded_ms: number;
  provisional_ms: number;
}

export interface AccountTable {
  id: Generated<number>;
  name: string;
  password_hash: string;
  role: string;
  scope: string;
  must_change: number;
  disabled: number;
  created_at: number;
  full_name: Generated<string>;
  email: string | null;
  phone: string | null;
  language: Generated<string>;
  /** Minutes after midnight, Moroccan wall time; null: no quiet hours. */
  quiet_from: number | null;
  quiet_to: number | null;
}

export interface SiteTable {
  id: string;
  name: string;
  programme: string | null;
  kind: string;
  region: string;
  province: string | null;
  commune: string | null;
  lat: number;
  lon: number;
  zone: string | null;
  host_premises: string | null;
  equipment: string | null;
  declared_connected_at: number | null;
  declared_source: string | null;
  counts_towards_target: number;
  demo: number;
  created_at: number;
  created_by: string;
  n_on: number;
  n_failing: number;
  n_unreachable: number;
  n_off: number;
  n_unseen: number;
  state: string;
  state_since: number | null;
  /** The last local day whose past is told; empty before the first. */
  rolled_to: string;
  measured_from: string | null;
  measured_to: string | null;
  official_code: string | null;
  name_ar: string | null;
  manager: string | null;
  carrier: string | null;
  technology: string | null;
  contracted_mbps: number | null;
  /** Of the line, or of its contract. */
  line_number: string | null;
  metered: number | null;
  cap_mb: number | null;
  expected_computers: number | null;
  expected_telephones: number | null;
  students: number | null;
  duty_phone: string | null;
  opened_on: string | null;
  search: string;
  changed_at: number | null;
  identified_on: string | null;
  built_on: string | null;
  equipped_on: string | null;
  connected_on: string | null;
  telephone_works: number | null;
  telephone_on: string | null;
  stuck_cause: string | null;
  stuck_on: string | null;
  proven_rung: number;
  proven_on: string | null;
}

export interface VoucherTable {
  id: Generated<number>;
  site_id: string;
  code_hash: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  uses: number;
  used: number;
  revoked_at: number | null;
}

export interface MachineTable {
  id: string;
  site_id: string;
  name: string;
  secret_hash: string;
  fingerprint: string;
  voucher_id: number;
  nonce: string;
  enrolled_at: number;
  /** Where its past begins: its enrolment, or what it journaled before (core/history/beginning.ts). */
  begins_at: number;
  revoked_at: number | null;
  state: string;
  since_at: number;
  provisional: number;
  deadline_at: number | null;
  last_sign_at: number | null;
  liveness_ms: number;
  link: string;
  ep: string | null;
  inst: string | null;
  conn: number | null;
  boot: string | null;
  /** Server time at which its operating system came up, ms UTC. */
  booted_at: number | null;
  probes: string;
  flags: string;
  interface: string | null;
  versions: string | null;
  /** How far its wall clock was ahead of the server's at the last report, ms. */
  skew_ms: number | null;
  /** When two PCs were last seen to run with its identity. */
  clone_suspect_at: number | null;
  /** The secret before the present one, good until then. */
  old_secret_hash: string | null;
  old_secret_until: number | null;
  secret_changed_at: number | null;
  /** The configuration that the agent says is in force. */
  cfg_version: number | null;
  /** JSON of shared/field.ts `Context`. */
  context: string | null;
  context_at: number | null;
  replaced_by: string | null;
  /** When its process had been another one too often within an hour. */
  restarts_at: number | null;
}

export interface EpochTable {
  machine_id: string;
  ep: string;
  /** Its ordinal among the machine's epochs: 1, 2 ... as the server met them. */
  no: number;
  opened_at: number;
  w: number;
  chain: string;
  hi: number;
  /** The boot that the records at the watermark belong to. */
  boot: string | null;
  rejected: number;
  dropped: number;
  lost: number;
  duplicates: number;
  /** Accepted, but older than what is kept. */
  expired: number;
  /** The run of heartbeats still growing, JSON of core/accept.ts `BeatRun`. */
  run: string | null;
}

export interface BootTable {
  id: Generated<number>;
  machine_id: string;
  boot: string;
  /** What its place in time follows from (core/history/place-boot.ts), and the place. */
  offset_ms: number | null;
  clk_ms: number | null;
  wall_ms: number | null;
  start_at: number;
  placed: Placing;
  /** Where its first record stands in the journal; null before one has come. */
  at_epoch: number | null;
  at_seq: number | null;
  /** Its last event, ms since the boot; null while it goes on. */
  last_m: number | null;
  /** When the oldest entry that is not packed yet was received. */
  hot_since: number | null;
}

/** A record, or a run of equal heartbeats: the first of it, and the number of the last. */
export interface EntryTable {
  boot_id: number;
  m: number;
  epoch_no: number;
  seq: number;
  last_seq: number;
  kind: string;
  w: number;
  received_at: number;
  body: string;
}

export interface TransitionTable {
  id: Generated<number>;
  site_id: string;
  machine_id: string | null;
  at: number;
  told_at: number;
  from_state: string | null;
  to_state: string | null;
  cause: string;
  provisional: number;
  /** The earlier line whose account this one corrects. */
  revises: number | null;
}

/** Which layer of the calendars a row belongs to. */
export interface LayerColumns {
  scope_kind: string;
  /** Empty for the national layer. */
  scope_id: string;
}

export interface TimetableTable extends LayerColumns {
  id: string;
  season: string;
  from_day: string | null;
  to_day: string | null;
  /** JSON of shared/opening-hours.ts `Week`. */
  week: string;
  confirmed: number;
  source: string;
  written_at: number;
}

export interface SeasonTable {
  id: string;
  season: string;
  from_day: string;
  to_day: string;
  confirmed: number;
  source: string;
  written_at: number;
}

export interface DayRuleTable extends LayerColumns {
  id: string;
  from_day: string;
  to_day: string;
  effect: string;
  /** JSON list of shared/opening-hours.ts `Hours`. */
  hours: string;
  why: string;
  label_fr: string;
  label_ar: string;
  confirmed: number;
  source: string;
  written_at: number;
}

export interface CalendarChangeTable extends LayerColumns {
  id: Generated<number>;
  at: number;
  author: string;
  by_file: number;
  act: string;
  fact_kind: string;
  fact_id: string;
  /** JSON of shared/calendar.ts `Fact`. */
  before: string | null;
  after: string | null;
  retroactive: number;
  from_day: string | null;
  to_day: string | null;
  undoes: number | null;
}
