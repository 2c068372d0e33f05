/** The tables of alerts (migration 0006), as Kysely sees them. */
import type { Generated } from 'kysely';

export interface AlertTables {
  account_links: { token_hash: string; account_id: number; purpose: string; created_at: number; created_by: string; expires_at: number; used_at: number | null };
  site_watches: SiteWatchTable;
  incidents: IncidentTable;
  incident_members: IncidentMemberTable;
  incident_events: { id: Generated<number>; incident_id: number; at: number; act: string; who: string; detail: string };
  silences: SilenceTable;
  channels: ChannelTable;
  alert_routes: AlertRouteTable;
  outbox: OutboxTable;
}

export interface SiteWatchTable {
  site_id: string;
  /** When it must be judged again, whatever happens; null: only when something does. */
  due_at: number | null;
  /** Its present opening, else its next. */
  open_from: number | null;
  open_to: number | null;
  /** 1 when it is open and was heard within its last seven opening days, as last judged. */
  expected: number;
  /** The trouble it is in (shared/incidents.ts `SiteCondition`), '' when in none. */
  condition: string;
  since_at: number | null;
  /** When its incident opens; null while it has one, or nothing to wait for. */
  opens_at: number | null;
  incident_id: number | null;
  /** 1 while its incident rests because it is closed. */
  paused: Generated<number>;
  /** Since when it is out of trouble, while an incident waits to be closed. */
  well_since: number | null;
  /** JSON list of instants at which it last fell into trouble. */
  onsets: string;
}

export interface IncidentTable {
  id: Generated<number>;
  kind: string;
  severity: string;
  /** pending, open, paused, resolved. */
  state: string;
  /** Null when several sites are one incident, and for the platform's own. */
  site_id: string | null;
  machine_id: string | null;
  group_by: string | null;
  group_key: string | null;
  since_at: number;
  opened_at: number | null;
  paused_at: number | null;
  /** When it was told as over, and when it truly was. */
  resolved_at: number | null;
  end_at: number | null;
  /** Of its duration, what lies in opening time: of all member sites together. */
  open_ms: Generated<number>;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  ack_reason: string | null;
  assignee: number | null;
  ticket: string | null;
  promised_at: number | null;
  cause: string;
  /** JSON of shared/incidents.ts `Evidence` and `Reason`. */
  evidence: string;
  reason: string;
  sites: number;
  /** Of the group: how many sites were expected. */
  expected_sites: number;
  /** Expected PCs of its sites. */
  pcs: number;
  flapping: Generated<number>;
  reopened: Generated<number>;
  /** Up to which `after_ms` routes were told that nobody acknowledges. */
  escalated: Generated<number>;
  /** When somebody was told first; null while a silence holds it back. */
  told_at: number | null;
  demo: Generated<number>;
  /** Of the last change of anything about it. */
  touched_at: number;
}

export interface IncidentMemberTable {
  incident_id: number;
  site_id: string;
  since_at: number;
  joined_at: number;
  left_at: number | null;
  /** 1 while its site is closed. */
  paused: Generated<number>;
  cause: string;
}

export interface SilenceTable {
  id: Generated<number>;
  kind: string;
  scope_kind: string;
  scope_id: string;
  from_at: number;
  to_at: number;
  reason: string;
  author: string;
  /** JSON list of the regions its author had: of other regions it silences nothing; null: all. */
  regions: string | null;
  created_at: number;
  ended_at: number | null;
  ended_by: string | null;
}

export interface ChannelTable {
  id: Generated<number>;
  kind: string;
  name: string;
  settings: string;
  /** Sealed (server/sealer.ts): JSON of what must not be read from a stolen database. */
  secrets: string | null;
  enabled: number;
  author: string;
  written_at: number;
  deleted_at: number | null;
}

export interface AlertRouteTable {
  id: Generated<number>;
  name: string;
  regions: string;
  programmes: string;
  kinds: string;
  min_severity: string;
  hours: string | null;
  target_kind: string;
  target_id: string;
  by_kind: string;
  after_ms: number;
  enabled: number;
  author: string;
  written_at: number;
  deleted_at: number | null;
}

export interface OutboxTable {
  id: Generated<number>;
  key: string;
  incident_id: number | null;
  event: string;
  account_id: number | null;
  channel_kind: string;
  channel_id: number | null;
  address: string;
  language: string;
  payload: string;
  created_at: number;
  due_at: number;
  state: string;
  attempts: Generated<number>;
  claim: string | null;
  claimed_until: number | null;
  first_tried_at: number | null;
  closed_at: number | null;
  answer: string | null;
}
