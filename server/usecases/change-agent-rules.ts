/** Settings of agents, for the country, a programme or a site; agents are told at once where they are connected. */
import type { AgentRules, AgentRulesDraft } from '@cac/shared/field.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { insertAgentRules, listAgentRules } from '../store/agent-rules.ts';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

/** Throws `not_found` for a site out of scope, `unknown_programme`, `bad_scope` for a country that is not MA, and `outside_scope` where the author's regions are fewer than it reaches. */
export const changeAgentRules = (store: Store, author: Author, scope: AgentRules['scope'], draft: AgentRulesDraft, now: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    if (scope.kind === 'site') {
      if (!(await findSite(tx, author.scope, scope.id))) throw problem('not_found', 'There is no such site.');
    } else {
      if (author.scope.kind !== 'all') throw problem('outside_scope', 'Settings of the country and of programmes are for administrators.', { todo: 'Set them for a site, or ask an administrator.' });
      if (scope.kind === 'country' && scope.id !== 'MA') throw problem('bad_scope', 'The country is MA.', { where: 'id' });
      if (scope.kind === 'programme' && !(await tx.selectFrom('programmes').select('code').where('code', '=', scope.id).executeTakeFirst())) throw problem('unknown_programme', `There is no programme ${scope.id}.`, { where: 'id' });
    }
    const before = (await listAgentRules(tx, scope.kind === 'site' ? [scope.id] : [])).find((rules) => rules.scope.kind === scope.kind && rules.scope.id === scope.id);
    await insertAgentRules(tx, scope, draft, author.name, now);
    await writeAudit(tx, { at: now, who: author.name, act: 'agent_rules', subject: `${scope.kind} ${scope.id}`, detail: '', before: before ? { keepaliveS: before.keepaliveS, batchS: before.batchS, targets: before.targets } : null, after: draft });
  });
