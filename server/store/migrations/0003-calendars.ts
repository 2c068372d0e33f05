/**
 * Calendars: weekly hours, seasons and day rules as they stand, every change of them, and the past days that a change touched.
 * Days are Moroccan, `YYYY-MM-DD`; an open beginning or end is null.
 */
import type { Migration } from './index.ts';

export const calendars: Migration = {
  number: 3,
  name: 'calendars',
  statements: ({ int, id, strict }) => [
    `create table calendar_timetables (id text not null primary key, scope_kind text not null, scope_id text not null, season text not null,
      from_day text, to_day text, week text not null, confirmed ${int} not null, source text not null, written_at ${int} not null) ${strict}`,
    `create index calendar_timetables_by_scope on calendar_timetables (scope_kind, scope_id)`,
    `create table calendar_seasons (id text not null primary key, season text not null, from_day text not null, to_day text not null,
      confirmed ${int} not null, source text not null, written_at ${int} not null) ${strict}`,
    `create table calendar_rules (id text not null primary key, scope_kind text not null, scope_id text not null, from_day text not null,
      to_day text not null, effect text not null, hours text not null, why text not null, label_fr text not null, label_ar text not null,
      confirmed ${int} not null, source text not null, written_at ${int} not null) ${strict}`,
    `create index calendar_rules_by_scope on calendar_rules (scope_kind, scope_id, from_day)`,
    // Append-only. by_file: the shipped file was corrected, nobody typed it.
    `create table calendar_changes (id ${id}, at ${int} not null, author text not null, by_file ${int} not null, act text not null,
      fact_kind text not null, fact_id text not null, scope_kind text not null, scope_id text not null, before text, after text,
      retroactive ${int} not null, from_day text, to_day text, undoes ${int}) ${strict}`,
    `create index calendar_changes_by_fact on calendar_changes (fact_id, id)`,
    // One row an act, however many sites lie under its scope; taken away by its mark when the days are counted again.
    `create table stale_days (mark ${id}, from_day text not null, to_day text not null, scope_kind text not null, scope_id text not null) ${strict}`,
  ],
};
