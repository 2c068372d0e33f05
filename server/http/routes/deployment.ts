/** Deployment: target, declared and proven together, the steps between, over time, crossed, and the list behind each number. */
import { EquipmentKind, listOf, Programme, Zone } from '@cac/shared/api.ts';
import { DeploymentRow } from '@cac/shared/programme.ts';
import { DeploymentSite, FunnelView, LISTS, MilestoneDraft, MilestonesView, SeriesView, STEPS, TABLE_KEYS, TableView, type DeploymentList, type TableKey } from '@cac/shared/deployment.ts';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { PROVEN_STAGES } from '@cac/shared/ladder.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { csvOf, type CsvColumn } from '../../core/csv.ts';
import { problem } from '../../core/problem.ts';
import { yearsOf } from '../../core/programme/milestones.ts';
import { asOfYear, deploymentFunnel, deploymentRows, thresholdsInForce } from '../../store/deployment.ts';
import { deploymentSeries, deploymentSites, deploymentTable } from '../../store/deployment-lists.ts';
import { milestoneVersions, programmePaths } from '../../store/milestones.ts';
import { listProgrammes } from '../../store/programme.ts';
import type { Handle } from '../../store/store.ts';
import { setMilestones } from '../../usecases/set-milestones.ts';
import { csvAnswer, csvStream, pagesOf } from '../file-answer.ts';
import { page, paging, route } from '../route.ts';

const CSV = v.optional(v.literal('csv'));
const YearText = v.pipe(v.string(), v.regex(/^20\d\d$/, 'year'), v.transform(Number));
const place = {
  programme: v.optional(Programme),
  region: v.optional(RegionCode),
  province: v.optional(ProvinceCode),
  zone: v.optional(Zone),
  equipment: v.optional(EquipmentKind),
};
const narrowing = { ...place, year: v.optional(YearText) };

const thresholdText = (rows: DeploymentRow['thresholds']): string => rows.map(({ key, fromDay, value }) => `${key} (${fromDay}): ${Object.entries(value).map(([name, n]) => `${name} ${n}`).join(', ')}`).join(' | ');

async function milestonesView(db: Handle, programme: string, region: string, zone: string, now: number): Promise<MilestonesView> {
  if (!(await listProgrammes(db)).some(({ code }) => code === programme)) throw problem('not_found', 'There is no such programme.', { where: 'programme' });
  const found = (await programmePaths(db, Number(localDayOf(now).slice(0, 4)))).find((one) => one.programme === programme && one.region === region && one.zone === zone);
  return {
    programme: programme as MilestonesView['programme'],
    base: found?.path.base ?? null,
    target: found?.target ?? null,
    years: found === undefined ? [] : yearsOf(found.path),
    versions: await milestoneVersions(db, programme),
  };
}

