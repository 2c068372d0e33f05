/**
 * Which probes run in which minute. Links are metered: while the server answers and nothing fails, one small try to one Internet
 * target every five minutes; everything, each minute, only after a failure. Pure.
 */
import type { LinkWord } from '@cac/shared/states.ts';

/** One round in so many minutes is a full sample. */
export const SAMPLE_EVERY = 5;

export interface Round {
  /** Minutes since the agent started. */
  minute: number;
  /** Null before the first round. */
  link: LinkWord | null;
  /** The MQTT connection is up and its server answered within its last batches. */
  serverAnswers: boolean;
  /** How many Internet targets there are. */
  targets: number;
  /** One round in so many minutes is a full sample; default SAMPLE_EVERY. */
  every?: number;
}

/** The probes to run, by name. */
export function probesFor({ minute, link, serverAnswers, targets, every = SAMPLE_EVERY }: Round): string[] {
  const sample = minute % every === 0;
  if (link === 'ok' && serverAnswers && !sample) return [];
  const all = Array.from({ length: targets }, (_, i) => `net${i + 1}`);
  if (link === null || link !== 'ok') return ['gw', 'dns', ...all, 'srv', 'portal'];
  if (!serverAnswers) return sample ? ['gw', 'dns', ...all, 'srv'] : ['gw', 'srv', ...all.slice(0, 1)];
  const turn = Math.floor(minute / every) % Math.max(1, targets);
  return ['gw', 'dns', ...all.slice(turn, turn + 1), 'srv'];
}

/** Told in the round that measured them, and not again. */
const ONCE: ReadonlySet<string> = new Set(['loss', 'jitter', 'wifi']);

/** Results of this round over those of earlier ones that were not repeated; targets not tried this time are forgotten. */
export function mergeResults(before: Readonly<Record<string, number | string>>, round: Readonly<Record<string, number | string>>): Record<string, number | string> {
  const tried = Object.keys(round).some((name) => name.startsWith('net'));
  const kept = Object.entries(before).filter(([name]) => name !== 'portal' && !ONCE.has(name) && !(tried && name.startsWith('net')));
  return { ...Object.fromEntries(kept), ...round };
}
