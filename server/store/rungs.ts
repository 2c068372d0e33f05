/** What evidence proves of sites, day by day: read to be judged, written with the counts of their area. */
import { sql } from 'kysely';
import type { LocalDay } from '@cac/shared/wall-time.ts';
import { addToAreaDays, areaDayOf, type Area } from './history.ts';
import { rowStatement } from './rows.ts';
import { pingedDays } from './ping-sources.ts';
import type { Handle } from './store.ts';

export interface RungDay {
  day: LocalDay;
  connMs: number;
  knownMs: number;
  heard: boolean;
  pinged: boolean;
  assumed: number;
  rung: number;
}

export async function rungDays(db: Handle, site: string, from: LocalDay, to: LocalDay): Promise<RungDay[]> {
  const rows = await db
    .selectFrom('site_days')
    .select(['day', 'conn_ms', 'disc_ms', 'off_ms', 'heard', 'assumed', 'rung'])
    .where('site_id', '=', site)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .execute();
  const pinged = await pingedDays(db, site, from, to);
  return rows.map((row) => ({ day: row.day, connMs: row.conn_ms, knownMs: row.conn_ms + row.disc_ms + row.off_ms, heard: row.heard === 1, pinged: pinged.has(row.day), assumed: row.assumed, rung: row.rung }));
}

export async function firstHeardOn(db: Handle, site: string): Promise<LocalDay | null> {
  const row = await db.selectFrom('site_days').select('day').where('site_id', '=', site).where('heard', '=', 1).orderBy('day').limit(1).executeTakeFirst();
  return row?.day ?? null;
}

const updateRungs = rowStatement<{ site_id: string; day: string; rung: number }>(
  { site_id: 'text', day: 'text', rung: 'bigint' },
  `update site_days set rung = r.rung from {rows} where site_days.site_id = r.site_id and site_days.day = r.day`,
);

/** Each with the rung it had: the counts of the area move by the difference. */
export async function replaceRungs(tx: Handle, site: string, area: Area, days: readonly { day: LocalDay; assumed: number; before: number; rung: number }[]): Promise<void> {
  await updateRungs.run(tx, days.map(({ day, rung }) => ({ site_id: site, day, rung })));
  await addToAreaDays.run(
    tx,
    days
      .map(({ day, assumed, before, rung }) => ({
        ...areaDayOf(area, day, assumed),
        reporting: Number(rung >= 2) - Number(before >= 2),
        in_service: Number(rung === 3) - Number(before === 3),
      }))
      .filter((row) => row.reporting !== 0 || row.in_service !== 0),
  );
}

/** What a site's rule of service hangs on. */
export const ruleFactsOf = async (db: Handle, site: string): Promise<{ programmeKind: string | null; equipment: string | null }> => {
  const row = await db
    .selectFrom('sites as s')
    .leftJoin('programmes as p', 'p.code', 's.programme')
    .select(['s.equipment', sql<string | null>`p.kind`.as('programmeKind')])
    .where('s.id', '=', site)
    .executeTakeFirstOrThrow();
  return { programmeKind: row.programmeKind, equipment: row.equipment };
};

export const anyDayIsTold = async (db: Handle): Promise<boolean> => (await db.selectFrom('site_days').select('day').limit(1).executeTakeFirst()) !== undefined;
