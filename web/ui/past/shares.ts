/** Percentages that may be believed: the parts of a whole add up to 100, and only what is whole says 100. Pure. */

/** Whole percents of each part, by largest remainder: rounded one by one they might add up to 99 or 101. All 0 for an empty whole. */
export function wholePercents(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole <= 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part * 100) / whole);
  const percents = exact.map(Math.floor);
  const missing = 100 - percents.reduce((sum, percent) => sum + percent, 0);
  const byRemainder = exact.map((value, i) => ({ i, rest: value - Math.floor(value) })).toSorted((a, b) => b.rest - a.rest);
  for (const { i } of byRemainder.slice(0, missing)) percents[i]! += 1;
  return percents;
}

/** A ratio to show in whole percents: 99.7 % is not "100 %", and 0.3 % is not "0 %". */
export const shownRatio = (value: number): number => (value <= 0 || value >= 1 ? value : Math.min(0.99, Math.max(0.01, value)));
