/** The past: sites and machines day by day, what a day consisted of, and availability by area. */
import { AvailabilityView, Day, Grouping, MachineDaysView, SamplesView, SiteDayOpened, SiteDaysView, type AvailabilityGroup } from '@cac/shared/history-api.ts';
import { Programme, Zone } from '@cac/shared/api.ts';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { availabilityOf, sumOf } from '../../core/history/availability.ts';
import type { CsvColumn } from '../../core/csv.ts';
import { problem } from '../../core/problem.ts';
import { sumsByArea, sumsBySite, type SumsOf } from '../../store/availability.ts';
import { machineDaysView, samplesView, siteDayOpened, siteDaysView } from '../../usecases/read-history.ts';
import { csvStream, eachPage, pagesOf } from '../file-answer.ts';
import { paging, route } from '../route.ts';

const LONGEST_DAYS = 400;
const CHART_DAYS = 31;
const USUAL_DAYS = 90;
const period = { from: v.optional(Day), to: v.optional(Day) };

/** The period asked for; by default the last `usual` days, today (or, for sums, yesterday) included. */
function periodOf(query: { from?: string | undefined; to?: string | undefined }, last: string, longest: number, usual: number): { from: string; to: string } {
  const to = query.to ?? last;
  const from = query.from ?? dayAfter(to, 1 - usual);
  if (from > to) throw problem('range_reversed', `The period begins on ${from}, after its end on ${to}.`, { where: 'from', todo: 'Give a first day that is not after the last.' });
  if (from < dayAfter(to, 1 - longest)) throw problem('range_too_long', `The period has more than ${longest} days.`, { where: 'from', todo: `Ask for at most ${longest} days at a time.` });
  return { from, to };
}

const noSite = () => problem('not_found', 'There is no such site.');
const noMachine = () => problem('not_found', 'There is no such machine.');

const hoursOf = (ms: number): number => Math.round(ms / 36_000) / 100;
const shareOf = (ratio: number | null): number | null => (ratio === null ? null : Math.round(ratio * 10_000) / 10_000);

/** Hours and ratios, with the period that each line stands for. */
const availabilityColumns = ({ from, to }: { from: string; to: string }, demo: boolean): CsvColumn<AvailabilityGroup>[] => [
  { head: 'cle', of: ({ key }) => key },
  { head: 'nom', of: ({ name }) => name },
  { head: 'du', of: () => from },
  { head: 'au', of: () => to },
  { head: 'sites', of: ({ sites }) => sites },
  { head: 'sites_mesures', of: ({ measured }) => measured },
  { head: 'heures_ouverture', of: ({ sums }) => hoursOf(sums.openMs) },
  { head: 'heures_connecte', of: ({ sums }) => hoursOf(sums.connMs) },
  { head: 'heures_sans_internet', of: ({ sums }) => hoursOf(sums.discMs) },
  { head: 'heures_aucun_pc', of: ({ sums }) => hoursOf(sums.offMs) },
  { head: 'heures_inconnu', of: ({ sums }) => hoursOf(sums.unkMs) },
  { head: 'heures_exclues', of: ({ sums }) => hoursOf(sums.excludedMs) },
  { head: 'heures_provisoires', of: ({ sums }) => hoursOf(sums.provisionalMs) },
  { head: 'heures_calendrier_suppose', of: ({ assumedMs }) => hoursOf(assumedMs) },
  { head: 'disponibilite_service', of: ({ ratios }) => shareOf(ratios.service.value) },
  { head: 'disponibilite_connexion', of: ({ ratios }) => shareOf(ratios.link.value) },
  { head: 'taux_ouverture', of: ({ ratios }) => shareOf(ratios.opening.value) },
  { head: 'part_observee', of: ({ ratios }) => shareOf(ratios.observability.value) },
  { head: 'source', of: () => 'agents' },
  { head: 'demonstration', of: () => demo },
];

const groupOf = ({ key, name, totals, assumedMs, sites, measured }: SumsOf): AvailabilityGroup => ({ key, name, sums: totals, ratios: availabilityOf(totals), sites, measured, assumedMs });

