/** Is this still the same PC? Three salted hashes: machine-id, board serial, disk serial; null where unreadable. */

export type FingerprintVerdict = 'same' | 'other' | 'unknown';

/** What two fingerprints have in common, of what both have. */
export function matchFingerprints(one: readonly (string | null)[], other: readonly (string | null)[]): { compared: number; equal: number } {
  let compared = 0;
  let equal = 0;
  for (const [i, hash] of one.entries()) {
    const beside = other[i] ?? null;
    if (hash === null || beside === null) continue;
    compared += 1;
    if (hash === beside) equal += 1;
  }
  return { compared, equal };
}

/** `other`: two or more components differ, or all of them when fewer than two can be compared. `unknown`: none can. */
export function compareFingerprints(enrolled: readonly (string | null)[], now: readonly (string | null)[]): FingerprintVerdict {
  const { compared, equal } = matchFingerprints(enrolled, now);
  const different = compared - equal;
  if (compared === 0) return 'unknown';
  return different >= 2 || (compared < 2 && different === compared) ? 'other' : 'same';
}

/**
 * Does this PC come back for an identity that it lost (reset at each boot, or reformatted)? At least two components must be equal, and at most one may differ: one that
 * differs is a new disk or a new Windows, and a single equal one may be a vendor's carelessness.
 */
export function comesBack(enrolled: readonly (string | null)[], now: readonly (string | null)[]): boolean {
  const { compared, equal } = matchFingerprints(enrolled, now);
  return equal >= 2 && compared - equal <= 1;
}
