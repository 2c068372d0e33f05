/** The server's own presence: an `alive` mark every ten seconds, so that a later start knows since when nobody listened. */
import { graceMs, type BlindWindow } from '../core/blindness.ts';
import { shiftDeadlines } from '../store/machines.ts';
import { ALIVE_KEY, insertBlindWindow, readMeta, writeMeta } from '../store/meta.ts';
import type { Store } from '../store/store.ts';

export const ALIVE_EVERY_MS = 10_000;

export interface Patience {
  livenessMs: number;
  spreadMs: number;
}

export async function markAlive(store: Store, now: number): Promise<void> {
  await writeMeta(store.db, ALIVE_KEY, String(now));
  store.noteAlive(now);
}

/** At start: the time since the last mark was blind, and no deadline in it ends before everyone had time to return. */
export async function wake(store: Store, now: number, patience: Patience): Promise<{ window: BlindWindow; moved: number } | null> {
  const last = Number((await readMeta(store.db, ALIVE_KEY)) ?? Number.NaN);
  await markAlive(store, now);
  if (!Number.isFinite(last) || last >= now) return null;
  return { window: { fromAt: last, toAt: now }, moved: await beBlind(store, { fromAt: last, toAt: now }, 'server_stopped', patience) };
}

/** Records a blind window and moves the deadlines it touches. Returns how many moved. */
export async function beBlind(store: Store, window: BlindWindow, reason: string, patience: Patience): Promise<number> {
  return store.db.transaction().execute(async (tx) => {
    store.memory.forgetAll();
    await insertBlindWindow(tx, { from_at: window.fromAt, to_at: window.toAt, reason });
    return shiftDeadlines(tx, window.fromAt, window.toAt + graceMs(patience.livenessMs, patience.spreadMs));
  });
}

const WALL_STEP_MS = 2_000;

/** The wall clock was set by `stepMs`: since the last mark it is not sure what happened when. False when it only drifted. */
export async function noteWallStep(store: Store, stepMs: number, now: number, patience: Patience): Promise<boolean> {
  if (Math.abs(stepMs) <= WALL_STEP_MS) return false;
  await beBlind(store, { fromAt: now - ALIVE_EVERY_MS, toAt: now }, 'clock_step', patience);
  return true;
}
