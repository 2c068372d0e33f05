/** What a report counts: the programme as of the evening of a day, and opening time that was lost. In scope; `region` '' is all of the scope. */
import type { Scope } from '@cac/shared/api.ts';
import { dayAfter, dayStartAt, type LocalDay } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import { declaredBy } from './ladder.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export interface AreaCount {
  programme: string;
  /** A region's code, or in one region a province's; empty where the site names none. */
  area: string;
  registered: number;
  declared: number;
  proven: number;
  complete: number;
  demo: number;
}

const whole = (of: ReturnType<typeof sql>) => sql<number>`cast(sum(case when ${of} then 1 else 0 end) as bigint)`;

/** By programme and area, of the sites that count: declared by that day, proven on it. An attestation of a telephone is valid for `telephoneDays`. */
export async function countsOn(db: Handle, scope: Scope, region: string, day: LocalDay, telephoneDays: number): Promise<AreaCount[]> {
  const area = region === '' ? sql<string>`s.region` : sql<string>`coalesce(s.province, '')`;
  const inService = sql`d.rung = 3`;
  let select = db
    .selectFrom('sites as s')
    .innerJoin('programmes as p', 'p.code', 's.programme')
    .leftJoin('site_days as d', (join) => join.onRef('d.site_id', '=', 's.id').on('d.day', '=', day))
    .where('s.counts_towards_target', '=', 1)
    .where(inScope(scope, 's.region'));
  if (region !== '') select = select.where('s.region', '=', region);
  const rows = await select
    .select(['p.code as programme', area.as('area')])
    .select(({ fn }) => [fn.countAll<number>().as('registered'), fn.max('s.demo').as('demo')])
    .select([
      whole(declaredBy(day)).as('declared'),
      whole(inService).as('proven'),
      whole(sql`${inService} and (select t.value from attestations t where t.site_id = s.id and t.kind = 'telephone' and t.withdrawn_at is null and t.day > ${dayAfter(day, -telephoneDays)}
        and t.day <= ${day} order by t.day desc, t.id desc limit 1) = 'works'`).as('complete'),
    ])
    .groupBy(['p.code', area])
    .orderBy('p.code')
    .orderBy('area')
    .execute();
  return rows.map((row) => ({ ...row, registered: Number(row.registered), declared: Number(row.declared), proven: Number(row.proven), complete: Number(row.complete), demo: Number(row.demo) }));
}

export interface StuckCount {
  programme: string;
  cause: string;
  sites: number;
}

export async function stuckCounts(db: Handle, scope: Scope, region: string): Promise<StuckCount[]> {
  let select = db.selectFrom('sites as s').where(inScope(scope, 's.region')).where('s.counts_towards_target', '=', 1).where('s.programme', 'is not', null).where('s.stuck_cause', 'is not', null);
  if (region !== '') select = select.where('s.region', '=', region);
  const rows = await select
    .select(['s.programme', 's.stuck_cause'])
    .select(({ fn }) => fn.countAll<number>().as('sites'))
    .groupBy(['s.programme', 's.stuck_cause'])
    .orderBy('s.programme')
    .orderBy('s.stuck_cause')
    .execute();
  return rows.map((row) => ({ programme: row.programme!, cause: row.stuck_cause!, sites: Number(row.sites) }));
}

export interface LostTime {
  verdict: string;
  cause: string;
  ms: number;
  sites: number;
}

/** Sites at once: between two of these reports are taken in. */
const SITES_AT_ONCE = 250;

/** Told opening time without a connection, by verdict and cause, from one day to another, both included. Read a few hundred sites at a time. */
export async function lostTime(db: Handle, scope: Scope, region: string, from: LocalDay, to: LocalDay): Promise<LostTime[]> {
  const found = new Map<string, LostTime>();
  for (let after = ''; ; ) {
    let page = db.selectFrom('sites as s').select('s.id').where(inScope(scope, 's.region')).where('s.programme', 'is not', null).where('s.measured_to', '>=', from).where('s.id', '>', after).orderBy('s.id').limit(SITES_AT_ONCE);
    if (region !== '') page = page.where('s.region', '=', region);
    const ids = (await page.execute()).map((row) => row.id);
    if (ids.length === 0) break;
    after = ids.at(-1)!;
    const rows = await db
      .selectFrom('site_intervals')
      .select(['verdict', 'cause', sql<number>`cast(sum(to_at - from_at) as bigint)`.as('ms'), sql<number>`count(distinct site_id)`.as('sites')])
      .where('site_id', 'in', ids)
      .where('from_at', '>=', dayStartAt(from))
      .where('from_at', '<', dayStartAt(dayAfter(to)))
      .where('verdict', 'in', ['no_internet', 'no_pc', 'cut', 'unknown'])
      .groupBy(['verdict', 'cause'])
      .execute();
    for (const { verdict, cause, ms, sites } of rows) {
      const sum = found.get(`${verdict} ${cause}`) ?? { verdict, cause, ms: 0, sites: 0 };
      found.set(`${verdict} ${cause}`, { ...sum, ms: sum.ms + Number(ms), sites: sum.sites + Number(sites) });
    }
    await new Promise((next) => setImmediate(next));
  }
  return [...found.values()].sort((a, b) => b.ms - a.ms || (a.cause < b.cause ? -1 : 1));
}
