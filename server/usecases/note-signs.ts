/**
 * Signs of life that carry no report (pings). They come too often to write each: a book keeps the newest per machine
 * in memory and writes them together. A will takes a machine's pending sign back, for it is the later word.
 */
import type { MachineId } from '@cac/shared/ids.ts';
import { stateOfWord, type LinkWord } from '@cac/shared/states.ts';
import { afterSign, deadlineAfter, sameState, WILL_PATIENCE_MS } from '../core/machine-state.ts';
import { bringDeadlineNearer, machinesOfSigns, moveDeadlines, type Sign } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import { changeStates, type MachineChange } from './change-states.ts';

export interface SignBook {
  note(machine: MachineId, at: number): void;
  forget(machine: MachineId): void;
  /** Takes what was noted since the last call. */
  take(): Sign[];
  /** Signs that could not be written; what came since is newer. */
  putBack(signs: readonly Sign[]): void;
}

export function createSignBook(): SignBook {
  let pending = new Map<string, number>();
  return {
    note: (machine, at) => void pending.set(machine, at),
    forget: (machine) => void pending.delete(machine),
    take() {
      const signs = [...pending].map(([id, at]) => ({ id, at }));
      pending = new Map();
      return signs;
    },
    putBack(signs) {
      for (const { id, at } of signs) if (!pending.has(id)) pending.set(id, at);
    },
  };
}

/** Writes what the book holds. While the database fails it stays there: else who pinged meanwhile would be told off. */
export async function flushSigns(store: Store, book: SignBook, now: number): Promise<boolean> {
  const signs = book.take();
  try {
    return await noteSigns(store, signs, now);
  } catch (error) {
    book.putBack(signs);
    throw error;
  }
}

/** True when some machine changed state: it was thought unreachable and is there. */
export async function noteSigns(store: Store, signs: readonly Sign[], now: number): Promise<boolean> {
  if (signs.length === 0) return false;
  return store.db.transaction().execute(async (tx) => {
    const found = await machinesOfSigns.run(tx, signs);
    const changes: MachineChange[] = [];
    const moves: { id: string; at: number; deadline_at: number }[] = [];
    for (const machine of found) {
      const state = stateOfWord(machine.state);
      const before = { state, sinceAt: machine.since_at, provisional: machine.provisional === 1, deadlineAt: machine.deadline_at };
      const to = afterSign(before, machine.link as LinkWord, machine.at, machine.liveness_ms);
      if (!sameState(state, to.state)) changes.push({ machineId: machine.id, siteId: machine.site_id, from: state, to });
      else if (to.deadlineAt !== null) moves.push({ id: machine.id, at: machine.at, deadline_at: deadlineAfter(machine.at, machine.liveness_ms) });
    }
    await moveDeadlines.run(tx, moves);
    await changeStates(tx, changes, now);
    store.memory.forget(found.map((machine) => machine.id));
    return changes.length > 0;
  });
}

/** A connection's last will: never a verdict, only less patience. False when it changed nothing: it names another connection, or less time was left anyway. */
export const receiveWill = (store: Store, machine: MachineId, will: { inst: string; conn: number }, now: number): Promise<boolean> =>
  store.db.transaction().execute((tx) => {
    store.memory.forget([machine]);
    return bringDeadlineNearer(tx, machine, will.inst, will.conn, now + WILL_PATIENCE_MS);
  });
