/**
 * The ratios behind the bar. Aggregates are sums of time, never means of percentages; each ratio comes with its parts, so that it can be
 * recounted by hand. Null where nothing was measured.
 */
import type { OpeningTotals } from './site-day.ts';

export interface Ratio {
  value: number | null;
  /** Ms. */
  numerator: number;
  denominator: number;
}

export interface Availability {
  /** T_conn / (T_open - T_unk): was the place there for people, of the time we know of. */
  service: Ratio;
  /** T_conn / (T_conn + T_disc): the link alone; it hides closed centres. */
  link: Ratio;
  /** (T_conn + T_disc) / (T_open - T_unk): was there a PC on. */
  opening: Ratio;
  /** 1 - T_unk / T_open: how much of the time we know anything about. */
  observability: Ratio;
}

export function availabilityOf({ openMs, connMs, discMs, unkMs }: OpeningTotals): Availability {
  return {
    service: ratio(connMs, openMs - unkMs),
    link: ratio(connMs, connMs + discMs),
    opening: ratio(connMs + discMs, openMs - unkMs),
    observability: ratio(openMs - unkMs, openMs),
  };
}

const ratio = (numerator: number, denominator: number): Ratio => ({ value: denominator > 0 ? numerator / denominator : null, numerator, denominator });

export const sumOf = (parts: readonly OpeningTotals[]): OpeningTotals =>
  parts.reduce(
    (sum, part) => ({
      openMs: sum.openMs + part.openMs,
      connMs: sum.connMs + part.connMs,
      discMs: sum.discMs + part.discMs,
      unkMs: sum.unkMs + part.unkMs,
      offMs: sum.offMs + part.offMs,
      excludedMs: sum.excludedMs + part.excludedMs,
      provisionalMs: sum.provisionalMs + part.provisionalMs,
    }),
    { openMs: 0, connMs: 0, discMs: 0, unkMs: 0, offMs: 0, excludedMs: 0, provisionalMs: 0 },
  );

/** Of the programme's opening days since a site was last heard. Thresholds in opening days: settings, these are the defaults. */
export const REPORTING = { reporting: 7, live: 21, atRisk: 28 } as const;
export type ReportingStatus = 'reporting' | 'live' | 'at_risk' | 'dropped' | 'never';

/** `openingDays`: expected opening days that have passed since the last record; null: there never was one. Holidays are none, so they make no drop-offs. */
export function reportingStatus(openingDays: number | null): ReportingStatus {
  if (openingDays === null) return 'never';
  if (openingDays < REPORTING.reporting) return 'reporting';
  if (openingDays <= REPORTING.live) return 'live';
  return openingDays <= REPORTING.atRisk ? 'at_risk' : 'dropped';
}
