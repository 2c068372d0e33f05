/** Signing in and out, the own password, and the doors of who has none: a link, and the wish for one. */
import { LinkRedemption, PasswordChange, ResetRequest, Session, SignIn } from '@cac/shared/api.ts';
import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { browserName } from '../../core/people/browser-name.ts';
import type { Account } from '../../store/accounts.ts';
import { SESSION_MS, type Visitor } from '../../usecases/open-session.ts';
import { changePassword, signOut } from '../../usecases/sign-in.ts';
import type { Env, HttpDeps } from '../context.ts';
import { route } from '../route.ts';
import { sessionCookie } from '../security.ts';

const sessionOf = (account: Account, deps: HttpDeps): Session => ({
  id: account.id,
  name: account.name,
  fullName: account.fullName,
  role: account.role,
  scope: account.scope,
  mustChangePassword: account.mustChange,
  settings: deps.settings,
});

const visitor = (c: Context<Env>): Visitor => ({ address: c.get('address'), browser: browserName(c.req.header('user-agent') ?? '') });

const keepSession = (c: Context<Env>, { secure }: HttpDeps, token: string): void =>
  setCookie(c, sessionCookie(secure), token, { httpOnly: true, sameSite: 'Lax', path: '/', secure, maxAge: SESSION_MS / 1000 });

/** Names are in lower case, and phones begin a line with a capital. */
const named = (typed: string): string => typed.trim().toLowerCase();

export const sessionRoutes = [
  route({
    method: 'post',
    path: '/api/v1/session',
    summary: 'Sign in: opens a session and sets its cookie',
    access: 'public',
    body: SignIn,
    answer: Session,
    async handle({ deps, body, now, c }) {
      const { token, account } = await deps.signInDoor.signIn(named(body.name), body.password, visitor(c), now);
      keepSession(c, deps, token);
      return sessionOf(account, deps);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/session',
    summary: 'Who is signed in, and what the pages need to know',
    access: 'any',
    answer: Session,
    handle: async ({ deps, account }) => sessionOf(account, deps),
  }),
  route({
    method: 'delete',
    path: '/api/v1/session',
    summary: 'Sign out: ends this session at once',
    access: 'any',
    answer: null,
    async handle({ deps, account, token, c }) {
      await signOut(deps.store, token);
      deleteCookie(c, sessionCookie(deps.secure), { path: '/', secure: deps.secure });
      await deps.live.recheck(account.id);
      return undefined;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/password',
    summary: 'Change the own password; ends every other session of the account',
    access: 'any',
    body: PasswordChange,
    answer: null,
    async handle({ deps, account, token, body, now }) {
      await changePassword(deps.store, account, token, body.current, body.next, now);
      await deps.live.recheck(account.id);
      return undefined;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/password-resets',
    summary: 'Ask for a link to a new password, by mail; answers the same whoever asks for whom',
    access: 'public',
    body: ResetRequest,
    answer: null,
    status: 202,
    async handle({ deps, body, address, now, c }) {
      const written = deps.signInDoor.askReset(named(body.name), address, deps.settings.publicUrl, now);
      // Not waited for: the answer would tell by its time whether there is such an account.
      written.then(deps.notices.poke).catch((err: unknown) => deps.log.error({ err, requestId: c.get('requestId') }, 'reset not written'));
      return c.body(null, 202);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/password-links/redeem',
    summary: 'Choose a password by a link, and sign in; ends every other session of the account',
    access: 'public',
    body: LinkRedemption,
    answer: Session,
    async handle({ deps, body, now, c }) {
      const { token, account } = await deps.signInDoor.redeem(body.token, body.password, visitor(c), now);
      keepSession(c, deps, token);
      await deps.live.recheck(account.id);
      return sessionOf(account, deps);
    },
  }),
];
