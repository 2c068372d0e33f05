/**
 * What a site was over a stretch of the past, from its machines' intervals, its opening hours, the server's blind windows and its maintenance. Availability
 * counts each open instant once, the first line that matches:
 *
 *   excluded        somebody announced that it is worked on, whatever its PCs tell
 *   connected       a PC on, its way to the Internet working (our own server out of reach does not count against the site)
 *   disconnected    a PC on, its way to the Internet failing
 *   excluded        the server was blind and nobody's records tell
 *   unknown         an expected PC that nothing tells of (silent, or on without its agent)
 *   off             proven that none is on
 *
 * A machine silent for seven opening days is not expected any more; where no other is left, the site is unknown, not off.
 */
import type { Verdict, VerdictCause } from '@cac/shared/history.ts';
import { LINK_LAYERS } from '@cac/shared/states.ts';
import type { BlindWindow } from '../blindness.ts';
import type { Interval } from './timeline.ts';

export type MachinePast = Pick<Interval, 'fromAt' | 'toAt' | 'sinceAt' | 'word' | 'cause' | 'settled' | 'degraded'>;

export interface SitePast {
  fromAt: number;
  toAt: number;
  /** When the site is expected open, in order and whole: they may begin before the stretch and end after it, or after now. */
  openings: readonly { fromAt: number; toAt: number }[];
  /** Why it is closed all day, if it is. */
  closed: VerdictCause | null;
  /** One list per machine; each fills the stretch from the beginning of its past on. */
  machines: readonly (readonly MachinePast[])[];
  blind: readonly BlindWindow[];
  /** Its maintenance windows. */
  maintenance: readonly { fromAt: number; toAt: number }[];
  /** A machine silent since before this instant is not expected any more: seven opening days ago. */
  droppedBefore: number;
}

export interface SiteInterval {
  fromAt: number;
  toAt: number;
  verdict: Verdict;
  cause: VerdictCause;
  settled: boolean;
}

/** Ms of opening time: `connMs + discMs + unkMs + offMs = openMs`; excluded time lies outside. */
export interface OpeningTotals {
  openMs: number;
  connMs: number;
  discMs: number;
  unkMs: number;
  offMs: number;
  excludedMs: number;
  /** Of openMs, what later evidence may still change. */
  provisionalMs: number;
}

export const NO_TOTALS: OpeningTotals = { openMs: 0, connMs: 0, discMs: 0, unkMs: 0, offMs: 0, excludedMs: 0, provisionalMs: 0 };

const TOGETHER_MS = 120_000;
/** Who switches the mains off a little before closing time closes the place. */
const CLOSING_MS = 10 * 60_000;

/** The site's intervals, and what they make of its opening time. Nothing at all while no machine has ever been heard. */
export function siteDayOf(past: SitePast): { intervals: SiteInterval[]; totals: OpeningTotals } {
  const totals = { ...NO_TOTALS };
  const intervals: SiteInterval[] = [];
  let seenOn = false;
  // Each list is walked once beside the segments: a machine whose link flaps all day has thousands of intervals.
  const openingAt = walk(past.openings);
  const machineAts = past.machines.map(walk);
  for (const { fromAt, toAt } of segmentsOf(past)) {
    const opening = openingAt(fromAt);
    const now = machineAts.flatMap((machineAt) => machineAt(fromAt) ?? []);
    if (opening?.fromAt === fromAt) seenOn = false;
    // An opening that began the day before: who went off since then had been on in it.
    else if (opening !== null && fromAt === past.fromAt) seenOn = now.some((machine) => machine.sinceAt > opening.fromAt);
    if (now.every((machine) => machine.word === 'unseen' || machine.word === 'removed')) continue;
    const within = (window: { fromAt: number; toAt: number }): boolean => window.fromAt <= fromAt && fromAt < window.toAt;
    const told = momentOf(now, past.droppedBefore, past.blind.some(within));
    const isWorkedOn = opening !== null && past.maintenance.some(within);
    const moment: Moment = isWorkedOn ? { ...told, kind: 'excluded', settled: true } : told;
    seenOn ||= told.kind === 'conn' || told.kind === 'disc';
    const verdict = opening === null ? closedVerdict(moment, past.closed) : isWorkedOn ? WORKED_ON : openVerdict(moment, opening, seenOn);
    if (opening !== null) count(totals, moment, toAt - fromAt, verdict.settled);
    const last = intervals.at(-1);
    if (last && last.toAt === fromAt && last.verdict === verdict.verdict && last.cause === verdict.cause && last.settled === verdict.settled) last.toAt = toAt;
    else intervals.push({ fromAt, toAt, ...verdict });
  }
  return { intervals, totals };
}

/** The one that holds an instant, of stretches in order; asked for ever later instants. */
function walk<T extends { fromAt: number; toAt: number }>(stretches: readonly T[]): (at: number) => T | null {
  let next = 0;
  return (at) => {
    while (next < stretches.length && stretches[next]!.toAt <= at) next += 1;
    const found = stretches[next];
    return found !== undefined && found.fromAt <= at ? found : null;
  };
}

type Kind = 'conn' | 'disc' | 'excluded' | 'unk' | 'off';

interface Moment {
  kind: Kind;
  settled: boolean;
  /** The machines that count at this moment: expected, and heard at least once. */
  counted: readonly MachinePast[];
  /** Those that make the kind. */
  deciding: readonly MachinePast[];
}

