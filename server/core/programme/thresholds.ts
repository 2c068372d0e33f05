/** Which rule was in force on a day: the newest one from that day or before. Without a rule nothing is proven by it. */
import type { Threshold, ThresholdKey, ThresholdOf } from '@cac/shared/ladder.ts';
import type { LocalDay } from '@cac/shared/wall-time.ts';

export function thresholdOn<K extends ThresholdKey>(all: readonly Threshold[], key: K, day: LocalDay): ThresholdOf<K> | null {
  let found: Threshold | null = null;
  for (const one of all) if (one.key === key && one.fromDay <= day && (found === null || one.fromDay >= found.fromDay)) found = one;
  // What stands in the table was checked by the key's own schema when it was written.
  return found === null ? null : (found.value as ThresholdOf<K>);
}

/** The rules in force on a day, one of each key. */
export const thresholdsOn = (all: readonly Threshold[], day: LocalDay): Threshold[] =>
  all.filter((one) => one.fromDay <= day && !all.some((other) => other.key === one.key && other.fromDay > one.fromDay && other.fromDay <= day));

/** Without a rule an attestation of a telephone counts for ever. */
export const telephoneDays = (all: readonly Threshold[], day: LocalDay): number => thresholdOn(all, 'telephone', day)?.validDays ?? 36_500;
