/**
 * Deny first. Headers on every answer, a size limit on every body, an origin check on every act that a cookie could
 * carry, and a session for everything but the doors named here.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import { randomBytes } from 'node:crypto';
import { problem } from '../core/problem.ts';
import { signedIn } from '../store/accounts.ts';
import { touchSession } from '../store/sessions.ts';
import { hashOf } from '../core/hash.ts';
import type { Env, HttpDeps } from './context.ts';
import { peerAddress } from './peer-address.ts';

export const BODY_LIMIT = 1024 * 1024;
/** Of the files that are imported, whose bodies are no JSON. */
const FILE_LIMIT = 20 * 1024 * 1024;
const FILE_PATHS = new Set(['/api/v1/imports', '/api/v1/imports/preview']);

/** That a session was used is written at most so often. */
const SEEN_EVERY_MS = 60_000;

/** Acts of people who have no session yet. */
const PUBLIC_ACTS = new Set(['/api/v1/session', '/api/v1/password-resets', '/api/v1/password-links/redeem', '/api/v1/voucher-page']);
/** Paths that strangers reach: the sign-in page, the technicians' pages and packages, their files, health, and the agents' own doors. */
const PUBLIC_PATHS = new Set(['/sign-in', '/v', '/guide', '/health', '/metrics', '/favicon.ico', '/robots.txt', '/api/v1/enrol', '/api/v1/enrol/check']);
const isPublic = (path: string, method: string): boolean =>
  PUBLIC_PATHS.has(path) || path.startsWith('/ping/') || (/^\/(?:public|packages)\//.test(path) && (method === 'GET' || method === 'HEAD')) || (PUBLIC_ACTS.has(path) && method === 'POST');

/** Agents' doors carry no cookie: they are exempt from the origin check, and their cookies are not looked at. */
const isAgentDoor = (path: string): boolean => path === '/api/v1/enrol' || path === '/api/v1/enrol/check' || path.startsWith('/ping/');

export const sessionCookie = (secure: boolean): string => (secure ? '__Host-cac' : 'cac_session');

export function contentSecurityPolicy(rasterUrl: string | null): string {
  const raster = rasterUrl === null ? '' : ` ${new URL(rasterUrl.replace('{s}', 'a')).origin}`;
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${raster}`,
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Number, address and headers of a request; the first middleware of all. */
export function identify(deps: HttpDeps): MiddlewareHandler<Env> {
  const csp = contentSecurityPolicy(deps.settings.rasterUrl);
  return async (c, next) => {
    const requestId = randomBytes(6).toString('hex');
    c.set('requestId', requestId);
    c.set('address', addressOf(c, deps.trustProxy));
    c.set('account', null);
    c.set('token', null);
    // Set before the handlers run, so that errors carry them too.
    c.header('X-Request-Id', requestId);
    c.header('Content-Security-Policy', csp);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('X-Frame-Options', 'DENY');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cross-Origin-Opener-Policy', 'same-origin');
    c.header('Cross-Origin-Resource-Policy', 'same-origin');
    c.header('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
    if (deps.secure) c.header('Strict-Transport-Security', 'max-age=31536000');
    c.header('Cache-Control', 'no-store');
    await next();
  };
}

function addressOf(c: Context, trustProxy: boolean): string {
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming;
  return peerAddress(incoming?.socket?.remoteAddress, c.req.header('x-forwarded-for'), trustProxy);
}

/** Bodies: plain, and no larger than a megabyte, refused before a handler sees them. Files that are imported have a guard of their own. */
export const guardBody: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  if (c.req.header('content-encoding')) throw problem('unsupported_media_type', 'Compressed bodies are not taken.', { where: 'Content-Encoding' });
  return FILE_PATHS.has(c.req.path) ? next() : limitBody(c, next);
};

/** Of who is signed in, and may: twenty megabytes in pieces are gathered before their size is known, which strangers must not have us do. */
export const guardFile: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD' || !FILE_PATHS.has(c.req.path)) return next();
  return limitFile(c, next);
};

const limitFile = bodyLimit({
  maxSize: FILE_LIMIT,
  onError: () => {
    throw problem('body_too_large', 'The file is larger than 20 MiB.', { todo: 'Split it, or leave out columns that are not needed.' });
  },
});

const limitBody = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: () => {
    throw problem('body_too_large', 'The body is larger than 1 MiB.', { todo: 'Send it in parts.' });
  },
});

/** An act that a browser's cookie could carry must come from our own pages. Absent headers mean: no browser. */
export const guardOrigin: MiddlewareHandler<Env> = async (c, next) => {
  const { method, path } = c.req;
  if (method === 'GET' || method === 'HEAD' || isAgentDoor(path)) return next();
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const host = c.req.header('host');
  const foreignOrigin = origin !== undefined && hostOf(origin) !== host;
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const json = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase() === 'application/json';
  const bare = origin === undefined && site === undefined && !json && method !== 'DELETE';
  if (foreignOrigin || foreignSite || bare) {
    throw problem('origin_mismatch', 'This request did not come from the pages of this server.', { where: origin === undefined ? 'Content-Type' : 'Origin' });
  }
  return next();
};

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/** Who is asking. Strangers are turned away from everything but the public doors: pages lead them to the sign-in. */
export function requireSession(deps: HttpDeps): MiddlewareHandler<Env> {
  const cookie = sessionCookie(deps.secure);
  return async (c, next) => {
    const { path, method } = c.req;
    if (isPublic(path, method)) return next();
    const token = getCookie(c, cookie);
    const now = deps.now();
    const open = token ? await signedIn(deps.store.db, hashOf(token), now) : null;
    if (!open || !token) {
      if (method === 'GET' && path === '/') return c.redirect('/sign-in', 302);
      throw problem('sign_in_required', 'Please sign in.', { todo: 'Sign in, then try again.' });
    }
    const { account, seenAt } = open;
    c.set('account', account);
    c.set('token', token);
    // Who cannot be noted down (a full disk) may still look.
    if (seenAt === null || now - seenAt >= SEEN_EVERY_MS) await touchSession(deps.store.db, hashOf(token), now).catch(() => {});
    if (account.mustChange && path.startsWith('/api/') && path !== '/api/v1/session' && path !== '/api/v1/password') {
      throw problem('password_change_required', 'The first password must be changed before anything else.', { todo: 'Choose a new password.' });
    }
    return next();
  };
}