function momentOf(machines: readonly MachinePast[], droppedBefore: number, isBlind: boolean): Moment {
  const counted = machines.filter((machine) => kindOf(machine) !== null && !isDropped(machine, droppedBefore));
  if (counted.length === 0) return { kind: isBlind ? 'excluded' : 'unk', settled: machines.every((machine) => machine.settled), counted, deciding: [] };
  const found = (['conn', 'disc', 'unk', 'off'] as const).find((kind) => counted.some((machine) => kindOf(machine) === kind))!;
  const deciding = counted.filter((machine) => kindOf(machine) === found);
  // One PC that is proven on is enough; that none is must be proven of each.
  const settled = found === 'conn' || found === 'disc' ? deciding.some((machine) => machine.settled) : counted.every((machine) => machine.settled);
  return { kind: found === 'unk' && isBlind ? 'excluded' : found, settled, counted, deciding };
}

function kindOf({ word }: MachinePast): Exclude<Kind, 'excluded'> | null {
  switch (word) {
    case 'on':
    case 'on:server':
      return 'conn';
    case 'on:lan':
    case 'on:gateway':
    case 'on:dns':
    case 'on:portal':
    case 'on:internet':
      return 'disc';
    case 'off:clean':
    case 'off:unclean':
    case 'off:rebooting':
    case 'asleep':
      return 'off';
    case 'agent_dead:stopped':
    case 'agent_dead:killed':
    case 'unreachable':
    case 'unknown':
      return 'unk';
    case 'unseen':
    case 'removed':
      return null;
    default:
      return word satisfies never;
  }
}

/** Silent, and not explained since. What a journal has settled is known, however long it lasted. */
const isDropped = (machine: MachinePast, before: number): boolean =>
  machine.sinceAt < before && (machine.word === 'unreachable' || machine.word === 'unknown' || (!machine.settled && kindOf(machine) === 'off'));

type VerdictOf = Pick<SiteInterval, 'verdict' | 'cause' | 'settled'>;

const closedVerdict = ({ kind }: Moment, closed: VerdictCause | null): VerdictOf => ({ verdict: 'closed', cause: kind === 'conn' || kind === 'disc' ? 'pc_on' : (closed ?? 'hours'), settled: true });

const WORKED_ON: VerdictOf = { verdict: 'excluded', cause: 'maintenance', settled: true };

function openVerdict(moment: Moment, opening: { fromAt: number; toAt: number }, seenOn: boolean): VerdictOf {
  const { kind, settled, counted, deciding } = moment;
  switch (kind) {
    case 'conn':
      return deciding.every((machine) => machine.degraded) ? { verdict: 'degraded', cause: 'slow', settled } : { verdict: 'connected', cause: 'heard', settled };
    case 'disc':
      return { verdict: 'no_internet', cause: commonLayer(deciding), settled };
    case 'excluded':
      return { verdict: 'excluded', cause: 'blind', settled };
    case 'unk':
    case 'off': {
      const lost = lostTogether(counted, opening);
      if (lost.length > 0) {
        if (Math.min(...lost.map((machine) => machine.sinceAt)) >= opening.toAt - CLOSING_MS) return { verdict: 'no_pc', cause: 'closing', settled };
        return { verdict: 'cut', cause: lost.every((machine) => machine.word === 'off:unclean' && machine.settled) ? 'power' : 'power_or_line', settled };
      }
      if (kind === 'unk') return { verdict: 'unknown', cause: unknownCause(moment), settled };
      if (!seenOn) return { verdict: 'no_pc', cause: 'since_opening', settled };
      if (Math.max(...counted.map((machine) => machine.sinceAt)) >= opening.toAt - CLOSING_MS) return { verdict: 'no_pc', cause: 'closing', settled };
      return { verdict: 'no_pc', cause: counted.some((machine) => machine.word === 'asleep') ? 'asleep' : 'all_off', settled };
    }
    default:
      return kind satisfies never;
  }
}

const unknownCause = ({ counted, deciding }: Moment): VerdictCause => {
  if (counted.length === 0) return 'dropped';
  return deciding.some((machine) => machine.word.startsWith('agent_dead')) ? 'agent_dead' : 'silence';
};

/** Those that were on in this opening and were lost, without a word, within two minutes of one another; none where fewer than two. */
function lostTogether(machines: readonly MachinePast[], opening: { fromAt: number }): MachinePast[] {
  const lost = machines.filter((machine) => (machine.word === 'unreachable' || machine.word === 'off:unclean') && machine.sinceAt > opening.fromAt);
  const together = lost.filter((a) => lost.some((b) => a !== b && Math.abs(a.sinceAt - b.sinceAt) <= TOGETHER_MS));
  return together.length >= 2 ? together : [];
}

/** The layer that most of them name; of two, the nearer to the PC. */
function commonLayer(machines: readonly MachinePast[]): VerdictCause {
  const named = machines.map((machine) => machine.word.slice('on:'.length));
  const layers = LINK_LAYERS.filter((layer) => layer !== 'server');
  const votes = layers.map((layer) => named.filter((name) => name === layer).length);
  return layers[votes.indexOf(Math.max(...votes))]!;
}

function count(totals: OpeningTotals, { kind }: Moment, ms: number, settled: boolean): void {
  if (kind === 'excluded') return void (totals.excludedMs += ms);
  totals.openMs += ms;
  totals[`${kind}Ms`] += ms;
  if (!settled) totals.provisionalMs += ms;
}

/** Cut wherever a machine, the hours, the server's sight or a maintenance change. */
function segmentsOf({ fromAt, toAt, openings, machines, blind, maintenance }: SitePast): { fromAt: number; toAt: number }[] {
  const edges = new Set([fromAt, toAt]);
  const note = (at: number): void => {
    if (at > fromAt && at < toAt) edges.add(at);
  };
  for (const stretch of [...openings, ...blind, ...maintenance, ...machines.flat()]) {
    note(stretch.fromAt);
    note(stretch.toAt);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((to, i) => ({ fromAt: sorted[i]!, toAt: to }));
}

