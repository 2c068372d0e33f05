/** Doors for PCs that cannot run the agent: who has one, and who gives and closes them. The door itself, /ping/{token}, is in app.ts. */
import { listOf } from '@cac/shared/api.ts';
import { NewPingSource, PingDraft, PingSource } from '@cac/shared/field.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { listPingSources } from '../../store/ping-sources.ts';
import { addPingSource, endPingSource } from '../../usecases/keep-ping-sources.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;

export const pingRoutes = [
  route({
    method: 'get',
    path: '/api/v1/ping-sources',
    summary: 'Ping sources of the sites in scope (without their tokens): weaker evidence than an agent’s',
    access: 'any',
    query: v.strictObject({ ...paging, site: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, 'site_id'))) }),
    answer: listOf(PingSource),
    async handle({ deps, scope, query, now }) {
      const items = await listPingSources(deps.store.db, scope, { site: query.site, after: numberOfCursor(query.cursor), limit: query.limit + 1, now });
      return page(items, query.limit, ({ id }) => String(id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/ping-sources',
    summary: 'Give a site an address that PCs without an agent call; its token is said in this answer and never again',
    access: EDITORS,
    body: PingDraft,
    answer: NewPingSource,
    status: 201,
    handle: ({ deps, scope, account, body, now }) => addPingSource(deps.store, { name: account.name, scope }, body, now),
  }),
  route({
    method: 'delete',
    path: '/api/v1/ping-sources/{id}',
    summary: 'Close a ping source: its address answers like one that never was',
    access: EDITORS,
    answer: null,
    async handle({ deps, scope, account, params, now }) {
      const id = Number(params['id']);
      if (!Number.isSafeInteger(id) || id < 1) throw problem('not_found', 'There is no such ping source.');
      await endPingSource(deps.store, { name: account.name, scope }, id, now);
      return undefined;
    },
  }),
];
