/**
 * What a machine was, over any stretch of the past: intervals that follow from its own evidence and nothing else. Siblings and calendars have
 * no say here (site-day.ts). Pure: the same evidence gives the same intervals, in whatever order it came.
 *
 * Between two consecutive events p and n, the first line that matches:
 *
 *   same boot   n resume{gap}          asleep for the gap, on before it
 *               p suspend              asleep
 *               n agent_start          after agent_stop: agent_dead(stopped); after stop: off(clean), as Fast Startup leaves it; else agent_dead(killed)
 *               p stop                 off, as it says
 *               otherwise              on: the process ran through, its link as last told
 *   new boot    p stop                 off(clean), off(rebooting), removed
 *               p agent_stop           off(clean)
 *               p suspend              asleep
 *               otherwise              off(unclean): no stop marker
 *               then, to its first event: on; if that took more than ten minutes, agent_dead(stopped)
 *
 * Settled is what both ends of one journal enclose without a hole that may hide a transition. What follows the last event is provisional;
 * after 30 days without an answer it is unknown for good.
 */
import type { HistoryWord, MachineCause } from '@cac/shared/history.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import { isHarmful, type Evidence, type Hole } from './evidence.ts';
import { REBOOT_PATIENCE_MS } from '../machine-state.ts';
import { eventsOf, type Event, type Reference } from './events.ts';

/** What the present adds to the evidence. */
export interface Known {
  /** Its past begins here: beginning.ts. */
  beginsAt: number;
  revokedAt: number | null;
  /** The last packet of any kind, by server time; a ping proves that the PC is on, and no more. */
  lastSignAt: number | null;
  /** By when it must be heard again, if it is awaited. */
  deadlineAt: number | null;
  now: number;
}

/** An entry that an interval rests on. */
export interface Proof {
  epoch: number;
  seq: number;
  kind: string;
}

export interface Interval {
  fromAt: number;
  toAt: number;
  /** When this state began, which may lie before the stretch that was asked for. */
  sinceAt: number;
  word: HistoryWord;
  cause: MachineCause;
  settled: boolean;
  /** On, but slow or losing packets. */
  degraded: boolean;
  /** The entries at its beginning and at its end, where there are such. */
  proof: Proof[];
}

export const SETTLES_AS_UNKNOWN_MS = 30 * 24 * 3_600_000;
/** A heartbeat a minute: a longer silence inside a boot is a gap. */
const TICK_GAP_MS = 150_000;
const LATE_AGENT_MS = 10 * 60_000;

/** `on?`: on, its link not told yet. */
type Stretch = Omit<Interval, 'word'> & { word: HistoryWord | 'on?' };

/** Intervals that fill `[max(fromAt, beginsAt), min(toAt, now))` without a gap, in order. */
export function timelineOf(evidence: Evidence, known: Known, fromAt: number, toAt: number): Interval[] {
  const { events: whole, startAts } = eventsOf(evidence);
  const events = whole.flatMap((event) => cutAt(event, fromAt)).flatMap((event) => cutAt(event, toAt));
  const stretches: Stretch[] = [];
  const add: Add = (from, to, word, cause, settled, slow, ...proof) => {
    // Clocks of two boots may overlap by their error: what was told first stands.
    const fromThere = Math.max(from, stretches.at(-1)?.toAt ?? from);
    if (to > fromThere) stretches.push({ fromAt: fromThere, toAt: to, sinceAt: fromThere, word, cause, settled, degraded: slow, proof });
  };
  const first = events[0];
  if (!first) {
    // All it said has expired: it was heard, and is not any more.
    const silentSince = known.deadlineAt === null ? (known.lastSignAt ?? known.now) : known.now;
    add(known.beginsAt, silentSince, 'unseen', 'never_heard', false, false);
    add(silentSince, known.now, 'unreachable', 'silence', false, false);
  }
  if (first) add(known.beginsAt, first.at, 'unseen', 'never_heard', true, false, beginOf(first));

  let link: LinkWord | null = null;
  let degraded = false;
  for (const [i, p] of events.entries()) {
    const previous = events[i - 1];
    if (p.kind === 'agent_start' || p.kind === 'boot' || p.kind === 'resume' || previous?.boot !== p.boot) [link, degraded] = [null, false];
    if (p.kind === 'net' || p.kind === 'hb') link = (p.body as { link: LinkWord }).link;
    if (p.kind === 'sample') degraded = isDegraded(p.body);
    const word = link === null ? 'on?' : onWord(link);
    add(p.at, p.endAt, word, 'heard', p.placed !== 'guess', degraded, beginOf(p), endOf(p));
    const n = events[i + 1];
    if (n) between(p, n, startAts, evidence.holes, word, degraded, add);
    else tail(p, known, word, degraded, add);
  }
  return join(clip(linksFilled(stretches), fromAt, Math.min(toAt, known.now), known), toAt <= known.now - SETTLES_AS_UNKNOWN_MS);
}

