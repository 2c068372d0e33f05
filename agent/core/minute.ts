/**
 * What an agent does each minute, as a pure state machine: what happened goes in, with the PC's two clocks; records to journal and
 * things to do come out. The service and the scenarios of seeds/ carry out the same effects.
 *
 *   tick -> heartbeats due, `look` -> network -> `probe` -> probed -> `net` if something changed, `sample` if one is due
 *
 * Records come in the order of `m`: whatever happens, the heartbeats due by then are written first.
 */
import type { Now } from '@cac/shared/messages.ts';
import type { InterfaceKind, RecordBody } from '@cac/shared/records.ts';
import type { LinkWord, MachineFlag } from '@cac/shared/states.ts';
import { createBeat, tick, wallOf, type BeatState, type TimedDraft } from './beat.ts';
import { offsetToTell, type ToldOffset } from './clock-offset.ts';
import { evidenceOf, linkOf } from './link.ts';
import { openingDrafts, startsAgain, type Past, type Start } from './opening.ts';
import { mergeResults, probesFor, SAMPLE_EVERY } from './rounds.ts';

/** As last known; null before the first round. */
export interface Seen {
  link: LinkWord | null;
  kind: InterfaceKind | null;
  results: Record<string, number | string>;
}

/** One round of probing: it waits for the network to be read, then for the results. `m`: when it began. */
type Round = { m: number; everything: boolean } & ({ at: 'network' } | { at: 'probes'; kind: InterfaceKind });

/** A round whose answer has not come by then, as after a sleep in the middle of it, is given up: the next one begins. */
const ROUND_MS = 60_000;

export interface MinuteState {
  /** How many Internet targets there are. */
  targets: number;
  /** One round in so many minutes is a full sample. */
  every: number;
  beat: BeatState;
  minute: number;
  seen: Seen;
  /** As last journaled in this boot. */
  told: { link: LinkWord; if: InterfaceKind } | null;
  round: Round | null;
  /** The operating system said so. */
  suspendedM: number | null;
  offset: ToldOffset | null;
  /** It said its last word: whatever comes in now is not written. */
  over: boolean;
}

/** Why the agent ends: with the operating system, or by itself. `shutdown` and `reboot` only where the system says so. */
export type StopWhy = RecordBody<'stop'>['why'] | RecordBody<'agent_stop'>['why'];

export type MinuteEvent =
  /** At least each minute, better each WATCH_MS: a gap between two is a sleep, and its beginning is known no better. */
  | { kind: 'tick' }
  /** Answers `look`. */
  | { kind: 'network'; interface: InterfaceKind; serverAnswers: boolean }
  /** Answers `probe`. */
  | { kind: 'probed'; results: Record<string, number | string> }
  /** The server, or someone here, wants all probes run now. */
  | { kind: 'report' }
  /** The server's settings took effect. */
  | { kind: 'config'; version: number; targets: number; every: number }
  /** The operating system is about to sleep. No adapter is told yet: sleep is found by the gap of ticks. */
  | { kind: 'suspend' }
  /** The server's time `t` came with an ack, `roundTripMs` after what it answers was sent. */
  | { kind: 'time'; t: number; roundTripMs: number }
  | { kind: 'stop'; why: StopWhy };

export type MinuteEffect =
  /** Read how the PC is joined to its network; answer with `network`. */
  | { kind: 'look' }
  /** Run these; answer with `probed`. */
  | { kind: 'probe'; names: string[] };

export interface MinuteStep {
  state: MinuteState;
  drafts: TimedDraft[];
  effects: MinuteEffect[];
}

export interface Clocks {
  /** Ms since the operating system booted, sleep included. */
  m: number;
  wall: number;
}

/** How often a running agent ticks: heartbeats are due each minute, but a sleep begins after the last tick before it. */
export const WATCH_MS = 15_000;

const OS_ENDS: ReadonlySet<StopWhy> = new Set(['shutdown', 'reboot', 'uninstall']);

/** The agent starts: its first records, and its first round. */
export function startMinutes(past: Past, start: Start, targets: number): MinuteStep {
  const again = startsAgain(past, start);
  const here = past.boot === start.boot;
  const state: MinuteState = {
    targets,
    every: SAMPLE_EVERY,
    beat: createBeat(start.m, start.wall),
    minute: again ? 1 : 0, // no sample at each of many starts
    seen: { link: null, kind: null, results: {} },
    told: again ? past.net : null,
    round: { at: 'network', m: start.m, everything: !again },
    suspendedM: null,
    offset: here ? past.off : null,
    over: false,
  };
  return { state, drafts: openingDrafts(past, start), effects: [{ kind: 'look' }] };
}

