/** The HTTP face: doors in their order, the table of routes, the files of the web. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { timingSafeEqual, createHash } from 'node:crypto';
import { problem } from '../core/problem.ts';
import type { Env, HttpDeps } from './context.ts';
import { answerFor } from './errors.ts';
import { loadFiles } from './files.ts';
import { openApi } from './openapi.ts';
import { register, type Route } from './route.ts';
import { agentRoutes } from './routes/agents.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { coverageRoutes } from './routes/coverage.ts';
import { deploymentRoutes } from './routes/deployment.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { exportRoutes } from './routes/exports.ts';
import { fieldRoutes } from './routes/field.ts';
import { historyRoutes } from './routes/history.ts';
import { ladderRoutes } from './routes/ladder.ts';
import { importRoutes } from './routes/imports.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { noticeRoutes } from './routes/notices.ts';
import { machineRoutes } from './routes/machines.ts';
import { peopleRoutes } from './routes/people.ts';
import { pingRoutes } from './routes/pings.ts';
import { programmeRoutes } from './routes/programme.ts';
import { registryRoutes } from './routes/registry.ts';
import { reportRoutes } from './routes/reports.ts';
import { sessionRoutes } from './routes/session.ts';
import { silenceRoutes } from './routes/silences.ts';
import { siteRoutes } from './routes/sites.ts';
import { voucherPageRoutes } from './routes/voucher-page.ts';
import { guardBody, guardFile, guardOrigin, identify, requireSession } from './security.ts';

/** All of them, in the order in which they are tried. */
export const routes: readonly Route[] = [...sessionRoutes, ...peopleRoutes, ...siteRoutes, ...registryRoutes, ...importRoutes, ...exportRoutes, ...machineRoutes, ...historyRoutes, ...fleetRoutes, ...programmeRoutes, ...deploymentRoutes, ...ladderRoutes, ...coverageRoutes, ...calendarRoutes, ...reportRoutes, ...incidentRoutes, ...silenceRoutes, ...pingRoutes, ...noticeRoutes, ...fieldRoutes, ...agentRoutes, ...voucherPageRoutes];

export function createApp(deps: HttpDeps): Hono<Env> {
  const app = new Hono<Env>();
  app.use(identify(deps));
  app.use(guardOrigin);
  app.use(guardBody);
  app.use(requireSession(deps));
  app.use(guardFile);

  app.onError((error, c) => {
    const answer = answerFor(error, c.get('requestId'));
    if (answer.status >= 500) deps.log.error({ requestId: c.get('requestId'), path: c.req.path.startsWith('/ping/') ? '/ping/' : c.req.path, err: error }, 'request failed');
    if (answer.retryAfterS !== undefined) c.header('Retry-After', String(answer.retryAfterS));
    return c.json(answer.body, answer.status);
  });
  app.notFound((c) => {
    const { body, status } = answerFor(problem('not_found', 'There is no such page.', c.req.path.startsWith('/ping/') ? {} : { where: c.req.path }), c.get('requestId'));
    return c.json(body, status);
  });

  app.get('/health', async (c) => {
    const health = await deps.health();
    return c.json(health, health.ok ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const given = c.req.header('authorization')?.replace(/^Bearer /, '') ?? '';
    if (deps.metricsToken === null || !sameText(given, deps.metricsToken)) {
      throw problem('metrics_token_required', 'Metrics are given to holders of the token only.', { where: 'Authorization', todo: 'Set CAC_METRICS_TOKEN and send it as a Bearer token.' });
    }
    c.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    return c.body(await deps.metrics());
  });

  // Of PCs without an agent: whatever they send besides is not read.
  app.on(['GET', 'POST'], '/ping/:token', async (c) => {
    await deps.pingDoor.ping(c.req.param('token'), c.get('address'), deps.now());
    return c.text('ok\n');
  });

  register(app, deps, routes);
  const { version } = deps;
  const document = openApi(routes, version);
  app.get('/api/openapi.json', etag(), (c) => c.json(document));

  const files = loadFiles(deps.webDir);
  app.get('/sign-in', (c) => files.serve(c, 'public/sign-in.html'));
  app.get('/v', (c) => files.serve(c, 'public/voucher.html'));
  app.get('/guide', (c) => files.serve(c, 'public/guide.html'));
  app.get('/packages/:file', (c) => deps.packages.serve(c, c.req.param('file')));
  app.get('/favicon.ico', (c) => files.serve(c, 'public/favicon.svg'));
  app.get('/robots.txt', (c) => c.text('User-agent: *\nDisallow: /\n'));
  app.get('/', (c) => files.serve(c, 'app/index.html'));
  app.get('/public/*', (c) => files.serve(c, c.req.path.slice(1)));
  app.get('/app/*', etag(), (c) => files.serve(c, c.req.path.slice(1)));
  return app;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
