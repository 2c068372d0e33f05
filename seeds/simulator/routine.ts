/**
 * What a simulated PC lived through: days of being switched on and off, lines that fail, power cuts, as the records its
 * agent would have journaled. Pure: the same random numbers and the same `now` give the same life.
 */
import type { TimedDraft } from '@cac/agent/core/beat.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import type { Random } from '../random.ts';

/** gone: silent for days; cut: its last session ended without a word; closed: switched off for now. */
export type Character = 'steady' | 'flaky' | 'no_internet' | 'closed' | 'cut' | 'gone';

/** One stretch of being on. Instants in ms UTC. */
export interface Session {
  boot: string;
  bootAt: number;
  /** Null: still on. */
  endAt: number | null;
  /** The power failed: nothing says that it ended. */
  cut: boolean;
  links: { at: number; link: LinkWord }[];
}

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Moroccan wall time minus UTC. Ramadan is left out: no demonstration reaches back so far. */
const wallOffset = (at: number): number => (at < Date.UTC(2026, 8, 20, 1) ? HOUR_MS : 0);
/** What fails in the past, and what may fail now while the server is still reached: a filtered or national-only line. */
const FAILED: readonly LinkWord[] = ['internet', 'internet', 'dns', 'gateway'];
const FAILING: readonly LinkWord[] = ['internet', 'internet', 'dns'];

const CHARACTERS: readonly (readonly [Character, number])[] = [['steady', 0.56], ['flaky', 0.14], ['no_internet', 0.08], ['closed', 0.1], ['cut', 0.06], ['gone', 0.06]];

export function drawCharacter({ next }: Random): Character {
  let left = next();
  for (const [character, share] of CHARACTERS) if ((left -= share) < 0) return character;
  return 'steady';
}

/** The sessions of the last `days` days, oldest first; the last one is still on, unless the character says otherwise. */
export function sessionsOf(random: Random, character: Character, school: boolean, days: number, now: number): Session[] {
  const sessions: Session[] = [];
  const silentAfter = character === 'gone' ? now - (2 + random.int(18)) * DAY_MS : now;
  const onNow = character === 'steady' || character === 'flaky' || character === 'no_internet';
  const liveFrom = now - (0.5 + random.next() * 5) * HOUR_MS;
  const midnight = Math.floor((now - days * DAY_MS) / DAY_MS) * DAY_MS;
  for (let day = midnight; day < now; day += DAY_MS) {
    const weekday = new Date(day).getUTCDay();
    const opens = weekday !== 0 && !(school && weekday === 6) && random.chance(0.93);
    const bootAt = Math.round(day - wallOffset(day) + (8.4 + random.next()) * HOUR_MS);
    const endAt = Math.round(bootAt + (school ? 4 + 4 * random.next() : 8 + 2 * random.next()) * HOUR_MS);
    if (!opens || endAt >= Math.min(silentAfter, onNow ? liveFrom - HOUR_MS : now)) continue;
    sessions.push(sessionOf(random, character, bootAt, endAt, now));
  }
  if (onNow) sessions.push(sessionOf(random, character, Math.round(liveFrom), null, now));
  const last = sessions.at(-1);
  if (last && (character === 'cut' || character === 'gone')) last.cut = true;
  return sessions;
}

function sessionOf(random: Random, character: Character, bootAt: number, endAt: number | null, now: number): Session {
  const until = endAt ?? now;
  const links: Session['links'] = [{ at: bootAt + 45_000, link: character === 'no_internet' && until > now - 6 * DAY_MS ? 'internet' : 'ok' }];
  if (character === 'flaky' || random.chance(0.06)) {
    const from = bootAt + (0.2 + 0.5 * random.next()) * (until - bootAt);
    const to = from + (0.1 + random.next()) * HOUR_MS;
    links.push({ at: Math.round(from), link: random.pick(endAt === null ? FAILING : FAILED) });
    if (to < until - 60_000) links.push({ at: Math.round(to), link: 'ok' });
  }
  const boot = `sim-${Math.floor(random.next() * 2 ** 32).toString(16).padStart(8, '0')}-${Math.floor(bootAt / 60_000)}`;
  return { boot, bootAt, endAt, cut: endAt !== null && random.chance(0.12), links };
}

/** The link at an instant. */
export const linkAt = ({ links }: Session, at: number): LinkWord => links.findLast((change) => change.at <= at)?.link ?? 'ok';

/** What the probes say under a link, as the agent's probes name them. */
export function probeResults(random: Random, link: LinkWord): Record<string, number | string> {
  const order = ['gateway', 'dns', 'internet'];
  const broken = order.indexOf(link);
  const result = (layer: number, ms: number): number | string => (broken >= 0 && broken <= layer ? 'timeout' : Math.round(ms * (0.7 + 0.6 * random.next()) * 10) / 10);
  return { gw: result(0, 3), dns: broken === 1 ? 'timeout' : result(0, 28), net1: result(2, 95), srv: result(2, 60) };
}

/** The journal of a session from its boot to its end, or to `now`. A full sample stands in for the rarer ones of a quiet line: once an hour. */
export function draftsOf(random: Random, session: Session, now: number): TimedDraft[] {
  const { boot, bootAt, endAt, cut, links } = session;
  const until = endAt ?? now;
  const drafts: TimedDraft[] = [];
  const put = (kind: string, at: number, body: Record<string, unknown>): void => void drafts.push({ kind, m: at - bootAt, w: at, body });
  const startAt = bootAt + 40_000;
  put('boot', startAt, { boot, up: startAt - bootAt });
  put('agent_start', startAt, { ver: 'simulated', up: startAt - bootAt });
  let told: LinkWord | null = null;
  for (let at = startAt + HEARTBEAT_MS, minute = 0; at <= until; at += HEARTBEAT_MS, minute += 1) {
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