export function stepMinute(before: MinuteState, event: MinuteEvent, at: Clocks): MinuteStep {
  const step: MinuteStep = { state: { ...before }, drafts: [], effects: [] };
  if (before.over) return step;
  beat(step, at, event.kind === 'tick' ? before.suspendedM : null);
  take(step, event, at);
  return step;
}

/** What the server is told of the present; null before the first round. */
export function nowOf({ seen: { link, kind, results } }: MinuteState, m: number, flags: MachineFlag[]): Now | null {
  return link === null ? null : { link, up: m, ...(kind && { if: kind }), p: results, ...(flags.length > 0 && { flags }) };
}

/** The heartbeats due, a sleep that ended, a clock that stepped. */
function beat(step: MinuteStep, { m, wall }: Clocks, suspendedM: number | null): void {
  const { state } = step;
  const { beat: next, drafts } = tick(state.beat, m, wall, { link: state.seen.link ?? 'ok' }, suspendedM);
  state.beat = next;
  if (drafts.length === 0) return;
  const resumed = drafts[0]!.kind === 'resume';
  if (resumed) {
    state.suspendedM = null;
    // A PC may wake at another network: what it knew of its link is told no more, until the round that begins here.
    state.seen = { ...state.seen, link: null };
    state.told = null;
  }
  step.drafts = state.seen.link === null ? drafts.filter((d) => d.kind !== 'hb') : drafts;
  if (!drafts.some((d) => d.kind === 'hb')) return;
  state.minute += 1;
  look(step, resumed, m);
}

function take(step: MinuteStep, event: MinuteEvent, at: Clocks): void {
  const { state } = step;
  const put = (kind: string, body: Record<string, unknown>): void => void step.drafts.push({ kind, m: at.m, w: wallOf(state.beat, at.m), body });
  switch (event.kind) {
    case 'tick':
      return;
    case 'network':
      return chooseProbes(step, event.interface, event.serverAnswers, at.m);
    case 'probed':
      return judge(step, event.results, at.m, put);
    case 'report':
      return look(step, true, at.m);
    case 'config':
      Object.assign(state, { targets: event.targets, every: event.every });
      return put('cfg', { version: event.version });
    case 'suspend':
      state.suspendedM = at.m;
      return put('suspend', {});
    case 'time': {
      const found = offsetToTell(state.offset, event, at.m, wallOf(state.beat, at.m));
      if (found) put('clk', { off: found.ms });
      state.offset = found ?? state.offset;
      return;
    }
    case 'stop':
      state.over = true;
      return put(OS_ENDS.has(event.why) ? 'stop' : 'agent_stop', { why: event.why });
    default:
      event satisfies never;
  }
}

/** One round at a time. */
function look({ state, effects }: MinuteStep, everything: boolean, m: number): void {
  if (state.round && m - state.round.m < ROUND_MS) return;
  state.round = { at: 'network', m, everything };
  effects.push({ kind: 'look' });
}

/** Everything, if asked for or if the PC is joined to its network in another way than before. */
function chooseProbes({ state, effects }: MinuteStep, kind: InterfaceKind, serverAnswers: boolean, m: number): void {
  const { seen, minute, targets, every, round } = state;
  const everything = round?.everything === true || kind !== seen.kind;
  const names = probesFor({ minute, link: everything ? null : seen.link, serverAnswers, targets, every });
  state.round = names.length > 0 ? { at: 'probes', m, everything: round?.everything === true || (seen.kind !== null && kind !== seen.kind), kind } : null;
  if (names.length > 0) effects.push({ kind: 'probe', names });
}

/**
 * A change of link or interface is a transition, with the sample that shows it. Before a few probes of a quiet round say that something broke, all
 * are asked.
 */
function judge({ state, effects }: MinuteStep, results: Record<string, number | string>, m: number, put: (kind: string, body: Record<string, unknown>) => void): void {
  if (state.round?.at !== 'probes') return;
  const { kind, everything } = state.round;
  state.round = null;
  const merged = mergeResults(state.seen.results, results);
  const link = linkOf(evidenceOf(kind, merged));
  if (!everything && state.seen.link === 'ok' && link !== 'ok') {
    state.round = { at: 'probes', m, everything: true, kind };
    effects.push({ kind: 'probe', names: probesFor({ minute: state.minute, link: null, serverAnswers: false, targets: state.targets, every: state.every }) });
    return;
  }
  state.seen = { link, kind, results: merged };
  const changed = state.told?.link !== link || state.told.if !== kind;
  state.told = { link, if: kind };
  if (changed) put('net', { link, if: kind });
  if (changed || everything || state.minute % state.every === 0) put('sample', merged);
}
