/** The tables as Kysely sees them. Values are as stored: 0 / 1, milliseconds UTC, JSON as text. */
import type { Generated } from 'kysely';

interface SourceJson {
  /** JSON of shared/api.ts `Source`. */
  source: string;
}

export interface Tables {
  meta: { key: string; value: string };
  blind_windows: { id: Generated<number>; from_at: number; to_at: number; reason: string };
  regions: { code: string; name_fr: string; name_ar: string };
  provinces: { code: string; region: string; name_fr: string; name_ar: string };
  programmes: { code: string; name_fr: string; name_ar: string; name_en: string };
  targets: SourceJson & {
    programme: string;
    indicator: string;
    year: number;
    value: number;
    unit: string;
    base_year: number | null;
    base_value: number | null;
  };
  zone_figures: SourceJson & { zone: string; year: number; households: number; home_internet: number; literacy: number };
  accounts: AccountTable;
  sessions: { token_hash: string; account_id: number; created_at: number; expires_at: number };
  sites: SiteTable;
  vouchers: VoucherTable;
  machines: MachineTable;
  epochs: EpochTable;
  boots: { machine_id: string; boot: string; offset_ms: number };
  beats: { machine_id: string; ep: string; first_seq: number; last_seq: number; boot: string; m: number; w: number; body: string };
  records: {
    machine_id: string;
    ep: string;
    seq: number;
    kind: string;
    boot: string;
    m: number;
    w: number;
    received_at: number;
    body: string;
  };
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
  audit: { id: Generated<number>; at: number; who: string; act: string; subject: string; detail: string };
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
}

export interface EpochTable {
  machine_id: string;
  ep: string;
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
  /** The run of heartbeats still growing, JSON of core/accept.ts `BeatRun`. */
  run: string | null;
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
}
