/** The words of the past: what a machine and a site were told to be over a stretch of time, and why. */
import * as v from 'valibot';
import { LINK_LAYERS } from './states.ts';

/** A machine's state over an interval, as one word. `unknown`: silence that nothing has explained for 30 days. */
export const HISTORY_WORDS = [
  'unseen', 'on', ...LINK_LAYERS.map((layer) => `on:${layer}` as const), 'off:clean', 'off:unclean', 'off:rebooting', 'asleep',
  'agent_dead:stopped', 'agent_dead:killed', 'unreachable', 'removed', 'unknown',
] as const;
export const HistoryWord = v.picklist(HISTORY_WORDS, 'history_word');
export type HistoryWord = v.InferOutput<typeof HistoryWord>;

/** Why a machine's interval is what it is. */
export const MACHINE_CAUSES = [
  /** Its own records say so, minute by minute. */
  'heard',
  /** The process ran through; its heartbeats of this time were given up (full disk, full journal). */
  'ran_through',
  'boot', 'stop_shutdown', 'stop_reboot', 'stop_uninstall', 'agent_stop', 'suspend', 'sleep_gap',
  /** The next boot came without a stop before it. */
  'no_stop_marker',
  /** The same boot, and a new start of the agent without a stop before it. */
  'process_gap',
  /** The PC was on before its agent started. */
  'late_agent',
  'sign_of_life', 'silence', 'never_heard',
  /** Records that would tell are lost, or the journal that would is another one. */
  'hole', 'other_journal',
  'clock_unknown', 'revoked', 'no_probe',
] as const;
export const MachineCause = v.picklist(MACHINE_CAUSES, 'machine_cause');
export type MachineCause = v.InferOutput<typeof MachineCause>;

/** What a site was over an interval. */
export const VERDICTS = ['connected', 'degraded', 'no_internet', 'no_pc', 'cut', 'closed', 'unknown', 'excluded'] as const;
export const Verdict = v.picklist(VERDICTS, 'verdict');
export type Verdict = v.InferOutput<typeof Verdict>;

export const VERDICT_CAUSES = [
  'heard', 'slow',
  'lan', 'gateway', 'dns', 'portal', 'internet',
  /** None since opening; all off after some were on; put to sleep; shut just before closing. */
  'since_opening', 'all_off', 'asleep', 'closing',
  /** At least two machines lost together. Settled as power when their next boot had no stop before it. */
  'power', 'power_or_line',
  'hours', 'public_holiday', 'religious_holiday', 'school_holiday', 'strike', 'works', 'other', 'pc_on',
  'unreachable', 'agent_dead', 'silence', 'dropped', 'blind', 'maintenance',
] as const;
export const VerdictCause = v.picklist(VERDICT_CAUSES, 'verdict_cause');
export type VerdictCause = v.InferOutput<typeof VerdictCause>;
