/** Where this PC stands, as the agent tells it once an hour: power, disk, and what the agent itself takes. Nothing of people. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '@cac/shared/field.ts';

export interface Power {
  mains?: 0 | 1;
  battery?: number;
}

/** Linux: what /sys/class/power_supply says of each supply: its `type`, `online`, `capacity`. Pure. */
export function powerOf(supplies: readonly { type: string; online: string; capacity: string }[]): Power {
  const mains = supplies.filter(({ type, online }) => type !== 'Battery' && online !== '').map(({ online }) => online === '1');
  const charge = supplies.filter(({ type, capacity }) => type === 'Battery' && /^\d+$/.test(capacity)).map(({ capacity }) => Number(capacity));
  return { ...(mains.length > 0 && { mains: mains.some(Boolean) ? 1 : 0 }), ...(charge.length > 0 && { battery: Math.min(100, Math.round(charge.reduce((a, b) => a + b, 0) / charge.length)) }) };
}

/** Windows: `wmic path Win32_Battery get BatteryStatus,EstimatedChargeRemaining /format:list`; a PC without battery prints nothing. 1 means: on battery. Pure. */
export function parseBattery(output: string): Power {
  const text = output.replaceAll('\0', '');
  const status = /BatteryStatus=(\d+)/.exec(text)?.[1];
  const charge = /EstimatedChargeRemaining=(\d+)/.exec(text)?.[1];
  return { ...(status !== undefined && { mains: status === '1' ? 0 : 1 }), ...(charge !== undefined && { battery: Math.min(100, Number(charge)) }) };
}

const SUPPLIES = '/sys/class/power_supply';

async function readPower(): Promise<Power> {
  if (process.platform === 'win32') return parseBattery(await run('wmic', ['path', 'Win32_Battery', 'get', 'BatteryStatus,EstimatedChargeRemaining', '/format:list']));
  try {
    return powerOf(readdirSync(SUPPLIES).map((name) => ({ type: text(name, 'type'), online: text(name, 'online'), capacity: text(name, 'capacity') })));
  } catch {
    return {};
  }
}

function text(supply: string, file: string): string {
  try {
    return readFileSync(join(SUPPLIES, supply, file), 'utf8').trim();
  } catch {
    return '';
  }
}

const run = (command: string, args: string[]): Promise<string> =>
  new Promise((done) => {
    execFile(command, args, { timeout: 10_000, windowsHide: true, maxBuffer: 64 * 1024 }, (error, stdout) => done(error ? '' : stdout));
  });

export interface ContextReader {
  read(): Promise<Context>;
}

/** `dir`: whose disk is looked at. CPU is of the time since the last reading. */
export function createContextReader(dir: string): ContextReader {
  let cpu = process.cpuUsage();
  let at = performance.now();
  let hasBattery = true;
  return {
    async read() {
      const spent = process.cpuUsage(cpu);
      const minutes = Math.max(1 / 60, (performance.now() - at) / 60_000);
      cpu = process.cpuUsage();
      at = performance.now();
      const power = hasBattery ? await readPower() : {};
      // A PC grows no battery: asking costs a process on Windows.
      hasBattery = process.platform !== 'win32' || power.battery !== undefined;
      return { ...power, ...diskShare(dir), cpu: Math.round((spent.user + spent.system) / 1000 / minutes), rss: Math.round(process.memoryUsage.rss() / 1e6) };
    },
  };
}

function diskShare(dir: string): Pick<Context, 'disk'> {
  try {
    const { bavail, blocks } = statfsSync(dir);
    return blocks > 0 ? { disk: Math.round((100 * bavail) / blocks) } : {};
  } catch {
    return {};
  }
}
