/** What the deployment page and the ladder card ask of the server. */
import type { List } from '@cac/shared/api.ts';
import type { DeploymentSite, FunnelView, MilestoneDraft, MilestonesView, SeriesView, TableView } from '@cac/shared/deployment.ts';
import type { Attestation, AttestationDraft, LadderView, StuckCause, StuckCauseDraft, Threshold, ThresholdDraft, ThresholdKey, ThresholdsView, VisitDraft } from '@cac/shared/ladder.ts';
import { request, V1 } from '../../api.ts';

/** What narrows a question; empty and null words are left out. */
export type Narrowing = Readonly<Record<string, string | number | null | undefined>>;

export function queryOf(narrowing: Narrowing): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(narrowing)) if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export const sitesPath = (narrowing: Narrowing): string => `${V1}/deployment/sites${queryOf(narrowing)}`;
export const tablePath = (narrowing: Narrowing): string => `${V1}/deployment/table${queryOf(narrowing)}`;
const site = (id: string): string => `${V1}/sites/${encodeURIComponent(id)}`;

export const deploymentApi = {
  funnel: (narrowing: Narrowing) => request<FunnelView>('GET', `${V1}/deployment/funnel${queryOf(narrowing)}`),
  series: (narrowing: Narrowing) => request<SeriesView>('GET', `${V1}/deployment/series${queryOf(narrowing)}`),
  table: (narrowing: Narrowing) => request<TableView>('GET', tablePath(narrowing)),
  sites: (narrowing: Narrowing) => request<List<DeploymentSite>>('GET', sitesPath(narrowing)),
  milestones: (narrowing: Narrowing) => request<MilestonesView>('GET', `${V1}/milestones${queryOf(narrowing)}`),
  setMilestones: (items: readonly Partial<MilestoneDraft>[]) => request<MilestonesView>('POST', `${V1}/milestones`, { items }),
  ladder: (id: string) => request<LadderView>('GET', `${site(id)}/ladder`),
  causes: () => request<{ items: StuckCause[] }>('GET', `${V1}/causes`),
  addCause: (draft: StuckCauseDraft) => request<StuckCause>('POST', `${V1}/causes`, draft),
  retireCause: (code: string, retired: boolean) => request<void>('POST', `${V1}/causes/${encodeURIComponent(code)}`, { retired }),
  thresholds: () => request<ThresholdsView>('GET', `${V1}/thresholds`),
  setThreshold: (key: ThresholdKey, draft: ThresholdDraft) => request<Threshold>('POST', `${V1}/thresholds/${key}`, draft),
  attest: (id: string, draft: AttestationDraft) => request<Attestation>('POST', `${site(id)}/attestations`, draft),
  withdraw: (id: number) => request<void>('DELETE', `${V1}/attestations/${id}`),
  visit: (id: string, draft: VisitDraft) => request<LadderView>('POST', `${site(id)}/visits`, draft),
};
