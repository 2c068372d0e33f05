/** The sums of areas follow a site that is moved to another region, province, zone or programme: its days leave the old area and join the new. */
import { sql } from 'kysely';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ALL_PASTS, type Area } from './history.ts';
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
   where true group by d.day, r.region, r.province, r.zone, r.programme, d.assumed order by d.day, r.region, r.province, r.zone, r.programme, d.assumed
   on conflict (day, region, province, zone, programme, assumed) do update set ${COUNTED.map((name) => `${name} = area_days.${name} + excluded.${name}`).join(', ')}`,
);

const sameArea = (a: Area, b: Area): boolean => a.region === b.region && a.province === b.province && a.zone === b.zone && a.programme === b.programme;
const rowOf = (site: string, sign: 1 | -1, { region, province, zone, programme }: Area): MoveRow => ({ site_id: site, sign, region, province: province ?? '', zone: zone ?? '', programme: programme ?? '' });

/** Those that leave their area. */
const movesOf = (moves: readonly AreaMove[]): AreaMove[] => moves.filter(({ before, after }) => !sameArea(before, after));

/**
 * Before the sites themselves are written: whoever counts a past reads the site's area, and writes its row last. On PostgreSQL all who count are waited
 * for; a lock for each of fifty thousand sites is more than it has room for.
 */
export async function holdPasts(tx: Handle, moves: readonly AreaMove[]): Promise<void> {
  if (isPostgres(tx) && movesOf(moves).length > 0) await sql`select pg_advisory_xact_lock(20091014, ${ALL_PASTS})`.execute(tx);
}

/** Sites at once, each with all its days: what else waits has its turn between. */
const SITES_AT_ONCE = 64;

/** In the transaction that writes the sites, whose pasts it holds. */
export async function moveAreas(tx: Handle, moves: readonly AreaMove[]): Promise<void> {
  const real = movesOf(moves);
  for (let i = 0; i < real.length; i += SITES_AT_ONCE) {
    await addDays.run(tx, real.slice(i, i + SITES_AT_ONCE).flatMap(({ site, before, after }) => [rowOf(site, -1, before), rowOf(site, 1, after)]));
    if (i + SITES_AT_ONCE < real.length) await nextTurn();
  }
}
