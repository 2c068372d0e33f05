/** Names of targets, resolved by this PC's own resolver: asked freshly by the `dns` probe, remembered for half an hour for the others. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { NAME_BYTES } from '../service/byte-count.ts';
import { failureWord } from './tcp.ts';

export interface NameCache {
  /** How long it took, ms, or why it failed. */
  ask(host: string): Promise<number | string>;
  /** An address: as it was last resolved, or now. Throws with the resolver's code. */
  address(host: string): Promise<string>;
}

const KEPT_MS = 30 * 60_000;

/** `spent`: told the bytes of each question. */
export function createNameCache(spent: (bytes: number) => void): NameCache {
  const known = new Map<string, { address: string; at: number }>();
  async function resolve(host: string): Promise<string | null> {
    spent(NAME_BYTES);
    try {
      const [address] = await new Resolver({ timeout: 2_000, tries: 2 }).resolve4(host);
      if (address !== undefined) known.set(host, { address, at: performance.now() });
      return address ?? null;
    } catch (error) {
      known.delete(host);
      // It has no address of version 4, and the resolver works.
      if ((error as { code?: string }).code === 'ENODATA') return null;
      throw error;
    }
  }
  return {
    async ask(host) {
      const startedAt = performance.now();
      try {
        await resolve(host);
      } catch (error) {
        return failureWord((error as { code?: string }).code);
      }
      return Math.round((performance.now() - startedAt) * 10) / 10;
    },
    async address(host) {
      if (isIP(host) !== 0 || host === 'localhost') return host;
      const kept = known.get(host);
      if (kept && performance.now() - kept.at < KEPT_MS) return kept.address;
      return (await resolve(host)) ?? host;
    },
  };
}
