/**
 * Evidence as history reads it: entries lie under their boot in the order of its own clock, boots have a place in time, what will never come
 * is known by its numbers, and finished days are packed. `beats` and `records` become `entries`; what was received so far is all to be counted.
 */
import type { Migration } from './index.ts';

export const truth: Migration = {
  number: 2,
  name: 'truth',
  statements: ({ int, real, id, blob, strict, clustered, jsonField }) => {
    const number = (column: string, key: string): string => `cast(${jsonField(column, key)} as ${real})`;
    // Each entry of the old tables, runs that still grow included: they say where a boot's last event lies.
    const told = `
      select e.machine_id, r.boot, e.no, r.seq, r.m, r.m as end_m, r.w - r.m as wall_ms, r.received_at from records r join epochs e on e.machine_id = r.machine_id and e.ep = r.ep
      union all
      select e.machine_id, b.boot, e.no, b.first_seq, b.m, b.m + (b.last_seq - b.first_seq) * 60000, b.w - b.m, e.opened_at from beats b join epochs e on e.machine_id = b.machine_id and e.ep = b.ep
      union all
      select machine_id, ${jsonField('run', 'boot')}, no, cast(${jsonField('run', 'from')} as ${int}), ${number('run', 'm')},
        ${number('run', 'm')} + (${number('run', 'to')} - ${number('run', 'from')}) * 60000, ${number('run', 'w')} - ${number('run', 'm')}, opened_at
      from epochs where run is not null`;
    return [
      `alter table machines add column skew_ms ${int}`,
      `alter table epochs add column no ${int} not null default 0`,
      `alter table epochs add column expired ${int} not null default 0`,
      `update epochs set no = (select count(*) from epochs o where o.machine_id = epochs.machine_id
        and (o.opened_at < epochs.opened_at or (o.opened_at = epochs.opened_at and o.ep <= epochs.ep)))`,

      `create table placed_boots (id ${id}, machine_id text not null references machines (id), boot text not null,
        offset_ms ${real}, clk_ms ${real}, wall_ms ${real}, start_at ${int} not null, placed text not null,
        at_epoch ${int}, at_seq ${int}, last_m ${real}, hot_since ${int}, unique (machine_id, boot)) ${strict}`,
      `insert into placed_boots (machine_id, boot, offset_ms, wall_ms, start_at, placed, at_epoch, at_seq, last_m, hot_since)
        select k.machine_id, k.boot, o.offset_ms, case when o.offset_ms is null then t.wall_ms end,
          cast(floor(coalesce(o.offset_ms, case when t.wall_ms + t.last_m > t.received_at then t.received_at - t.last_m else t.wall_ms end) / 1000) * 1000 as ${int}),
          case when o.offset_ms is null then 'guess' else 'receipt' end, t.at_epoch, t.at_seq, t.last_m, t.hot_since
        from (select machine_id, boot from boots union select machine_id, boot from (${told}) named) k
        left join boots o on o.machine_id = k.machine_id and o.boot = k.boot
        left join (select machine_id, boot, max(end_m) as last_m, max(received_at) as received_at, min(received_at) as hot_since, min(no) as at_epoch,
            min(case when first_no = 1 then seq end) as at_seq, max(case when last_no = 1 then wall_ms end) as wall_ms
          from (select n.*, row_number() over (partition by machine_id, boot order by no, seq) as first_no,
              row_number() over (partition by machine_id, boot order by m desc, no desc, seq desc) as last_no from (${told}) n) numbered
          group by machine_id, boot) t on t.machine_id = k.machine_id and t.boot = k.boot
        order by k.machine_id, coalesce(t.at_epoch, 0), coalesce(t.at_seq, 0)`,
      `update placed_boots set last_m = null where exists (select 1 from machines m where m.id = placed_boots.machine_id and m.boot = placed_boots.boot)`,

      // Clustered by time: reading a stretch of time is what matters. That nothing is stored twice is the watermark's doing.
      `create table entries (boot_id ${int} not null, m ${real} not null, epoch_no ${int} not null, seq ${int} not null, last_seq ${int} not null,
        kind text not null, w ${real} not null, received_at ${int} not null, body text not null, primary key (boot_id, m, epoch_no, seq)) ${clustered}`,
      `insert into entries (boot_id, m, epoch_no, seq, last_seq, kind, w, received_at, body)
        select p.id, r.m, e.no, r.seq, r.seq, r.kind, r.w, r.received_at, r.body
        from records r join epochs e on e.machine_id = r.machine_id and e.ep = r.ep join placed_boots p on p.machine_id = r.machine_id and p.boot = r.boot`,
      `insert into entries (boot_id, m, epoch_no, seq, last_seq, kind, w, received_at, body)
        select p.id, b.m, e.no, b.first_seq, b.last_seq, 'hb', b.w, e.opened_at, b.body
        from beats b join epochs e on e.machine_id = b.machine_id and e.ep = b.ep join placed_boots p on p.machine_id = b.machine_id and p.boot = b.boot`,
      `update placed_boots set hot_since = (select min(received_at) from entries where boot_id = placed_boots.id)`,
      `drop table beats`,
      `drop table records`,
      `drop table boots`,
      `alter table placed_boots rename to boots`,
      `create index boots_by_time on boots (machine_id, start_at)`,
      `create index boots_by_journal on boots (machine_id, at_epoch, at_seq)`,
      `create index boots_by_start on boots (start_at)`,
      `create index boots_hot on boots (hot_since) where hot_since is not null`,

      // Numbers that will never come: lost, rejected, or given up by the agent (then why is its own word).
      `create table holes (machine_id text not null, epoch_no ${int} not null, from_seq ${int} not null, to_seq ${int} not null, why text not null,
        at ${int} not null, primary key (machine_id, epoch_no, from_seq)) ${clustered}`,
      `create index holes_by_at on holes (at)`,
      // Entries that came in a finished day: first_m and last_m are where the first and the last begin, end_m where the last ends.
      `create table blocks (id ${id}, boot_id ${int} not null, first_m ${real} not null, last_m ${real} not null, end_m ${real} not null, data ${blob} not null,
        unique (boot_id, first_m)) ${strict}`,
      // Machines whose past is to be counted anew; mark changes with each reason more.
      `create table stale_machines (machine_id text not null primary key references machines (id), from_at ${int} not null, to_at ${int} not null, mark ${int} not null) ${strict}`,
      `insert into stale_machines (machine_id, from_at, to_at, mark)
        select b.machine_id, min(b.start_at), max(coalesce(m.last_sign_at, b.start_at)), 1 from boots b join machines m on m.id = b.machine_id group by b.machine_id`,
    ];
  },
};
