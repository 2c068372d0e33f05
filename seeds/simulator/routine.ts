/**
 * What a simulated PC lived through: days of being switched on and off, lines that fail, power cuts, as the records its
 * agent would have journaled. Pure: the same random numbers and the same `now` give the same life.
 */
import type { TimedDraft } from '@cac/agent/core/beat.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import type { Random } from '../random.ts';

/** flaky: its line fails now and then; no_internet: for days now; idle: rarely switched on; gone: not for a week and a half. */
export type Character = 'steady' | 'flaky' | 'no_internet' | 'idle' | 'gone';

/** When it is used: a school; a place open all day; one that opens after lunch, and on Saturdays and Sundays. */
export type Rhythm = 'school' | 'day' | 'afternoon';

export interface Boot {
  boot: string;
  /** Ms UTC. */
  bootAt: number;
}

/** One stretch of being on. Instants in ms UTC. */
export interface Session extends Boot {
  /** Null: still on. */
  endAt: number | null;
  /** The power failed: nothing says that it ended. */
  cut: boolean;
  links: { at: number; link: LinkWord }[];
  /** Without its agent, though on. */
  dead: { from: number; to: number } | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What a session's clock was behind the server's, as the agent of a pilot learned it: so its days are placed by more than its own clock. */
const CLOCK_OFF_MS = -40;
const GONE_MS = 11 * DAY_MS;
/** Of sessions, those in which the agent is stopped for a while: what nothing tells of. */
const DEAD_SHARE = 0.07;
const OPENS = { usual: 0.93, idle: 0.4 };
/** Moroccan wall time minus UTC. Ramadan is left out: no demonstration reaches back so far. */
const wallOffset = (at: number): number => (at < Date.UTC(2026, 8, 20, 1) ? HOUR_MS : 0);
/** What fails in the past, and what may fail now while the server is still reached: a filtered or national-only line. */
const FAILED: readonly LinkWord[] = ['internet', 'internet', 'dns', 'gateway'];
export const FAILING: readonly LinkWord[] = ['internet', 'internet', 'dns'];

const text = (random: Random, length: number, letters: string): string => Array.from({ length }, () => letters[random.int(letters.length)]).join('');
export const epochOf = (random: Random): string => text(random, 16, 'abcdefghijklmnopqrstuvwxyz012345');
export const instOf = (random: Random): string => text(random, 16, '0123456789abcdef');
const bootOf = (random: Random, bootAt: number): string => `sim-${text(random, 8, '0123456789abcdef')}-${Math.floor(bootAt / 60_000)}`;

/** A PC that has been on for `upMs`. */
export const boots = (random: Random, upMs: number, now: number): Boot => ({ boot: bootOf(random, now - upMs), bootAt: Math.round(now - upMs) });

/** When the agent starts on a PC that is on: its first records. */
export function firstDrafts(random: Random, { boot, bootAt }: Boot, link: LinkWord, now: number): TimedDraft[] {
  const m = now - bootAt;
  const bodies: [kind: string, body: Record<string, unknown>][] = [['boot', { boot, up: m }], ['agent_start', { ver: 'simulated', up: m }], ['net', { link, if: 'wired' }], ['sample', probeResults(random, link)]];
  return bodies.map(([kind, body]) => ({ kind, m, w: now, body }));
}

/** When it shuts down: its last record. */
export const stopDraft = ({ bootAt }: Boot, now: number): TimedDraft => ({ kind: 'stop', m: now - bootAt, w: now, body: { why: 'shutdown' } });

/** The sessions of the last `days` days of a PC that is on, oldest first; it has been in the last one for some hours, with this link, unless it is gone. */
export function sessionsOf(random: Random, character: Character, link: LinkWord, rhythm: Rhythm, days: number, now: number): Session[] {
  const sessions: Session[] = [];
  const liveFrom = now - (0.5 + random.next() * 5) * HOUR_MS;
  const midnight = Math.floor((now - days * DAY_MS) / DAY_MS) * DAY_MS;
  for (let day = midnight; day < now; day += DAY_MS) {
    const weekday = new Date(day).getUTCDay();
    const { closed, bootHour, hours } = usedOn(rhythm, weekday);
    const opens = !closed && random.chance(character === 'idle' ? OPENS.idle : OPENS.usual);
    const bootAt = Math.round(day - wallOffset(day) + (bootHour + 0.8 * random.next()) * HOUR_MS);
    const endAt = Math.round(bootAt + (hours[0] + (hours[1] - hours[0]) * random.next()) * HOUR_MS);
    if (opens && endAt < (character === 'gone' ? now - GONE_MS : liveFrom - HOUR_MS)) sessions.push(sessionOf(random, character, bootAt, endAt, now));
  }
  if (character === 'gone') return sessions;
  return [...sessions, { boot: bootOf(random, liveFrom), bootAt: Math.round(liveFrom), endAt: null, cut: false, links: [{ at: Math.round(liveFrom) + 45_000, link }], dead: null }];
}

/** From when to when on a day of the week (0: Sunday). */
function usedOn(rhythm: Rhythm, weekday: number): { closed: boolean; bootHour: number; hours: [least: number, most: number] } {
  if (rhythm === 'school') return { closed: weekday === 0 || weekday === 6, bootHour: 8.3, hours: [4, 9] };
  if (rhythm === 'day') return { closed: weekday === 0, bootHour: 8.3, hours: [8, 10.5] };
  const isWeekend = weekday === 0 || weekday === 6;
  return { closed: weekday === 1, bootHour: isWeekend ? 9.4 : 14, hours: isWeekend ? [9, 10.5] : [5, 6] };
}

function sessionOf(random: Random, character: Character, bootAt: number, endAt: number, now: number): Session {
  const links: Session['links'] = [{ at: bootAt + 45_000, link: character === 'no_internet' && endAt > now - 6 * DAY_MS ? 'internet' : 'ok' }];
  if (character === 'flaky' || random.chance(0.06)) {
    const from = bootAt + (0.2 + 0.5 * random.next()) * (endAt - bootAt);
    const to = from + (0.1 + random.next()) * HOUR_MS;
    links.push({ at: Math.round(from), link: random.pick(FAILED) });
    if (to < endAt - 60_000) links.push({ at: Math.round(to), link: 'ok' });
  }
  const deadFrom = bootAt + (0.1 + 0.5 * random.next()) * (endAt - bootAt);
  const dead = random.chance(DEAD_SHARE) ? { from: deadFrom, to: deadFrom + 0.3 * (endAt - bootAt) } : null;
  return { boot: bootOf(random, bootAt), bootAt, endAt, cut: random.chance(0.12), links, dead };
}

/** So many sessions are journaled at a time: keeps a large fleet's memory small. */
const SESSIONS_AT_ONCE = 4;

/**
 * The sessions' records up to `until`, a few days at a time. No portion but the last ends with a `stop`: what is newest in
 * a journal is taken for the present.
 */
export function* portionsOf(random: Random, sessions: readonly Session[], until: number): Generator<TimedDraft[]> {
  let kept: TimedDraft[] = [];
  for (let from = 0; from < sessions.length; from += SESSIONS_AT_ONCE) {
    const drafts = [...kept, ...sessions.slice(from, from + SESSIONS_AT_ONCE).flatMap((session) => draftsOf(random, session, until))];
    kept = drafts.at(-1)?.kind === 'stop' && from + SESSIONS_AT_ONCE < sessions.length ? drafts.splice(-1) : [];
    yield drafts;
  }
}

/** What the probes say under a link, as the agent's probes name them. */
export function probeResults(random: Random, link: LinkWord): Record<string, number | string> {
  const order = ['gateway', 'dns', 'internet'];
  const broken = order.indexOf(link);
  const result = (layer: number, ms: number): number | string => (broken >= 0 && broken <= layer ? 'timeout' : Math.round(ms * (0.7 + 0.6 * random.next()) * 10) / 10);
  return { gw: result(0, 3), dns: broken === 1 ? 'timeout' : result(0, 28), net1: result(2, 95), srv: result(2, 60) };
}

/** The journal of a session from its boot to its end, or to `now`. A full sample stands in for the rarer ones of a quiet line: once an hour. */
export function draftsOf(random: Random, session: Session, now: number): TimedDraft[] {
  const { boot, bootAt, endAt, cut, links, dead } = session;
  const until = endAt ?? now;
  const drafts: TimedDraft[] = [];
  const put = (kind: string, at: number, body: Record<string, unknown>): void => void drafts.push({ kind, m: at - bootAt, w: at, body });
  const startAt = bootAt + 40_000;
  put('boot', startAt, { boot, up: startAt - bootAt });
  put('agent_start', startAt, { ver: 'simulated', up: startAt - bootAt });
  put('clk', startAt, { off: CLOCK_OFF_MS });
  let told: LinkWord | null = null;
  for (let at = startAt + HEARTBEAT_MS, minute = 0; at <= until; at += HEARTBEAT_MS, minute += 1) {
    if (dead && at >= dead.from && at < dead.to) {
      if (at - HEARTBEAT_MS < dead.from) put('agent_stop', at, { why: 'service' });
      if (at + HEARTBEAT_MS >= dead.to) put('agent_start', at, { ver: 'simulated', up: at - bootAt });
      continue;
    }
    const change = links.findLast((l) => l.at <= at);
    if (change && change.link !== told) {
      told = change.link;
      put('net', at, { link: told, if: 'wired' });
      put('sample', at, probeResults(random, told));
    } else if (minute % 60 === 0) put('sample', at, probeResults(random, told ?? 'ok'));
    put('hb', at, { link: told ?? 'ok' });
  }
  if (endAt !== null && !cut) put('stop', endAt, { why: 'shutdown' });
  return drafts;
}
