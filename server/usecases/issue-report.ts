/**
 * The monthly report: made from what is told, kept as it was sent.
 *
 *   1. the month is over, and its region is the author's to report on;    3. it is stored with its number, the moment of its data, and its digest;
 *   2. the figures are those of the evening of its last day;              4. read again later, it is compared with what the same month says then.
 */
import type { Scope } from '@cac/shared/api.ts';
import type { Threshold } from '@cac/shared/ladder.ts';
import type { IssuedReport, IssuedReportLine, ReportBody } from '@cac/shared/report.ts';
import { dayAfter, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { availabilityOf, sumOf } from '../core/history/availability.ts';
import { problem } from '../core/problem.ts';
import { telephoneDays, thresholdsOn } from '../core/programme/thresholds.ts';
import { canonical, digestOf } from '../core/report/digest.ts';
import { revisionsOf } from '../core/report/revisions.ts';
import { workReasons } from '../core/report/work-list.ts';
import { writeAudit } from '../store/accounts.ts';
import { sumsByArea, type SumsOf } from '../store/availability.ts';
import { listThresholds } from '../store/thresholds.ts';
import { stuckCauseNames } from '../store/ladder.ts';
import { pathOf } from '../store/deployment.ts';
import { programmePaths } from '../store/milestones.ts';
import { listProgrammes } from '../store/programme.ts';
import { countsOn, lostTime, stuckCounts, type AreaCount } from '../store/report-figures.ts';
import { findReport, insertReport, reasonsSince } from '../store/reports.ts';
import type { Handle, Store } from '../store/store.ts';
import { lastTransition } from '../store/transitions.ts';
import { workRows } from '../store/work-list.ts';
import type { Author } from './add-sites.ts';

const ALL_SITES = 1_000_000;

/** First and last day of a month. */
export function daysOfMonth(month: string): { from: LocalDay; to: LocalDay } {
  const from = `${month}-01`;
  const [year, number] = month.split('-').map(Number);
  const next = number === 12 ? `${year! + 1}-01-01` : `${year}-${String(number! + 1).padStart(2, '0')}-01`;
  return { from, to: dayAfter(next, -1) };
}

const sumBy = (rows: readonly AreaCount[], programme: string, of: 'registered' | 'declared' | 'proven' | 'complete'): number =>
  rows.reduce((sum, row) => (row.programme === programme ? sum + row[of] : sum), 0);

const availabilityLine = ({ key: area, totals, sites, measured, assumedMs }: SumsOf): ReportBody['availability'][number] => ({ area, sums: totals, ratios: availabilityOf(totals), sites, measured, assumedMs });

function totalOf(parts: readonly SumsOf[]): SumsOf {
  const sum = (of: (part: SumsOf) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return { key: '', name: null, totals: sumOf(parts.map((part) => part.totals)), assumedMs: sum((p) => p.assumedMs), sites: sum((p) => p.sites), measured: sum((p) => p.measured) };
}

/** What a month's report would say now. `region` '' is the country; the month may still be going on, then it ends yesterday. */
export async function composeReport(db: Handle, scope: Scope, month: string, region: string, now: number): Promise<ReportBody> {
  allow(scope, region);
  const days = daysOfMonth(month);
  const yesterday = dayAfter(localDayOf(now), -1);
  const { from } = days;
  const to = days.to < yesterday ? days.to : yesterday;
  if (to < from) throw problem('month_not_begun', `Nothing is known of ${month} yet.`, { where: 'month', todo: 'Choose an earlier month.' });
  const rules = await listThresholds(db);
  const countsAt = (day: LocalDay): Promise<AreaCount[]> => countsOn(db, scope, region, day, telephoneDays(rules, day));
  const [areas, before] = [await countsAt(to), await countsAt(dayAfter(from, -1))];
  const [programmes, paths] = [await listProgrammes(db), await programmePaths(db, Number(month.slice(0, 4)))];
  const within = { from, to, limit: ALL_SITES, ...(region !== '' && { region }) };
  const parts = await sumsByArea(db, scope, { ...within, by: region === '' ? 'region' : 'province' });
  const names = await stuckCauseNames(db);
  return {
    month,
    region: region as ReportBody['region'],
    from,
    to,
    demo: areas.some((row) => row.demo === 1),
    programmes: programmes.map(({ code, names: own }) => {
      // In a report of a region: the region's own, where the target is split.
      const aim = pathOf(paths, code, { region });
      const of = (name: 'registered' | 'declared' | 'proven' | 'complete'): number => sumBy(areas, code, name);
      return {
        programme: code, names: own, target: aim?.target.value ?? null, targetYear: aim?.target.year ?? null, source: aim?.targetSource ?? null,
        registered: of('registered'), declared: of('declared'), proven: of('proven'), complete: of('complete'),
        declaredBefore: sumBy(before, code, 'declared'), provenBefore: sumBy(before, code, 'proven'),
      };
    }),
    areas: areas.map(({ demo: _, ...row }) => row),
    availability: [totalOf(parts), ...parts].map(availabilityLine),
    interruptions: await lostTime(db, scope, region, from, to),
    causes: (await stuckCounts(db, scope, region)).map((row) => ({ ...row, names: names.get(row.cause) ?? null })),
    work: await workCounts(db, scope, region, rules, now),
    thresholds: thresholdsOn(rules, to),
    cursor: await lastTransition(db),
  };
}

async function workCounts(db: Handle, scope: Scope, region: string, rules: readonly Threshold[], now: number): Promise<ReportBody['work']> {
  const today = localDayOf(now);
  const counts = new Map<string, number>();
  const rows = await workRows(db, scope, { limit: ALL_SITES, ...(region !== '' && { region }) }, dayAfter(today, -telephoneDays(rules, today)));
  for (const { facts } of rows) for (const { reason } of workReasons(facts, today, telephoneDays(rules, today))) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, sites]) => ({ reason, sites })).sort((a, b) => b.sites - a.sites || (a.reason < b.reason ? -1 : 1));
}

