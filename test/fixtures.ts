/** Small makers of things that many tests need: a site, a machine with its secret, a batch that continues its chain. */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { MachineId } from '@cac/shared/ids.ts';
import type { EnrolRequest } from '@cac/shared/messages.ts';
import type { SiteDraft } from '@cac/shared/api.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import type { Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { createEnrolDoor, type EnrolDoor } from '@cac/server/usecases/enrol.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { randomBytes } from 'node:crypto';

export const T0 = Date.UTC(2026, 10, 20, 9);
export const EVERYTHING = { kind: 'all' } as const;
export const ADMIN = { name: 'admin', scope: EVERYTHING } as const;
export const BOOT = 'boot-1';

export const siteDraft = (id: string, over: Partial<SiteDraft> = {}): SiteDraft =>
  ({
    id, name: `Centre ${id}`, programme: 'CAC', kind: 'centre', region: 'MA-04', province: 'MA-RAB', commune: null, lat: 34, lon: -6.8, zone: 'dense',
    hostPremises: 'youth_centre', equipment: null, declaredConnectedAt: null, declaredSource: null, countsTowardsTarget: true, ...over,
  }) as SiteDraft;

export interface TestMachine {
  id: MachineId;
  secret: string;
  site: string;
}

export const enrolRequest = (voucher: string, over: Partial<EnrolRequest> = {}): EnrolRequest => ({
  v: 1, voucher, secretHash: hashOf('secret'), nonce: randomBytes(16).toString('hex'), fp: [null, null, null], name: 'PC 1', agent: '0.1.0', os: 'linux', ...over,
});

/** The machine that an enrolment made; throws where it waits for a person. */
export async function enrolledAs(answer: ReturnType<EnrolDoor['enrol']>): Promise<MachineId> {
  const said = await answer;
  if ('pending' in said) throw new Error(`the enrolment waits: ${said.why}`);
  return said.machine;
}

/** A site with machines enrolled through the real door. */
export async function siteWithMachines(store: Store, site: string, count: number, over: Partial<SiteDraft> = {}, at = T0): Promise<TestMachine[]> {
  await addSites(store, ADMIN, [siteDraft(site, over)], { many: false, demo: false }, at);
  const [voucher] = await issueVouchers(store, ADMIN, [{ siteId: site as SiteDraft['id'], uses: count, days: 10 }], at);
  const door = createEnrolDoor(store);
  const machines: TestMachine[] = [];
  for (let i = 0; i < count; i += 1) {
    const secret = randomBytes(32).toString('base64url');
    const machine = await enrolledAs(door.enrol(enrolRequest(voucher!.code, { secretHash: hashOf(secret), name: `PC ${i + 1}` }), '10.0.0.1', at));
    machines.push({ id: machine, secret, site });
  }
  return machines;
}

/** A journal as an agent would send it: records in order, with the chain value before each. */
export interface WireJournal {
  ep: string;
  records: WireRecord[];
  chainBefore(seq: number): string;
  /** The message for records `from`..`to`; `over` replaces fields. */
  up(from: number, to: number, over?: Record<string, unknown>): Record<string, unknown>;
}

export function wireJournal(ep: string, bodies: readonly (readonly [kind: string, body: Record<string, unknown>])[], startM = 1_000_000): WireJournal {
  const records = bodies.map(([kind, body], i): WireRecord => [i + 1, kind, startM + i * 60_000, T0 + i * 60_000, body]);
  const chains = [CHAIN_START];
  for (const record of records) chains.push(nextChain(chains[chains.length - 1]!, record));
  const chainBefore = (seq: number): string => chains[seq - 1]!;
  return {
    ep,
    records,
    chainBefore,
    up: (from, to, over = {}) => ({
      v: 1, ep, inst: '00000000000000aa', conn: 1, boot: BOOT, w: T0, m: startM + (to - 1) * 60_000, lo: 1, hi: records.length,
      now: { link: 'ok', up: startM }, chain: chainBefore(from), r: records.slice(from - 1, to), ...over,
    }),
  };
}

export const beats = (count: number, link = 'ok'): [string, Record<string, unknown>][] => Array.from({ length: count }, () => ['hb', { link }]);

export const bytesOf = (message: unknown): Uint8Array => Buffer.from(JSON.stringify(message));
