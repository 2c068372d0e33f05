/** What the pages of reports and of work ask of the server. */
import type { List } from '@cac/shared/api.ts';
import type { StuckCause } from '@cac/shared/ladder.ts';
import type { Indicator, IssuedReport, IssuedReportLine, ReportBody, WorkItem } from '@cac/shared/report.ts';
import { request, V1 } from '../../api.ts';

/** So many lines at once. */
const PAGE = 200;

export interface WorkQuestion {
  region: string | null;
  province: string | null;
  programme: string | null;
}

function workPath(question: WorkQuestion, more: Record<string, string>): string {
  const query = new URLSearchParams(more);
  for (const [name, value] of Object.entries(question)) if (value !== null) query.set(name, value as string);
  return `${V1}/work?${query.toString()}`;
}

export const reportsApi = {
  list: () => request<List<IssuedReportLine>>('GET', `${V1}/reports?limit=100`),
  draft: (month: string, region: string) => request<ReportBody>('GET', `${V1}/reports/draft?month=${month}&region=${region}`),
  issue: (month: string, region: string) => request<IssuedReportLine>('POST', `${V1}/reports`, { month, region }),
  report: (no: string) => request<IssuedReport>('GET', `${V1}/reports/${encodeURIComponent(no)}`),
  textPath: (no: number) => `${V1}/reports/${no}/text`,
  work: (question: WorkQuestion, cursor: string | null) => request<List<WorkItem>>('GET', workPath(question, { limit: String(PAGE), ...(cursor !== null && { cursor }) })),
  causes: () => request<{ items: StuckCause[] }>('GET', `${V1}/causes`),
  indicators: () => request<{ items: Indicator[] }>('GET', `${V1}/indicators`),
  enter: (code: string, draft: { day: string; value: number; source: string }) => request<void>('POST', `${V1}/indicators/${encodeURIComponent(code)}/values`, draft),
  withdraw: (code: string, id: number) => request<void>('DELETE', `${V1}/indicators/${encodeURIComponent(code)}/values/${id}`),
  workCsv: (question: WorkQuestion) => workPath(question, { format: 'csv' }),
};
