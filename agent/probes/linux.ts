/** What Linux says of its network, read from /proc and /sys. Parsing only. */
import type { InterfaceKind } from '@cac/shared/records.ts';

export interface DefaultRoute {
  /** Interface name on Linux, its own address on Windows. */
  via: string;
  gateway: string;
}

/** `/proc/net/route`: the default route with the lowest metric. Addresses are hexadecimal, little-endian. */
export function parseRoutes(text: string): DefaultRoute | null {
  const found = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((f) => f.length >= 8 && f[1] === '00000000' && f[7] === '00000000' && (Number.parseInt(f[3]!, 16) & 3) === 3)
    .sort((a, b) => Number(a[6]) - Number(b[6]))[0];
  return found ? { via: found[0]!, gateway: hexAddress(found[2]!) } : null;
}

const hexAddress = (hex: string): string => (hex.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)).join('.');

/** `/proc/net/arp`: is this neighbour there (`live`), proven silent (`dead`), or not in the table? */
export function parseArp(text: string, address: string): 'live' | 'dead' | 'absent' {
  const fields = text.split('\n').map((line) => line.trim().split(/\s+/)).find((f) => f[0] === address);
  if (!fields) return 'absent';
  return (Number.parseInt(fields[2] ?? '0', 16) & 2) !== 0 && fields[3] !== '00:00:00:00:00:00' ? 'live' : 'dead';
}

/** Of an interface: its name, `uevent` from /sys/class/net/NAME, and whether it has a `wireless` directory there. */
export function interfaceKind(name: string, uevent: string, wireless: boolean): InterfaceKind {
  const type = /^DEVTYPE=(.+)$/m.exec(uevent)?.[1];
  if (wireless || type === 'wlan') return 'wifi';
  if (type === 'wwan' || /^(wwan|ppp|rmnet)/.test(name)) return 'mobile';
  return /^(eth|en|em|br|bond)/.test(name) ? 'wired' : 'other';
}

/** `/proc/net/wireless`: the quality of the first interface's link, of 70, in percent. */
export function parseWireless(text: string): number | null {
  const quality = /^\s*\w+:\s+\d+\s+(\d+)\.?\s/m.exec(text)?.[1];
  return quality === undefined ? null : Math.min(100, Math.round((100 * Number(quality)) / 70));
}
