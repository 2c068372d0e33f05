/** One TCP connection attempt: how long it took, or why it failed. */
import { connect } from 'node:net';

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'refused', ETIMEDOUT: 'timeout', ENETUNREACH: 'unreachable', EHOSTUNREACH: 'unreachable', ENETDOWN: 'unreachable', ECONNRESET: 'reset',
  ENOTFOUND: 'name_not_found', EAI_AGAIN: 'dns_timeout', EACCES: 'blocked', EPERM: 'blocked',
};

/** A failure's word for the journal: short, stable, no address in it. */
export const failureWord = (code: string | undefined): string => WORDS[code ?? ''] ?? (code ?? 'error').toLowerCase().slice(0, 32);

export function tcpTime(host: string, port: number, limitMs: number): Promise<number | string> {
  return new Promise((done) => {
    const startedAt = performance.now();
    const socket = connect({ host, port });
    const fuse = setTimeout(() => finish('timeout'), limitMs);
    const finish = (result: number | string): void => {
      clearTimeout(fuse);
      // A reset instead of a goodbye: two segments less on a metered line.
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
      done(result);
    };
    socket.once('connect', () => finish(Math.round((performance.now() - startedAt) * 10) / 10));
    socket.on('error', (error: Error & { code?: string }) => finish(failureWord(error.code)));
  });
}
