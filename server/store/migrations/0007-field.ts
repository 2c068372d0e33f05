/**
 * The agent in the field: enrolments that wait for a person, identities held apart, moved, replaced or given a new secret, agents' settings, commands and bytes,
 * and pings without an agent. Instants are ms UTC; days are UTC days; JSON is text.
 */
import type { Migration } from './index.ts';

export const field: Migration = {
  number: 7,
  name: 'field',
  statements: ({ int, id, strict, clustered }) => [
    // restarts_at: when its process had been another one too often within an hour. old_secret_hash is good until old_secret_until. cfg_version: as the agent last said. context: JSON of shared/field.ts Context.
    ...[`old_secret_hash text`, `old_secret_until ${int}`, `secret_changed_at ${int}`, `cfg_version ${int}`, `context text`, `context_at ${int}`, `replaced_by text`, `restarts_at ${int}`].map((column) => `alter table machines add column ${column}`),
    `create index machines_by_voucher on machines (voucher_id)`,

    // Enrolments that a person must allow. why: used_up, same_hardware; state: waiting, accepted, refused, done. like_machine: who has the same hardware.
    `create table enrol_requests (id ${id}, voucher_id ${int} not null references vouchers (id), site_id text not null references sites (id), nonce text not null, fingerprint text not null,
      secret_hash text not null, name text not null, agent text not null, os text not null, why text not null, like_machine text, requested_at ${int} not null, asked_at ${int} not null,
      state text not null, decided_at ${int}, decided_by text, machine_id text, unique (voucher_id, nonce)) ${strict}`,
    `create index enrol_requests_waiting on enrol_requests (site_id, id) where state = 'waiting'`,

    // Processes that run with a machine's identity beside the one that had it first. state: held, new_machine (told to enrol as another PC), is_the_pc.
    `create table held_processes (machine_id text not null references machines (id), inst text not null, since_at ${int} not null, last_at ${int} not null, address text not null, os text,
      state text not null, decided_at ${int}, decided_by text, primary key (machine_id, inst)) ${clustered}`,

    // The agents' own count of their bytes, the greatest ever told of a day.
    `create table machine_use (machine_id text not null references machines (id), day text not null, bytes ${int} not null, primary key (machine_id, day)) ${clustered}`,
    `create index machine_use_by_day on machine_use (day)`,

    // Settings of agents: the newest row of a scope counts; null: as the wider scope says. scope_kind: country, programme, site. targets: JSON.
    `create table agent_rules (id ${id}, scope_kind text not null, scope_id text not null, keepalive_s ${int}, batch_s ${int}, targets text, author text not null, written_at ${int} not null) ${strict}`,
    `create index agent_rules_by_scope on agent_rules (scope_kind, scope_id, id)`,

    `create table machine_commands (id ${id}, machine_id text not null references machines (id), kind text not null, detail text not null default '', asked_by text not null, asked_at ${int} not null,
      sent_at ${int}, done_at ${int}) ${strict}`,
    `create index machine_commands_open on machine_commands (machine_id, id) where done_at is null`,
    // The end of an agent's own log, as it last sent it.
    `create table agent_logs (machine_id text not null primary key references machines (id), at ${int} not null, text text not null) ${clustered}`,

    // Doors for PCs that cannot run the agent, and the days on which they were used.
    `create table ping_sources (id ${id}, site_id text not null references sites (id), name text not null, token_hash text not null unique, created_at ${int} not null, created_by text not null,
      revoked_at ${int}, last_at ${int}) ${strict}`,
    `create index ping_sources_by_site on ping_sources (site_id, id)`,
    `create table ping_days (source_id ${int} not null references ping_sources (id), day text not null, first_at ${int} not null, last_at ${int} not null, times ${int} not null,
      primary key (source_id, day)) ${clustered}`,
  ],
};