type Add = (from: number, to: number, word: Stretch['word'], cause: MachineCause, settled: boolean, degraded: boolean, ...proof: Proof[]) => void;

function between(p: Event, n: Event, startAts: readonly number[], holes: readonly Hole[], word: Stretch['word'], degraded: boolean, add: Add): void {
  const doubt = doubtOf(p, n, holes);
  const put = (from: number, to: number, what: Stretch['word'], cause: MachineCause, slow = false): void => add(from, to, what, doubt ?? cause, doubt === null, slow, endOf(p), beginOf(n));
  if (p.boot !== n.boot) {
    // Clocks of two boots meet within a second or so: never backwards.
    const startAt = Math.min(Math.max(startAts[n.boot]!, p.endAt), n.at);
    const [what, cause] = offAfter(p);
    put(p.endAt, startAt, what, cause);
    if (n.at - startAt > LATE_AGENT_MS) put(startAt, n.at, 'agent_dead:stopped', 'late_agent');
    else put(startAt, n.at, 'on?', 'boot');
    return;
  }
  if (n.kind === 'resume') {
    const asleepAt = Math.max(p.endAt, n.at - (n.body as { gap: number }).gap);
    put(p.endAt, asleepAt, word, 'heard', degraded);
    return put(asleepAt, n.at, 'asleep', 'sleep_gap');
  }
  if (p.kind === 'suspend') return put(p.endAt, n.at, 'asleep', 'suspend');
  if (p.kind === 'stop') return put(p.endAt, n.at, ...offAfter(p));
  if (n.kind === 'agent_start') {
    if (p.kind === 'boot') return put(p.endAt, n.at, 'on?', 'boot');
    return put(p.endAt, n.at, p.kind === 'agent_stop' ? 'agent_dead:stopped' : 'agent_dead:killed', p.kind === 'agent_stop' ? 'agent_stop' : 'process_gap');
  }
  put(p.endAt, n.at, word, n.at - p.endAt > TICK_GAP_MS ? 'ran_through' : 'heard', degraded);
}

/** What an entry that was the last of its boot leaves behind. */
function offAfter({ kind, body }: Event): [HistoryWord, MachineCause] {
  if (kind === 'agent_stop') return ['off:clean', 'agent_stop'];
  if (kind === 'suspend') return ['asleep', 'suspend'];
  if (kind !== 'stop') return ['off:unclean', 'no_stop_marker'];
  const { why } = body as { why: 'shutdown' | 'reboot' | 'uninstall' };
  switch (why) {
    case 'shutdown':
      return ['off:clean', 'stop_shutdown'];
    case 'reboot':
      return ['off:rebooting', 'stop_reboot'];
    case 'uninstall':
      return ['removed', 'stop_uninstall'];
    default:
      return why satisfies never;
  }
}

/** Why what lies between two events cannot be taken as settled; null when it can. */
function doubtOf(p: Event, n: Event, holes: readonly Hole[]): MachineCause | null {
  if (p.placed === 'guess' || n.placed === 'guess') return 'clock_unknown';
  const shared = p.refs.flatMap((a) => n.refs.filter((b) => b.epoch === a.epoch).map((b): [Reference, Reference] => [a, b]));
  if (shared.length === 0) return p.boot === n.boot && n.at - p.endAt <= TICK_GAP_MS ? null : 'other_journal';
  const hidden = ([a, b]: [Reference, Reference]): boolean => holes.some((hole) => hole.epoch === a.epoch && isHarmful(hole) && hole.from < b.seq && hole.to > a.lastSeq);
  return shared.every(hidden) ? 'hole' : null;
}

/** After the last event: provisional, whatever it is. */
function tail(p: Event, known: Known, word: Stretch['word'], degraded: boolean, add: Add): void {
  const { now } = known;
  const put = (from: number, to: number, what: Stretch['word'], cause: MachineCause): void => add(from, to, what, cause, false, what === word && degraded, endOf(p));
  if (p.kind === 'stop' || p.kind === 'suspend') {
    const [word, cause] = offAfter(p);
    // Who went down to come back and did not is not off by its own word.
    const awaitedUntil = word === 'off:rebooting' ? Math.min(now, Math.max(p.endAt + REBOOT_PATIENCE_MS, known.deadlineAt ?? 0)) : now;
    put(p.endAt, awaitedUntil, word, cause);
    return put(awaitedUntil, now, 'unreachable', 'silence');
  }
  if (known.deadlineAt !== null && known.deadlineAt > now) return put(p.endAt, now, word, 'sign_of_life');
  if (p.kind === 'agent_stop') return put(p.endAt, now, 'unreachable', 'agent_stop');
  const signAt = Math.max(p.endAt, Math.min(known.lastSignAt ?? 0, now));
  put(p.endAt, signAt, word, 'sign_of_life');
  put(signAt, now, 'unreachable', 'silence');
}

const onWord = (link: LinkWord): HistoryWord => (link === 'ok' ? 'on' : `on:${link}`);

const SLOW_MS = 1_500;
const SLOW_DNS_MS = 3_000;

