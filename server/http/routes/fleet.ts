/** The map: the fleet's snapshot and its live stream. */
import * as v from 'valibot';
import type { FleetEncoding } from '../fleet.ts';
import { route } from '../route.ts';

export const fleetRoutes = [
  route({
    method: 'get',
    path: '/api/v1/fleet',
    summary: 'Every site in scope, column by column, with the log number it is true at',
    access: 'any',
    answer: v.object({ at: v.number(), cursor: v.number(), words: v.record(v.string(), v.array(v.string())), columns: v.record(v.string(), v.array(v.any())) }),
    async handle({ deps, scope, c }) {
      const accepted = c.req.header('accept-encoding') ?? '';
      const encoding: FleetEncoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : 'identity';
      const bytes = await deps.fleet.snapshot(scope, encoding);
      c.header('Content-Type', 'application/json; charset=utf-8');
      c.header('Vary', 'Accept-Encoding');
      if (encoding !== 'identity') c.header('Content-Encoding', encoding);
      return c.body(new Uint8Array(bytes));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/events',
    summary: 'Live stream (SSE) of sites after `since` or Last-Event-ID; `reset` when that is too old',
    access: 'any',
    query: v.strictObject({ since: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'since'))) }),
    answer: v.string(),
    async handle({ deps, account, token, query, c }) {
      c.header('Content-Type', 'text/event-stream');
      c.header('X-Accel-Buffering', 'no');
      // Its answer's body is thrown away unread: a stream would stay open for nobody.
      if (c.req.method === 'HEAD') return c.body(null);
      const last = c.req.header('last-event-id');
      const since = last !== undefined && /^\d{1,15}$/.test(last) ? last : query.since;
      const stream = await deps.live.open(account, token, since === undefined ? null : Number(since));
      return c.body(stream);
    },
  }),
];
