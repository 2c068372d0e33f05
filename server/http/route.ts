/** A route is data: what it takes, who may call it, what it answers. One table serves requests and documents them. */
import { parseJsonBytes } from '@cac/shared/strict-json.ts';
import type { Role, Scope } from '@cac/shared/api.ts';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { problem } from '../core/problem.ts';
import type { Account } from '../store/accounts.ts';
import type { Env, HttpDeps } from './context.ts';

export interface Asked<Q, B> {
  deps: HttpDeps;
  now: number;
  address: string;
  /** Signed in, except on public routes, where it must not be used. */
  account: Account;
  scope: Scope;
  token: string;
  params: Record<string, string>;
  query: Q;
  body: B;
  c: Context<Env>;
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for parameters. */
  path: string;
  summary: string;
  /** `public`, any account, or only these roles. */
  access: 'public' | 'any' | readonly Role[];
  query?: v.GenericSchema;
  body?: v.GenericSchema;
  answer: v.GenericSchema | null;
  status: ContentfulStatusCode;
  handle(asked: Asked<never, never>): Promise<unknown>;
}

interface RouteDraft<Q extends v.GenericSchema, B extends v.GenericSchema, A extends v.GenericSchema | null> {
  method: Route['method'];
  path: string;
  summary: string;
  access: Route['access'];
  query?: Q;
  body?: B;
  answer: A;
  status?: ContentfulStatusCode;
  /** The answer's body, or a Response of its own. */
  handle(asked: Asked<v.InferOutput<Q>, v.InferOutput<B>>): Promise<(A extends v.GenericSchema ? v.InferInput<A> : undefined) | Response>;
}

export const route = <Q extends v.GenericSchema, B extends v.GenericSchema, A extends v.GenericSchema | null>(draft: RouteDraft<Q, B, A>): Route =>
  ({ status: draft.answer === null ? 204 : 200, ...draft }) as unknown as Route;

/** Lists: how many, and from where on. */
export const paging = {
  limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,4}$/, 'limit'), v.transform(Number), v.minValue(1, 'limit'), v.maxValue(500, 'limit')), '100'),
  cursor: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'cursor'))),
};

/** The number after which a numbered list goes on; what is no number begins it. */
export const numberOfCursor = (cursor: string | undefined): number => (cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0);

/** A page of a list that was asked for with one item more than the limit. */
export function page<T>(items: T[], limit: number, keyOf: (item: T) => string): { items: T[]; next: string | null } {
  if (items.length <= limit) return { items, next: null };
  const kept = items.slice(0, limit);
  return { items: kept, next: keyOf(kept[limit - 1]!) };
}

export function register(app: Hono<Env>, deps: HttpDeps, routes: readonly Route[]): void {
  for (const spec of routes) {
    app.on(spec.method.toUpperCase(), spec.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const account = c.get('account') as Account;
      if (Array.isArray(spec.access) && !spec.access.includes(account.role)) {
        throw problem('role_forbidden', 'Your role does not allow this.', { todo: 'Ask an administrator.' });
      }
      const asked = {
        deps,
        now: deps.now(),
        address: c.get('address'),
        account,
        scope: account?.scope,
        token: c.get('token')!,
        params: plainParams(c),
        query: readQuery(spec, c),
        body: await readBody(spec, c),
        c,
      };
      const answer = await spec.handle(asked as unknown as Asked<never, never>);
      if (answer instanceof Response) return answer;
      return answer === undefined ? c.body(null, 204) : c.json(answer as object, spec.status);
    });
  }
}

/** Nothing has a control character in its name, and one of the databases takes none. */
function plainParams(c: Context): Record<string, string> {
  const params = c.req.param() as Record<string, string>;
  if (Object.values(params).some((value) => /\p{Cc}/u.test(value))) throw problem('not_found', 'There is no such thing.');
  return params;
}

function readQuery(spec: Route, c: Context): unknown {
  const given: Record<string, string> = {};
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1) throw problem('bad_query', `${name} is given more than once.`, { where: name });
    given[name] = values[0]!;
  }
  return check(spec.query ?? NO_QUERY, given, 'bad_query');
}

const NO_QUERY = v.strictObject({});

async function readBody(spec: Route, c: Context): Promise<unknown> {
  if (!spec.body) return undefined;
  const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json') throw problem('unsupported_media_type', 'The body must be JSON.', { where: 'Content-Type', todo: 'Send Content-Type: application/json.' });
  const json = parseJsonBytes(new Uint8Array(await c.req.arrayBuffer()), 8);
  if (!json.ok) throw problem('bad_json', `The body is no JSON we take (${json.fault}).`, { where: 'body' });
  return check(spec.body, json.value, 'bad_field');
}

/** What each rule asks for, in words. Codes come from the schemas' own messages. */
const WORDS: Record<string, string> = {
  required: 'This field is required.',
  too_long: 'This text is too long.',
  outside_morocco: 'This position lies outside Morocco.',
  site_id: 'A code has 2 to 32 capital letters, digits or hyphens.',
  region: 'This is not the code of a region (MA-01 to MA-12).',
  province: 'This is not the code of a province (such as MA-RAB).',
  password_too_short: 'A password has at least 12 characters.',
  control_character: 'This text holds a character that cannot be shown.',
  uses: 'A voucher serves 1 to 500 PCs.',
  days: 'A voucher is valid 1 to 730 days.',
  csp_sum: 'The shares of the categories must add up to 100 %.',
  share: 'A share lies between 0 and 1.',
  commune_code: 'A commune’s code has capital letters, digits, dots or hyphens.',
  account_name: 'A name to sign in with has 2 to 40 small letters, digits, dots or hyphens.',
  email: 'This is no mail address.',
  phone: 'A number begins with + and the country, such as +212 6 00 00 00 00.',
  minute: 'A time of day lies between 00:00 and 23:59.',
  link: 'This is no link of ours.',
  programme: 'A programme’s code has 1 to 16 capital letters, digits or hyphens.',
};

function check(schema: v.GenericSchema, value: unknown, code: string): unknown {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = whereOf(issue);
  if (issue.type === 'strict_object' && issue.expected === 'never') throw problem('unknown_field', `There is no field ${where}.`, { where });
  const missing = issue.received === 'undefined';
  throw problem(code, missing ? 'This field is required.' : (WORDS[issue.message] ?? `This value is not accepted (${issue.message}).`), { where });
}

/** `items[3].name` */
function whereOf(issue: v.BaseIssue<unknown>): string {
  let path = '';
  for (const step of issue.path ?? []) path += typeof step.key === 'number' ? `[${step.key}]` : `${path ? '.' : ''}${String(step.key)}`;
  return path || 'body';
}
