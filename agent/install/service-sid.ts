/** The Windows identity of a service's own account, `NT SERVICE\NAME`. Pure. */
import { createHash } from 'node:crypto';

/**
 * S-1-5-80 and the SHA-1 of the name, upper case in UTF-16. Rights are given to it by number, since the names of accounts differ by the
 * display language of Windows. Source: Microsoft, "SECURITY_SERVICE_ID_BASE_RID"; checked with TrustedInstaller's.
 */
export function serviceSid(name: string): string {
  const digest = createHash('sha1').update(Buffer.from(name.toUpperCase(), 'utf16le')).digest();
  return `S-1-5-80-${[0, 4, 8, 12, 16].map((at) => digest.readUInt32LE(at)).join('-')}`;
}
