/** Monthly reports as they were sent, the list of work, and the plan's indicators that people enter. */
import { Programme } from '@cac/shared/api.ts';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { Indicator, IndicatorValueDraft, IssuedReport, IssuedReportLine, Month, ReportBody, ReportDraft, WorkItem } from '@cac/shared/report.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import type { CsvColumn } from '../../core/csv.ts';
import { problem } from '../../core/problem.ts';
import { telephoneDays } from '../../core/programme/thresholds.ts';
import { canonical } from '../../core/report/digest.ts';
import { workReasons } from '../../core/report/work-list.ts';
import { listIndicators } from '../../store/indicators.ts';
import { findReport, listReports } from '../../store/reports.ts';
import { listThresholds } from '../../store/thresholds.ts';
import { workRows, type WorkRow } from '../../store/work-list.ts';
import { enterIndicator, withdrawIndicator } from '../../usecases/enter-indicator.ts';
import { composeReport, issueReport, readReport } from '../../usecases/issue-report.ts';
import { csvStream, eachPage, pagesOf } from '../file-answer.ts';
import { listOf } from '@cac/shared/api.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;
const noReport = () => problem('not_found', 'There is no such report.');
const numberOf = (text: string | undefined): number => {
  const no = Number(text);
  if (!Number.isSafeInteger(no) || no < 1) throw noReport();
  return no;
};

export const reportRoutes = [
  route({
    method: 'get',
    path: '/api/v1/reports',
    summary: 'Reports that were sent, newest first',
    access: 'any',
    query: v.strictObject(paging),
    answer: listOf(IssuedReportLine),
    async handle({ deps, scope, query }) {
      const before = numberOfCursor(query.cursor);
      return page(await listReports(deps.store.db, scope, before === 0 ? null : before, query.limit + 1), query.limit, (line) => String(line.no));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/reports/draft',
    summary: 'What the report of a month would say now; nothing is kept',
    access: 'any',
    query: v.strictObject({ month: Month, region: v.optional(v.union([v.literal(''), RegionCode]), '') }),
    answer: ReportBody,
    handle: ({ deps, scope, query, now }) => composeReport(deps.store.db, scope, query.month, query.region, now),
  }),
  route({
    method: 'post',
    path: '/api/v1/reports',
    summary: 'Send the report of a month that is over: it is kept as it stands, with its number and digest',
    access: EDITORS,
    body: ReportDraft,
    answer: IssuedReportLine,
    status: 201,
    handle: ({ deps, scope, account, body, now }) => issueReport(deps.store, { name: account.name, scope }, body, now),
  }),
  route({
    method: 'get',
    path: '/api/v1/reports/{no}',
    summary: 'A report as it was sent, what of it is another figure by now, and why',
    access: 'any',
    answer: IssuedReport,
    async handle({ deps, scope, params, now }) {
      const report = await readReport(deps.store.db, scope, numberOf(params['no']), now);
      if (!report) throw noReport();
      return report;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/reports/{no}/text',
    summary: 'The text whose SHA-256 is the digest of a report',
    access: 'any',
    answer: v.string(),
    async handle({ deps, scope, params, c }) {
      const report = await findReport(deps.store.db, scope, numberOf(params['no']));
      if (!report) throw noReport();
      c.header('Content-Type', 'application/json; charset=utf-8');
      return c.body(canonical(report.body));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/work',
    summary: 'Sites to visit and why, in the order of their provinces; `?format=csv`',
    access: 'any',
    query: v.strictObject({
      ...paging, cursor: v.optional(v.pipe(v.string(), v.regex(/^[\w -]{1,64}$/, 'cursor'))),
      region: v.optional(RegionCode), province: v.optional(ProvinceCode), programme: v.optional(Programme), format: v.optional(v.picklist(['json', 'csv']), 'json'),
    }),
    answer: listOf(WorkItem),
    async handle({ deps, scope, query: { cursor: after, format, limit, ...filters }, now, c }) {
      const today = localDayOf(now);
      const validDays = telephoneDays(await listThresholds(deps.store.db), today);
      const read = (from: string | undefined, most: number): Promise<WorkRow[]> => workRows(deps.store.db, scope, { ...filters, after: from, limit: most }, dayAfter(today, -validDays));
      const told = (rows: readonly WorkRow[]): WorkItem[] => rows.flatMap(({ facts, ...item }) => {
        const reasons = workReasons(facts, today, validDays);
        return reasons.length === 0 ? [] : { ...item, reasons };
      });
      if (format === 'csv') return csvStream(c, `work-${today}`, WORK_COLUMNS, eachPage(pagesOf<WorkRow>((last, most) => read(last === null ? undefined : cursorOf(last), most)), told));
      const rows = await read(after, limit + 1);
      return { items: told(rows.slice(0, limit)), next: rows.length > limit ? cursorOf(rows[limit - 1]!) : null };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/indicators',
    summary: "The plan's other indicators with the values entered by hand, each with its source",
    access: 'any',
    answer: v.object({ items: v.array(Indicator) }),
    handle: async ({ deps }) => ({ items: await listIndicators(deps.store.db) }),
  }),
  route({
    method: 'post',
    path: '/api/v1/indicators/{code}/values',
    summary: 'Enter the value of an indicator on a day; it takes the place of what was said of that day',
    access: ['administrator'],
    body: IndicatorValueDraft,
    answer: null,
    async handle({ deps, scope, account, params, body, now }) {
      await enterIndicator(deps.store, { name: account.name, scope }, params['code']!, body, now);
      return undefined;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/indicators/{code}/values/{id}',
    summary: 'Withdraw a value',
    access: ['administrator'],
    answer: null,
    async handle({ deps, scope, account, params, now }) {
      await withdrawIndicator(deps.store, { name: account.name, scope }, params['code']!, Number(params['id']), now);
      return undefined;
    },
  }),
];

/** `workRows` begins again after it. */
const cursorOf = (row: WorkRow): string => `${row.province ?? ''} ${row.siteId}`;

const WORK_COLUMNS: readonly CsvColumn<WorkItem>[] = [
  { head: 'code', of: (item) => item.siteId },
  { head: 'nom', of: (item) => item.name },
  { head: 'nom_ar', of: (item) => item.nameAr },
  { head: 'programme', of: (item) => item.programme },
  { head: 'region', of: (item) => item.region },
  { head: 'province', of: (item) => item.province },
  { head: 'commune', of: (item) => item.communeNames?.fr ?? item.commune },
  { head: 'telephone_permanence', of: (item) => item.dutyPhone },
  { head: 'motifs', of: (item) => item.reasons.map(({ reason, since, detail }) => [reason, since, detail].filter((part) => part !== null).join(' ')).join(' / ') },
  { head: 'dernier_signe', of: (item) => (item.lastSignAt === null ? null : new Date(item.lastSignAt).toISOString()) },
  { head: 'demonstration', of: (item) => item.demo },
];
