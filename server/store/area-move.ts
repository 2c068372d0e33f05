/** The sums of areas follow a site that is moved to another region, province, zone or programme: its days leave the old area and join the new. */
import type { Area } from './history.ts';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';

export interface AreaMove {
  site: string;
  before: Area;
  after: Area;
}

interface MoveRow {
  site_id: string;
  sign: number;
  region: string;
  province: string;
  zone: string;
  programme: string;
}

const SUMS = ['open_ms', 'conn_ms', 'disc_ms', 'unk_ms', 'off_ms', 'excluded_ms', 'provisional_ms'] as const;
const COUNTED = ['sites', ...SUMS, 'reporting', 'in_service'] as const;

/** The same conditions as where days are counted first: a day counts its site when something of it was open or left out. */
const addDays = rowStatement<MoveRow>(
  { site_id: 'text', sign: 'bigint', region: 'text', province: 'text', zone: 'text', programme: 'text' },
  `insert into area_days (day, region, province, zone, programme, assumed, ${COUNTED.join(', ')})
   select d.day, r.region, r.province, r.zone, r.programme, d.assumed,
     sum(r.sign * case when d.open_ms + d.excluded_ms > 0 then 1 else 0 end), ${SUMS.map((name) => `sum(r.sign * d.${name})`).join(', ')},
     sum(r.sign * case when d.rung >= 2 then 1 else 0 end), sum(r.sign * case when d.rung >= 3 then 1 else 0 end)
   from {rows} join site_days d on d.site_id = r.site_id
   where true group by d.day, r.region, r.province, r.zone, r.programme, d.assumed
   on conflict (day, region, province, zone, programme, assumed) do update set ${COUNTED.map((name) => `${name} = area_days.${name} + excluded.${name}`).join(', ')}`,
);

const lockPasts = rowStatement<{ id: string }, { id: string }>({ id: 'text' }, `select r.id, pg_advisory_xact_lock(20091014, hashtext(r.id))::text from {rows}`);

const sameArea = (a: Area, b: Area): boolean => a.region === b.region && a.province === b.province && a.zone === b.zone && a.programme === b.programme;
const rowOf = (site: string, sign: 1 | -1, { region, province, zone, programme }: Area): MoveRow => ({ site_id: site, sign, region, province: province ?? '', zone: zone ?? '', programme: programme ?? '' });

/** In the transaction that writes the sites. Whoever counts the same sites waits: on PostgreSQL they are held, in the order of their codes. */
export async function moveAreas(tx: Handle, moves: readonly AreaMove[]): Promise<void> {
  const real = moves.filter(({ before, after }) => !sameArea(before, after));
  if (real.length === 0) return;
  if (isPostgres(tx)) await lockPasts.run(tx, real.map(({ site }) => ({ id: site })).sort((a, b) => (a.id < b.id ? -1 : 1)));
  await addDays.run(tx, real.flatMap(({ site, before, after }) => [rowOf(site, -1, before), rowOf(site, 1, after)]));
}
