/** The configuration of one agent, from what people set for its site, its programme and the country. Pure. */
import { USUAL_RULES, type AgentConfig } from '@cac/shared/field.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { wholeOpenings } from './calendar/day-plan.ts';
import type { SiteCalendar } from './calendar/facts.ts';
import { hashOf } from './hash.ts';

/** Of one scope; null: as the wider one says. */
export interface RuleLayer {
  keepaliveS: number | null;
  batchS: number | null;
  targets: readonly string[] | null;
}

export interface ConfigFacts {
  /** The narrowest first: site, programme, country; those that are set. */
  layers: readonly RuleLayer[];
  capMb: number | null;
  metered: boolean;
  /** Of the site's month so far, bytes. */
  usedBytes: number;
  open: readonly (readonly [number, number])[];
}

/** A metered site whose keepalive nobody set: four minutes are a quarter of the pings. */
const METERED_KEEPALIVE_S = 240;
export const BYTES_PER_MB = 1_000_000;

export function agentConfig({ layers, capMb, metered, usedBytes, open }: ConfigFacts): AgentConfig {
  const first = <K extends keyof RuleLayer>(name: K): NonNullable<RuleLayer[K]> | null => layers.find((layer) => layer[name] !== null)?.[name] ?? null;
  const rest = {
    keepaliveS: first('keepaliveS') ?? (metered ? METERED_KEEPALIVE_S : USUAL_RULES.keepaliveS),
    batchS: first('batchS') ?? USUAL_RULES.batchS,
    targets: [...(first('targets') ?? USUAL_RULES.targets)],
    capMb,
    metered,
    open: open.map(([from, to]): [number, number] => [from, to]),
  };
  const leftMb = capMb === null ? null : Math.max(0, Math.round((capMb - usedBytes / BYTES_PER_MB) * 10) / 10);
  // What is left changes with each day, and is no change of the configuration.
  return { version: Number.parseInt(hashOf(JSON.stringify(rest)).slice(0, 12), 16) || 1, ...rest, leftMb };
}

const MINUTE_MS = 60_000;
const WEEK_MINUTES = 7 * 24 * 60;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;

/** The openings of the week of `now`, in minutes after its Monday 00:00 UTC; those that reach over its end are cut there. */
export function openWeek(calendar: SiteCalendar, now: number): [number, number][] {
  const weekMs = WEEK_MINUTES * MINUTE_MS;
  const monday = Math.floor((now - FIRST_MONDAY_MS) / weekMs) * weekMs + FIRST_MONDAY_MS;
  const openings = new Map<number, number>();
  for (let day = dayAfter(localDayOf(monday), -1), i = 0; i < 9; day = dayAfter(day), i += 1) {
    for (const { fromAt, toAt } of wholeOpenings(calendar, day)) {
      const from = Math.max(0, Math.round((fromAt - monday) / MINUTE_MS));
      const to = Math.min(WEEK_MINUTES, Math.round((toAt - monday) / MINUTE_MS));
      if (to > from) openings.set(from, to);
    }
  }
  return [...openings].toSorted((a, b) => a[0] - b[0]).slice(0, 28);
}
