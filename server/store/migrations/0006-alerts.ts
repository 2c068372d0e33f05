/**
 * People with more than a name, and alerts: what each site is watched for, incidents with their members and timeline, silences, channels, routes, and
 * the outbox. Instants are ms UTC; JSON is text. Rows of `incident_events`, `audit` and `outbox` are never deleted by the application.
 */
import type { Migration } from './index.ts';

export const alerts: Migration = {
  number: 6,
  name: 'alerts',
  statements: ({ int, id, strict, clustered }) => [
    // People. quiet_from and quiet_to: minutes after midnight, Moroccan wall time; both null: none.
    ...[`full_name text not null default ''`, `email text`, `phone text`, `language text not null default 'fr'`, `quiet_from ${int}`, `quiet_to ${int}`].map((column) => `alter table accounts add column ${column}`),
    ...[`address text not null default ''`, `browser text not null default ''`, `seen_at ${int}`].map((column) => `alter table sessions add column ${column}`),
    // Links that let somebody without a password choose one. purpose: invitation, password_reset.
    `create table account_links (token_hash text not null primary key, account_id ${int} not null references accounts (id), purpose text not null, created_at ${int} not null,
      created_by text not null, expires_at ${int} not null, used_at ${int}) ${strict}`,
    ...[`before text`, `after text`].map((column) => `alter table audit add column ${column}`),
    `create index audit_by_subject on audit (subject, id)`,

    // When two PCs were last seen to run with its identity.
    `alter table machines add column clone_suspect_at ${int}`,

    // What a site is watched for. open_from, open_to: its present opening, else its next; due_at: when it must be judged again, whatever happens;
    // condition: the trouble it is in ('' none) since since_at, an incident of its own from opens_at on, or in incident_id; onsets: JSON, when it last fell into one.
    `create table site_watches (site_id text not null primary key references sites (id), due_at ${int}, open_from ${int}, open_to ${int}, expected ${int} not null,
      condition text not null, since_at ${int}, opens_at ${int}, incident_id ${int}, paused ${int} not null default 0, well_since ${int}, onsets text not null) ${clustered}`,
    `create index site_watches_due on site_watches (due_at) where due_at is not null`,
    `create index site_watches_troubled on site_watches (condition, since_at) where condition <> '' and incident_id is null`,

    // told_at: when somebody was told first; null while a silence holds it back. group_by: province, carrier, technology or fleet, where several sites are one incident. cause, evidence and reason as decided.
    `create table incidents (id ${id}, kind text not null, severity text not null, state text not null, site_id text references sites (id), machine_id text,
      group_by text, group_key text, since_at ${int} not null, opened_at ${int}, paused_at ${int}, resolved_at ${int}, end_at ${int}, open_ms ${int} not null default 0,
      acknowledged_at ${int}, acknowledged_by text, ack_reason text, assignee ${int} references accounts (id), ticket text, promised_at ${int},
      cause text not null, evidence text not null, reason text not null, sites ${int} not null, expected_sites ${int} not null, pcs ${int} not null,
      flapping ${int} not null default 0, reopened ${int} not null default 0, escalated ${int} not null default 0, told_at ${int}, demo ${int} not null default 0, touched_at ${int} not null) ${strict}`,
    `create index incidents_live on incidents (state, id) where state <> 'resolved'`,
    `create index incidents_by_touch on incidents (touched_at)`,
    `create index incidents_by_site on incidents (site_id, kind, id)`,
    `create table incident_members (incident_id ${int} not null references incidents (id), site_id text not null references sites (id), since_at ${int} not null, joined_at ${int} not null,
      left_at ${int}, paused ${int} not null default 0, cause text not null, primary key (incident_id, site_id)) ${clustered}`,
    `create index incident_members_by_site on incident_members (site_id, incident_id)`,
    `create table incident_events (id ${id}, incident_id ${int} not null references incidents (id), at ${int} not null, act text not null, who text not null, detail text not null) ${strict}`,
    `create index incident_events_by_incident on incident_events (incident_id, id)`,

    // kind: silence (nobody is told) or maintenance (nor does the time count). scope: site, province, region, carrier, programme; of it only sites in the
    // regions its author had when writing it (JSON list; null: all).
    `create table silences (id ${id}, kind text not null, scope_kind text not null, scope_id text not null, from_at ${int} not null, to_at ${int} not null, reason text not null,
      author text not null, regions text, created_at ${int} not null, ended_at ${int}, ended_by text) ${strict}`,
    `create index silences_by_end on silences (to_at)`,

    // kind: email, webhook, sms. settings: JSON anyone of us may read; secrets: sealed with a key that is not in the database.
    `create table channels (id ${id}, kind text not null, name text not null, settings text not null, secrets text, enabled ${int} not null, author text not null,
      written_at ${int} not null, deleted_at ${int}) ${strict}`,
    // Empty lists mean all. target: a role, an account's number, or a channel's (webhooks). after_ms: 0 at once, else when nobody has acknowledged by then.
    `create table alert_routes (id ${id}, name text not null, regions text not null, programmes text not null, kinds text not null, min_severity text not null, hours text,
      target_kind text not null, target_id text not null, by_kind text not null, after_ms ${int} not null, enabled ${int} not null, author text not null, written_at ${int} not null, deleted_at ${int}) ${strict}`,
    // One row a message. key: the same for every try, in Message-ID and Idempotency-Key. state: queued, sending, sent, failed, cancelled.
    `create table outbox (id ${id}, key text not null unique, incident_id ${int} references incidents (id), event text not null, account_id ${int} references accounts (id),
      channel_kind text not null, channel_id ${int}, address text not null, language text not null, payload text not null, created_at ${int} not null, due_at ${int} not null,
      state text not null, attempts ${int} not null default 0, claim text, claimed_until ${int}, first_tried_at ${int}, closed_at ${int}, answer text) ${strict}`,
    `create index outbox_due on outbox (due_at, id) where state in ('queued', 'sending')`,
    `create index outbox_failed on outbox (id) where state = 'failed'`,
    `create index outbox_by_incident on outbox (incident_id, id)`,
    `create index outbox_by_receiver on outbox (channel_kind, address, id) where state in ('queued', 'sending')`,

    // Who is told before anybody has chosen: operators by mail at once, coordinators when nobody acknowledges, administrators of the platform itself.
    ...[
      ['Opérateurs de veille de la région', '[]', 'major', 'role', 'operator', 0],
      ['Coordinateurs, sans prise en charge', '[]', 'major', 'role', 'coordinator', 45 * 60_000],
      ['Administrateurs : la plateforme', '["platform_blind"]', 'minor', 'role', 'administrator', 0],
    ].map(
      ([name, kinds, severity, target, id_, after]) =>
        `insert into alert_routes (name, regions, programmes, kinds, min_severity, hours, target_kind, target_id, by_kind, after_ms, enabled, author, written_at)
          values ('${name}', '[]', '[]', '${kinds}', '${severity}', null, '${target}', '${id_}', 'email', ${after}, 1, 'constat', 0)`,
    ),
  ],
};
