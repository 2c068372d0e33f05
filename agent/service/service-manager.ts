/**
 * Tells systemd that the agent runs, and as long as its event loop turns that it still does: three times within what the watchdog allows.
 * By `systemd-notify`, since Node cannot write to a datagram socket. Where nobody asked (no NOTIFY_SOCKET) nothing happens.
 */
import { execFile } from 'node:child_process';

export interface Notices {
  ready: boolean;
  /** Ms between two signs of life; null: no watchdog. */
  everyMs: number | null;
}

/** Pure: what systemd asks for in the environment of its service. */
export function readNotices(env: Readonly<Record<string, string | undefined>>, pid: number): Notices {
  const mine = !env['WATCHDOG_PID'] || Number(env['WATCHDOG_PID']) === pid;
  const limitMs = Number(env['WATCHDOG_USEC']) / 1000;
  return { ready: Boolean(env['NOTIFY_SOCKET']), everyMs: env['NOTIFY_SOCKET'] && mine && limitMs >= 1_000 ? Math.floor(limitMs / 3) : null };
}

export function tellServiceManager(env: Readonly<Record<string, string | undefined>>): void {
  const { ready, everyMs } = readNotices(env, process.pid);
  if (!ready) return;
  const tell = (...words: string[]): void => void execFile('systemd-notify', words, { timeout: 10_000 }, () => {});
  tell('--ready', ...(everyMs === null ? [] : ['WATCHDOG=1']));
  if (everyMs !== null) setInterval(() => tell('WATCHDOG=1'), everyMs).unref();
}
