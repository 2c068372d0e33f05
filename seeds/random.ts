/** Random numbers that a seed decides: the same seed, the same fleet, on every machine. */

export interface Random {
  /** 0 <= n < 1. */
  next(): number;
  /** A whole number, 0 <= n < below. */
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  /** Normal, mean 0, deviation 1, cut at 2.5. */
  normal(): number;
  chance(probability: number): boolean;
}

/** sfc32 (Doty-Humphrey), seeded with one 32-bit number. */
export function random(seed: number): Random {
  let [a, b, c, count] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i += 1) next();
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick: (list) => list[int(list.length)]!,
    normal: () => Math.max(-2.5, Math.min(2.5, Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()))),
    chance: (probability) => next() < probability,
  };
}

/** Draws indexes in proportion to their weights. */
export function weightedDraw(weights: readonly number[]): (random: Random) => number {
  let sum = 0;
  const sums = weights.map((weight) => (sum += weight));
  return ({ next }) => {
    const at = next() * sum;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Splits a whole number in proportion to weights, into whole numbers that sum up to it (largest remainders). */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const shares = exact.map(Math.floor);
  const missing = total - shares.reduce((all, share) => all + share, 0);
  const byRemainder = exact.map((_, i) => i).sort((i, j) => exact[j]! - shares[j]! - (exact[i]! - shares[i]!) || i - j);
  for (const i of byRemainder.slice(0, missing)) shares[i]! += 1;
  return shares;
}
