/** How an agent spends its site's bytes: what is measured less often, or not, on metered links and near the cap. Pure. */
import type { AgentConfig } from '@cac/shared/field.ts';
import { SAMPLE_EVERY } from './rounds.ts';

export interface Spending {
  batchEveryMs: number;
  /** One round of probes in so many minutes is a full sample. */
  sampleEvery: number;
  /** Small bursts for loss and jitter. */
  bursts: boolean;
  /** Why something waits; null: nothing does. */
  postponed: 'cap' | 'near_cap' | 'metered' | null;
}

/** Of the cap: below it larger measurements wait. */
const NEAR = 0.2;
const MOST_BATCH_MS = 3_600_000;

/** `spentMb`: by this PC, since the configuration was sent; what others spent meanwhile comes with the next one. Transitions are never postponed. */
export function spendingOf(config: Pick<AgentConfig, 'batchS' | 'capMb' | 'leftMb' | 'metered'>, spentMb: number): Spending {
  const { batchS, capMb, leftMb, metered } = config;
  const left = capMb === null || leftMb === null ? Infinity : leftMb - spentMb;
  const batchEveryMs = batchS * 1000;
  if (left <= 0) return { batchEveryMs: Math.min(MOST_BATCH_MS, 3 * batchEveryMs), sampleEvery: 6 * SAMPLE_EVERY, bursts: false, postponed: 'cap' };
  if (capMb !== null && left < NEAR * capMb) return { batchEveryMs, sampleEvery: 3 * SAMPLE_EVERY, bursts: false, postponed: 'near_cap' };
  if (metered) return { batchEveryMs, sampleEvery: 3 * SAMPLE_EVERY, bursts: false, postponed: 'metered' };
  return { batchEveryMs, sampleEvery: SAMPLE_EVERY, bursts: true, postponed: null };
}

const WEEK_MINUTES = 7 * 24 * 60;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MINUTE = 4 * 24 * 60;

/** Is the place open by what the server sent (minutes after Monday 00:00 UTC)? Without hours it is always. `now`: ms UTC. */
export function isOpen(open: AgentConfig['open'], now: number): boolean {
  if (open.length === 0) return true;
  const minute = (((Math.floor(now / 60_000) - FIRST_MONDAY_MINUTE) % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
  return open.some(([from, to]) => minute >= from && minute < to);
}

/** Loss and jitter of a burst: the share of tries that failed, in percent, and the mean difference of one try's time and the next's, ms. */
export function burstOf(tries: readonly (number | string)[]): { loss: number; jitter?: number } {
  const times = tries.filter((t) => typeof t === 'number');
  const steps = times.slice(1).map((time, i) => Math.abs(time - times[i]!));
  const loss = Math.round((100 * (tries.length - times.length)) / tries.length);
  return steps.length === 0 ? { loss } : { loss, jitter: Math.round((10 * steps.reduce((a, b) => a + b, 0)) / steps.length) / 10 };
}
