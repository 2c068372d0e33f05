/** Reads how this PC is joined to its local network, on Linux and Windows. Never throws: what cannot be read is not there. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { InterfaceKind } from '@cac/shared/records.ts';
import { interfaceKind, parseRoutes, parseWireless, type DefaultRoute } from './linux.ts';
import { kindOfName, parseNetsh, parseRoutePrint } from './windows.ts';

export interface Network {
  interface: InterfaceKind;
  gateway: string | null;
}

export async function readNetwork(): Promise<Network> {
  const up = Object.entries(networkInterfaces()).filter(([, list]) => list?.some((a) => !a.internal && !a.address.startsWith('169.254.') && !a.address.startsWith('fe80')));
  if (up.length === 0) return { interface: 'none', gateway: null };
  const route = process.platform === 'win32' ? parseRoutePrint(await run('route', ['print', '0.0.0.0'])) : parseRoutes(readText('/proc/net/route'));
  const name = nameOf(route, up.map(([n]) => n));
  const kind = process.platform === 'win32' ? kindOfName(name) : interfaceKind(name, readText(`/sys/class/net/${name}/uevent`), existsSync(`/sys/class/net/${name}/wireless`));
  return { interface: kind, gateway: route?.gateway ?? null };
}

/** The interface of the default route, else the first that is up. */
function nameOf(route: DefaultRoute | null, names: string[]): string {
  const owner = Object.entries(networkInterfaces()).find(([name, list]) => name === route?.via || list?.some((a) => a.address === route?.via));
  return owner?.[0] ?? names[0]!;
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const run = (command: string, args: string[]): Promise<string> =>
  new Promise((done) => {
    execFile(command, args, { timeout: 5_000, windowsHide: true, maxBuffer: 256 * 1024 }, (error, stdout) => done(error ? '' : stdout));
  });

/** Strength of the Wi-Fi signal, percent; null where nothing says it. */
export async function readSignal(): Promise<number | null> {
  return process.platform === 'win32' ? parseNetsh(await run('netsh', ['wlan', 'show', 'interfaces'])) : parseWireless(readText('/proc/net/wireless'));
}