export const deploymentRoutes = [
  route({
    method: 'get',
    path: '/api/v1/deployment',
    summary: 'Target / declared / proven by programme, each with its source or rule; the gap by cause, pace and arrival',
    access: 'any',
    query: v.strictObject({ format: CSV }),
    answer: v.object({ items: v.array(DeploymentRow) }),
    async handle({ deps, scope, query, now, c }) {
      const items = await deploymentRows(deps.store.db, scope, now);
      if (query.format === undefined) return { items };
      const csv = csvOf<DeploymentRow>(
        [
          { head: 'programme', of: (row) => row.programme },
          { head: 'target', of: (row) => row.target },
          { head: 'target_year', of: (row) => row.targetYear },
          { head: 'target_source', of: ({ targetSource: { title, page: at } }) => (at === null ? title : `${title}, p. ${at}`) },
          { head: 'declared', of: (row) => row.declared },
          { head: 'proven', of: (row) => row.proven },
          { head: 'complete', of: (row) => row.complete },
          { head: 'gap_proven', of: (row) => row.gap },
          { head: 'gap_declared', of: (row) => row.gapDeclared },
          { head: 'registered', of: (row) => row.registered },
          { head: 'proven_on', of: (row) => row.provenOn },
          { head: 'rule', of: (row) => thresholdText(row.thresholds) },
          { head: 'arrival', of: (row) => row.pace?.arrival ?? null },
          { head: 'demonstration', of: (row) => row.demo },
        ],
        items,
      );
      return csvAnswer(c, `deployment-${localDayOf(now)}`, csv);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/deployment/funnel',
    summary: 'How many sites have reached each step, by programme; schools by room, suitcase and trolley; the gap by cause',
    access: 'any',
    query: v.strictObject(narrowing),
    answer: FunnelView,
    async handle({ deps, scope, query, now }) {
      const { db } = deps.store;
      const asOf = asOfYear(query.year, now);
      return { asOf: asOf ?? localDayOf(now), thresholds: await thresholdsInForce(db, asOf, now), items: await deploymentFunnel(db, scope, query, now) };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/deployment/series',
    summary: 'Month by month: the path to the target, declared by its day, proven on the month’s last day',
    access: 'any',
    query: v.strictObject({ ...place, programme: Programme }),
    answer: SeriesView,
    handle: ({ deps, scope, query, now }) => deploymentSeries(deps.store.db, scope, query.programme, query, now),
  }),
  route({
    method: 'get',
    path: '/api/v1/deployment/table',
    summary: 'Target, declared and proven crossed by programme, year, region, province, zone, equipment (`by=programme,region`)',
    access: 'any',
    query: v.strictObject({ ...narrowing, format: CSV, by: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+(,[a-z]+){0,5}$/, 'by')), 'programme,region') }),
    answer: TableView,
    async handle({ deps, scope, query, now, c }) {
      const { db } = deps.store;
      const asked = query.by.split(',');
      const unknown = asked.find((word) => !(TABLE_KEYS as readonly string[]).includes(word));
      if (unknown !== undefined) throw problem('bad_query', `Nothing is crossed by ${unknown}.`, { where: 'by', todo: `Choose among ${TABLE_KEYS.join(', ')}.` });
      const by = TABLE_KEYS.filter((key): key is TableKey => asked.includes(key));
      const items = await deploymentTable(db, scope, query, by, now);
      const asOf = asOfYear(query.year, now);
      if (query.format === undefined) return { by, asOf: asOf ?? localDayOf(now), thresholds: await thresholdsInForce(db, asOf, now), items };
      type Row = (typeof items)[number];
      const csv = csvOf<Row>(
        [
          ...by.map((key) => ({ head: key, of: (row: Row) => row.keys[key] ?? null })),
          ...(['target', 'registered', 'declared', 'reporting', 'proven', 'complete'] as const).map((name) => ({ head: name, of: (row: Row) => row[name] })),
          { head: 'demonstration', of: (row: Row) => row.demo },
        ],
        items,
      );
      return csvAnswer(c, `deployment-table-${localDayOf(now)}`, csv);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/deployment/sites',
    summary: `The sites behind a number: \`list\` is one of ${LISTS.join(', ')}; \`cause\` narrows to sites stuck for it (\`none\`: no cause given)`,
    access: 'any',
    query: v.strictObject({ ...paging, ...narrowing, format: CSV, list: v.picklist(LISTS, 'list'), cause: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{1,30}$/, 'cause'))) }),
    answer: listOf(DeploymentSite),
    async handle({ deps, scope, query, now, c }) {
      const { limit, cursor, format, ...asked } = query;
      if (format === undefined) return page(await deploymentSites(deps.store.db, scope, { ...asked, after: cursor, limit: limit + 1 }, now), limit, (site) => site.id);
      const pages = pagesOf<DeploymentSite>((last, most) => deploymentSites(deps.store.db, scope, { ...asked, after: last?.id, limit: most }, now));
      return csvStream(c, `deployment-${query.list}-${localDayOf(now)}`, siteColumns(query.list, now), pages);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/milestones',
    summary: 'A programme’s target and its years: edited ones, and the straight line between them; every version',
    access: 'any',
    query: v.strictObject({ programme: Programme, region: v.optional(RegionCode), zone: v.optional(Zone) }),
    answer: MilestonesView,
    handle: ({ deps, query, now }) => milestonesView(deps.store.db, query.programme, query.region ?? '', query.zone ?? '', now),
  }),
  route({
    method: 'post',
    path: '/api/v1/milestones',
    summary: 'Set or take away milestones and targets, of the country or of a region or zone: all or none',
    access: ['administrator'],
    body: v.strictObject({ items: v.pipe(v.array(MilestoneDraft), v.minLength(1, 'required'), v.maxLength(200, 'too_many')) }),
    answer: MilestonesView,
    status: 201,
    async handle({ deps, account, body, now }) {
      await setMilestones(deps.store, account.name, body.items, now);
      const [{ programme, region, zone }] = body.items as [MilestoneDraft, ...MilestoneDraft[]];
      return milestonesView(deps.store.db, programme, region ?? '', zone ?? '', now);
    },
  }),
];

const STAGES = ['', ...STEPS.slice(1, 5)];

const siteColumns = (list: DeploymentList, now: number): CsvColumn<DeploymentSite>[] => [
  { head: 'list', of: () => list },
  { head: 'code', of: (row) => row.id },
  { head: 'name', of: (row) => row.name },
  { head: 'name_ar', of: (row) => row.nameAr },
  { head: 'programme', of: (row) => row.programme },
  { head: 'region', of: (row) => row.region },
  { head: 'province', of: (row) => row.province },
  { head: 'commune', of: (row) => row.communeNames?.fr ?? row.commune },
  { head: 'zone', of: (row) => row.zone },
  { head: 'equipment', of: (row) => row.equipment },
  { head: 'declared', of: (row) => STAGES[row.declaredRung] ?? '' },
  { head: 'declared_on', of: (row) => row.connectedOn ?? row.equippedOn ?? row.builtOn ?? row.identifiedOn },
  { head: 'declared_source', of: (row) => row.declaredSource },
  { head: 'proven', of: (row) => PROVEN_STAGES[row.provenRung] ?? '' },
  { head: 'proven_on', of: (row) => row.provenOn },
  { head: 'last_heard', of: (row) => (row.lastHeardAt === null ? null : localDayOf(row.lastHeardAt)) },
  { head: 'telephone', of: (row) => row.telephone },
  { head: 'cause', of: (row) => row.cause },
  { head: 'cause_since', of: (row) => row.stuckOn },
  { head: 'data_as_of', of: () => localDayOf(now) },
  { head: 'demonstration', of: (row) => row.demo },
];
