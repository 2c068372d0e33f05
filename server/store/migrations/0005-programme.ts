/**
 * The programme: a registry that people edit and import, what they declare of each site, targets with their milestones, communes and social
 * categories, reports as they were sent. Days are Moroccan, `YYYY-MM-DD`. Rows that are replaced or withdrawn stay, with the name of who did it.
 */
import type { Migration } from './index.ts';

export const programme: Migration = {
  number: 5,
  name: 'programme',
  statements: ({ int, real, id, strict, dayOf }) => [
    // The registry. A site's `id` is its own; several places may share one official code.
    ...[
      `official_code text`, `name_ar text`, `manager text`, `carrier text`, `technology text`, `contracted_mbps ${real}`, `line_number text`, `metered ${int}`, `cap_mb ${int}`,
      `expected_computers ${int}`, `expected_telephones ${int}`, `students ${int}`, `duty_phone text`, `opened_on text`,
      // Names and codes as they are searched: shared/search-key.ts. Empty until it is made.
      `search text not null default ''`,
      `changed_at ${int}`,
      // What was declared, rung by rung (the newest attestation that stands), and what evidence proves: shared/ladder.ts.
      `identified_on text`, `built_on text`, `equipped_on text`, `connected_on text`,
      `telephone_works ${int}`, `telephone_on text`, `stuck_cause text`, `stuck_on text`,
      `proven_rung ${int} not null default 0`, `proven_on text`,
    ].map((column) => `alter table sites add column ${column}`),
    `update sites set connected_on = ${dayOf('declared_connected_at')} where declared_connected_at is not null`,
    `create index sites_by_province on sites (province, id)`,
    `create index sites_by_programme on sites (programme, id)`,

    `alter table programmes add column kind text not null default 'centre'`,
    `update programmes set kind = 'school' where code = 'GENIE'`,
    `alter table programmes add column by_file ${int} not null default 1`,

    `create table communes (code text not null primary key, region text not null references regions (code), province text not null references provinces (code),
      name_fr text not null, name_ar text not null, zone text, households ${int} not null, online_share ${real}, csp text, lat ${real}, lon ${real},
      year ${int} not null, source text not null, search text not null, demo ${int} not null, written_at ${int} not null, written_by text not null) ${strict}`,
    `create index communes_by_province on communes (province, code)`,

    // Append-only: every change of the registry, of targets, settings and lists, by hand or by an import. before and after are JSON.
    `create table registry_changes (id ${id}, at ${int} not null, author text not null, subject_kind text not null, subject_id text not null, act text not null,
      before text, after text, import_id ${int}) ${strict}`,
    `create index registry_changes_by_subject on registry_changes (subject_kind, subject_id, id)`,
    `create index registry_changes_by_import on registry_changes (import_id) where import_id is not null`,
    `create table imports (id ${id}, at ${int} not null, author text not null, kind text not null, file_name text not null, digest text not null, rows ${int} not null,
      added ${int} not null, changed ${int} not null, unchanged ${int} not null, undone_at ${int}, undone_by text) ${strict}`,

    // The ladder. kind: identified, built, equipped, connected, telephone, stuck; value: what was found, or the cause.
    `create table attestations (id ${id}, site_id text not null references sites (id), kind text not null, day text not null, value text, source text not null,
      author text not null, note text not null, recorded_at ${int} not null, import_id ${int}, visit_id ${int}, withdrawn_at ${int}, withdrawn_by text) ${strict}`,
    `create index attestations_by_site on attestations (site_id, kind, day)`,
    `insert into attestations (site_id, kind, day, source, author, note, recorded_at)
      select id, 'connected', connected_on, coalesce(declared_source, ''), created_by, '', created_at from sites where connected_on is not null`,
    `create table visits (id ${id}, site_id text not null references sites (id), day text not null, by_function text not null, pcs_found ${int}, pcs_working ${int},
      telephone text, note text not null, author text not null, recorded_at ${int} not null, withdrawn_at ${int}, withdrawn_by text) ${strict}`,
    `create index visits_by_site on visits (site_id, day)`,
    `create table stuck_causes (code text not null primary key, name_fr text not null, name_ar text not null, name_en text not null, place ${int} not null, retired ${int} not null) ${strict}`,
    // Thresholds, each from a day on: `key` is a rule's name, `value` JSON.
    `create table dated_settings (id ${id}, key text not null, from_day text not null, value text not null, author text not null, note text not null, written_at ${int} not null, replaced_at ${int}) ${strict}`,
    // What evidence proved at the end of each day that is told: 1 enrolled, 2 reporting, 3 in service.
    `alter table site_days add column rung ${int} not null default 0`,
    `alter table area_days add column reporting ${int} not null default 0`,
    `alter table area_days add column in_service ${int} not null default 0`,

    // Where a machine's past begins: at its first evidence whose time was measured, where that lies before its enrolment.
    `alter table machines add column begins_at ${int} not null default 0`,
    `update machines set begins_at = enrolled_at`,

    // Targets: versions. The plan's own stay in targets; a milestone of a region or a zone names it, else it is empty.
    `create table milestones (id ${id}, programme text not null references programmes (code), indicator text not null, year ${int} not null, region text not null, zone text not null,
      value ${real} not null, source text not null, note text not null, author text not null, written_at ${int} not null, replaced_at ${int}) ${strict}`,
    `create index milestones_by_programme on milestones (programme, indicator, year)`,
    `create table indicators (code text not null primary key, name_fr text not null, name_ar text not null, name_en text not null, unit text not null, base_year ${int}, base_value ${real},
      target_year ${int}, target_value ${real}, source text not null) ${strict}`,
    `create table indicator_values (id ${id}, indicator text not null references indicators (code), day text not null, value ${real} not null, source text not null, author text not null,
      written_at ${int} not null, replaced_at ${int}) ${strict}`,

    // The plan's whole tables; zone '' in zone_figures is the country.
    `alter table zone_figures add column corrected ${real}`,
    `create table csp_figures (csp text not null, year ${int} not null, income_from ${int}, income_to ${int}, households ${int} not null, dense ${real}, moderate ${real}, grey_white ${real},
      home_internet ${real} not null, literacy ${real} not null, corrected ${real} not null, source text not null, primary key (csp, year)) ${strict}`,

    // A report as it was sent: never changed. region '' is the country.
    `create table issued_reports (no ${id}, month text not null, region text not null, issued_at ${int} not null, data_as_of ${int} not null, author text not null,
      digest text not null, body text not null) ${strict}`,
  ],
};
