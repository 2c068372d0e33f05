/**
 * A ping of a PC without an agent: that one is on, with Internet, and nothing more. It is noted beside the evidence, and touches no machine's state and no
 * minute of a site. Unknown and revoked tokens get the same answer; only failed tries are counted, per address and over all.
 */
import { localDayOf } from '@cac/shared/wall-time.ts';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import { pingSourceByToken, writePing } from '../store/ping-sources.ts';
import type { Store } from '../store/store.ts';
import { createTries } from './tries.ts';

export interface PingDoor {
  /** Throws `not_found` or `too_many_tries`. */
  ping(token: string, address: string, now: number): Promise<void>;
}

/** Who pings more often is answered, and not written. */
const WRITTEN_EVERY_MS = 60_000;
const TOKEN = /^[\w-]{32}$/;

export function createPingDoor(store: Store): PingDoor {
  const perAddress = createTries({ capacity: 20, refillMs: 20 * 60_000 });
  const overall = createTries({ capacity: 1_000, refillMs: 60 * 60_000 });
  return {
    async ping(token, address, now) {
      const waitMs = Math.max(perAddress.waitMs(address, now), overall.waitMs('all', now));
      const source = TOKEN.test(token) ? await pingSourceByToken(store.db, hashOf(token)) : undefined;
      if (!source) {
        // Only who fails waits: a wrong line on one PC does not silence the others behind its address.
        if (waitMs > 0) throw problem('too_many_tries', 'Too many pings were refused from this address.', { retryAfterS: Math.ceil(waitMs / 1000), todo: 'Check the address with your coordinator.' });
        perAddress.fail(address, now);
        overall.fail('all', now);
        throw problem('not_found', 'There is no such page.');
      }
      if (source.last_at !== null && now - source.last_at < WRITTEN_EVERY_MS) return;
      await store.db.transaction().execute((tx) => writePing(tx, source.id, localDayOf(now), now));
    },
  };
}
