/**
 * In what trouble a site is at a moment, from its PCs' present states and its hours. A pure function: it returns what it decided and why.
 *
 *   closed        outside opening hours                                 nobody is told anything
 *   not_expected  never heard, or silent for more than seven opening days: a case for the deployment lists
 *   well          a PC is on and reaches the Internet (our own server out of reach does not count against it)
 *   internet_down every PC that is on says that its way to the Internet fails
 *   did_not_open  open by the calendar, and no PC was heard since; centres only
 *   site_offline  the last PC of this opening fell silent without a word
 *   left          the last PC of this opening was shut down or put to sleep by somebody
 *
 * Which PC went last decides: one that was lost at eleven says nothing of a place that worked until five.
 */
import type { EvidenceLine, IncidentCause, Reason, SiteCondition } from '@cac/shared/incidents.ts';
import { LINK_LAYERS } from '@cac/shared/states.ts';

export interface WatchedMachine {
  id: string;
  name: string;
  /** Its state as one word (shared/states.ts). */
  word: string;
  sinceAt: number;
  lastSignAt: number | null;
  /** Its last probes passed, but slowly or in part. */
  degraded: boolean;
}

export interface SiteFacts {
  isCentre: boolean;
  /** The opening that runs; null while closed. */
  opening: { fromAt: number; toAt: number } | null;
  /** Opening days since it was last heard, the present one included; null: never heard. */
  silentDays: number | null;
  machines: readonly WatchedMachine[];
}

export interface Patience {
  now: number;
  /** Nobody is missed before this: the server was blind until shortly before. */
  hearingSince: number;
  graceMs: number;
  openingGraceMs: number;
}

export type Judgement =
  | { kind: 'closed' | 'not_expected' | 'well' | 'left'; sinceAt: number | null }
  | { kind: 'trouble'; condition: Exclude<SiteCondition, ''>; sinceAt: number; opensAt: number; /** Before it nothing opens, however long it lasts: nobody was heard until shortly before. */ heldUntil: number; cause: IncidentCause; reason: Reason };

/** A machine silent for longer is not expected any more. */
export const EXPECTED_OPENING_DAYS = 7;
const TOGETHER_MS = 120_000;

export function judge({ isCentre, opening, silentDays, machines }: SiteFacts, { now, hearingSince, graceMs, openingGraceMs }: Patience): Judgement {
  if (opening === null) return { kind: 'closed', sinceAt: null };
  if (silentDays === null || silentDays > EXPECTED_OPENING_DAYS) return { kind: 'not_expected', sinceAt: null };
  const heldUntil = hearingSince + graceMs;
  const on = machines.filter(({ word }) => word === 'on' || word.startsWith('on:'));
  const reaching = on.filter(({ word }) => word === 'on' || word === 'on:server');
  if (reaching.length > 0) return ofReaching(reaching, now, graceMs, heldUntil);
  if (on.length > 0) {
    const sinceAt = Math.max(...on.map((machine) => machine.sinceAt), opening.fromAt);
    const cause = commonLayer(on);
    return { kind: 'trouble', condition: 'internet_down', sinceAt, opensAt: Math.max(sinceAt + graceMs, heldUntil), heldUntil, cause, reason: { word: 'all_on_fail', figures: { n: on.length, layer: cause } } };
  }
  const heard = machines.filter((machine) => (machine.lastSignAt ?? 0) >= opening.fromAt);
  if (heard.length === 0) {
    if (!isCentre) return { kind: 'left', sinceAt: null };
    const missedFrom = Math.max(opening.fromAt, hearingSince > opening.fromAt ? hearingSince : 0);
    return { kind: 'trouble', condition: 'did_not_open', sinceAt: opening.fromAt, opensAt: missedFrom + openingGraceMs, heldUntil, cause: 'never_on', reason: { word: 'none_since_opening', figures: { opensAt: opening.fromAt, graceMs: openingGraceMs } } };
  }
  const goneAt = (machine: WatchedMachine): number => (isSilent(machine) ? machine.lastSignAt! : machine.sinceAt);
  const last = heard.reduce((latest, machine) => (goneAt(machine) > goneAt(latest) ? machine : latest));
  if (!isSilent(last)) return { kind: 'left', sinceAt: goneAt(last) };
  const lost = heard.filter(isSilent);
  const together = lost.filter((machine) => goneAt(last) - goneAt(machine) <= TOGETHER_MS).length;
  return {
    kind: 'trouble',
    condition: 'site_offline',
    sinceAt: goneAt(last),
    opensAt: Math.max(last.sinceAt, hearingSince) + graceMs,
    heldUntil,
    cause: together > 1 ? 'lost_together' : 'silence',
    reason: { word: together > 1 ? 'lost_together' : 'last_fell_silent', figures: { n: together, lastSeenAt: goneAt(last), missedAt: last.sinceAt } },
  };
}

function ofReaching(reaching: readonly WatchedMachine[], now: number, graceMs: number, heldUntil: number): Judgement {
  const sinceAt = Math.min(...reaching.map((machine) => machine.sinceAt));
  if (!reaching.every((machine) => machine.degraded)) return { kind: 'well', sinceAt };
  // It is dated when it is noticed. One slow round says little: what lasts for two more is told.
  return { kind: 'trouble', condition: 'link_degraded', sinceAt: now, opensAt: now + 3 * graceMs, heldUntil, cause: 'degraded', reason: { word: 'all_on_slow', figures: { n: reaching.length } } };
}

/** Nobody said that it would go: a shutdown, a sleep or a reboot that was announced is somebody's act. */
const isSilent = ({ word }: WatchedMachine): boolean => word === 'unreachable' || word === 'off:unclean' || word.startsWith('agent_dead');

/** The layer that most of them name; of two, the nearer to the PC. */
function commonLayer(machines: readonly WatchedMachine[]): IncidentCause {
  const layers = LINK_LAYERS.filter((layer) => layer !== 'server');
  const votes = layers.map((layer) => machines.filter(({ word }) => word === `on:${layer}`).length);
  return layers[votes.indexOf(Math.max(...votes))]!;
}

/** What was known of each PC, the newest first; of a hundred, the first twenty. */
export const evidenceOf = (machines: readonly WatchedMachine[]): EvidenceLine[] =>
  machines
    .toSorted((a, b) => (b.lastSignAt ?? 0) - (a.lastSignAt ?? 0))
    .slice(0, 20)
    .map(({ id, name, word, sinceAt, lastSignAt }) => ({ machine: id, name, state: word, since: sinceAt, lastSeenAt: lastSignAt }));
