/** Machines, their journals and dead letters, and the log of transitions. */
import { DeadLetter, JournalState, listOf, Machine, Transition } from '@cac/shared/api.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { deadLetters, findMachine, journalState, listMachines } from '../../store/machines.ts';
import { transitionsSince } from '../../store/transitions.ts';
import { revokeMachine } from '../../usecases/revoke-machine.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const noMachine = () => problem('not_found', 'There is no such machine.');

export const machineRoutes = [
  route({
    method: 'get',
    path: '/api/v1/machines',
    summary: 'Machines in scope, with state, uptime and last probes',
    access: 'any',
    query: v.strictObject({ ...paging, site: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, 'site_id'))) }),
    answer: listOf(Machine),
    async handle({ deps, scope, query }) {
      const items = await listMachines(deps.store.db, scope, { site: query.site, after: query.cursor, limit: query.limit + 1 });
      return page(items, query.limit, (m) => m.id);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}',
    summary: 'One machine',
    access: 'any',
    answer: Machine,
    async handle({ deps, scope, params }) {
      const machine = await findMachine(deps.store.db, scope, params['id']!);
      if (!machine) throw noMachine();
      return machine;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/machines/{id}',
    summary: "Revoke a machine's identity: its connection is cut, its history stays",
    access: ['administrator', 'coordinator'],
    answer: null,
    async handle({ deps, scope, account, params, now }) {
      await revokeMachine(deps.store, { name: account.name, scope }, params['id']!, now);
      deps.onRevoked(params['id']!);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}/journal',
    summary: "The machine's journal as the server holds it: stored + rejected + dropped + lost = W",
    access: 'any',
    answer: JournalState,
    async handle({ deps, scope, params }) {
      const journal = await journalState(deps.store.db, scope, params['id']!);
      if (!journal) throw noMachine();
      return journal;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/machines/{id}/dead-letters',
    summary: 'Records that could not be accepted, each with its reason',
    access: 'any',
    query: v.strictObject(paging),
    answer: listOf(DeadLetter),
    async handle({ deps, scope, params, query }) {
      if (!(await findMachine(deps.store.db, scope, params['id']!))) throw noMachine();
      const items = await deadLetters(deps.store.db, params['id']!, numberOfCursor(query.cursor), query.limit + 1);
      return page(items, query.limit, (d) => String(d.id));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/transitions',
    summary: 'The append-only log after number `since`',
    access: 'any',
    query: v.strictObject({ ...paging, since: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'since'))) }),
    answer: listOf(Transition),
    async handle({ deps, scope, query }) {
      const items = await transitionsSince(deps.store.db, scope, numberOfCursor(query.cursor ?? query.since), query.limit + 1);
      return page(items, query.limit, (t) => String(t.id));
    },
  }),
];
