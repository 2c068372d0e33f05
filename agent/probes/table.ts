/**
 * All probes, by name. A number is a probe that passed and what it took (ms); a text is why it failed. A probe that throws or takes
 * too long is itself a result and never stops the others.
 *
 *   gw    the default gateway answers or refuses TCP, or is a live neighbour after a UDP poke; `no_evidence`: nothing proven
 *   dns   a name is resolved by this PC's own resolver
 *   netN  TCP to the N-th Internet target
 *   portal  something else answers in the server's place (portal.ts); asked while something fails
 *   srv   the server: the last round trip of a message while connected, else TCP to its MQTT port
 */
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { TRY_BYTES } from '../service/byte-count.ts';
import { parseArp } from './linux.ts';
import type { Road } from '../uplink/road.ts';
import type { NameCache } from './names.ts';
import { readText } from './network.ts';
import { probePortal } from './portal.ts';
import { failureWord, tcpTime } from './tcp.ts';

export interface Target {
  host: string;
  port: number;
}

export interface ProbeContext {
  gateway: string | null;
  targets: readonly Target[];
  names: NameCache;
  /** Told the bytes of each try, by the stated model. */
  spent: (bytes: number) => void;
  /** Where the agent's connection leads; null before there is one. */
  server: Target | null;
  /** Why that connection failed last; null while it stands, or before. */
  failure: string | null;
  /** The way to its pages. */
  road: Road;
  /** Ms of the last message's way to the server's database and back; null while not connected. */
  roundTripMs: number | null;
}

type ProbeResult = number | string;
type Probe = (context: ProbeContext) => Promise<ProbeResult | null>;

const LIMIT_MS = 5_000;
/** School networks filter: two Moroccan hosts first. Replaced by CAC_PROBE_TARGETS. */
const DEFAULT_TARGETS = 'www.maroc.ma:443,www.iam.ma:443,1.1.1.1:443';

/** Failures that are more than a closed port. */
const SPOKEN = /^(?:tls_error|captive_or_proxy|proxy_)/;

const PROBES: Record<string, Probe> = {
  gw: ({ gateway }) => (gateway === null ? Promise.resolve('no_route') : probeGateway(gateway)),
  // One mistyped target must not look like a broken resolver: the next name is asked before anything is said.
  dns: async ({ targets, names }) => {
    let first: string | null = null;
    for (const host of new Set(targets.map((t) => t.host).filter((h) => isIP(h) === 0 && h !== 'localhost'))) {
      const result = await names.ask(host);
      if (typeof result === 'number') return result;
      first ??= result;
    }
    return first;
  },
  portal: ({ road }) => probePortal(road, LIMIT_MS),
  srv: ({ server, roundTripMs, failure, spent }) => {
    if (roundTripMs !== null) return Promise.resolve(roundTripMs);
    // A port that opens proves nothing where the server's certificate, or what stands in its place, is refused (B-17, B-18).
    if (failure !== null && SPOKEN.test(failure)) return Promise.resolve(failure.slice(0, 64));
    if (server === null) return Promise.resolve('no_evidence');
    spent(TRY_BYTES);
    return tcpTime(server.host, server.port, LIMIT_MS);
  },
};

/** `host:port, host:port`, at most eight; a port that is missing is 443. What cannot be read is left out. */
export function readTargets(setting: string | undefined): Target[] {
  return (setting?.trim() ? setting : DEFAULT_TARGETS).split(',').slice(0, 8).flatMap((item) => {
    const found = /^\s*(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?\s*$/.exec(item);
    return found ? [{ host: (found[1] ?? found[2])!, port: Number(found[3] ?? 443) }] : [];
  });
}

/** Runs the named probes together; each within 8 s. */
export async function runProbes(names: readonly string[], context: ProbeContext): Promise<Record<string, ProbeResult>> {
  const results = await Promise.all(names.map(async (name) => [name, await runOne(name, context)] as const));
  return Object.fromEntries(results.filter((r): r is readonly [string, ProbeResult] => r[1] !== null));
}

async function runOne(name: string, context: ProbeContext): Promise<ProbeResult | null> {
  const target = context.targets[Number(/^net(\d+)$/.exec(name)?.[1] ?? 0) - 1];
  const probe = PROBES[name] ?? (target ? () => tryTarget(target, context) : null);
  if (!probe) return null;
  let fuse: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((done) => (fuse = setTimeout(() => done('timeout'), LIMIT_MS + 3_000)));
  try {
    return await Promise.race([probe(context), limit]);
  } catch (error) {
    return failureWord((error as { code?: string }).code);
  } finally {
    clearTimeout(fuse);
  }
}

type Tries = Pick<ProbeContext, 'names' | 'spent'>;

async function tryTarget({ host, port }: Target, { names, spent }: Tries): Promise<ProbeResult> {
  const address = await names.address(host);
  spent(TRY_BYTES);
  return tcpTime(address, port, LIMIT_MS);
}

/** Some tries after another to one target: a burst. */
export async function tryTargets(target: Target, times: number, context: Tries): Promise<ProbeResult[]> {
  const tries: ProbeResult[] = [];
  for (let i = 0; i < times; i += 1) tries.push(await tryTarget(target, context).catch((error: { code?: string }) => failureWord(error.code)));
  return tries;
}

/** Ports that routers answer or refuse on. A refusal proves the gateway as well as an answer does. */
async function probeGateway(gateway: string): Promise<ProbeResult> {
  const startedAt = performance.now();
  const answer = await tcpTime(gateway, 80, 2_000);
  if (typeof answer === 'number') return answer;
  if (answer === 'refused' || answer === 'reset') return Math.round((performance.now() - startedAt) * 10) / 10;
  await poke(gateway);
  const neighbour = parseArp(readText('/proc/net/arp'), gateway);
  if (neighbour === 'live') return Math.round(performance.now() - startedAt);
  return neighbour === 'dead' || answer === 'unreachable' ? 'no_answer' : 'no_evidence';
}

/** A datagram to the discard port makes the kernel look for the neighbour. */
const poke = (address: string): Promise<void> =>
  new Promise((done) => {
    const socket = createSocket('udp4');
    socket.on('error', () => {});
    socket.send(Buffer.of(0), 9, address, () => {
      setTimeout(() => {
        socket.close();
        done();
      }, 500);
    });
  });
