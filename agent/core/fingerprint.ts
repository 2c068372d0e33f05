/** Is this still the PC that was enrolled? Three salted hashes: machine-id, board serial, disk serial; null where unreadable. Pure. */

/** What vendors leave in a serial number that is none. Compared in lower case, without spaces and punctuation. */
const PLACEHOLDERS = new Set([
  '', 'na', 'none', 'null', 'default', 'unknown', 'invalid', 'notavailable', 'notspecified', 'notapplicable', 'notsettable', 'empty', 'oem', 'oeminvalid',
  'tobefilledbyoem', 'systemserialnumber', 'baseboardserialnumber', 'chassisserialnumber', 'serialnumber', 'defaultstring', 'xxxxxxxx', 'uninitialized',
]);

/** A component as it is hashed, or null if it says nothing: empty, a placeholder, one character repeated, 123456789. */
export function readComponent(raw: string | null): string | null {
  if (raw === null) return null;
  const value = raw.trim();
  const bare = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (PLACEHOLDERS.has(bare) || /^(.)\1*$/.test(bare) || '0123456789'.startsWith(bare) || '1234567890'.startsWith(bare)) return null;
  return value;
}

export type FingerprintVerdict = 'same' | 'other' | 'unknown';

/** `other`: two or more components differ, or all of them when fewer than two can be compared. `unknown`: none can. */
export function compareFingerprints(enrolled: readonly (string | null)[], now: readonly (string | null)[]): FingerprintVerdict {
  let compared = 0;
  let different = 0;
  for (const [i, hash] of enrolled.entries()) {
    const other = now[i] ?? null;
    if (hash === null || other === null) continue;
    compared += 1;
    if (hash !== other) different += 1;
  }
  if (compared === 0) return 'unknown';
  return different >= 2 || (compared < 2 && different === compared) ? 'other' : 'same';
}
