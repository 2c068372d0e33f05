/**
 * Where our own requests may go. Decided on the address that a name resolved to, at the moment of connecting: a name that resolves differently a
 * second later gains nothing. Private and special ranges are refused, and this machine's own addresses; CAC_ALLOWED_TARGETS names exceptions.
 */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** IANA's special-purpose registries: what is not somebody else's public address. */
const SPECIAL_V4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
const SPECIAL_V6 = ['::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'];

const special = new BlockList();
for (const range of SPECIAL_V4) addRange(special, range);
for (const range of SPECIAL_V6) addRange(special, range);

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

/** `::ffff:127.0.0.1` and `::ffff:7f00:1` are 127.0.0.1; compatible ones (`::127.0.0.1`) too. */
export function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '').toLowerCase();
  if (isIP(bare) !== 6) return bare;
  const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::(?:ffff:(?:0:)?)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** `cidr`, an address, or `host:port`. */
export interface AllowedTargets {
  ranges: BlockList;
  hosts: ReadonlySet<string>;
}

/** Null when an entry is neither. */
export function allowedTargets(entries: readonly string[]): AllowedTargets | null {
  const ranges = new BlockList();
  const hosts = new Set<string>();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    if (family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)))) addRange(ranges, entry);
    else if (/^([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/.test(entry)) hosts.add(entry.toLowerCase());
    else return null;
  }
  return { ranges, hosts };
}

export const NO_TARGETS: AllowedTargets = { ranges: new BlockList(), hosts: new Set() };

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

export const isSpecial = (address: string): boolean => special.check(address, familyOf(address));
/** This machine or a private network: where a relay may be spoken to in the clear. */
const near = new BlockList();
for (const range of ['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '::1/128', 'fc00::/7', 'fe80::/10']) addRange(near, range);
export const isNear = (address: string): boolean => near.check(plainAddress(address), familyOf(plainAddress(address)));

const ownAddresses = (): Set<string> => new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => plainAddress(address))));

/** Why a connection is refused; null when it may go. `ownPorts`: of this server, which no exception opens. */
export function refusedTarget(host: string, resolved: string, port: number, allowed: AllowedTargets, ownPorts: readonly number[]): 'private' | 'own_server' | null {
  const address = plainAddress(resolved);
  if (isIP(address) === 0) return 'private';
  const own = ownAddresses().has(address) || special.check(address, familyOf(address)) && /^(127\.|0\.|::1?$)/.test(address);
  if (own && ownPorts.includes(port)) return 'own_server';
  if (allowed.ranges.check(address, familyOf(address)) || allowed.hosts.has(`${host.toLowerCase()}:${port}`)) return null;
  return own || isSpecial(address) ? 'private' : null;
}
