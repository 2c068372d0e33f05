/**
 * The spine: territory and plan, accounts, sites, machines with their journals, the transition log, vouchers.
 * Booleans are 0 / 1, instants are milliseconds UTC, JSON is text: the same values in SQLite and PostgreSQL.
 */
import type { Migration } from './index.ts';

export const spine: Migration = {
  number: 1,
  name: 'spine',
  statements: ({ int, real, id, strict, clustered }) => [
    `create table meta (key text not null primary key, value text not null) ${strict}`,
    `create table blind_windows (id ${id}, from_at ${int} not null, to_at ${int} not null, reason text not null) ${strict}`,

    `create table regions (code text not null primary key, name_fr text not null, name_ar text not null) ${strict}`,
    `create table provinces (code text not null primary key, region text not null references regions (code),
      name_fr text not null, name_ar text not null) ${strict}`,
    `create table programmes (code text not null primary key, name_fr text not null, name_ar text not null, name_en text not null) ${strict}`,
    `create table targets (programme text not null references programmes (code), indicator text not null, year ${int} not null,
      value ${real} not null, unit text not null, base_year ${int}, base_value ${real}, source text not null,
      primary key (programme, indicator, year)) ${strict}`,
    `create table zone_figures (zone text not null, year ${int} not null, households ${int} not null, home_internet ${real} not null,
      literacy ${real} not null, source text not null, primary key (zone, year)) ${strict}`,

    `create table accounts (id ${id}, name text not null unique, password_hash text not null, role text not null, scope text not null,
      must_change ${int} not null, disabled ${int} not null, created_at ${int} not null) ${strict}`,
    `create table sessions (token_hash text not null primary key, account_id ${int} not null references accounts (id),
      created_at ${int} not null, expires_at ${int} not null) ${strict}`,
    `create index sessions_by_account on sessions (account_id)`,

    `create table sites (id text not null primary key, name text not null, programme text references programmes (code), kind text not null,
      region text not null references regions (code), province text references provinces (code), commune text,
      lat ${real} not null, lon ${real} not null, zone text, host_premises text, equipment text,
      declared_connected_at ${int}, declared_source text, counts_towards_target ${int} not null, demo ${int} not null,
      created_at ${int} not null, created_by text not null,
      n_on ${int} not null, n_failing ${int} not null, n_unreachable ${int} not null, n_off ${int} not null, n_unseen ${int} not null,
      state text not null, state_since ${int}) ${strict}`,
    `create index sites_by_region on sites (region, id)`,

    `create table vouchers (id ${id}, site_id text not null references sites (id), code_hash text not null unique,
      created_at ${int} not null, created_by text not null, expires_at ${int} not null, uses ${int} not null, used ${int} not null,
      revoked_at ${int}) ${strict}`,
    `create index vouchers_by_site on vouchers (site_id, id)`,

    `create table machines (id text not null primary key, site_id text not null references sites (id), name text not null,
      secret_hash text not null, fingerprint text not null, voucher_id ${int} not null references vouchers (id), nonce text not null,
      enrolled_at ${int} not null, revoked_at ${int},
      state text not null, since_at ${int} not null, provisional ${int} not null, deadline_at ${int},
      last_sign_at ${int}, liveness_ms ${int} not null, link text not null,
      ep text, inst text, conn ${int}, boot text, booted_at ${int}, probes text not null, flags text not null,
      interface text, versions text,
      unique (voucher_id, nonce)) ${strict}`,
    `create index machines_by_site on machines (site_id, id)`,
    // Only machines that wait for something have a deadline.
    `create index machines_due on machines (deadline_at) where deadline_at is not null`,

    `create table epochs (machine_id text not null references machines (id), ep text not null, opened_at ${int} not null,
      w ${int} not null, chain text not null, hi ${int} not null, boot text,
      rejected ${int} not null, dropped ${int} not null, lost ${int} not null, duplicates ${int} not null,
      run text, primary key (machine_id, ep)) ${clustered}`,
    `create table boots (machine_id text not null, boot text not null, offset_ms ${real} not null, primary key (machine_id, boot)) ${clustered}`,
    // Heartbeats are kept as runs: one row per stretch of equal minutes.
    `create table beats (machine_id text not null, ep text not null, first_seq ${int} not null, last_seq ${int} not null, boot text not null,
      m ${real} not null, w ${real} not null, body text not null, primary key (machine_id, ep, first_seq)) ${clustered}`,
    `create table records (machine_id text not null, ep text not null, seq ${int} not null, kind text not null, boot text not null,
      m ${real} not null, w ${real} not null, received_at ${int} not null, body text not null, primary key (machine_id, ep, seq)) ${clustered}`,
    `create table dead_letters (id ${id}, machine_id text not null, at ${int} not null, ep text, seq ${int}, reason text not null,
      excerpt text not null) ${strict}`,
    `create index dead_letters_by_machine on dead_letters (machine_id, id)`,

    `create table transitions (id ${id}, site_id text not null, machine_id text, at ${int} not null, told_at ${int} not null,
      from_state text, to_state text, cause text not null, provisional ${int} not null) ${strict}`,
    `create index transitions_by_machine on transitions (machine_id, id)`,
    `create table audit (id ${id}, at ${int} not null, who text not null, act text not null, subject text not null, detail text not null) ${strict}`,
  ],
};
