/**
 * Who is told of an incident, how, and when; and why a route tells nobody. Pure. In this order, the first that holds:
 *
 *   route off, or of another step        not looked at (`after`)
 *   incident's kind, severity, programme, region are not the route's       `kind`, `severity`, `programme`, `region`
 *   outside the route's hours                                              `hours`
 *   no channel of this kind is on                                          `no_channel`
 *   nobody on it has a region of the incident in scope (administrators only, for the platform's own)  `nobody_in_region`
 *   who has one has no address                                             `no_address`
 *
 * A person's scope wins over any route. Minor incidents are told in daily lists, never at once. Nobody is told twice by two routes.
 */
import type { Role, Scope } from '@cac/shared/api.ts';
import { SEVERITIES, type IncidentKind, type Severity } from '@cac/shared/incidents.ts';
import type { AlertRoute, ChannelKind } from '@cac/shared/notices.ts';
import type { Language } from '@cac/shared/people.ts';
import { hourEnd, quietUntil, withinHours, type Hours } from './hours.ts';

export interface TellablePerson {
  id: number;
  name: string;
  role: Role;
  scope: Scope;
  email: string | null;
  phone: string | null;
  language: Language;
  quiet: Hours | null;
}

export interface UsableChannel {
  id: number;
  kind: ChannelKind;
  name: string;
}

/** What of an incident decides who is told. */
export interface Extent {
  kind: IncidentKind;
  severity: Severity;
  regions: readonly string[];
  programmes: readonly string[];
}

export type WhyNobody = 'after' | 'minor' | 'kind' | 'severity' | 'programme' | 'region' | 'hours' | 'no_channel' | 'nobody_in_region' | 'no_address';

export interface Receiver {
  /** `account:5` or `channel:2`: of one receiver and one kind of channel there is one message. */
  key: string;
  accountId: number | null;
  name: string;
  channelKind: ChannelKind;
  /** Of a webhook; people are reached by whichever channel of the kind is on when it is sent. */
  channelId: number | null;
  address: string;
  language: Language;
  quiet: Hours | null;
}

export type Reach = { to: Receiver[]; why: null } | { to: []; why: WhyNobody };

const nobody = (why: WhyNobody): Reach => ({ to: [], why });
const meets = (wanted: readonly string[], found: readonly string[]): boolean => wanted.length === 0 || wanted.some((one) => found.includes(one));

/** Whom one route reaches; `now` null: at whatever hour. */
export function reachOf(route: AlertRoute, people: readonly TellablePerson[], channels: readonly UsableChannel[], extent: Extent, now: number | null): Reach {
  const platform = extent.kind === 'platform_blind';
  if (!meets(route.kinds, [extent.kind])) return nobody('kind');
  if (SEVERITIES.indexOf(extent.severity) < SEVERITIES.indexOf(route.minSeverity)) return nobody('severity');
  if (!platform && !meets(route.programmes, extent.programmes)) return nobody('programme');
  if (!platform && !meets(route.regions, extent.regions)) return nobody('region');
  if (now !== null && !withinHours(route.hours, now)) return nobody('hours');
  const { target } = route;
  if (target.kind === 'channel') {
    const channel = channels.find(({ id, kind }) => id === target.id && kind === route.by);
    if (channel === undefined) return nobody('no_channel');
    // The platform's own troubles leave it by a webhook only where a route names them.
    if (platform && !route.kinds.includes('platform_blind')) return nobody('kind');
    return { to: [{ key: `channel:${channel.id}`, accountId: null, name: channel.name, channelKind: channel.kind, channelId: channel.id, address: `channel:${channel.id}`, language: 'fr', quiet: null }], why: null };
  }
  if (!channels.some(({ kind }) => kind === route.by)) return nobody('no_channel');
  const meant = people.filter((person) => (target.kind === 'role' ? person.role === target.role : person.id === target.id));
  const regions = extent.regions.filter((region) => route.regions.length === 0 || (route.regions as readonly string[]).includes(region));
  const inScope = meant.filter(({ role, scope }) => (platform ? role === 'administrator' : sees(scope, regions)));
  if (inScope.length === 0) return nobody('nobody_in_region');
  const to = inScope.flatMap((person): Receiver[] => {
    const address = route.by === 'sms' ? person.phone : person.email;
    return address === null ? [] : [{ key: `account:${person.id}`, accountId: person.id, name: person.name, channelKind: route.by, channelId: null, address, language: person.language, quiet: person.quiet }];
  });
  return to.length === 0 ? nobody('no_address') : { to, why: null };
}

export const sees = (scope: Scope, regions: readonly string[]): boolean => scope.kind === 'all' || regions.some((region) => (scope.regions as readonly string[]).includes(region));

export interface Planned extends Receiver {
  dueAt: number;
}

/** Messages one person gets by one kind of channel within a clock hour; more wait for its end and come as one list. */
export const CAP_AN_HOUR = 12;

export interface Plan {
  rows: Planned[];
  why: { route: string; why: WhyNobody | null }[];
}

/**
 * `step`: routes whose wait lies within it, `{from: 0, to: 0}` for those that tell at once. `sent`: how many messages a receiver was given in the
 * clock hour that runs, by `key kind`.
 */
export function receiversOf(routes: readonly AlertRoute[], people: readonly TellablePerson[], channels: readonly UsableChannel[], extent: Extent, step: { from: number; to: number }, now: number, sent: ReadonlyMap<string, number>): Plan {
  const found = new Map<string, Planned>();
  const why: Plan['why'] = [];
  for (const route of routes) {
    if (!route.enabled || route.afterMs < step.from || route.afterMs > step.to) {
      why.push({ route: route.name, why: 'after' });
      continue;
    }
    const reach: Reach = extent.severity === 'minor' && extent.kind !== 'platform_blind' ? nobody('minor') : reachOf(route, people, channels, extent, now);
    why.push({ route: route.name, why: reach.why });
    for (const receiver of reach.to) {
      const id = `${receiver.key} ${receiver.channelKind}`;
      // What is critical is beyond the cap: what the cap held back comes with it.
      if (!found.has(id)) found.set(id, { ...receiver, dueAt: dueAtOf(receiver, now, extent.severity === 'critical' ? 0 : (sent.get(id) ?? 0)) });
    }
  }
  return { rows: [...found.values()], why };
}

/** A program has neither nights nor too much: caps and quiet hours are people's. */
export function dueAtOf({ accountId, quiet }: Pick<Receiver, 'accountId' | 'quiet'>, now: number, sentThisHour: number): number {
  if (accountId === null) return now;
  const capped = sentThisHour >= CAP_AN_HOUR ? hourEnd(now) : now;
  return quietUntil(quiet, capped) ?? capped;
}
