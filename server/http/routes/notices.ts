/** How people are told: channels, routes, who would be told for a site, what decides when, and messages that failed. */
import { listOf, type Scope } from '@cac/shared/api.ts';
import { AlertSettings } from '@cac/shared/incidents.ts';
import { AlertRoute, AlertRouteDraft, Channel, ChannelDraft, ChannelTest, ChannelTestDraft, FailedNotice, WhoIsTold } from '@cac/shared/notices.ts';
import { MailAddress, PhoneNumber } from '@cac/shared/people.ts';
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { sees } from '../../core/notices/receivers.ts';
import { problem } from '../../core/problem.ts';
import { findRoute, listRoutes } from '../../store/alert-routes.ts';
import { readAlertSettings } from '../../store/alert-settings.ts';
import { channelViews, findChannel } from '../../store/channels.ts';
import { tellablePeople } from '../../store/notice-people.ts';
import { failedNotices } from '../../store/outbox.ts';
import type { Handle } from '../../store/store.ts';
import { changeAlertSettings } from '../../usecases/change-alert-settings.ts';
import { addChannel, changeChannel, dropChannel, tryChannel } from '../../usecases/keep-channels.ts';
import { addRoute, changeRoute, dropRoute } from '../../usecases/keep-routes.ts';
import { retryNotice } from '../../usecases/retry-notice.ts';
import { whoIsTold } from '../../usecases/who-is-told.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const WRITERS = ['administrator'] as const;
const READERS = ['administrator', 'coordinator', 'operator'] as const;

