/**
 * The rung that evidence proves of a site at the end of a day, and the numbers it rests on. The first line that holds:
 *
 *   in service   centre: of the last 30 opening days at least 10 observed, connected >= 60 % and known >= 80 % of their opening time
 *                school room: a connected session in >= 60 % of the last 8 school weeks
 *                suitcase, trolley: a connected session in the last 4 school weeks
 *   reporting    a PC was on within the last 7 opening days, or one without an agent gave its simple sign (the only rung that such a ping has a say in)
 *   enrolled     a PC was ever heard
 *
 * The numbers are thresholds in force that day. A school week has an opening day, so holidays take nothing away; the week that runs counts
 * beside the whole ones. Opening time is the calendar's, from the day after its first PC's past begins: what nothing tells of is in it, also when the
 * server itself was blind. So taking evidence away, such as an agent unplugged while the link is bad, never raises a rung; only a journal of before the enrolment has a say in where that
 * past begins.
 */
import type { ProvenReason, ServiceRule, Threshold } from '@cac/shared/ladder.ts';
import { dayAfter, weekdayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { thresholdOn } from './thresholds.ts';

/** What a told day of the site holds, of opening time. */
export interface ProofDay {
  connMs: number;
  /** Connected, disconnected or off: all but unknown. */
  knownMs: number;
  /** A PC was on at some time of the day, open or not. */
  heard: boolean;
  /** A PC without an agent called: weaker evidence. */
  pinged?: boolean;
}

export interface SiteProof {
  rule: ServiceRule;
  /** On which the past of its first PC begins; null while it has none. */
  beginsOn: LocalDay | null;
  /** On which a PC was on for the first time. */
  firstHeard: LocalDay | null;
  /** Days without an entry hold no evidence. */
  days: ReadonlyMap<LocalDay, ProofDay>;
  /** Opening time of a day by the calendar, ms. */
  openMs: (day: LocalDay) => number;
}

export interface Proven {
  rung: 0 | 1 | 2 | 3;
  reason: ProvenReason;
}

/** How far back days are looked at: school weeks and opening days are found beyond a summer. */
export const MOST_DAYS_BACK = 200;
const WEEK = 7;

export const serviceRuleOf = (programmeKind: string | null, equipment: string | null): ServiceRule =>
  programmeKind !== 'school' ? 'centre' : equipment === 'suitcase' || equipment === 'trolley' ? 'carried' : 'room';

export function serviceRung(proof: SiteProof, day: LocalDay, thresholds: readonly Threshold[]): Proven {
  const reporting = thresholdOn(thresholds, 'reporting', day);
  const key = `service.${proof.rule}` as const;
  const reason: ProvenReason = {
    rule: proof.rule, day, service: thresholdOn(thresholds, key, day), reportingDays: reporting?.days ?? null, lastHeard: null, silentDays: null, from: null,
    openingDays: 0, observedDays: 0, openMs: 0, connMs: 0, knownMs: 0, weeks: 0, weeksConnected: 0, sessions: 0, missing: [],
  };
  if (proof.firstHeard === null || proof.firstHeard > day) return { rung: 0, reason: { ...reason, missing: ['never_heard'] } };
  noteSilence(reason, proof, day);
  const missing = missingForService(reason, proof, day, thresholds);
  if (missing.length === 0) return { rung: 3, reason };
  const isReporting = reporting !== null && reason.silentDays !== null && reason.silentDays < reporting.days;
  return { rung: isReporting ? 2 : 1, reason: { ...reason, missing: isReporting ? missing : [reporting === null ? 'no_rule' : 'silent', ...missing] } };
}

/** The last day on which a PC was on or gave a simple sign, and the opening days after it. */
function noteSilence(reason: ProvenReason, proof: SiteProof, day: LocalDay): void {
  let silent = 0;
  for (let back = 0; back < MOST_DAYS_BACK; back += 1) {
    const one = dayAfter(day, -back);
    const told = proof.days.get(one);
    if (told?.heard || told?.pinged) {
      reason.lastHeard = one;
      if (!told.heard) reason.simple = true;
      reason.silentDays = silent;
      return;
    }
    if (proof.openMs(one) > 0) silent += 1;
    if (silent > 60) return;
  }
}

function missingForService(reason: ProvenReason, proof: SiteProof, day: LocalDay, thresholds: readonly Threshold[]): ProvenReason['missing'] {
  switch (proof.rule) {
    case 'centre': {
      const rule = thresholdOn(thresholds, 'service.centre', day);
      if (rule === null) return ['no_rule'];
      sumOpeningDays(reason, proof, day, rule.days);
      const { observedDays, openMs, connMs, knownMs } = reason;
      return [
        ...(observedDays < rule.observedDays ? (['few_days'] as const) : []),
        ...(openMs === 0 || connMs < rule.connected * openMs ? (['connected'] as const) : []),
        ...(openMs === 0 || knownMs < rule.observability * openMs ? (['observability'] as const) : []),
      ];
    }
    case 'room': {
      const rule = thresholdOn(thresholds, 'service.room', day);
      if (rule === null) return ['no_rule'];
      countWeeks(reason, proof, day, rule.weeks);
      // Fewer weeks than that lie in reach: the share is still of all that are asked for.
      return reason.weeksConnected < rule.share * rule.weeks ? ['weeks'] : [];
    }
    case 'carried': {
      const rule = thresholdOn(thresholds, 'service.carried', day);
      if (rule === null) return ['no_rule'];
      countWeeks(reason, proof, day, rule.weeks);
      return reason.sessions < rule.sessions ? ['sessions'] : [];
    }
    default:
      return proof.rule satisfies never;
  }
}

function sumOpeningDays(reason: ProvenReason, proof: SiteProof, day: LocalDay, days: number): void {
  for (let back = 0; back < MOST_DAYS_BACK && reason.openingDays < days; back += 1) {
    const one = dayAfter(day, -back);
    if (proof.beginsOn === null || one <= proof.beginsOn) return;
    const openMs = proof.openMs(one);
    if (openMs === 0) continue;
    const told = proof.days.get(one);
    reason.from = one;
    reason.openingDays += 1;
    reason.openMs += openMs;
    reason.connMs += told?.connMs ?? 0;
    reason.knownMs += told?.knownMs ?? 0;
    if ((told?.knownMs ?? 0) > 0) reason.observedDays += 1;
  }
}

/**
 * Whole weeks from Monday to Sunday, and the one that runs as a gift beside them: whether it is looked at must not hang on what it holds. A
 * session is a day on which a PC was connected in opening time.
 */
function countWeeks(reason: ProvenReason, proof: SiteProof, day: LocalDay, weeks: number): void {
  const monday = dayAfter(day, 1 - weekdayOf(day));
  const isRunning = weekdayOf(day) < WEEK;
  for (let back = 0; back * WEEK < MOST_DAYS_BACK && reason.weeks < weeks; back += 1) {
    const first = dayAfter(monday, -back * WEEK);
    const own = Array.from({ length: WEEK }, (_, n) => dayAfter(first, n)).filter((one) => one <= day);
    if (!own.some((one) => proof.openMs(one) > 0)) continue;
    const sessions = own.filter((one) => (proof.days.get(one)?.connMs ?? 0) > 0).length;
    reason.from = first;
    reason.sessions += sessions;
    if (sessions > 0) reason.weeksConnected += 1;
    if (back > 0 || !isRunning) reason.weeks += 1;
  }
}
