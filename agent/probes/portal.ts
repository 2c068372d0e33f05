/**
 * Does something stand between us and the server that answers in its place? A captive portal, or a proxy that wants a sign-in, shows a page of
 * its own. Asked only while something fails: one small request to the server's health.
 */
import { ask } from '../uplink/ask.ts';
import type { Road } from '../uplink/road.ts';

/** A number: the server itself answered, after so many ms. `captive`: something else did. `no_evidence`: nobody. */
export type PortalResult = number | 'captive' | 'no_evidence';

export interface HealthAnswer {
  status: number;
  /** Where a redirect leads, as it was sent. */
  location: string | null;
  body: string;
}

/** Pure. The server says `{"ok":...,"code":...}`, also when it is not well; it redirects, if at all, to its own name. */
export function isOurs({ status, location, body }: HealthAnswer, server: string): boolean {
  if (status >= 300 && status < 400) return location !== null && hostOf(location, server) === hostOf(server, server);
  try {
    const said = JSON.parse(body) as { ok?: unknown; code?: unknown };
    return typeof said.ok === 'boolean' && typeof said.code === 'string';
  } catch {
    // A gateway in front of a server that is down says so in its own words.
    return status >= 500;
  }
}

const hostOf = (url: string, base: string): string | null => (URL.canParse(url, base) ? new URL(url, base).hostname : null);

/** What a certificate that is not the server's makes of the connection, and what speaks no TLS at all. */
const FOREIGN = /^(?:ERR_TLS_CERT_ALTNAME_INVALID|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|captive_or_proxy)$/;

export async function probePortal(road: Road, limitMs: number): Promise<PortalResult> {
  const startedAt = performance.now();
  try {
    const { status, location, text } = await ask(road, new URL('/health', road.server), limitMs);
    return isOurs({ status, location, body: text }, road.server) ? Math.round((performance.now() - startedAt) * 10) / 10 : 'captive';
  } catch (error) {
    const { code } = error as { code?: string };
    return FOREIGN.test(code ?? '') || code?.startsWith('HPE_') ? 'captive' : 'no_evidence';
  }
}