const numbered = (text: string | undefined, what: string): number => {
  if (text !== undefined && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw problem('not_found', `There is no such ${what}.`);
};

async function oneChannel(db: Handle, id: number): Promise<v.InferOutput<typeof Channel>> {
  const found = (await channelViews(db)).find((channel) => channel.id === id);
  if (found === undefined) throw problem('not_found', 'There is no such channel.');
  return found;
}

/** What a reader with regions of their own may know of a route: nothing of routes for other regions, nor for people outside theirs. */
async function routesFor(db: Handle, scope: Scope): Promise<AlertRoute[]> {
  const routes = await listRoutes(db);
  if (scope.kind === 'all') return routes;
  const people = await tellablePeople(db);
  return routes.flatMap((one): AlertRoute[] => {
    const regions = one.regions.filter((region) => sees(scope, [region]));
    if (one.regions.length > 0 && regions.length === 0) return [];
    const { target } = one;
    if (target.kind === 'account') {
      const person = people.find(({ id }) => id === target.id);
      if (person === undefined || (person.scope.kind === 'regions' && !sees(scope, person.scope.regions))) return [];
    }
    return [{ ...one, regions }];
  });
}

export const noticeRoutes = [
  route({
    method: 'get',
    path: '/api/v1/channels',
    summary: 'Channels, without their secrets',
    access: WRITERS,
    answer: v.object({ items: v.array(Channel) }),
    handle: async ({ deps }) => ({ items: await channelViews(deps.store.db) }),
  }),
  route({
    method: 'post',
    path: '/api/v1/channels',
    summary: 'Add a channel: an SMTP relay, a webhook, an SMS gateway',
    access: WRITERS,
    body: ChannelDraft,
    answer: Channel,
    status: 201,
    async handle({ deps, account, body, now }) {
      const id = await addChannel(deps.store, deps.notices.tools, account.name, body, now);
      deps.notices.poke();
      return oneChannel(deps.store.db, id);
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/channels/{id}',
    summary: 'Change a channel; a secret that is left out stays, null takes it away',
    access: WRITERS,
    body: ChannelDraft,
    answer: Channel,
    async handle({ deps, account, params, body, now }) {
      const id = numbered(params['id'], 'channel');
      await changeChannel(deps.store, deps.notices.tools, account.name, id, body, now);
      deps.notices.poke();
      return oneChannel(deps.store.db, id);
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/channels/{id}',
    summary: 'Remove a channel, and its secret',
    access: WRITERS,
    answer: null,
    async handle({ deps, account, params, now }) {
      await dropChannel(deps.store, account.name, numbered(params['id'], 'channel'), now);
      return undefined;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/channels/{id}/test',
    summary: 'Send a test message now; the answer is what the provider really said',
    access: WRITERS,
    body: ChannelTestDraft,
    answer: ChannelTest,
    async handle({ deps, account, params, body, now }) {
      const id = numbered(params['id'], 'channel');
      const channel = await findChannel(deps.store.db, id);
      if (channel === null) throw problem('not_found', 'There is no such channel.');
      const to = channel.kind === 'webhook' ? '' : receiverOfTest(channel.kind, body.to ?? '');
      return tryChannel(deps.store, deps.notices.tools, account.name, id, { to, key: `test-${randomBytes(12).toString('hex')}`, language: body.language, publicUrl: deps.settings.publicUrl }, now, deps.now);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/alert-routes',
    summary: 'Routes in the order in which they act; of other regions’ routes nothing is said',
    access: READERS,
    answer: v.object({ items: v.array(AlertRoute) }),
    handle: async ({ deps, scope }) => ({ items: await routesFor(deps.store.db, scope) }),
  }),
  route({
    method: 'post',
    path: '/api/v1/alert-routes',
    summary: 'Add a route: who is told of what, how, and after how long',
    access: WRITERS,
    body: AlertRouteDraft,
    answer: AlertRoute,
    status: 201,
    async handle({ deps, account, body, now }) {
      return (await findRoute(deps.store.db, await addRoute(deps.store, account.name, body, now)))!;
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/alert-routes/{id}',
    summary: 'Change a route',
    access: WRITERS,
    body: AlertRouteDraft,
    answer: AlertRoute,
    async handle({ deps, account, params, body, now }) {
      const id = numbered(params['id'], 'route');
      await changeRoute(deps.store, account.name, id, body, now);
      return (await findRoute(deps.store.db, id))!;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/alert-routes/{id}',
    summary: 'Remove a route',
    access: WRITERS,
    answer: null,
    async handle({ deps, account, params, now }) {
      await dropRoute(deps.store, account.name, numbered(params['id'], 'route'), now);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/who-is-told',
    summary: 'Who would be told of a trouble at a site, step by step; names, never addresses',
    access: READERS,
    query: v.strictObject({ site: v.pipe(v.string(), v.regex(/^[A-Z0-9][A-Z0-9-]{1,31}$/, 'site_id')) }),
    answer: WhoIsTold,
    handle: ({ deps, scope, query }) => whoIsTold(deps.store.db, scope, query.site),
  }),
  route({
    method: 'get',
    path: '/api/v1/alert-settings',
    summary: 'What decides when somebody is told',
    access: READERS,
    answer: AlertSettings,
    handle: ({ deps }) => readAlertSettings(deps.store.db),
  }),
  route({
    method: 'put',
    path: '/api/v1/alert-settings',
    summary: 'Change what decides when somebody is told',
    access: WRITERS,
    body: AlertSettings,
    answer: AlertSettings,
    async handle({ deps, account, body, now }) {
      await changeAlertSettings(deps.store, account.name, body, now);
      return body;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/notices/failed',
    summary: 'Messages that could not be delivered, newest first, with the provider’s answer',
    access: WRITERS,
    query: v.strictObject(paging),
    answer: listOf(FailedNotice),
    async handle({ deps, query }) {
      const rows = await failedNotices(deps.store.db, numberOfCursor(query.cursor) || null, query.limit + 1);
      const items = rows.map((row) => ({
        id: row.id, event: row.event, incident: row.incident_id, channel: row.channel_kind, to: row.full_name || row.account || row.channel || '–', address: row.account === null ? null : row.address, createdAt: row.created_at, closedAt: row.closed_at, attempts: row.attempts, answer: row.answer,
      }));
      return page(items, query.limit, ({ id }) => String(id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/notices/{id}/retry',
    summary: 'Send once more what could not be delivered',
    access: WRITERS,
    answer: null,
    async handle({ deps, account, params, now }) {
      await retryNotice(deps.store, account.name, numbered(params['id'], 'failed message'), now);
      deps.notices.poke();
      return undefined;
    },
  }),
];

function receiverOfTest(kind: 'email' | 'sms', to: string): string {
  const parsed = v.safeParse(kind === 'email' ? MailAddress : PhoneNumber, to);
  if (parsed.success) return parsed.output;
  throw problem('test_receiver', kind === 'email' ? 'This is no mail address.' : 'A number begins with + and the country.', { where: 'to' });
}
