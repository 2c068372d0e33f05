/**
 * Generated from the real table of routes: each one, asked by each role, by strangers and by who must change a first password; of the own region it answers, of the other it
 * answers as of what does not exist, and no list, file or stream says anything of it (F-01, F-02, F-14). A route that has no entry in test/route-acts.ts fails by its name.
 */
import * as assert from 'uvu/assert';
import { ROLES, type Role } from '@cac/shared/api.ts';
import { routes } from '@cac/server/http/app.ts';
import type { Route } from '@cac/server/http/route.ts';
import { suite } from '../../harness.ts';
import { buildMarkedWorld, MARKED, REGIONAL_ROLES, type MarkedWorld } from '../../marked-world.ts';
import { ACTS, OWN_QUERY, PARAMS, QUERY, UNMARKED, type Act, type Maker, type Params } from '../../route-acts.ts';
import { json, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('every route, by every role');
let world: MarkedWorld;
let server: TestServer;
let count = 0;
const cookies = new Map<string, string>();
/** What open streams have said so far, by who listens. */
const heard: { who: string; text: string; stop: AbortController }[] = [];

const nameOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`;
const reads = routes.filter(({ method }) => method === 'get');
const acts = routes.filter(({ method }) => method !== 'get');
const hasParams = ({ path }: Route): boolean => path.includes('{');
const paramsFor = (of: Route) => PARAMS[nameOf(of)] ?? PARAMS[of.path];
const allowed = ({ access }: Route, role: Role): boolean => !Array.isArray(access) || access.includes(role);
/** A parameter that the tables do not give is named by the first test. */
const filled = ({ path }: Route, params: Params): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? '0'));
const withQuery = (path: string, query: Record<string, string>): string => (Object.keys(query).length === 0 ? path : `${path}?${new URLSearchParams(query)}`);

test.before(async () => {
  world = await buildMarkedWorld();
  server = await startTestServer({ dataDir: world.dataDir });
  for (const name of ['first', ...REGIONAL_ROLES]) cookies.set(name, await server.signIn(name));
  cookies.set('administrator', await server.signIn());
});
test.after(async () => {
  for (const { stop } of heard) stop.abort();
  await server?.end();
});

interface Asked {
  cookie?: string | null;
  body?: unknown;
  file?: Act['file'];
}

const ask = (method: string, path: string, { cookie = null, body, file }: Asked = {}): Promise<Response> =>
  fetch(server.base + (file ? `${path}?${file.query}` : path), {
    method: method.toUpperCase(),
    redirect: 'manual',
    headers: { ...(cookie ? { cookie } : {}), ...(file ? { 'content-type': 'application/octet-stream', origin: server.base } : { 'content-type': 'application/json' }) },
    ...(file ? { body: file.text } : body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function errorOf(answer: Response): Promise<Record<string, unknown>> {
  const { error } = (await answer.json()) as { error: Record<string, unknown> };
  return { status: answer.status, ...error, requestId: '' };
}

function maker(role: Role): Maker {
  return {
    world,
    role,
    next: () => (count += 1),
    async post(path, body) {
      const answer = await server.api(path, { method: 'POST', body: JSON.stringify(body) });
      const text = await answer.text();
      assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    get: (path) => json(server, path),
    async spare() {
      const cookie = await server.signIn(`spare-${role}`);
      const { items } = (await (await ask('get', '/api/v1/sessions', { cookie })).json()) as { items: { id: string; own: boolean }[] };
      const { id: account } = (await (await ask('get', '/api/v1/session', { cookie })).json()) as { id: number };
      return { cookie, session: items.find(({ own }) => own)!.id, account };
    },
    async imported() {
      const send = (path: string, query: string) => ask('post', path, { cookie: cookies.get(role)!, file: { query: `kind=sites&fileName=${role}.csv${query}`, text: `Code;Nom;Région;Province;Latitude;Longitude\nIMP-${role.toUpperCase()}-${(count += 1)};Centre;MA-04;MA-RAB;34;-6,8` } });
      const seen = (await (await send('/api/v1/imports/preview', '')).json()) as { digest: string };
      count -= 1;
      const done = (await (await send('/api/v1/imports', `&digest=${seen.digest}`)).json()) as { id: number };
      return String(done.id);
    },
  };
}

test('every route is in the tables it is asked by', () => {
  const missing: string[] = [];
  for (const one of acts) if (!ACTS[nameOf(one)]) missing.push(`ACTS lacks ${nameOf(one)}`);
  for (const one of routes.filter(hasParams)) if (!paramsFor(one)) missing.push(`PARAMS lacks ${one.path}`);
  for (const one of reads) for (const [key, options] of queryKeys(one)) if (options === null && !QUERY[key]) missing.push(`QUERY lacks ${key} of ${one.path}`);
  for (const one of acts) if (one.body && ACTS[nameOf(one)] && !ACTS[nameOf(one)]!.body) missing.push(`ACTS has no body for ${nameOf(one)}`);
  const known = new Set(routes.flatMap((one) => [one.path, nameOf(one)]));
  for (const name of [...Object.keys(ACTS), ...Object.keys(PARAMS), ...Object.keys(OWN_QUERY), ...UNMARKED]) if (!known.has(name)) missing.push(`there is no route ${name} any more`);
  assert.equal(missing, [], 'test/route-acts.ts');
});

/** The words a route's query takes: of a fixed list all of them, else null. */
function queryKeys({ query }: Route): [key: string, options: string[] | null, required: boolean][] {
  const entries = (query as { entries?: Record<string, { type: string; wrapped?: object; options?: unknown[] }> } | undefined)?.entries ?? {};
  return Object.entries(entries).map(([key, schema]) => {
    const inner = (schema.type === 'optional' ? schema.wrapped : schema) as { options?: unknown[] };
    const options = inner.options?.every((option) => typeof option === 'string') ? (inner.options as string[]) : null;
    return [key, options, schema.type !== 'optional'];
  });
}

/** The plain question, then one for each word of the query. */
function questions(of: Route): Record<string, string>[] {
  const keys = queryKeys(of);
  const valuesOf = (key: string, options: string[] | null): string[] => options ?? QUERY[key]?.(world, of.path) ?? [];
  const required = Object.fromEntries(keys.filter(([, , needed]) => needed).map(([key, options]) => [key, valuesOf(key, options).at(-1)!]));
  const base = { ...required, ...OWN_QUERY[of.path]?.(world) };
  return [base, ...keys.flatMap(([key, options]) => valuesOf(key, options).map((value) => ({ ...base, [key]: value })))];
}

test('strangers are asked to sign in by every route that is not a public door, and a first password opens none', async () => {
  for (const one of routes) {
    const params = paramsFor(one)?.missing ?? {};
    const { file } = ACTS[nameOf(one)] ?? {};
    const body = one.body ? {} : undefined;
    const stranger = await ask(one.method, filled(one, params), { body, file });
    if (one.access === 'public') {
      const answer = await ask(one.method, filled(one, params), { body: ACTS[nameOf(one)]!.body?.(maker('viewer')) });
      assert.is(answer.status, ACTS[nameOf(one)]!.status ?? one.status, `${nameOf(one)} ${await answer.text()}`);
      continue;
    }
    assert.equal([stranger.status, (await errorOf(stranger))['code']], [401, 'sign_in_required'], nameOf(one));
    if (['/api/v1/session', '/api/v1/password'].includes(one.path)) continue;
    const first = await ask(one.method, filled(one, params), { cookie: cookies.get('first')!, body, file });
    assert.equal([first.status, (await errorOf(first))['code']], [403, 'password_change_required'], nameOf(one));
  }
});

test('a role that may not is told so, whatever it names', async () => {
  for (const role of ROLES) {
    for (const one of routes.filter((of) => !allowed(of, role))) {
      const { foreign, missing = {} } = paramsFor(one) ?? {};
      for (const params of [missing, foreign?.(world) ?? missing]) {
        const answer = await ask(one.method, filled(one, params), { cookie: cookies.get(role)!, body: one.body ? {} : undefined, file: ACTS[nameOf(one)]?.file });
        assert.equal([answer.status, (await errorOf(answer))['code']], [403, 'role_forbidden'], `${role} ${nameOf(one)}`);
      }
    }
  }
});

/** What an answer says; of a stream, what it says at once. */
async function textOf(answer: Response, who: string, stop: AbortController): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.text();
  const stream = { who, text: '', stop };
  heard.push(stream);
  void (async () => {
    for await (const piece of answer.body!) stream.text += Buffer.from(piece).toString();
  })().catch(() => {});
  return '';
}

test('F-01 no list, file, report or stream says anything of another region, whatever is asked for', async () => {
  const shown = new Set<string>();
  for (const role of ROLES) {
    for (const one of reads.filter((of) => allowed(of, role))) {
      const entry = paramsFor(one);
      const asked = entry && role === 'administrator' ? [await entry.own(maker(role)), ...(entry.foreign ? [entry.foreign(world)] : [])] : [entry ? await entry.own(maker(role)) : {}];
      for (const params of asked) {
        for (const [i, query] of questions(one).entries()) {
          // The administrator is asked only whether there was something to be seen.
          if (role === 'administrator' && shown.has(one.path)) break;
          const path = withQuery(filled(one, params), query);
          const stop = new AbortController();
          const answer = await fetch(server.base + path, { headers: { cookie: cookies.get(role)! }, signal: stop.signal });
          const text = await textOf(answer, `${role} ${path}`, stop);
          assert.ok(i === 0 ? answer.status === 200 : [200, 400, 403, 404].includes(answer.status), `${role} ${path}: ${answer.status} ${text.slice(0, 300)}`);
          if (role === 'administrator' && MARKED.test(text)) shown.add(one.path);
          if (role !== 'administrator') assert.not.match(text, MARKED, `${role} ${path}: ${MARKED.exec(text) ? text.slice(Math.max(0, MARKED.exec(text)!.index - 100), MARKED.exec(text)!.index + 100) : ''}`);
        }
      }
    }
  }
  const silent = reads.filter(({ path }) => !shown.has(path) && !UNMARKED.has(path) && path !== '/api/v1/events').map(nameOf);
  assert.equal(silent, [], 'these showed the mark to nobody: seed it in test/marked-world.ts, or say in UNMARKED why not');
});

test('F-01 what lies in another region is answered like what does not exist, to readers and to actors', async () => {
  for (const role of REGIONAL_ROLES) {
    for (const one of routes.filter((of) => hasParams(of) && allowed(of, role))) {
      const entry = paramsFor(one);
      if (!entry?.foreign) continue;
      const { foreign, missing, madeByWriting } = entry;
      const act = ACTS[nameOf(one)];
      const body = act?.body?.(maker(role));
      const [theirs, made] = await Promise.all([foreign(world), missing].map(async (params) => errorOrStatus(await ask(one.method, filled(one, params), { cookie: cookies.get(role)!, body, file: act?.file }))));
      assert.equal([theirs!['status'], theirs!['code']], [404, 'not_found'], `${role} ${nameOf(one)} ${JSON.stringify(theirs)}`);
      assert.not.match(JSON.stringify(theirs), MARKED, `${role} ${nameOf(one)}`);
      if (!madeByWriting) assert.equal(theirs, made, `${role} ${nameOf(one)}`);
    }
  }
});

const errorOrStatus = (answer: Response): Promise<Record<string, unknown>> => (answer.status >= 400 ? errorOf(answer) : Promise.resolve({ status: answer.status }));

test('every role does in its own region what it may, and nothing that aims at another', async () => {
  for (const role of ROLES) {
    for (const one of acts.filter((of) => of.access !== 'public' && allowed(of, role))) {
      const act = ACTS[nameOf(one)];
      if (!act) continue;
      const make = maker(role);
      const who = `${role} ${nameOf(one)}`;
      const params = (await paramsFor(one)?.own(make)) ?? {};
      const cookie = act.spends ? (await make.spare()).cookie : cookies.get(role)!;
      if (role !== 'administrator') {
        for (const body of act.others?.(world) ?? []) {
          const answer = await ask(one.method, filled(one, params), { cookie, body });
          const text = await answer.text();
          assert.ok([400, 403, 404, 409].includes(answer.status), `${who} ${JSON.stringify(body)}: ${answer.status} ${text}`);
          assert.not.match(text.replaceAll(JSON.stringify(body), ''), /ZQX (?!carrier)/, who);
        }
      }
      if (one.body) {
        const answer = await ask(one.method, filled(one, params), { cookie, body: { ...(act.body!(make) as object), role_of_mine: 'administrator' } });
        assert.equal([answer.status, (await errorOf(answer))['code']], [400, 'unknown_field'], `${who}: F-14`);
      }
      const answer = await ask(one.method, filled(one, params), { cookie, body: act.body?.(make), file: act.file });
      const text = await answer.text();
      assert.is(answer.status, act.status ?? one.status, `${who}: ${text.slice(0, 300)}`);
      if (role !== 'administrator') assert.not.match(text, MARKED, who);
    }
  }
});

test('nobody of the one region has written a line about the other', async () => {
  for (const role of REGIONAL_ROLES) assert.not.match(await (await server.api(`/api/v1/audit?who=${role}&limit=500`)).text(), MARKED, role);
  assert.match(await (await server.api('/api/v1/audit?who=coordinator&limit=500')).text(), /OWN-1/);
});

test('the streams that stood open all the while told each region its own', () => {
  const ofRegion = heard.filter(({ who }) => !who.startsWith('administrator'));
  assert.ok(ofRegion.length >= REGIONAL_ROLES.length);
  for (const { who, text } of ofRegion) assert.not.match(text, MARKED, who);
  for (const role of REGIONAL_ROLES) assert.ok(ofRegion.some(({ who, text }) => who.startsWith(role) && text.includes('NEW-')), `${role} heard of a new site`);
  assert.ok(heard.some(({ who, text }) => who.startsWith('administrator') && MARKED.test(text)));
});

test.run();
