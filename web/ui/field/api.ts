/** What the parts about agents in the field ask of the server. */
import type { List, Site } from '@cac/shared/api.ts';
import type { AgentLog, AgentRules, AgentRulesDraft, Command, CommandKind, DataUse, EnrolRequestRow, HeldDecision, MachineField, VoucherPage } from '@cac/shared/field.ts';
import { request, V1 } from '../../api.ts';

const machinePath = (id: string, rest: string): string => `${V1}/machines/${encodeURIComponent(id)}/${rest}`;
const MOST = 200;

export const fieldApi = {
  machine: (id: string) => request<MachineField>('GET', machinePath(id, 'field')),
  log: (id: string) => request<AgentLog>('GET', machinePath(id, 'log')),
  command: (id: string, kind: CommandKind) => request<Command>('POST', machinePath(id, 'commands'), { kind }),
  decideHeld: (id: string, inst: HeldDecision['inst'], act: HeldDecision['act']) => request<void>('POST', machinePath(id, 'held'), { inst, act }),
  move: (id: string, siteId: string, reason: string) => request<void>('POST', machinePath(id, 'move'), { siteId, reason }),
  replace: (id: string, by: string) => request<void>('POST', machinePath(id, 'replace'), { by }),
  sites: (q: string) => request<List<Site>>('GET', `${V1}/sites?limit=8&q=${encodeURIComponent(q)}`),
  dataUse: (site: string) => request<DataUse>('GET', `${V1}/sites/${encodeURIComponent(site)}/data-use`),
  waiting: (site: string | null) => request<List<EnrolRequestRow>>('GET', `${V1}/enrol-requests?limit=${MOST}${site === null ? '' : `&site=${encodeURIComponent(site)}`}`),
  decide: (id: number, accept: boolean) => request<void>('POST', `${V1}/enrol-requests/${id}/decision`, { accept }),
  rules: (site: string | null) => request<List<AgentRules>>('GET', `${V1}/agent-rules${site === null ? '' : `?site=${encodeURIComponent(site)}`}`),
  putRules: ({ kind, id }: AgentRules['scope'], draft: AgentRulesDraft) => request<void>('PUT', `${V1}/agent-rules/${kind}/${encodeURIComponent(id)}`, draft),
  voucherPage: (voucher: string) => request<VoucherPage>('POST', `${V1}/voucher-page`, { voucher }),
};