/** Connected, but hardly usable: slow answers, or some of the targets without one. */
export function isDegraded(sample: Record<string, unknown>): boolean {
  const targets = Object.entries(sample).flatMap(([name, result]) => (/^net\d+$/.test(name) ? [result] : []));
  const passed = targets.filter((result) => typeof result === 'number');
  if (passed.length === 0) return false;
  return passed.length < targets.length || passed.some((ms) => ms > SLOW_MS) || (typeof sample['dns'] === 'number' && sample['dns'] > SLOW_DNS_MS);
}

/**
 * A process that starts or wakes takes a while to probe: until then its link is the one it tells first. If it sleeps again before, it is the
 * one it went to sleep with; of one that never told, it is unknown.
 */
function linksFilled(stretches: readonly Stretch[]): Interval[] {
  let after: Stretch | null = null;
  for (let i = stretches.length - 1; i >= 0; i -= 1) {
    const stretch: Stretch = stretches[i]!;
    if (stretch.word === 'on?') {
      const before = stretch.cause === 'heard' && stretches[i - 1]?.word === 'asleep' ? stretches[i - 2] : undefined;
      if (after?.fromAt === stretch.toAt && isOn(after.word as HistoryWord)) stretch.word = after.word;
      else if (before && before.word !== 'on?' && isOn(before.word)) stretch.word = before.word;
      else Object.assign(stretch, { word: 'unknown', cause: 'no_probe', settled: false });
    }
    after = stretch;
  }
  return stretches as Interval[];
}

export const isOn = (word: HistoryWord): boolean => word === 'on' || word.startsWith('on:');

/** Only what lies in the stretch. How long a machine had been on before it depends on how far back was read: there `sinceAt` is the cut. */
function clip(intervals: readonly Interval[], fromAt: number, toAt: number, { beginsAt, revokedAt }: Known): Interval[] {
  const from = Math.max(fromAt, beginsAt);
  const until = Math.min(toAt, revokedAt ?? Infinity);
  const found: Interval[] = [];
  for (const interval of intervals) {
    if (interval.toAt <= from || interval.fromAt >= until) continue;
    const cut = { ...interval, fromAt: Math.max(interval.fromAt, from), toAt: Math.min(interval.toAt, until) };
    if (isOn(cut.word)) cut.sinceAt = cut.fromAt;
    found.push(cut);
  }
  if (revokedAt !== null && revokedAt < toAt) {
    found.push({ fromAt: Math.max(revokedAt, from), toAt, sinceAt: revokedAt, word: 'removed', cause: 'revoked', settled: true, degraded: false, proof: [] });
  }
  return found.filter((interval) => interval.toAt > interval.fromAt);
}

/** A machine that never spoke and one whose agent was taken off owe no answer: that none came tells nothing new. */
const AWAITS_NOTHING: ReadonlySet<HistoryWord> = new Set(['unseen', 'removed']);

/** Equal neighbours as one. `given up`: what nothing has settled in 30 days is unknown. */
function join(intervals: readonly Interval[], givenUp: boolean): Interval[] {
  const joined: Interval[] = [];
  for (const interval of intervals) {
    const next: Interval = givenUp && !interval.settled ? { ...interval, word: AWAITS_NOTHING.has(interval.word) ? interval.word : 'unknown', settled: true } : interval;
    const last = joined.at(-1);
    // The half minute before the agent's start belongs to what it then tells.
    if (last?.cause === 'boot' && last.word === next.word && next.cause === 'heard') last.cause = 'heard';
    if (last && last.toAt === next.fromAt && last.word === next.word && last.cause === next.cause && last.settled === next.settled && last.degraded === next.degraded) {
      last.toAt = next.toAt;
      last.proof = [...last.proof.slice(0, 1), ...next.proof.slice(-1)];
    } else joined.push({ ...next });
  }
  return joined;
}

/** Where it stands in the first journal that tells of it. */
const firstRef = ({ refs }: Event): Reference => refs.reduce((a, b) => (b.epoch < a.epoch ? b : a));
const beginOf = (event: Event): Proof => ({ epoch: firstRef(event).epoch, seq: firstRef(event).seq, kind: event.kind });
const endOf = (event: Event): Proof => ({ epoch: firstRef(event).epoch, seq: firstRef(event).lastSeq, kind: event.kind });

/** A run of heartbeats that lies across an instant, as two: what is told of a stretch must not depend on where runs happen to begin. */
function cutAt(run: Event, at: number): Event[] {
  if (run.at >= at || run.endAt < at) return [run];
  const before = Math.ceil((at - run.at) / HEARTBEAT_MS);
  return [
    { ...run, endAt: run.at + (before - 1) * HEARTBEAT_MS, refs: run.refs.map((ref) => ({ ...ref, lastSeq: ref.seq + before - 1 })) },
    { ...run, at: run.at + before * HEARTBEAT_MS, refs: run.refs.map((ref) => ({ ...ref, seq: ref.seq + before })) },
  ];
}
