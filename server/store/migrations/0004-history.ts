/** The past as it is told: intervals and days of machines and sites, and the days' sums by area. All of it can be counted again from the evidence. */
import type { Migration } from './index.ts';

const TOTALS = ['open_ms', 'conn_ms', 'disc_ms', 'unk_ms', 'off_ms', 'excluded_ms', 'provisional_ms'];

export const history: Migration = {
  number: 4,
  name: 'history',
  statements: ({ int, strict, clustered }) => [
    // Cut at local midnights: a day is counted again as a whole.
    `create table machine_intervals (machine_id text not null, from_at ${int} not null, to_at ${int} not null, since_at ${int} not null,
      word text not null, cause text not null, settled ${int} not null, degraded ${int} not null, proof text not null,
      primary key (machine_id, from_at)) ${clustered}`,
    `create table machine_days (machine_id text not null, day text not null, on_ms ${int} not null, boots ${int} not null, unclean ${int} not null,
      provisional ${int} not null, primary key (machine_id, day)) ${clustered}`,
    `create table site_intervals (site_id text not null, from_at ${int} not null, to_at ${int} not null, verdict text not null, cause text not null,
      settled ${int} not null, primary key (site_id, from_at)) ${clustered}`,
    `create table site_days (site_id text not null, day text not null, ${TOTALS.map((name) => `${name} ${int} not null`).join(', ')},
      heard ${int} not null, assumed ${int} not null, primary key (site_id, day)) ${clustered}`,
    // Empty text where a site names no province, zone or programme.
    `create table area_days (day text not null, region text not null, province text not null, zone text not null, programme text not null,
      assumed ${int} not null, sites ${int} not null, ${TOTALS.map((name) => `${name} ${int} not null`).join(', ')},
      primary key (day, region, province, zone, programme, assumed)) ${strict}`,
    // Up to which day a site's past is told; on which days it was first and last measured.
    `alter table sites add column rolled_to text not null default ''`,
    `alter table sites add column measured_from text`,
    `alter table sites add column measured_to text`,
    `create index sites_by_roll on sites (rolled_to, id)`,
    // A later line that says what an earlier one, told in good faith, really was.
    `alter table transitions add column revises ${int}`,
    `create index transitions_by_revised on transitions (revises) where revises is not null`,
    `create index transitions_by_machine_at on transitions (machine_id, at)`,
  ],
};
