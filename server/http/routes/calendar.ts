/** Calendars: what every layer says, what it makes of a site's days, the acts that change it, and who did. */
import { CalendarChange, CalendarReach, CalendarView, DayRuleDraft, DayRuleEdit, LayerScope, Season, SeasonDraft, SeasonMove, SiteCalendarView, TimetableDraft } from '@cac/shared/calendar.ts';
import { listOf } from '@cac/shared/api.ts';
import { rangeFault } from '@cac/shared/opening-hours.ts';
import { dayAfter, daysBetween, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { mayChangeOf, pastDays } from '../../core/calendar/changes.ts';
import { closesAt, dayPlan, isOpenAt, nextOpening } from '../../core/calendar/day-plan.ts';
import { problem } from '../../core/problem.ts';
import { listChanges } from '../../store/calendar-changes.ts';
import { calendarLayers, listSeasons, provinceInScope, siteCalendars, sitesUnder } from '../../store/calendars.ts';
import { findSite } from '../../store/sites.ts';
import { announceDays, changeDays, removeDays } from '../../usecases/announce-days.ts';
import type { CalendarAuthor } from '../../usecases/change-calendar.ts';
import { addSeason, moveSeason } from '../../usecases/move-season.ts';
import { removeHours, setHours } from '../../usecases/set-hours.ts';
import { undoCalendarChange } from '../../usecases/undo-calendar-change.ts';
import { numberOfCursor, page, paging, route, type Asked } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;
const DAY_MS = 86_400_000;
/** A site's days are told for this many at most. */
const MOST_DAYS = 100;

const authorOf = ({ account, scope }: Pick<Asked<never, never>, 'account' | 'scope'>): CalendarAuthor => ({ name: account.name, role: account.role, scope });

const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'day'));
/** A layer in an address: `national`, `programme:CAC`, `province:MA-RAB`, `host:library`, `site:ID`. */
const ScopeText = v.pipe(
  v.string(),
  v.maxLength(60, 'scope'),
  v.transform((text) => ({ kind: text.split(':')[0], id: text.split(':').slice(1).join(':') }) as v.InferInput<typeof LayerScope>),
  LayerScope,
);

/** Throws `not_found` for a site or a province that the account does not see. */
async function seen({ deps, scope }: Pick<Asked<never, never>, 'deps' | 'scope'>, layer: LayerScope): Promise<LayerScope> {
  const { db } = deps.store;
  if (layer.kind === 'site' && !(await findSite(db, scope, layer.id))) throw problem('not_found', 'There is no such site.', { where: 'scope' });
  if (layer.kind === 'province' && !(await provinceInScope(db, scope, layer.id))) throw problem('not_found', 'There is no such province.', { where: 'scope' });
  return layer;
}