export const historyRoutes = [
  route({
    method: 'get',
    path: '/api/v1/sites/{id}/days',
    summary: 'A site day by day: opening hours, verdicts with their causes, sums, and what it is now',
    access: 'any',
    query: v.strictObject(period),
    answer: SiteDaysView,
    async handle({ deps, scope, params, query, now }) {
      const view = await siteDaysView(deps.store.db, scope, params['id']!, periodOf(query, localDayOf(now), LONGEST_DAYS, USUAL_DAYS), now);
      if (!view) throw noSite();
      return view;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sites/{id}/days/{day}',
    summary: 'One day of a site, opened: its verdicts, and under them its machines with cause and evidence',
    access: 'any',
    answer: SiteDayOpened,
    async handle({ deps, scope, params, now }) {
      const day = v.safeParse(Day, params['day']);
      const opened = day.success ? await siteDayOpened(deps.store.db, scope, params['id']!, day.output, now) : null;
      if (!opened) throw problem('not_found', 'There is no such site, or no such day.');
      return opened;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}/days',
    summary: "A machine day by day: its uptime, and what it alone proves of its site's opening time",
    access: 'any',
    query: v.strictObject(period),
    answer: MachineDaysView,
    async handle({ deps, scope, params, query, now }) {
      const view = await machineDaysView(deps.store.db, scope, params['id']!, periodOf(query, localDayOf(now), LONGEST_DAYS, USUAL_DAYS), now);
      if (!view) throw noMachine();
      return view;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}/samples',
    summary: 'What its probes measured: latency, name lookups, loss, column by column',
    access: 'any',
    query: v.strictObject(period),
    answer: SamplesView,
    async handle({ deps, scope, params, query, now }) {
      const view = await samplesView(deps.store.db, scope, params['id']!, periodOf(query, localDayOf(now), CHART_DAYS, 1));
      if (!view) throw noMachine();
      return view;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/availability',
    summary: 'Sums of opening time and their ratios by region, province, zone, programme, day or site; finished days only; `?format=csv` for all of them',
    access: 'any',
    query: v.strictObject({
      ...period,
      ...paging,
      by: v.optional(Grouping, 'region'),
      region: v.optional(RegionCode),
      province: v.optional(ProvinceCode),
      zone: v.optional(Zone),
      programme: v.optional(Programme),
      format: v.optional(v.picklist(['json', 'csv']), 'json'),
    }),
    answer: AvailabilityView,
    async handle({ deps, scope, query: { format, ...query }, now, c }) {
      const yesterday = dayAfter(localDayOf(now), -1);
      const { from, to } = periodOf({ ...query, to: query.to && query.to < yesterday ? query.to : yesterday }, yesterday, LONGEST_DAYS, 30);
      const { by, limit, cursor: after, ...filters } = { ...query, from, to };
      const { db } = deps.store;
      const parts = await sumsByArea(db, scope, { ...filters, by: 'programme', limit });
      const sumUp = (of: (part: SumsOf) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
      const total = groupOf({ key: '', name: null, totals: sumOf(parts.map((p) => p.totals)), assumedMs: sumUp((p) => p.assumedMs), sites: sumUp((p) => p.sites), measured: sumUp((p) => p.measured) });
      if (format === 'csv') {
        const pages = pagesOf<SumsOf>((last, most) => (by === 'site' ? sumsBySite(db, scope, { ...filters, by, after: last?.key, limit: most }) : last === null ? sumsByArea(db, scope, { ...filters, by, limit }) : Promise.resolve([])));
        return csvStream(c, `availability-${by}-${from}-${to}`, availabilityColumns({ from, to }, deps.settings.demo), eachPage(pages, (rows) => rows.map(groupOf)));
      }
      if (by !== 'site') return { by, from, to, total, groups: (await sumsByArea(db, scope, { ...filters, by, limit })).map(groupOf), next: null };
      const sites = await sumsBySite(db, scope, { ...filters, by, after, limit: limit + 1 });
      const page = sites.slice(0, limit);
      return { by, from, to, total, groups: page.map(groupOf), next: sites.length > limit ? page.at(-1)!.key : null };
    },
  }),
];
