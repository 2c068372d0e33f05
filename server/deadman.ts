/**
 * The outgoing dead-man's ping: an address that is called every minute as long as alerts work. An outside monitor that misses it knows what we can no
 * longer say ourselves.
 */
import type { SafeRequester } from './channels/safe-request.ts';

export const DEADMAN_EVERY_MS = 60_000;

export interface DeadmanOptions {
  url: string;
  request: SafeRequester;
  /** Why alerts do not work at this moment; null when they do. */
  trouble: () => string | null;
}

/** One ping, or none. True when it was taken. Throws what went wrong, for the log. */
export async function pingDeadman({ url, request, trouble }: DeadmanOptions): Promise<boolean> {
  if (trouble() !== null) return false;
  const { status, error } = await request({ url, method: 'GET' });
  if (status >= 200 && status < 300) return true;
  throw new Error(`the outside monitor was not reached: ${error ?? status}`);
}