export const calendarRoutes = [
  route({
    method: 'get',
    path: '/api/v1/calendar',
    summary: 'What the layers of the calendars say: weekly hours, seasons, day rules; `scope` asks for one layer, a site’s own included',
    access: 'any',
    query: v.strictObject({ scope: v.optional(ScopeText) }),
    answer: CalendarView,
    async handle(asked) {
      const { deps, scope, account, query, now } = asked;
      const layer = query.scope === undefined ? null : await seen(asked, query.scope);
      const layers = await calendarLayers(deps.store.db, scope, layer?.kind === 'site' ? layer.id : null);
      return {
        today: localDayOf(now),
        mayChange: [...mayChangeOf(account.role)],
        layers: layer === null ? layers : layers.filter((of) => of.scope.kind === layer.kind && of.scope.id === layer.id),
        seasons: await listSeasons(deps.store.db),
      };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/calendar/reach',
    summary: 'What a change of a layer over these days would concern: sites, and past days that are counted again',
    access: 'any',
    query: v.strictObject({ scope: ScopeText, from: v.optional(Day), to: v.optional(Day) }),
    answer: CalendarReach,
    async handle(asked) {
      const { deps, scope, query, now } = asked;
      const layer = await seen(asked, query.scope);
      const one = query.from ?? query.to;
      if (one !== undefined) refusedRange(one, query.to ?? one);
      const { sites, firstAt } = await sitesUnder(deps.store.db, scope, layer);
      const today = localDayOf(now);
      // Before the first PC there is nothing to count.
      const first = firstAt === null ? today : localDayOf(firstAt);
      const from = query.from ?? first;
      const past = pastDays({ from, to: query.to ?? null }, today);
      const last = query.to !== undefined && query.to < today ? query.to : dayAfter(today, -1);
      return { sites, pastDays: past === null || last < from ? 0 : 1 + (Date.parse(last) - Date.parse(from)) / DAY_MS };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sites/{id}/calendar',
    summary: 'A site’s days from its calendar: openings, why closed, which layer decided; open now, and when next; today and tomorrow where no dates are given',
    access: 'any',
    query: v.strictObject({ from: v.optional(Day), to: v.optional(Day) }),
    answer: SiteCalendarView,
    async handle({ deps, scope, params, query, now }) {
      const site = await findSite(deps.store.db, scope, params['id']!);
      if (!site) throw problem('not_found', 'There is no such site.');
      const from = query.from ?? localDayOf(now);
      const to = query.to ?? (query.from === undefined ? dayAfter(from) : from);
      const days = daysAsked(from, to);
      const calendar = (await siteCalendars(deps.store.db, [site.id])).get(site.id)!;
      return {
        site: site.id,
        days: days.map((day) => dayPlan(calendar, day)),
        openNow: isOpenAt(calendar, now),
        closesAt: closesAt(calendar, now),
        nextOpening: nextOpening(calendar, now),
      };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/calendar/timetables',
    summary: 'Set the weekly hours of a layer from a day on; a day in the past has its days counted again',
    access: EDITORS,
    body: TimetableDraft,
    answer: CalendarChange,
    status: 201,
    handle: (asked) => setHours(asked.deps.store, authorOf(asked), asked.body, asked.now),
  }),
  route({
    method: 'delete',
    path: '/api/v1/calendar/timetables/{id}',
    summary: 'Take weekly hours away: the hours before them, or the layer below, decide again',
    access: EDITORS,
    answer: CalendarChange,
    handle: (asked) => removeHours(asked.deps.store, authorOf(asked), asked.params['id']!, asked.now),
  }),
  route({
    method: 'post',
    path: '/api/v1/calendar/rules',
    summary: 'Announce days: a holiday, a strike, works, or hours out of the ordinary; one act for every site of the layer',
    access: EDITORS,
    body: DayRuleDraft,
    answer: CalendarChange,
    status: 201,
    handle: (asked) => announceDays(asked.deps.store, authorOf(asked), asked.body, asked.now),
  }),
  route({
    method: 'post',
    path: '/api/v1/calendar/rules/{id}',
    summary: 'Change announced days: move, confirm, reword',
    access: EDITORS,
    body: DayRuleEdit,
    answer: CalendarChange,
    handle: (asked) => changeDays(asked.deps.store, authorOf(asked), asked.params['id']!, asked.body, asked.now),
  }),
  route({
    method: 'delete',
    path: '/api/v1/calendar/rules/{id}',
    summary: 'Take announced days back',
    access: EDITORS,
    answer: CalendarChange,
    handle: (asked) => removeDays(asked.deps.store, authorOf(asked), asked.params['id']!, asked.now),
  }),
  route({
    method: 'get',
    path: '/api/v1/calendar/seasons',
    summary: 'Dates of Ramadan, summer and winter',
    access: 'any',
    answer: v.object({ items: v.array(Season) }),
    handle: async ({ deps }) => ({ items: await listSeasons(deps.store.db) }),
  }),
  route({
    method: 'post',
    path: '/api/v1/calendar/seasons',
    summary: 'Add the dates of a season',
    access: ['administrator'],
    body: SeasonDraft,
    answer: CalendarChange,
    status: 201,
    handle: (asked) => addSeason(asked.deps.store, authorOf(asked), asked.body, asked.now),
  }),
  route({
    method: 'post',
    path: '/api/v1/calendar/seasons/{id}',
    summary: 'Move or confirm the dates of a season',
    access: ['administrator'],
    body: SeasonMove,
    answer: CalendarChange,
    handle: (asked) => moveSeason(asked.deps.store, authorOf(asked), asked.params['id']!, asked.body, asked.now),
  }),
  route({
    method: 'get',
    path: '/api/v1/calendar/changes',
    summary: 'Who changed which calendar, newest first: before, after, and whether it reached into the past',
    access: 'any',
    query: v.strictObject({ ...paging, scope: v.optional(ScopeText) }),
    answer: listOf(CalendarChange),
    async handle(asked) {
      const { deps, scope, query } = asked;
      const layer = query.scope === undefined ? null : await seen(asked, query.scope);
      const items = await listChanges(deps.store.db, scope, layer, numberOfCursor(query.cursor) || null, query.limit + 1);
      return page(items, query.limit, (change) => String(change.id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/calendar/changes/{id}/undo',
    summary: 'Take a change back: what stood before stands again; refused when it was changed since',
    access: EDITORS,
    answer: CalendarChange,
    async handle(asked) {
      const id = Number(asked.params['id']);
      if (!Number.isSafeInteger(id) || id < 1) throw problem('not_found', 'There is no such change.');
      return undoCalendarChange(asked.deps.store, authorOf(asked), id, asked.now);
    },
  }),
];

function daysAsked(from: LocalDay, to: LocalDay): LocalDay[] {
  refusedRange(from, to);
  if (dayAfter(from, MOST_DAYS) <= to) throw problem('range_too_long', `At most ${MOST_DAYS} days are told at once.`, { where: 'to' });
  return daysBetween(from, to);
}

function refusedRange(from: LocalDay, to: LocalDay): void {
  const fault = rangeFault(from, to);
  if (fault !== null) throw problem(fault.code, fault.code === 'unknown_day' ? 'There is no such day.' : 'The last day lies before the first.', { where: fault.where });
}
