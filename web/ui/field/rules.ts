/** What is in force of agents' settings, and from where. Pure. */
import type { AgentRules } from '@cac/shared/field.ts';

/** The agents' own defaults (USUAL_RULES of shared/field.ts; a test compares: the schemas would bring the validators into the page). */
export const USUAL = { keepaliveS: 60, batchS: 1_200, targets: ['www.maroc.ma:443', 'www.iam.ma:443', '1.1.1.1:443'] } as const;

export type RuleName = 'keepaliveS' | 'batchS' | 'targets';
export const RULE_NAMES: readonly RuleName[] = ['keepaliveS', 'batchS', 'targets'];
export type From = 'usual' | 'metered' | AgentRules['scope']['kind'];
/** Where nobody set a keepalive and the line is paid by volume (server/core/agent-config.ts). */
export const METERED_KEEPALIVE_S = 240;

export interface InForce {
  readonly value: number | readonly string[];
  readonly from: From;
}

/** Wide to narrow. The narrowest scope that says something counts. `metered`: of the site. */
export function inForce(name: RuleName, layers: readonly (AgentRules | undefined)[], metered = false): InForce {
  let found: InForce = metered && name === 'keepaliveS' ? { value: METERED_KEEPALIVE_S, from: 'metered' } : { value: USUAL[name], from: 'usual' };
  for (const layer of layers) {
    const value = layer?.[name];
    if (layer !== undefined && value !== null && value !== undefined) found = { value, from: layer.scope.kind };
  }
  return found;
}

export const COUNTRY = { kind: 'country', id: 'MA' } as const;

/** The scopes above one, wide to narrow. `programme`: of the site; null: none. */
export function scopesAbove(kind: AgentRules['scope']['kind'], programme: string | null): AgentRules['scope'][] {
  if (kind === 'country') return [];
  return kind === 'programme' || programme === null ? [COUNTRY] : [COUNTRY, { kind: 'programme', id: programme }];
}

export const rulesOf = (all: readonly AgentRules[], { kind, id }: AgentRules['scope']): AgentRules | undefined => all.find(({ scope }) => scope.kind === kind && scope.id === id);
