/** The server, as the pages speak to it: one fetch, typed answers, and errors that a person can read. */
import type { ApiError, FleetSnapshot, List, Machine, NewVoucher, Session, Site, SiteDraftInput, Voucher } from '@cac/shared/api.ts';
import type { CoverageRow, DeploymentRow, ProgrammeView, ZoneShare } from '@cac/shared/programme.ts';

/** An answer that is not a success. `status` 0: the server could not be reached at all. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly where: string | null;
  readonly todo: string | null;

  constructor(status: number, error: ApiError['error']) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.where = error.where ?? null;
    this.todo = error.todo ?? null;
  }
}

/** Where the territory lies: its name carries a hash of its content, which the build knows. */
declare const TERRITORY_PATH: string;

const UNREACHABLE = { code: 'unreachable', message: '' };

/** The error a failed answer carries; an answer that is not ours (a proxy's page) becomes `http_NNN`. */
export function errorOf(status: number, body: unknown): RequestError {
  const error = (body as Partial<ApiError> | null)?.error;
  if (error && typeof error.code === 'string') return new RequestError(status, error);
  return new RequestError(status, { code: `http_${status}`, message: '' });
}

/** One question to the server. Throws a RequestError. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new RequestError(0, UNREACHABLE);
  }
  if (answer.status === 204) return undefined as T;
  const parsed: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw errorOf(answer.status, parsed);
  return parsed as T;
}

/** Every item of a list, page after page, up to `most`. */
async function all<T>(path: string, most = 1000): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: List<T> = await request('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < most);
  return items;
}

export const V1 = '/api/v1';
const bySite = (site: string): string => `site=${encodeURIComponent(site)}`;

export const api = {
  signIn: (name: string, password: string) => request<Session>('POST', `${V1}/session`, { name, password }),
  session: () => request<Session>('GET', `${V1}/session`),
  signOut: () => request<void>('DELETE', `${V1}/session`),
  changePassword: (current: string, next: string) => request<void>('POST', `${V1}/password`, { current, next }),
  fleet: () => request<FleetSnapshot>('GET', `${V1}/fleet`),
  site: (id: string) => request<Site>('GET', `${V1}/sites/${encodeURIComponent(id)}`),
  createSite: (draft: SiteDraftInput) => request<Site>('POST', `${V1}/sites`, draft),
  machines: (site: string) => all<Machine>(`${V1}/machines?${bySite(site)}`),
  revokeMachine: (id: string) => request<void>('DELETE', `${V1}/machines/${encodeURIComponent(id)}`),
  vouchers: (site: string) => all<Voucher>(`${V1}/vouchers?${bySite(site)}`),
  issueVoucher: (siteId: string, uses: number, days: number) => request<NewVoucher>('POST', `${V1}/vouchers`, { siteId, uses, days }),
  revokeVoucher: (id: number) => request<void>('DELETE', `${V1}/vouchers/${id}`),
  programmes: () => request<{ items: ProgrammeView[] }>('GET', `${V1}/programmes`),
  deployment: () => request<{ items: DeploymentRow[] }>('GET', `${V1}/deployment`),
  coverage: () => request<{ items: CoverageRow[]; provinces: ZoneShare[] }>('GET', `${V1}/coverage`),
  incidentCounts: () => request<{ urgent: number }>('GET', `${V1}/incidents/counts`),
  territory: () => request<unknown>('GET', TERRITORY_PATH),
};

/** Where the live events of the fleet come from. */
export const EVENTS_PATH = `${V1}/events`;
