/** Told history against true labels, minute by minute. Knows neither how the one is told nor how the other came about. */
import type { Label } from '../../seeds/world/player.ts';
import type { Unknowable } from '../../seeds/world/scenarios/scenario.ts';

export interface Told {
  fromAt: number;
  toAt: number;
  word: string;
  cause: string;
  settled: boolean;
}

/** `true > told`, settled and provisional apart: minutes. */
export interface Confusion {
  settled: Record<string, number>;
  provisional: Record<string, number>;
  minutes: number;
  untold: number;
  /** Minutes that no journal can tell, by the scenario that destroyed them; whatever is told of them is not judged. */
  unknowable: Record<string, number>;
  /** Of all others, minutes told as unknown for good. */
  settledUnknown: number;
  wrongSettled: number;
  wrongProvisional: number;
  /** The first wrong settled minute of each wrong stretch, to look at. */
  examples: Wrong[];
}

export interface Wrong {
  machine: string;
  site: number;
  pc: number;
  at: number;
  true: string;
  told: string;
  cause: string;
}

export interface Machine {
  id: string;
  site: number;
  pc: number;
  labels: readonly Label[];
  told: readonly Told[];
}

const MINUTE_MS = 60_000;
/** A heartbeat: whoever is heard once a minute may have gone right after. */
const EDGE_MS = MINUTE_MS;
/** While the server answers, links are tried every five minutes; a round takes some seconds. */
const LINK_LAG_MS = 5 * MINUTE_MS + 30_000;
const EXAMPLES = 20;

export const noConfusion = (): Confusion => ({ settled: {}, provisional: {}, minutes: 0, untold: 0, unknowable: {}, settledUnknown: 0, wrongSettled: 0, wrongProvisional: 0, examples: [] });

/** A server that is away leaves its site connected. */
export const classOf = (word: string): string => (word === 'on:server' ? 'on' : word);

/** Counts into `sum`. Each minute is judged at its middle. */
export function compare(sum: Confusion, machine: Machine, unknowable: readonly Unknowable[], fromAt: number, toAt: number): void {
  const { labels, told } = machine;
  let l = 0;
  let t = 0;
  let wrongIn: Told | null = null;
  for (let at = fromAt + MINUTE_MS / 2; at < toAt; at += MINUTE_MS) {
    while (l + 1 < labels.length && labels[l + 1]!.at <= at) l += 1;
    while (t < told.length && told[t]!.toAt <= at) t += 1;
    sum.minutes += 1;
    const said = told[t];
    if (!said || said.fromAt > at) {
      sum.untold += 1;
      continue;
    }
    const truth = labels[l]!.word;
    const cell = `${truth} > ${said.word}`;
    const table = said.settled ? sum.settled : sum.provisional;
    table[cell] = (table[cell] ?? 0) + 1;
    const destroyed = unknowable.find((u) => at >= u.fromAt && at < u.toAt);
    if (destroyed) {
      sum.unknowable[destroyed.scenario] = (sum.unknowable[destroyed.scenario] ?? 0) + 1;
      continue;
    }
    if (said.settled && said.word === 'unknown') sum.settledUnknown += 1;
    if (isRight(labels, l, at, said.word)) continue;
    // Unreachable claims nothing: it is what silence is called until it is explained.
    if (!said.settled) sum.wrongProvisional += said.word === 'unreachable' ? 0 : 1;
    else {
      sum.wrongSettled += 1;
      if (sum.examples.length < EXAMPLES && said !== wrongIn) sum.examples.push({ machine: machine.id, site: machine.site, pc: machine.pc, at, true: truth, told: said.word, cause: said.cause });
      wrongIn = said;
    }
  }
}

/** True at that minute, or just before or after it; for a link, within the time that noticing takes. */
function isRight(labels: readonly Label[], present: number, at: number, word: string): boolean {
  const wanted = classOf(word);
  const isLink = wanted.startsWith('on');
  if (classOf(labels[present]!.word) === wanted) return true;
  const from = at - (isLink ? LINK_LAG_MS : EDGE_MS);
  for (let i = present - 1; i >= 0 && labels[i + 1]!.at > from; i -= 1) {
    // A link told late is only that: the PC was on then and is on now.
    if (classOf(labels[i]!.word) !== wanted) continue;
    if (labels[i + 1]!.at > at - EDGE_MS || (isLink && labels[present]!.word.startsWith('on'))) return true;
  }
  for (let i = present + 1; i < labels.length && labels[i]!.at < at + EDGE_MS; i += 1) if (classOf(labels[i]!.word) === wanted) return true;
  return false;
}

export function addUp(sum: Confusion, other: Confusion): void {
  for (const name of ['settled', 'provisional', 'unknowable'] as const) for (const [cell, n] of Object.entries(other[name])) sum[name][cell] = (sum[name][cell] ?? 0) + n;
  for (const name of ['minutes', 'untold', 'settledUnknown', 'wrongSettled', 'wrongProvisional'] as const) sum[name] += other[name];
  sum.examples.push(...other.examples.slice(0, EXAMPLES - sum.examples.length));
}
