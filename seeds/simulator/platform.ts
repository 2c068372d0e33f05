/** The platform's API as the demonstration uses it: what a coordinator would do by hand, and what an installer does. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { ApiError, FleetSnapshot, List, Machine, NewVoucher, SiteDraftInput } from '@cac/shared/api.ts';
import type { EnrolAnswer, EnrolRequest } from '@cac/shared/messages.ts';
import type { CommuneDraft } from '@cac/shared/registry.ts';
import type { SiteState } from '@cac/shared/states.ts';
import type { DemoWord } from '../demo-ladder.ts';

/** What a made-up PC brings to its enrolment. The same key and number bring the same: asked twice, it is one machine. */
export interface Papers {
  secret: string;
  nonce: string;
  fp: string[];
}

export interface Platform {
  /** Adds the communes; a thousand of which one exists already are left as they are. */
  addCommunes(communes: readonly CommuneDraft[]): Promise<void>;
  /** Adds the sites; a thousand of which one exists already are left as they are. Returns how many were added. */
  addSites(sites: readonly SiteDraftInput[]): Promise<number>;
  /** Records what was declared and found of sites, a few at a time. */
  addWords(words: readonly DemoWord[]): Promise<void>;
  /** One voucher code for each site, in order. */
  issueVouchers(siteIds: readonly string[], uses: number): Promise<string[]>;
  /** Gives a made-up PC an identity: the machine's id. */
  enrol(voucher: string, name: string, papers: Papers): Promise<string>;
  /** Every machine's state as the platform knows it, by id. */
  machineStates(): Promise<Map<string, Machine['state']>>;
  /** What the map shows: how many sites in each state. */
  mapTally(): Promise<Record<SiteState, number>>;
}

const AT_ONCE = 1_000;
const VOUCHER_DAYS = 30;
const CONNECTIONS = 64;

const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');

export function papersOf(key: string, index: number): Papers {
  const derive = (what: string): Buffer => createHmac('sha256', key).update(`${what} ${index}`).digest();
  return { secret: derive('secret').toString('base64url'), nonce: derive('nonce').toString('hex').slice(0, 32), fp: [1, 2, 3].map((part) => derive(`component ${part}`).toString('hex')) };
}

export const newKey = (): string => randomBytes(32).toString('hex');

/** Signs in. Throws with the server's own words when it refuses. */
export async function signIn(server: string, name: string, password: string): Promise<Platform> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let cookie = '';
  const send = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => exchange(agent, new URL(path, server), method, cookie, body);
  const session = await taken(await send('POST', '/api/v1/session', { name, password }));
  cookie = session.cookie;

  return {
    async addCommunes(communes) {
      for (let from = 0; from < communes.length; from += AT_ONCE) {
        const answer = await send('POST', '/api/v1/communes/batch', { items: communes.slice(from, from + AT_ONCE) });
        if (answer.status !== 409) taken(answer);
      }
    },
    async addSites(sites) {
      let added = 0;
      for (let from = 0; from < sites.length; from += AT_ONCE) {
        const items = sites.slice(from, from + AT_ONCE);
        const answer = await send('POST', '/api/v1/sites/batch', { items });
        if (answer.status === 409) continue;
        taken(answer);
        added += items.length;
      }
      return added;
    },
    async addWords(words) {
      for (let from = 0; from < words.length; from += CONNECTIONS) {
        await Promise.all(
          words.slice(from, from + CONNECTIONS).map(async ({ siteId, attestation, visit }) => taken(await send('POST', `/api/v1/sites/${siteId}/${attestation ? 'attestations' : 'visits'}`, attestation ?? visit))),
        );
      }
    },
    async issueVouchers(siteIds, uses) {
      const codes: string[] = [];
      for (let from = 0; from < siteIds.length; from += AT_ONCE) {
        const items = siteIds.slice(from, from + AT_ONCE).map((siteId) => ({ siteId, uses, days: VOUCHER_DAYS }));
        const { body } = taken(await send('POST', '/api/v1/vouchers/batch', { items }));
        codes.push(...(body as { items: NewVoucher[] }).items.map((voucher) => voucher.code));
      }
      return codes;
    },
    async enrol(voucher, machineName, { secret, nonce, fp }) {
      const request: EnrolRequest = { v: 1, voucher, secretHash: sha256(secret), nonce, fp, name: machineName, agent: 'simulated', os: 'simulated' };
      return (taken(await send('POST', '/api/v1/enrol', request)).body as EnrolAnswer).machine;
    },
    async machineStates() {
      const states = new Map<string, Machine['state']>();
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = taken(await send('GET', `/api/v1/machines?limit=500${cursor && `&cursor=${cursor}`}`));
        const { items, next } = body as List<Machine>;
        for (const { id, state } of items) states.set(id, state);
        cursor = next;
      }
      return states;
    },
    async mapTally() {
      const { words, columns } = taken(await send('GET', '/api/v1/fleet')).body as FleetSnapshot;
      const tally: Record<SiteState, number> = { connected: 0, no_internet: 0, unreachable: 0, off: 0, unseen: 0 };
      for (const [i, state] of columns.state.entries()) if (columns.demo[i] === 1) tally[words.state[state] as SiteState] += 1;
      return tally;
    },
  };
}

interface Answer {
  status: number;
  cookie: string;
  body: unknown;
}

/** On kept connections, without what `fetch` costs each time: thousands are enrolled. */
function exchange(agent: Agent, url: URL, method: string, cookie: string, body: unknown): Promise<Answer> {
  return new Promise((done, failed) => {
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = { ...(cookie && { cookie }), ...(sent && { 'content-type': 'application/json', 'content-length': sent.length }), 'accept-encoding': 'gzip' };
    const request = httpRequest(url, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', failed);
      answer.on('end', () => {
        try {
          const bytes = Buffer.concat(chunks);
          const json = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
          const given = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
          done({ status: answer.statusCode!, cookie: given, body: json.length > 0 ? JSON.parse(json.toString()) : null });
        } catch (error) {
          failed(error as Error);
        }
      });
    });
    request.on('error', failed);
    request.end(sent);
  });
}

function taken(answer: Answer): Answer {
  if (answer.status < 300) return answer;
  const { error } = answer.body as ApiError;
  throw new Error(`${error.code}: ${error.message}${error.where ? ` (${error.where})` : ''}`);
}
