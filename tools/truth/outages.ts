/**
 * True outages of played places, from what was true of their PCs and from the hours their people meant to keep. Knows nothing of how outages are
 * told: it shares no line with the server.
 *
 *   A place proves nothing while no PC of it is on with its way to the server open. Whether that is an outage depends on how the last one went:
 *   shut down or put to sleep by somebody is none; nobody came since opening is one; gone without a word is one.
 */
import type { Label } from '../../seeds/world/player.ts';

export interface Opening {
  fromAt: number;
  toAt: number;
}

export type OutageKind = 'did_not_open' | 'internet_down' | 'site_offline';

export interface TrueOutage {
  site: number;
  /** As it began. */
  kind: OutageKind;
  /** What it turned into, and when: names that break first, and then the way to the server. */
  turns: { at: number; kind: OutageKind }[];
  fromAt: number;
  /** When it was over, or the last opening it reached into ended. */
  toAt: number;
  /** Of it, how long lies in the opening in which it began. */
  firstMs: number;
  /** It was there for less than a minute of its opening: whether a ping fell into it is chance, so it may be told as either. */
  either: boolean;
}

type Standing = 'well' | 'failing' | 'silent' | 'left' | 'absent';

const BETWEEN_PINGS_MS = 75_000;
const LEFT = new Set(['off:clean', 'off:rebooting', 'asleep']);
const isWell = (word: string): boolean => word === 'on' || word === 'on:server';
/** Names are not resolved: a connection that stands lives on and says so; a new one cannot be made. */
const keepsConnection = (word: string): boolean => word === 'on' || word === 'on:dns';

interface Pc {
  labels: readonly Label[];
  at: number;
  /** It reached the server, and nothing since has broken its connection. */
  connected: boolean;
  /** When it last proved anything, and what it was right after. */
  provedAt: number;
  after: string;
}

/** `broken`: when all standing connections broke, because the server or the way to it went away. */
export function outagesOf(site: number, pcs: readonly (readonly Label[])[], openings: readonly Opening[], broken: readonly number[] = []): TrueOutage[] {
  const found: TrueOutage[] = [];
  const state: Pc[] = pcs.map((labels) => ({ labels, at: 0, connected: labels[0]?.word === 'on', provedAt: -Infinity, after: 'unseen' }));
  const changes = [...new Set([...broken, ...pcs.flatMap((labels) => labels.map((label) => label.at))])].sort((a, b) => a - b);
  let running: TrueOutage | null = null;
  for (const { fromAt, toAt } of openings) {
    const edges = [fromAt, ...changes.filter((at) => at > fromAt && at < toAt), toAt];
    for (let i = 0; i + 1 < edges.length; i += 1) {
      const [at, until] = [edges[i]!, edges[i + 1]!];
      for (const pc of state) advance(pc, at, broken);
      const standing = standingOf(state, fromAt, at);
      if (standing === 'well' || standing === 'left') {
        running = null;
        continue;
      }
      const kind: OutageKind = standing === 'absent' ? 'did_not_open' : standing === 'failing' ? 'internet_down' : 'site_offline';
      if (running === null) found.push((running = { site, kind, turns: [], fromAt: at, toAt: until, firstMs: until - at, either: standing === 'silent' && at - fromAt < BETWEEN_PINGS_MS }));
      else {
        if (running.fromAt >= fromAt) running.firstMs += until - at;
        running.toAt = until;
        if (kind !== (running.turns.at(-1)?.kind ?? running.kind)) running.turns.push({ at, kind });
      }
    }
  }
  return found;
}

function advance(pc: Pc, to: number, broken: readonly number[]): void {
  while (pc.at + 1 < pc.labels.length && pc.labels[pc.at + 1]!.at <= to) {
    const before = pc.connected;
    pc.at += 1;
    const { word, at } = pc.labels[pc.at]!;
    pc.connected = word === 'on' || (before && keepsConnection(word));
    if (before && !pc.connected) Object.assign(pc, { provedAt: at, after: word });
  }
  const { word } = pc.labels[pc.at]!;
  // Who can still make a new connection is back at once; without names nobody can.
  if (pc.connected && !isWell(word) && broken.includes(to)) Object.assign(pc, { connected: false, provedAt: to, after: word });
}

function standingOf(pcs: readonly Pc[], openedAt: number, now: number): Standing {
  const words = pcs.map((pc) => pc.labels[pc.at]?.word ?? 'unseen');
  if (words.some(isWell)) return 'well';
  if (pcs.some((pc) => pc.connected)) return 'failing';
  const last = pcs.reduce((latest, pc) => (pc.provedAt > latest.provedAt ? pc : latest));
  if (last.provedAt <= openedAt || last.provedAt > now) return 'absent';
  return LEFT.has(last.after) ? 'left' : 'silent';
}
