/** People: accounts and what they may, their sessions, the own profile, and who did what. */
import { listOf, Role } from '@cac/shared/api.ts';
import { AccountDraft, AccountEdit, AccountLink, AuditLine, OpenSession, Person, Profile } from '@cac/shared/people.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { hashOf } from '../../core/hash.ts';
import { auditColumns } from '../../core/people/audit-columns.ts';
import { accountById, findPerson, listPeople, type Account } from '../../store/accounts.ts';
import { auditLines } from '../../store/audit.ts';
import { sessionsOf } from '../../store/sessions.ts';
import { editAccount } from '../../usecases/edit-account.ts';
import { editProfile } from '../../usecases/edit-profile.ts';
import { endOtherSessions, endSession } from '../../usecases/end-sessions.ts';
import { inviteAccount } from '../../usecases/invite-account.ts';
import { resetAccount } from '../../usecases/reset-account.ts';
import type { HttpDeps } from '../context.ts';
import { csvStream, pagesOf } from '../file-answer.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const ADMINISTRATORS = ['administrator'] as const;
const Words = v.pipe(v.string(), v.regex(/^[^\p{Cc}]{0,120}$/u, 'control_character'));
const Instant = v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'instant'), v.transform(Number));

/** The account a path names. */
async function accountOf(deps: HttpDeps, params: Record<string, string>): Promise<Account> {
  const account = await accountById(deps.store.db, idOf(params));
  if (account === null) throw problem('not_found', 'There is no such account.');
  return account;
}

/** What is no number names nobody. */
const idOf = ({ id = '' }: Record<string, string>): number => (/^\d{1,15}$/.test(id) ? Number(id) : 0);

export const peopleRoutes = [
  route({
    method: 'get',
    path: '/api/v1/accounts',
    summary: 'Accounts by name; `q` looks in names and addresses',
    access: ADMINISTRATORS,
    query: v.strictObject({ ...paging, q: v.optional(Words), role: v.optional(Role), disabled: v.optional(v.picklist(['yes', 'no'], 'disabled')), cursor: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9._-]{1,120}$/, 'cursor'))) }),
    answer: listOf(Person),
    async handle({ deps, query: { q, role, disabled, cursor, limit } }) {
      const items = await listPeople(deps.store.db, { q, role, disabled: disabled === undefined ? undefined : disabled === 'yes', after: cursor, limit: limit + 1 });
      return page(items, limit, ({ name }) => name);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/accounts',
    summary: 'Invite somebody: makes an account and a link by which its password is chosen; the link is said once',
    access: ADMINISTRATORS,
    body: AccountDraft,
    answer: AccountLink,
    status: 201,
    async handle({ deps, account, body, now }) {
      const link = await inviteAccount(deps.store, account.name, body, deps.settings.publicUrl, now);
      deps.notices.poke();
      return link;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/accounts/{id}',
    summary: 'One account',
    access: ADMINISTRATORS,
    answer: Person,
    async handle({ deps, params }) {
      const person = await findPerson(deps.store.db, idOf(params));
      if (person === null) throw problem('not_found', 'There is no such account.');
      return person;
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/accounts/{id}',
    summary: 'Change role, regions and profile of an account, disable or enable it; effective on its next request',
    access: ADMINISTRATORS,
    body: AccountEdit,
    answer: Person,
    async handle({ deps, account, params, body, now }) {
      const person = await editAccount(deps.store, account.name, idOf(params), body, now);
      await deps.live.recheck(idOf(params));
      return person;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/accounts/{id}/link',
    summary: 'Take an account’s password and sessions away, and give a link to choose another; also a new invitation',
    access: ADMINISTRATORS,
    answer: AccountLink,
    status: 201,
    async handle({ deps, account, params, now }) {
      const link = await resetAccount(deps.store, account.name, idOf(params), deps.settings.publicUrl, now);
      await deps.live.recheck(idOf(params));
      deps.notices.poke();
      return link;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/accounts/{id}/sessions',
    summary: 'Open sessions of an account',
    access: ADMINISTRATORS,
    answer: listOf(OpenSession),
    async handle({ deps, params, token, now }) {
      const { id } = await accountOf(deps, params);
      return { items: await sessionsOf(deps.store.db, id, hashOf(token), now), next: null };
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/accounts/{id}/sessions',
    summary: 'Sign an account out everywhere; of the own one all but this session',
    access: ADMINISTRATORS,
    answer: null,
    async handle({ deps, account, params, token, now }) {
      await endOtherSessions(deps.store, account.name, await accountOf(deps, params), hashOf(token), now);
      await deps.live.recheck(idOf(params));
      return undefined;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/accounts/{id}/sessions/{session}',
    summary: 'End one session of an account',
    access: ADMINISTRATORS,
    answer: null,
    async handle({ deps, account, params, now }) {
      await endSession(deps.store, account.name, await accountOf(deps, params), params['session']!, now);
      await deps.live.recheck(idOf(params));
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/profile',
    summary: 'The own account',
    access: 'any',
    answer: Person,
    handle: async ({ deps, account }) => (await findPerson(deps.store.db, account.id))!,
  }),
  route({
    method: 'put',
    path: '/api/v1/profile',
    summary: 'Change how one is called and reached, in which language, and when not',
    access: 'any',
    body: Profile,
    answer: Person,
    async handle({ deps, account, body, now }) {
      await editProfile(deps.store, account.id, body, now);
      return (await findPerson(deps.store.db, account.id))!;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sessions',
    summary: 'The own open sessions',
    access: 'any',
    answer: listOf(OpenSession),
    handle: async ({ deps, account, token, now }) => ({ items: await sessionsOf(deps.store.db, account.id, hashOf(token), now), next: null }),
  }),
  route({
    method: 'delete',
    path: '/api/v1/sessions',
    summary: 'End every own session but this one',
    access: 'any',
    answer: null,
    async handle({ deps, account, token, now }) {
      await endOtherSessions(deps.store, account.name, account, hashOf(token), now);
      await deps.live.recheck(account.id);
      return undefined;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/sessions/{id}',
    summary: 'End one of the own sessions',
    access: 'any',
    answer: null,
    async handle({ deps, account, params, now }) {
      await endSession(deps.store, account.name, account, params['id']!, now);
      await deps.live.recheck(account.id);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/audit',
    summary: 'Who did what and when, newest first, with what stood before and after (`format`: json, csv; `from`, `to`: ms UTC)',
    access: ADMINISTRATORS,
    query: v.strictObject({
      ...paging, format: v.optional(v.picklist(['json', 'csv'], 'format'), 'json'), who: v.optional(Words), act: v.optional(Words), subject: v.optional(Words), from: v.optional(Instant), to: v.optional(Instant),
    }),
    answer: listOf(AuditLine),
    async handle({ deps, query: { format, limit, cursor, ...filter }, c }) {
      if (format === 'csv') return csvStream(c, 'journal-des-actes', auditColumns, pagesOf<AuditLine>((last, size) => auditLines(deps.store.db, filter, last?.id ?? null, size)));
      const items = await auditLines(deps.store.db, filter, numberOfCursor(cursor) || null, limit + 1);
      return page(items, limit, ({ id }) => String(id));
    },
  }),
];
