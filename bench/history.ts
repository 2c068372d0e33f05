/**
 * The told past of a whole country: one site's 90 days, and the nation's availability by region, asked over HTTP of the built server that holds
 * 90 days of every site. Told rows are written directly: reading them is what is measured. Today of the sites asked for is counted from evidence.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { openSqlite } from '@cac/server/store/sqlite.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { prepareCountry } from './country.ts';
import { startPlatform } from './platform.ts';
import { median, row, type Row } from './table.ts';

const DAYS = 90;
const MACHINES = 20_000;
const ASKED = 60;
/** Stretches of an ordinary day, by hour: closed, connected, no Internet, connected, no PC, connected, closed. */
const STRETCHES = [[0, 9, 'closed', 'hours'], [9, 11, 'connected', 'heard'], [11, 12, 'no_internet', 'gateway'], [12, 14, 'connected', 'heard'], [14, 15, 'no_pc', 'all_off'], [15, 18, 'connected', 'heard'], [18, 24, 'closed', 'hours']] as const;
const HOUR = 3_600_000;
/** What the pages of the programme ask for. */
const PROGRAMME = ['/api/v1/deployment', '/api/v1/deployment/funnel', '/api/v1/deployment/series?programme=CAC', '/api/v1/coverage', '/api/v1/coverage/areas?by=province', '/api/v1/work', '/api/v1/reports/draft?month=MONTH'];

export function tellPast(dataDir: string, now: number): void {
  const db = openSqlite(join(dataDir, 'cac.sqlite'));
  const today = localDayOf(now);
  const interval = db.prepare('insert into site_intervals (site_id, from_at, to_at, verdict, cause, settled) select id, ?, ?, ?, ?, 1 from sites');
  const total = db.prepare(`insert into site_days (site_id, day, open_ms, conn_ms, disc_ms, unk_ms, off_ms, excluded_ms, provisional_ms, heard, assumed, rung)
    select id, ?, ?, ?, ?, 0, ?, 0, 0, 1, 1, case when substr(id, -1) < '7' then 3 else 2 end from sites`);
  for (let back = DAYS; back >= 1; back -= 1) {
    const day = dayAfter(today, -back);
    const at = dayStartAt(day);
    db.transaction(() => {
      for (const [from, to, verdict, cause] of STRETCHES) interval.run(at + from * HOUR, at + to * HOUR, verdict, cause);
      total.run(day, 9 * HOUR, 7 * HOUR, HOUR, HOUR);
    })();
  }
  db.exec(`insert into area_days (day, region, province, zone, programme, assumed, sites, open_ms, conn_ms, disc_ms, unk_ms, off_ms, excluded_ms, provisional_ms, reporting, in_service)
    select d.day, s.region, coalesce(s.province, ''), coalesce(s.zone, ''), coalesce(s.programme, ''), d.assumed, count(*), sum(d.open_ms), sum(d.conn_ms), sum(d.disc_ms),
      sum(d.unk_ms), sum(d.off_ms), sum(d.excluded_ms), sum(d.provisional_ms), count(*), sum(d.rung = 3)
    from site_days d join sites s on s.id = d.site_id group by 1, 2, 3, 4, 5, 6`);
  db.prepare(`update sites set rolled_to = ?, measured_from = ?, measured_to = ?, proven_on = ?, proven_rung = case when substr(id, -1) < '7' then 3 else 2 end`).run(dayAfter(today, -1), dayAfter(today, -DAYS), dayAfter(today, -1), dayAfter(today, -1));
  db.prepare('update machines set enrolled_at = @at, begins_at = @at').run({ at: now - DAYS * 24 * HOUR });
  db.close();
}

/** Today of each machine: on since a while, a sample each five minutes. */
async function giveEvidence(store: Store, machines: readonly string[], now: number): Promise<void> {
  for (const id of machines) {
    const startAt = now - 5 * HOUR;
    const { id: bootId } = await store.db
      .insertInto('boots')
      .values({ machine_id: id, boot: 'boot-1', offset_ms: startAt, clk_ms: null, wall_ms: startAt, start_at: startAt, placed: 'receipt', hot_since: startAt, last_m: null, at_epoch: 1, at_seq: 1 })
      .returning('id')
      .executeTakeFirstOrThrow();
    const rows = Array.from({ length: 60 }, (_, i) => [
      { boot_id: bootId, m: i * 300_000 + 60_000, epoch_no: 1, seq: i * 6 + 1, last_seq: i * 6 + 5, kind: 'hb', w: 0, received_at: now, body: '{"link":"ok"}' },
      { boot_id: bootId, m: i * 300_000 + 301_000, epoch_no: 1, seq: i * 6 + 6, last_seq: i * 6 + 6, kind: 'sample', w: 0, received_at: now, body: '{"gw":2,"dns":20,"net1":61,"srv":70}' },
    ]).flat();
    await store.db.insertInto('entries').values(rows).execute();
  }
}

export async function historyRows(): Promise<Row[]> {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'cac-bench-')), 'data');
  try {
    const { sites } = await prepareCountry(dataDir, MACHINES);
    const now = Date.now();
    tellPast(dataDir, now);
    const store = await openStore({ dataDir });
    const asked = (await store.db.selectFrom('machines').select(['site_id']).groupBy('site_id').orderBy('site_id').limit(ASKED).execute()).map((r) => r.site_id);
    const machines = (await store.db.selectFrom('machines').select('id').where('site_id', 'in', asked).execute()).map((r) => r.id);
    await giveEvidence(store, machines, now);
    await store.close();

    const platform = await startPlatform(dataDir);
    const time = async (path: string): Promise<number> => {
      const startedAt = performance.now();
      await platform.api(path);
      return performance.now() - startedAt;
    };
    await time(`/api/v1/sites/${asked[0]!}/days`);
    const site: number[] = [];
    for (const id of asked.slice(1)) site.push(await time(`/api/v1/sites/${id}/days`));
    const region: number[] = [];
    for (let i = 0; i < 12; i += 1) region.push(await time(`/api/v1/availability?by=region&from=${dayAfter(localDayOf(now), -DAYS)}`));
    const programme: [string, number[]][] = [];
    for (const path of PROGRAMME) {
      const times: number[] = [];
      for (let i = 0; i < 5; i += 1) times.push(await time(path.replace('MONTH', dayAfter(`${localDayOf(now).slice(0, 7)}-01`, -1).slice(0, 7))));
      programme.push([path.split('?')[0]!.slice('/api/v1/'.length), times]);
    }
    await platform.server.end();
    const plain = (what: string, value: number, must: number, goal: number): Row => row(what, value, null, '', { ratio: value, must, goal, more: false });
    return [
      plain(`ms to a site's ${DAYS} days among ${sites.toLocaleString('en')} sites (median of ${site.length} sites, over HTTP)`, median(site), 50, 10),
      plain(`ms to the nation's availability by region, ${DAYS} days (median of ${region.length})`, median(region), 300, 60),
      ...programme.map(([name, times]) => plain(`ms to /${name} of the country, 90 days told (median of ${times.length})`, median(times), name.startsWith('reports') ? 3_000 : 300, name.startsWith('reports') ? 500 : 100)),
    ];
  } finally {
    rmSync(join(dataDir, '..'), { recursive: true, force: true });
  }
}
