/** Calendars as core reads them, and as the screen lists them: a handful of queries, and one object per shared layer. */
import type { Scope } from '@cac/shared/api.ts';
import type { CalendarView, DayRule, LayerScope, Season, Timetable } from '@cac/shared/calendar.ts';
import { sql } from 'kysely';
import type { LayerFacts, SiteCalendar } from '../core/calendar/facts.ts';
import { ruleOfRow, seasonOfRow, timetableOfRow } from './calendar-facts.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';

/** SQLite takes 32,766 parameters a statement. */
const BLOCK = 5_000;

const keyOf = ({ kind, id }: LayerScope): string => `${kind}:${id}`;

function layersOf(timetables: readonly Timetable[], rules: readonly DayRule[]): Map<string, LayerFacts> {
  const layers = new Map<string, { scope: LayerScope; timetables: Timetable[]; rules: DayRule[] }>();
  const at = (scope: LayerScope) => {
    const key = keyOf(scope);
    let layer = layers.get(key);
    if (layer === undefined) layers.set(key, (layer = { scope, timetables: [], rules: [] }));
    return layer;
  };
  for (const timetable of timetables) at(timetable.scope).timetables.push(timetable);
  for (const rule of rules) at(rule.scope).rules.push(rule);
  return layers;
}

export const listSeasons = async (db: Handle): Promise<Season[]> => (await db.selectFrom('calendar_seasons').selectAll().orderBy('from_day').orderBy('id').execute()).map(seasonOfRow);

/** Layers above the sites; of the provinces those of the account's regions. */
async function sharedLayers(db: Handle, scope: Scope): Promise<Map<string, LayerFacts>> {
  const seen = sql<boolean>`(c.scope_kind <> 'province' or p.code is not null)`;
  const timetables = await db
    .selectFrom('calendar_timetables as c')
    .leftJoin('provinces as p', (join) => join.onRef('p.code', '=', 'c.scope_id').on('c.scope_kind', '=', 'province').on(inScope(scope, 'p.region')))
    .selectAll('c')
    .where('c.scope_kind', '!=', 'site')
    .where(seen)
    .execute();
  const rules = await db
    .selectFrom('calendar_rules as c')
    .leftJoin('provinces as p', (join) => join.onRef('p.code', '=', 'c.scope_id').on('c.scope_kind', '=', 'province').on(inScope(scope, 'p.region')))
    .selectAll('c')
    .where('c.scope_kind', '!=', 'site')
    .where(seen)
    .orderBy('c.from_day')
    .orderBy('c.id')
    .execute();
  return layersOf(timetables.map(timetableOfRow), rules.map(ruleOfRow));
}

async function siteLayers(db: Handle, ids: readonly string[]): Promise<Map<string, LayerFacts>> {
  const timetables: Timetable[] = [];
  const rules: DayRule[] = [];
  for (let i = 0; i < ids.length; i += BLOCK) {
    const block = ids.slice(i, i + BLOCK);
    const some = await db.selectFrom('calendar_timetables').selectAll().where('scope_kind', '=', 'site').where('scope_id', 'in', block).execute();
    for (const row of some) timetables.push(timetableOfRow(row));
    const days = await db.selectFrom('calendar_rules').selectAll().where('scope_kind', '=', 'site').where('scope_id', 'in', block).orderBy('from_day').orderBy('id').execute();
    for (const row of days) rules.push(ruleOfRow(row));
  }
  return layersOf(timetables, rules);
}

const EVERYTHING = { kind: 'all' } as const;

/** The calendar of each site; an id that is none has no entry. Two sites under one layer share its object. */
export async function siteCalendars(db: Handle, siteIds: readonly string[]): Promise<Map<string, SiteCalendar>> {
  const calendars = new Map<string, SiteCalendar>();
  if (siteIds.length === 0) return calendars;
  const seasons = await listSeasons(db);
  const shared = await sharedLayers(db, EVERYTHING);
  const own = await siteLayers(db, siteIds);
  for (let i = 0; i < siteIds.length; i += BLOCK) {
    const sites = await db.selectFrom('sites').select(['id', 'programme', 'province', 'host_premises']).where('id', 'in', siteIds.slice(i, i + BLOCK)).execute();
    for (const site of sites) {
      const above = [`host:${site.host_premises}`, `province:${site.province}`, `programme:${site.programme}`, 'national:'];
      const layers = [own.get(`site:${site.id}`), ...above.map((key) => shared.get(key))].filter((layer) => layer !== undefined);
      calendars.set(site.id, { layers, seasons });
    }
  }
  return calendars;
}

const GENERAL_FIRST = ['national', 'programme', 'host', 'province', 'site'];

/** All that is written: in the shared layers, or in one site's own (which the caller has found in scope). */
export async function calendarLayers(db: Handle, scope: Scope, site: string | null): Promise<CalendarView['layers']> {
  const layers = [...(site === null ? await sharedLayers(db, scope) : await siteLayers(db, [site])).values()];
  return layers
    .sort((a, b) => GENERAL_FIRST.indexOf(a.scope.kind) - GENERAL_FIRST.indexOf(b.scope.kind) || (a.scope.id < b.scope.id ? -1 : 1))
    .map(({ scope: of, timetables, rules }) => ({ scope: of, timetables: [...timetables], rules: [...rules] }));
}

const REACHED = { programme: 's.programme', province: 's.province', host: 's.host_premises', site: 's.id' } as const;

/** How many sites lie under a layer, and when the past of the first of their PCs begins. */
export async function sitesUnder(db: Handle, scope: Scope, layer: LayerScope): Promise<{ sites: number; firstAt: number | null }> {
  let select = db
    .selectFrom('sites as s')
    .leftJoin('machines as m', 'm.site_id', 's.id')
    .select([sql<number>`count(distinct s.id)`.as('sites'), sql<number | null>`min(m.begins_at)`.as('firstAt')])
    .where(inScope(scope, 's.region'));
  if (layer.kind !== 'national') select = select.where(REACHED[layer.kind], '=', layer.id);
  const { sites, firstAt } = await select.executeTakeFirstOrThrow();
  return { sites: Number(sites), firstAt: firstAt === null ? null : Number(firstAt) };
}

export async function provinceInScope(db: Handle, scope: Scope, code: string): Promise<boolean> {
  const row = await db.selectFrom('provinces as p').select('p.code').where('p.code', '=', code).where(inScope(scope, 'p.region')).executeTakeFirst();
  return row !== undefined;
}
