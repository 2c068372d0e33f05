/**
 * While nobody at all is heard, nobody is told off (core/deafness.ts): the time counts as blind from the last sign on, deadlines wait for its end
 * and the grace after it. After half an hour the silent are told as unreachable all the same; what they later bring settles it.
 */
import { graceMs } from '../core/blindness.ts';
import { deafSince, HELD_MS } from '../core/deafness.ts';
import { awaitedMachines, machinesOfSite, shiftDeadlines } from '../store/machines.ts';
import { extendBlindWindow, insertBlindWindow } from '../store/meta.ts';
import type { Store } from '../store/store.ts';
import { LOCAL_SITE } from './local-site.ts';
import type { Patience } from './stay-awake.ts';

export interface Ear {
  /** A sign of life of a machine, by server time. */
  hear(machine: string, at: number): void;
  /** Since when nobody is heard; null while somebody is. Before each sweep. */
  mind(now: number): Promise<{ since: number; holds: boolean } | null>;
}

/** Whom the counting of signs may stop at: what is asked is only whether there are as many. */
const ENOUGH = 20;
const NOTED_EVERY_MS = 10_000;

export function createEar(store: Store, patience: Patience, startedAt: number): Ear {
  let lastSignAt: number | null = null;
  let window: { id: number; since: number; notedAt: number } | null = null;
  // A PC on this very machine is heard whatever happens to our link.
  let own: ReadonlySet<string> = new Set();

  /** The window reaches to now, and so do the deadlines that wait for its end. */
  async function note(id: number, since: number, now: number, holds: boolean): Promise<void> {
    await store.db.transaction().execute(async (tx) => {
      await extendBlindWindow(tx, id, now);
      if (holds && (await shiftDeadlines(tx, since, now + graceMs(patience.livenessMs, patience.spreadMs))) > 0) store.memory.forgetAll();
    });
  }

  return {
    hear(machine, at) {
      if (!own.has(machine)) lastSignAt = Math.max(lastSignAt ?? 0, at);
    },
    async mind(now) {
      if (own.size === 0 && window === null) own = new Set(await machinesOfSite(store.db, LOCAL_SITE));
      const on = (await awaitedMachines(store.db, ENOUGH)).length;
      const since = deafSince({ on, lastSignAt, deafSince: window?.since ?? null }, startedAt, now);
      if (since === null && window === null) return null;
      window ??= { id: await insertBlindWindow(store.db, { from_at: since!, to_at: now, reason: 'nobody_heard' }), since: since!, notedAt: -Infinity };
      const holds = since === null || now - window.since <= HELD_MS;
      const found = { since: window.since, holds };
      if (since !== null && now - window.notedAt < NOTED_EVERY_MS) return found;
      window.notedAt = now;
      await note(window.id, window.since, now, holds);
      if (since === null) window = null;
      return found;
    },
  };
}
