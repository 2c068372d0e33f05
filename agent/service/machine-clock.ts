/** The PC's clock since boot, and random names. */
import { randomBytes } from 'node:crypto';
import { uptime } from 'node:os';

let last = 0;

/**
 * Ms since the operating system booted, sleep included, never backwards. os.uptime() reads the boot-time clock on Linux and
 * GetTickCount64 on Windows: both go on during sleep and hibernation.
 */
export function monotonicMs(): number {
  last = Math.max(last, Math.round(uptime() * 1000));
  return last;
}

export const newInst = (): string => randomBytes(8).toString('hex');

/** 16 characters `[a-z0-9]`. */
export function newEpoch(): string {
  return [...randomBytes(16)].map((byte) => 'abcdefghijklmnopqrstuvwxyz012345'[byte & 31]).join('');
}
