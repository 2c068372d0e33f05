/** The agents in the field: PCs that wait to enrol, what a machine says of itself, commands, settings, moves and replacements, bytes. */
import { listOf } from '@cac/shared/api.ts';
import { AgentLog, AgentRules, AgentRulesDraft, Command, CommandDraft, DataUse, EnrolDecision, EnrolRequestRow, HeldDecision, MachineField, MoveDraft, ReplaceDraft, RULE_SCOPES } from '@cac/shared/field.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { listAgentRules } from '../../store/agent-rules.ts';
import { listEnrolRequests } from '../../store/enrol-requests.ts';
import { readLog } from '../../store/machine-field.ts';
import { findSite } from '../../store/sites.ts';
import { changeAgentRules } from '../../usecases/change-agent-rules.ts';
import { commandMachine } from '../../usecases/command-machine.ts';
import { decideEnrolment } from '../../usecases/decide-enrolment.ts';
import { decideHeldProcess } from '../../usecases/decide-held.ts';
import { orderMove } from '../../usecases/move-machine.ts';
import { readDataUse, readMachineField } from '../../usecases/read-field.ts';
import { replaceMachine } from '../../usecases/replace-machine.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';
import { numberOf } from './incidents.ts';

const EDITORS = ['administrator', 'coordinator'] as const;
const siteQuery = v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, 'site_id')));
const noMachine = () => problem('not_found', 'There is no such machine.');

export const fieldRoutes = [
  route({
    method: 'get',
    path: '/api/v1/enrol-requests',
    summary: 'PCs that wait for a person: beyond what their code allows, or with the hardware of a PC that runs',
    access: EDITORS,
    query: v.strictObject({ ...paging, site: siteQuery }),
    answer: listOf(EnrolRequestRow),
    async handle({ deps, scope, query }) {
      const items = await listEnrolRequests(deps.store.db, scope, { site: query.site, after: numberOfCursor(query.cursor), limit: query.limit + 1 });
      return page(items, query.limit, (request) => String(request.id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/enrol-requests/{id}/decision',
    summary: 'Accept or refuse a PC that waits',
    access: EDITORS,
    body: EnrolDecision,
    answer: null,
    async handle({ deps, scope, account, params, body, now }) {
      await decideEnrolment(deps.store, { name: account.name, scope }, numberOf(params['id']), body.accept, now);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}/field',
    summary: 'What a machine says of itself, its configuration, commands, bytes, and processes held apart',
    access: 'any',
    answer: MachineField,
    async handle({ deps, scope, params, now }) {
      const field = await readMachineField(deps.store, scope, params['id']!, now);
      if (!field) throw noMachine();
      return field;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}/log',
    summary: "The end of the agent's own log, as it last sent it",
    access: EDITORS,
    answer: AgentLog,
    async handle({ deps, scope, params }) {
      const log = await readLog(deps.store.db, scope, params['id']!);
      if (!log) throw problem('not_found', 'There is no log of this machine.', { todo: 'Ask the agent for its log first.' });
      return log;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/machines/{id}/commands',
    summary: 'Ask an agent to report now, to change its secret, or to send the end of its own log',
    access: EDITORS,
    body: CommandDraft,
    answer: Command,
    status: 201,
    async handle({ deps, scope, account, params, body, now }) {
      const command = await commandMachine(deps.store, { name: account.name, scope }, params['id']!, body.kind, now);
      deps.agents.greet([params['id']!]);
      return command;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/machines/{id}/held',
    summary: 'Say of a process held apart which PC it is',
    access: EDITORS,
    body: HeldDecision,
    answer: null,
    async handle({ deps, scope, account, params, body, now }) {
      await decideHeldProcess(deps.store, { name: account.name, scope }, params['id']!, body, now);
      deps.agents.judge(params['id']!);
      return undefined;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/machines/{id}/move',
    summary: 'Move a PC to another site: it enrols there by itself at its next hello; what it proved stays here',
    access: EDITORS,
    body: MoveDraft,
    answer: null,
    async handle({ deps, scope, account, params, body, now }) {
      await orderMove(deps.store, { name: account.name, scope }, params['id']!, body, now);
      deps.agents.greet([params['id']!]);
      return undefined;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/machines/{id}/replace',
    summary: 'Say that another PC of the site took its place',
    access: EDITORS,
    body: ReplaceDraft,
    answer: null,
    async handle({ deps, scope, account, params, body, now }) {
      await replaceMachine(deps.store, { name: account.name, scope }, params['id']!, body.by, now);
      deps.onRevoked(params['id']!);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/agent-rules',
    summary: 'Settings of agents in force: of the country, of programmes, and of one site (`site`)',
    access: 'any',
    query: v.strictObject({ site: siteQuery }),
    answer: listOf(AgentRules),
    async handle({ deps, scope, query }) {
      const site = query.site !== undefined && (await findSite(deps.store.db, scope, query.site)) ? [query.site] : [];
      return { items: await listAgentRules(deps.store.db, site), next: null };
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/agent-rules/{kind}/{id}',
    summary: 'Set keepalive, batch interval and Internet targets for the country (MA), a programme or a site; null: as the wider scope says',
    access: EDITORS,
    body: AgentRulesDraft,
    answer: null,
    async handle({ deps, scope, account, params, body, now }) {
      const kind = RULE_SCOPES.find((name) => name === params['kind']);
      if (!kind) throw problem('not_found', 'There is no such scope.', { where: 'kind', todo: `It is one of ${RULE_SCOPES.join(', ')}.` });
      await changeAgentRules(deps.store, { name: account.name, scope }, { kind, id: params['id']! }, body, now);
      deps.agents.configChanged(kind === 'site' ? params['id']! : null);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sites/{id}/data-use',
    summary: "What a site's agents used of the month's bytes, by their own count, and when a silence is told",
    access: 'any',
    answer: DataUse,
    async handle({ deps, scope, params, now }) {
      const use = await readDataUse(deps.store, scope, params['id']!, now);
      if (!use) throw problem('not_found', 'There is no such site.');
      return use;
    },
  }),
];
