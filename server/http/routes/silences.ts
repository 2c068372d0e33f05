/** Silences and maintenance windows: who gave them, for what, until when. */
import { listOf } from '@cac/shared/api.ts';
import { Silence, SilenceDraft } from '@cac/shared/incidents.ts';
import * as v from 'valibot';
import { listSilences, shownSilence } from '../../store/silences.ts';
import { beginSilence, stopSilence } from '../../usecases/silence.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';
import { numberOf, WATCHERS } from './incidents.ts';

export const silenceRoutes = [
  route({
    method: 'get',
    path: '/api/v1/silences',
    summary: 'Silences that reach into the scope, newest first (`when`: live for running and coming ones, past)',
    access: 'any',
    query: v.strictObject({ ...paging, when: v.optional(v.picklist(['live', 'past']), 'live') }),
    answer: listOf(Silence),
    async handle({ deps, scope, query, now }) {
      const items = await listSilences(deps.store.db, scope, { when: query.when, before: numberOfCursor(query.cursor) || null, limit: query.limit + 1, now });
      return page(items.map(shownSilence), query.limit, (silence) => String(silence.id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/silences',
    summary: 'Tell nobody of some sites until an end, 31 days at most; a maintenance’s time does not count either. It reaches no further than the author’s regions',
    access: WATCHERS,
    body: SilenceDraft,
    answer: Silence,
    status: 201,
    async handle({ deps, account, scope, body, now }) {
      const silence = await beginSilence(deps.store, { name: account.name, scope }, body, now);
      deps.onChanged();
      return silence;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/silences/{id}',
    summary: 'End a silence now; it stays in the list, with who ended it',
    access: WATCHERS,
    answer: null,
    async handle({ deps, account, scope, params, now }) {
      await stopSilence(deps.store, { name: account.name, scope }, numberOf(params['id']), now);
      deps.onChanged();
      return undefined;
    },
  }),
];
