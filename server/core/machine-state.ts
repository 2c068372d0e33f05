/**
 * A machine's state from its own evidence, and the deadline by which it must be heard again. Siblings and calendars
 * have no say here. A deadline is the last sign of life + 1.5 liveness intervals + 120 s; null waits for nothing.
 */
import type { JournalRecord } from '@cac/shared/records.ts';
import type { LinkWord, MachineState } from '@cac/shared/states.ts';

export interface Standing {
  state: MachineState;
  /** When this state began, ms UTC, as far as is known. */
  sinceAt: number;
  /** True until later evidence can no longer change it. */
  provisional: boolean;
  deadlineAt: number | null;
}

export interface Change extends Standing {
  cause: string;
}

export const REBOOT_PATIENCE_MS = 10 * 60_000;
export const WILL_PATIENCE_MS = 30_000;

/** When a machine last heard at `signAt` must be heard again. `livenessMs`: keepalive, or batch interval behind an outside broker. */
export const deadlineAfter = (signAt: number, livenessMs: number): number => Math.round(signAt + 1.5 * livenessMs + 120_000);

export interface Report {
  /** Server time of receipt. */
  receivedAt: number;
  livenessMs: number;
  /** The link the agent tells of now; null when the message does not say. */
  link: LinkWord | null;
  /** The newest record of the journal, when this batch brings it; `at` is its repaired time. */
  newest: { record: JournalRecord; at: number } | null;
}

/** After a report. What the newest record says comes before what a connection alone would prove. */
export function afterReport(before: Standing, lastLink: LinkWord, report: Report): Change {
  const { record, at } = report.newest ?? { record: null, at: report.receivedAt };
  if (record?.kind === 'stop') {
    switch (record.body.why) {
      case 'shutdown':
        return begin(before, { kind: 'off', how: 'clean' }, at, null, 'stop_shutdown');
      case 'reboot':
        return begin(before, { kind: 'off', how: 'rebooting' }, at, report.receivedAt + REBOOT_PATIENCE_MS, 'stop_reboot');
      case 'uninstall':
        return begin(before, { kind: 'removed' }, at, null, 'stop_uninstall');
      default:
        return record.body.why satisfies never;
    }
  }
  if (record?.kind === 'suspend') return begin(before, { kind: 'asleep' }, at, null, 'suspend');
  // The agent was stopped, the PC perhaps not: wait only as long as after a last will.
  const deadlineAt = record?.kind === 'agent_stop' ? report.receivedAt + WILL_PATIENCE_MS : deadlineAfter(report.receivedAt, report.livenessMs);
  const link = report.link ?? lastLink;
  return begin(before, { kind: 'on', link }, report.receivedAt, deadlineAt, before.state.kind === 'on' ? 'link' : 'report');
}

/** After a packet that carries no report (a ping): proof that the machine is on, its link as last told. */
export function afterSign(before: Standing, lastLink: LinkWord, signAt: number, livenessMs: number): Change {
  switch (before.state.kind) {
    case 'on':
    case 'unreachable':
    case 'unseen':
      return begin(before, { kind: 'on', link: lastLink }, signAt, deadlineAfter(signAt, livenessMs), 'sign_of_life');
    case 'off':
    case 'asleep':
    case 'agent_dead':
    case 'removed':
      // A ping on its way while the PC went down proves nothing new.
      return { ...before, cause: 'none' };
    default:
      return before.state satisfies never;
  }
}

/** After the deadline has passed: silence, dated when it became due. */
export const afterDeadline = (deadlineAt: number): Change => ({
  state: { kind: 'unreachable' },
  sinceAt: deadlineAt,
  provisional: true,
  deadlineAt: null,
  cause: 'deadline_passed',
});

/** What a record or packet proves stays true; a silence, planned or not, is only known once the machine is heard again. */
const isProvisional = (state: MachineState): boolean => state.kind !== 'on' && state.kind !== 'removed';

export const sameState = (a: MachineState, b: MachineState): boolean =>
  a.kind === b.kind && (a.kind !== 'on' || a.link === (b as typeof a).link) && (!('how' in a) || a.how === (b as typeof a).how);

function begin(before: Standing, state: MachineState, at: number, deadlineAt: number | null, cause: string): Change {
  const same = sameState(before.state, state);
  // A state never begins before the one it follows.
  return { state, sinceAt: same ? before.sinceAt : Math.max(at, before.sinceAt), provisional: isProvisional(state), deadlineAt, cause };
}