function allow(scope: Scope, region: string): void {
  if (scope.kind === 'all' || (scope.regions as readonly string[]).includes(region)) return;
  throw problem('outside_scope', region === '' ? 'A report of the whole country is for those who see all of it.' : `Region ${region} is not one of yours.`, { where: 'region', todo: 'Choose one of your regions, or ask an administrator.' });
}

/** Stores the month's report as it stands now. Throws `month_not_over`, `outside_scope`. */
export async function issueReport(store: Store, author: Author, draft: { month: string; region: string }, now: number): Promise<IssuedReportLine> {
  const { to } = daysOfMonth(draft.month);
  if (to >= localDayOf(now)) throw problem('month_not_over', `${draft.month} is not over: its report can be sent from ${dayAfter(to)} on.`, { where: 'month', todo: 'Choose a month that is over; until then the page shows it as a draft.' });
  const body = await composeReport(store.db, author.scope, draft.month, draft.region, now);
  return store.db.transaction().execute(async (tx) => {
    const line = await insertReport(tx, { month: draft.month, region: draft.region, issued_at: now, data_as_of: now, author: author.name, digest: digestOf(body), body: canonical(body) });
    await writeAudit(tx, { at: now, who: author.name, act: 'issue_report', subject: `${draft.month} ${draft.region}`.trim(), detail: String(line.no) });
    return line;
  });
}

/** A report as it was sent, and what of it is another figure by now, with the reasons. Null when the account may not see it. */
export async function readReport(db: Handle, scope: Scope, no: number, now: number): Promise<IssuedReport | null> {
  const found = await findReport(db, scope, no);
  if (!found) return null;
  const present = await composeReport(db, scope, found.body.month, found.body.region, now);
  const revisions = revisionsOf(found.body, present);
  return { ...found.line, body: found.body, revisions, reasons: revisions.length === 0 ? [] : await reasonsSince(db, scope, found.line.issuedAt, found.body) };
}
