/** The facts that say whether a site is to be visited; only sites that may be are read. */
import type { Scope } from '@cac/shared/api.ts';
import type { WorkItem } from '@cac/shared/report.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { sql } from 'kysely';
import type { WorkFacts } from '../core/report/work-list.ts';
import { communeNamesOf } from './communes.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

export interface WorkQuery {
  region?: string | undefined;
  province?: string | undefined;
  programme?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export type WorkRow = Omit<WorkItem, 'reasons'> & { facts: WorkFacts };

/** In the order of province and id; `after`: `province id` of the last one seen. Telephones attested before `expiredOn` need a new word. */
export async function workRows(db: Handle, scope: Scope, query: WorkQuery, expiredOn: string): Promise<WorkRow[]> {
  const machines = (what: ReturnType<typeof sql>) => sql<number | null>`(select ${what} from machines m where m.site_id = s.id and m.revoked_at is null)`;
  const key = sql<string>`coalesce(s.province, '') || ' ' || s.id`;
  let select = db
    .selectFrom('sites as s')
    .leftJoin('communes as c', 'c.code', 's.commune')
    .select(['c.name_fr as commune_fr', 'c.name_ar as commune_ar'])
    .select(['s.id', 's.name', 's.name_ar', 's.programme', 's.region', 's.province', 's.commune', 's.duty_phone', 's.manager', 's.lat', 's.lon', 's.demo', 's.connected_on', 's.proven_rung'])
    .select(['s.telephone_works', 's.telephone_on', 's.stuck_cause', 's.stuck_on', 's.expected_computers'])
    .select([machines(sql`max(m.last_sign_at)`).as('last_sign_at'), machines(sql`count(*)`).as('machines')])
    .where(inScope(scope, 's.region'))
    .where('s.programme', 'is not', null)
    .where(sql<boolean>`((s.connected_on is not null or s.proven_rung > 0) and s.proven_rung < 2 or s.stuck_cause is not null or s.telephone_works = 0 or s.telephone_on < ${expiredOn}
      or (s.expected_computers is not null and s.proven_rung > 0))`)
    .orderBy(key)
    .limit(query.limit);
  for (const name of ['region', 'province', 'programme'] as const) if (query[name] !== undefined) select = select.where(`s.${name}`, '=', query[name]);
  if (query.after !== undefined) select = select.where(key, '>', query.after);
  return (await select.execute()).map((row) => ({
    siteId: row.id as WorkItem['siteId'],
    name: row.name,
    nameAr: row.name_ar,
    programme: row.programme!,
    region: row.region as WorkItem['region'],
    province: row.province as WorkItem['province'],
    commune: row.commune,
    communeNames: communeNamesOf(row),
    dutyPhone: row.duty_phone,
    manager: row.manager,
    lat: row.lat,
    lon: row.lon,
    lastSignAt: row.last_sign_at,
    demo: row.demo === 1,
    facts: {
      connectedOn: row.connected_on,
      provenRung: row.proven_rung,
      heardOn: row.last_sign_at === null ? null : localDayOf(row.last_sign_at),
      telephoneWorks: row.telephone_works === null ? null : row.telephone_works === 1,
      telephoneOn: row.telephone_on,
      stuckCause: row.stuck_cause,
      stuckOn: row.stuck_on,
      expectedComputers: row.expected_computers,
      machines: Number(row.machines ?? 0),
    },
  }));
}
