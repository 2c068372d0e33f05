/** Signing in and out, and the own password. */
import { PasswordChange, Session, SignIn } from '@cac/shared/api.ts';
import { deleteCookie, setCookie } from 'hono/cookie';
import type { Account } from '../../store/accounts.ts';
import { changePassword, SESSION_MS, signOut } from '../../usecases/sign-in.ts';
import type { HttpDeps } from '../context.ts';
import { route } from '../route.ts';
import { sessionCookie } from '../security.ts';

const sessionOf = (account: Account, deps: HttpDeps): Session => ({
  name: account.name,
  role: account.role,
  scope: account.scope,
  mustChangePassword: account.mustChange,
  settings: deps.settings,
});

export const sessionRoutes = [
  route({
    method: 'post',
    path: '/api/v1/session',
    summary: 'Sign in: opens a session and sets its cookie',
    access: 'public',
    body: SignIn,
    answer: Session,
    async handle({ deps, body, address, now, c }) {
      const { token, account } = await deps.signInDoor.signIn(body.name, body.password, address, now);
      setCookie(c, sessionCookie(deps.secure), token, { httpOnly: true, sameSite: 'Lax', path: '/', secure: deps.secure, maxAge: SESSION_MS / 1000 });
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
    async handle({ deps, token, c }) {
      await signOut(deps.store, token);
      deleteCookie(c, sessionCookie(deps.secure), { path: '/', secure: deps.secure });
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
      return undefined;
    },
  }),
];
