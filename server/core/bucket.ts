/** A token bucket as plain data: `capacity` tries at once, refilled evenly over `refillMs`. */
export interface BucketRule {
  capacity: number;
  refillMs: number;
}

export interface Bucket {
  tokens: number;
  at: number;
}

/** Takes one token. `waitMs` is 0 when there was one, else when the next comes. */
export function takeToken(bucket: Bucket | undefined, rule: BucketRule, now: number): { bucket: Bucket; waitMs: number } {
  const perMs = rule.capacity / rule.refillMs;
  const tokens = bucket ? Math.min(rule.capacity, bucket.tokens + Math.max(0, now - bucket.at) * perMs) : rule.capacity;
  if (tokens < 1) return { bucket: { tokens, at: now }, waitMs: Math.ceil((1 - tokens) / perMs) };
  return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 };
}

/** How much is left without taking any. */
export const tokensLeft = (bucket: Bucket | undefined, rule: BucketRule, now: number): number =>
  bucket ? Math.min(rule.capacity, bucket.tokens + (Math.max(0, now - bucket.at) * rule.capacity) / rule.refillMs) : rule.capacity;
