/** The platform's API as the demonstration uses it: what a coordinator would do by hand, and what an installer does. */
import { createHash, randomBytes } from 'node:crypto';
import type { ApiError, NewVoucher, SiteDraftInput } from '@cac/shared/api.ts';
import type { EnrolAnswer, EnrolRequest } from '@cac/shared/messages.ts';
import type { Identity } from './machine.ts';

export interface Platform {
  /** Adds the sites; those of an earlier start are left as they are. Returns how many were added. */
  addSites(sites: readonly SiteDraftInput[]): Promise<number>;
  /** One voucher code for each site, in order. */
  issueVouchers(siteIds: readonly string[], uses: number): Promise<string[]>;
  /** Gives a made-up PC an identity. */
  enrol(voucher: string, name: string): Promise<Identity>;
}

const AT_ONCE = 1_000;

/** Signs in. Throws with the server's own words when it refuses. */
export async function signIn(server: string, name: string, password: string): Promise<Platform> {
  const post = (path: string, body: unknown, cookie?: string): Promise<Response> =>
    fetch(new URL(path, server), { method: 'POST', headers: { 'content-type': 'application/json', ...(cookie && { cookie }) }, body: JSON.stringify(body) });
  const session = await taken(await post('/api/v1/session', { name, password }));
  const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!;

  return {
    async addSites(sites) {
      let added = 0;
      for (let from = 0; from < sites.length; from += AT_ONCE) {
        const items = sites.slice(from, from + AT_ONCE);
        const answer = await post('/api/v1/sites/batch', { items }, cookie);
        if (answer.status === 409) continue;
        await taken(answer);
        added += items.length;
      }
      return added;
    },
    async issueVouchers(siteIds, uses) {
      const codes: string[] = [];
      for (let from = 0; from < siteIds.length; from += AT_ONCE) {
        const items = siteIds.slice(from, from + AT_ONCE).map((siteId) => ({ siteId, uses, days: 30 }));
        const answer = await taken(await post('/api/v1/vouchers/batch', { items }, cookie));
        codes.push(...((await answer.json()) as { items: NewVoucher[] }).items.map((voucher) => voucher.code));
      }
      return codes;
    },
    async enrol(voucher, machineName) {
      const secret = randomBytes(32).toString('base64url');
      const sha256 = (value: Buffer | string): string => createHash('sha256').update(value).digest('hex');
      const request: EnrolRequest = {
        v: 1, voucher, secretHash: sha256(secret), nonce: randomBytes(16).toString('hex'), fp: [1, 2, 3].map(() => sha256(randomBytes(16))), name: machineName, agent: 'simulated', os: 'simulated',
      };
      const { machine, mqtt } = (await (await taken(await post('/api/v1/enrol', request))).json()) as EnrolAnswer;
      return { machine, secret, host: mqtt.host ?? new URL(server).hostname, port: mqtt.port };
    },
  };
}

async function taken(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const { error } = (await answer.json()) as ApiError;
  throw new Error(`${error.code}: ${error.message}${error.where ? ` (${error.where})` : ''}`);
}
