/** Machines change state: their rows, their sites' counts and one line of the log each, in the caller's transaction. */
import { stateWord, type MachineState } from '@cac/shared/states.ts';
import type { Change } from '../core/machine-state.ts';
import { countOf, siteStateOf, type CountName } from '../core/site-state.ts';
import { countsOf, type SiteCounts } from '../store/sites.ts';
import type { Handle } from '../store/store.ts';
import { appendLog, siteTallies, stateWrite, writeStates, writeTallies, type LogWrite, type SiteTally } from '../store/transitions.ts';

export interface MachineChange {
  machineId: string;
  siteId: string;
  /** Null when the machine has just been enrolled. */
  from: MachineState | null;
  to: Change;
}

const COLUMN: Record<CountName, keyof SiteCounts> = {
  on: 'n_on',
  onFailing: 'n_failing',
  unreachable: 'n_unreachable',
  off: 'n_off',
  unseen: 'n_unseen',
};

export async function changeStates(tx: Handle, changes: readonly MachineChange[], now: number): Promise<void> {
  if (changes.length === 0) return;
  // Within one group a machine may change twice: its row takes the last, the log has both.
  const last = new Map(changes.map((c) => [c.machineId, c.to]));
  await writeStates.run(
    tx,
    [...last].map(([id, to]) => stateWrite(id, to)),
  );
  const tallies = new Map((await siteTallies(tx, [...new Set(changes.map((c) => c.siteId))])).map((t) => [t.id, t]));
  for (const change of changes) moveCount(tallies.get(change.siteId)!, change);
  await writeTallies.run(tx, [...tallies.values()]);
  await appendLog.run(
    tx,
    changes.map((change) => logLine(change, now)),
  );
}

function moveCount(tally: SiteTally, change: MachineChange): void {
  const before = change.from && countOf(change.from);
  const after = countOf(change.to.state);
  if (before) tally[COLUMN[before]] = Math.max(0, tally[COLUMN[before]] - 1);
  if (after) tally[COLUMN[after]] += 1;
  const state = siteStateOf(countsOf(tally));
  if (state !== tally.state) Object.assign(tally, { state, state_since: state === 'unseen' ? null : change.to.sinceAt });
}

const logLine = (change: MachineChange, now: number): LogWrite => ({
  site_id: change.siteId,
  machine_id: change.machineId,
  at: change.to.sinceAt,
  told_at: now,
  from_state: change.from && stateWord(change.from),
  to_state: stateWord(change.to.state),
  cause: change.to.cause,
  provisional: change.to.provisional ? 1 : 0,
  revises: null,
});
