/** The tables of migration 0007 as Kysely sees them (see there for what each column means). */
import type { Generated } from 'kysely';

export interface FieldTables {
  enrol_requests: EnrolRequestTable;
  held_processes: { machine_id: string; inst: string; since_at: number; last_at: number; address: string; os: string | null; state: string; decided_at: number | null; decided_by: string | null };
  machine_use: { machine_id: string; day: string; bytes: number };
  agent_rules: { id: Generated<number>; scope_kind: string; scope_id: string; keepalive_s: number | null; batch_s: number | null; targets: string | null; author: string; written_at: number };
  machine_commands: { id: Generated<number>; machine_id: string; kind: string; detail: Generated<string>; asked_by: string; asked_at: number; sent_at: number | null; done_at: number | null };
  agent_logs: { machine_id: string; at: number; text: string };
  ping_sources: PingSourceTable;
  ping_days: { source_id: number; day: string; first_at: number; last_at: number; times: number };
}

export interface EnrolRequestTable {
  id: Generated<number>;
  voucher_id: number;
  site_id: string;
  nonce: string;
  fingerprint: string;
  secret_hash: string;
  name: string;
  agent: string;
  os: string;
  why: string;
  like_machine: string | null;
  requested_at: number;
  asked_at: number;
  state: string;
  decided_at: number | null;
  decided_by: string | null;
  machine_id: string | null;
}

export interface PingSourceTable {
  id: Generated<number>;
  site_id: string;
  name: string;
  token_hash: string;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
  last_at: number | null;
}
