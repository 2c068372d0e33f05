/**
 * Which boot of the PC this is. Linux: the kernel's boot_id. Windows: the system's own boot counter and the minute of the boot; without the
 * counter that minute alone. On Windows the name is kept in the agent's directory, so that a clock that steps makes no new boot.
 * What Fast Startup does (the counter, and the time since boot, may survive a "shutdown") is untested: it needs a real PC.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../uplink/identity.ts';
import { monotonicMs } from './machine-clock.ts';

const REGISTRY = 'reg.exe';
const COUNTER = ['query', 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters', '/v', 'BootId'];

export function readBoot(dir: string, wall: number): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    const known = readKnown(dir);
    const boot = nameBoot(known, process.platform === 'win32' ? parseBootId(askRegistry()) : null, wall - monotonicMs());
    if (boot !== known) keep(dir, boot);
    return boot;
  }
}

/** `reg query ... /v BootId` */
export function parseBootId(output: string): number | null {
  const found = /\bBootId\s+REG_DWORD\s+0x([0-9a-f]{1,8})\b/i.exec(output)?.[1];
  return found ? Number.parseInt(found, 16) : null;
}

/**
 * Pure. `win-COUNTER-MINUTE`, or `up-MINUTE` where there is no counter. The known name stays while the counter does; without one, while the
 * minute of the boot moved by no more than two. The minute tells a disk restored from an old image, whose counter comes twice, from what it was.
 */
export function nameBoot(known: string | null, counter: number | null, bootedAt: number): string {
  const minute = Math.round(bootedAt / 60_000);
  const before = /^(?:win-(\d+)|up)-(\d+)$/.exec(known ?? '');
  const near = before !== null && Math.abs(Number(before[2]) - minute) <= 2;
  if (counter === null) return near ? known! : `up-${minute}`;
  if (before?.[1] === String(counter) || (near && before[1] === undefined)) return known!;
  return `win-${counter}-${minute}`;
}

function askRegistry(): string {
  try {
    return execFileSync(REGISTRY, COUNTER, { timeout: 5_000, windowsHide: true, encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function readKnown(dir: string): string | null {
  try {
    return readFileSync(join(dir, 'boot'), 'utf8').trim() || null;
  } catch {
    return null;
  }
}

function keep(dir: string, boot: string): void {
  try {
    writePrivate(join(dir, 'boot'), boot);
  } catch {
    // A read-only directory: the counter still names the same boot; without one, so does the clock.
  }
}
