/**
 * A line of its own between this machine and a network namespace: what crosses it is counted by the kernel, and may be lost, slowed or cut (nftables). Needs root and
 * iproute2; faults need nftables. Everything is gone again with `close`.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface Line {
  /** Of this machine, as the other side sees it. */
  address: string;
  /** The words that start a program on the other side. */
  within: readonly string[];
  /** Bytes that crossed the line so far, IP headers included. */
  bytes(): number;
  /** What is done to packets on the other side, as statements of nft (`numgen random mod 100 < 5 drop`); none: nothing. */
  disturb(statements: readonly string[]): void;
  close(): void;
}

const run = (command: string, ...args: string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
};

/** Why there can be no such line here; null: there can. */
export function lineMissing(withFaults: boolean): string | null {
  const probe = `cacprobe${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'network namespaces need root and iproute2';
  spawnSync('ip', ['netns', 'del', probe]);
  return withFaults && spawnSync('nft', ['--version']).status !== 0 ? 'nftables is not installed (Debian: apt-get install nftables)' : null;
}

const ETHERNET = 14;
let opened = 0;

export function openLine(): Line {
  opened += 1;
  const id = `${process.pid % 10_000}${opened}`;
  const [space, here, there] = [`cac${id}`, `cacA${id}`, `cacB${id}`];
  const subnet = `10.213.${(process.pid + opened * 7) % 250}`;
  const address = `${subnet}.1`;
  run('ip', 'netns', 'add', space);
  const close = (): void => {
    spawnSync('ip', ['link', 'del', here]);
    spawnSync('ip', ['netns', 'del', space]);
    rmSync(`/etc/netns/${space}`, { recursive: true, force: true });
  };
  try {
    const inside = (...words: string[]): string => run('ip', 'netns', 'exec', space, ...words);
    run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space);
    // Packets as a real line carries them, one segment each, and no talk of version 6.
    run('ip', 'link', 'set', 'dev', here, 'gso_max_segs', '1');
    inside('ip', 'link', 'set', 'dev', there, 'gso_max_segs', '1');
    writeFileSync(`/proc/sys/net/ipv6/conf/${here}/disable_ipv6`, '1');
    inside('sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${there}/disable_ipv6`);
    run('ip', 'address', 'add', `${address}/30`, 'dev', here);
    run('ip', 'link', 'set', here, 'up');
    inside('ip', 'address', 'add', `${subnet}.2/30`, 'dev', there);
    inside('ip', 'link', 'set', there, 'up');
    inside('ip', 'link', 'set', 'lo', 'up');
    // A line to the Internet asks for no neighbours: both ends know each other.
    const macOf = (text: string): string => /link\/ether ([0-9a-f:]+)/.exec(text)![1]!;
    const [macHere, macThere] = [macOf(run('ip', 'link', 'show', here)), macOf(inside('ip', 'link', 'show', there))];
    run('ip', 'neigh', 'replace', `${subnet}.2`, 'lladdr', macThere, 'dev', here, 'nud', 'permanent');
    inside('ip', 'neigh', 'replace', address, 'lladdr', macHere, 'dev', there, 'nud', 'permanent');
    mkdirSync(`/etc/netns/${space}`, { recursive: true });
    writeFileSync(`/etc/netns/${space}/resolv.conf`, `nameserver ${address}\n`);
  } catch (error) {
    close();
    throw error;
  }
  const count = (name: string): number => Number(readFileSync(`/sys/class/net/${here}/statistics/${name}`, 'utf8'));
  return {
    address,
    within: ['ip', 'netns', 'exec', space],
    bytes: () => count('rx_bytes') + count('tx_bytes') - ETHERNET * (count('rx_packets') + count('tx_packets')),
    disturb(statements) {
      const rules = ['flush ruleset', ...(statements.length === 0 ? [] : ['add table inet faults', ...['input', 'output'].flatMap((hook) => [`add chain inet faults ${hook} { type filter hook ${hook} priority 0; }`, `add rule inet faults ${hook} iif lo accept`.replace('iif', hook === 'input' ? 'iif' : 'oif'), ...statements.map((statement) => `add rule inet faults ${hook} ${statement}`)])])];
      const { status, stderr } = spawnSync('ip', ['netns', 'exec', space, 'nft', '-f', '-'], { input: rules.join('\n'), encoding: 'utf8' });
      if (status !== 0) throw new Error(`nft: ${stderr}`);
    },
    close,
  };
}

/** The least of a name server on `address`: every name is `address`. */
export function answerNames(address: string): Promise<{ close(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const end = question.indexOf(0, 12) + 5;
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    const isA = question.readUInt16BE(end - 4) === 1;
    head.writeUInt16BE(isA ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const answer = Buffer.concat([Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]), Buffer.from(address.split('.').map(Number))]);
    socket.send(Buffer.concat([head, question.subarray(12, end), ...(isA ? [answer] : [])]), from.port, from.address);
  });
  return new Promise((ready, failed) => {
    socket.once('error', failed);
    socket.bind(53, address, () => ready({ close: () => void socket.close() }));
  });
}
