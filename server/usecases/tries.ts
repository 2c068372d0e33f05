/** Failed tries per key (an address, an account name), bounded in memory: guesses get slow, the rightful never do. */
import { takeToken, tokensLeft, type Bucket, type BucketRule } from '../core/bucket.ts';

const KEYS_KEPT = 20_000;

export interface Tries {
  /** Ms to wait before this key may try again; 0 when it may now. */
  waitMs(key: string, now: number): number;
  /** Counts one failed try. */
  fail(key: string, now: number): void;
  /** Takes one back that was counted before it turned out to be right. */
  forgive(key: string): void;
}

export function createTries(rule: BucketRule): Tries {
  const buckets = new Map<string, Bucket>();
  return {
    waitMs(key, now) {
      const left = tokensLeft(buckets.get(key), rule, now);
      return left >= 1 ? 0 : Math.ceil(((1 - left) * rule.refillMs) / rule.capacity);
    },
    fail(key, now) {
      const { bucket } = takeToken(buckets.get(key), rule, now);
      // Re-inserted at the end: the map's first key is the one longest quiet.
      buckets.delete(key);
      if (buckets.size >= KEYS_KEPT) buckets.delete(buckets.keys().next().value as string);
      buckets.set(key, bucket);
    },
    forgive(key) {
      const bucket = buckets.get(key);
      if (bucket) bucket.tokens = Math.min(rule.capacity, bucket.tokens + 1);
    },
  };
}
