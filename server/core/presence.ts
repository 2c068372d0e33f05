/**
 * What a report tells of the present: the machine's state, and what of its row is worth writing. A deadline that
 * moves by less than a quarter of the liveness interval waits for the next report: pings are not written each either.
 */
import type { Up } from '@cac/shared/messages.ts';
import type { ProbeResults } from '@cac/shared/records.ts';
import { stateOfWord, type LinkWord } from '@cac/shared/states.ts';
import type { Acceptance, EpochState } from './accept.ts';
import { afterReport, sameState, type Change } from './machine-state.ts';

/** A machine's row as the store has it. */
export interface MachineRow {
  id: string;
  site_id: string;
  revoked_at: number | null;
  state: string;
  since_at: number;
  provisional: number;
  deadline_at: number | null;
  liveness_ms: number;
  link: string;
  ep: string | null;
  inst: string | null;
  conn: number | null;
}

export interface Received {
  /** Server time, ms UTC. */
  receivedAt: number;
  livenessMs: number;
}

export interface Presence {
  /** Set when the machine is in another state than before. */
  change: Change | null;
  /** The link to remember; and when the machine must be heard again. */
  link: LinkWord;
  deadlineAt: number | null;
  worthWriting: boolean;
}

/** Does this message tell anything of the present? A resend of what was already accounted does not. */
export function tellsOfNow(machine: MachineRow, before: EpochState | null, accepted: Acceptance, up: Up): boolean {
  if (before === null) return true;
  if (up.inst !== machine.inst || up.conn > (machine.conn ?? 0)) return true;
  return up.hi >= before.hi && (accepted.epoch.W > before.W || up.hi > before.hi);
}

/** `offset`: server time at this boot's start, ms UTC: a record's time is its `m` added to it. */
export function presenceAfter(machine: MachineRow, up: Up, accepted: Acceptance, received: Received, offset: number): Presence {
  const state = stateOfWord(machine.state);
  const before = { state, sinceAt: machine.since_at, provisional: machine.provisional === 1, deadlineAt: machine.deadline_at };
  const newest = accepted.last?.seq === up.hi ? accepted.last : null;
  const change = afterReport(before, machine.link as LinkWord, {
    receivedAt: received.receivedAt,
    livenessMs: received.livenessMs,
    link: up.now?.link ?? null,
    newest: newest && { record: newest, at: Math.min(received.receivedAt, Math.round(newest.m + offset)) },
  });
  const changed = !sameState(state, change.state);
  const link = change.state.kind === 'on' ? change.state.link : (machine.link as LinkWord);
  const { deadlineAt } = change;
  return { change: changed ? change : null, link, deadlineAt, worthWriting: changed || isWorthWriting(machine, up, received.livenessMs, deadlineAt) };
}

function isWorthWriting(machine: MachineRow, up: Up, livenessMs: number, deadlineAt: number | null): boolean {
  if (up.now?.p || up.ver || machine.ep !== up.ep || machine.inst !== up.inst || machine.conn !== up.conn) return true;
  if (machine.liveness_ms !== livenessMs) return true;
  if (deadlineAt === null || machine.deadline_at === null) return deadlineAt !== machine.deadline_at;
  return deadlineAt < machine.deadline_at || deadlineAt - machine.deadline_at > livenessMs / 4;
}

/** Probe results as the API shows them: numbers passed and took so long, texts are why they failed. */
/** What is told in percent: lost tries of a burst, the strength of the Wi-Fi. */
const SHARES: ReadonlySet<string> = new Set(['loss', 'wifi']);

export const probesOf = (results: ProbeResults, at: number) =>
  Object.entries(results).map(([name, result]) =>
    typeof result === 'number' ? (SHARES.has(name) ? { name, ok: true, percent: result, at } : { name, ok: true, ms: result, at }) : { name, ok: false, code: result, at },
  );
