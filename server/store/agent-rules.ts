/** Settings of agents by scope; the newest row of a scope counts. */
import type { AgentRules, AgentRulesDraft } from '@cac/shared/field.ts';
import type { RuleLayer } from '../core/agent-config.ts';
import type { Handle } from './store.ts';

interface RuleRow {
  scope_kind: string;
  scope_id: string;
  keepalive_s: number | null;
  batch_s: number | null;
  targets: string | null;
  author: string;
  written_at: number;
}

const layerOf = (row: RuleRow): RuleLayer => ({ keepaliveS: row.keepalive_s, batchS: row.batch_s, targets: row.targets === null ? null : (JSON.parse(row.targets) as string[]) });

const newest = (db: Handle) => db.selectFrom('agent_rules as r').selectAll('r').where('r.id', 'in', (sub) => sub.selectFrom('agent_rules').select((eb) => eb.fn.max('id').as('id')).groupBy(['scope_kind', 'scope_id']));

/** In force, of the country, the programmes and these sites. Few: one row a scope. */
export async function listAgentRules(db: Handle, sites: readonly string[]): Promise<AgentRules[]> {
  const rows = await newest(db)
    .where((eb) => eb.or([eb('r.scope_kind', '!=', 'site'), ...(sites.length > 0 ? [eb('r.scope_id', 'in', sites)] : [])]))
    .orderBy('r.scope_kind')
    .orderBy('r.scope_id')
    .execute();
  return rows.map((row) => ({ keepaliveS: row.keepalive_s, batchS: row.batch_s, targets: layerOf(row).targets as string[] | null, scope: { kind: row.scope_kind as AgentRules['scope']['kind'], id: row.scope_id }, author: row.author, writtenAt: row.written_at }));
}

/** Layers by `kind:id`, of what may concern these sites. */
export async function ruleLayers(db: Handle, sites: readonly string[]): Promise<Map<string, RuleLayer>> {
  const layers = new Map<string, RuleLayer>();
  for (let i = 0; i === 0 || i < sites.length; i += 500) {
    for (const { scope, keepaliveS, batchS, targets } of await listAgentRules(db, sites.slice(i, i + 500))) layers.set(`${scope.kind}:${scope.id}`, { keepaliveS, batchS, targets });
  }
  return layers;
}

export const insertAgentRules = (tx: Handle, scope: AgentRules['scope'], { keepaliveS, batchS, targets }: AgentRulesDraft, author: string, now: number): Promise<unknown> =>
  tx.insertInto('agent_rules').values({ scope_kind: scope.kind, scope_id: scope.id, keepalive_s: keepaliveS, batch_s: batchS, targets: targets === null ? null : JSON.stringify(targets), author, written_at: now }).execute();
