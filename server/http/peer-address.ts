/** Where a request comes from: the peer's address; behind a trusted proxy the right-most one it names (F-13). */
import { isIP } from 'node:net';

export function peerAddress(peer: string | undefined, forwardedFor: string | undefined, trustProxy: boolean): string {
  const own = (peer ?? 'local').replace(/^::ffff:/, '');
  if (!trustProxy) return own;
  const named = forwardedFor?.split(',').pop()?.trim() ?? '';
  return isIP(named) ? named : own;
}
