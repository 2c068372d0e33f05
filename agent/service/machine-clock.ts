/** The PC's clocks: `m`, milliseconds since the operating system booted (sleep included, never backwards), and which boot this is. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

let last = 0;

/** os.uptime() reads the boot-time clock, which goes on during sleep. */
export function monotonicMs(): number {
  last = Math.max(last, Math.round(uptime() * 1000));
  return last;
}

/**
 * Linux: the kernel's boot_id. Windows: wall time minus uptime in minutes, the earlier value kept while it moved by no more than two
 * minutes. What Fast Startup does to it (uptime may survive a "shutdown") is untested: it needs a real PC.
 */
export function readBoot(known: string | null, wall: number): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return bootFromClock(known, wall - monotonicMs());
  }
}

/** Pure: `up-` and the minute of the boot. */
export function bootFromClock(known: string | null, bootedAt: number): string {
  const minute = Math.round(bootedAt / 60_000);
  const before = /^up-(\d+)$/.exec(known ?? '')?.[1];
  return before && Math.abs(Number(before) - minute) <= 2 ? known! : `up-${minute}`;
}

export const newInst = (): string => randomBytes(8).toString('hex');

/** 16 characters `[a-z0-9]`. */
export function newEpoch(): string {
  return [...randomBytes(16)].map((byte) => 'abcdefghijklmnopqrstuvwxyz012345'[byte & 31]).join('');
}
