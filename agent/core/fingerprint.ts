/** What of a serial number is worth comparing. Pure; the comparison itself is in shared/fingerprint.ts. */

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
