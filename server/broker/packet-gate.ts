/**
 * The gate: it stands between a socket and `aedes.handle(packetGate(socket, ...))` and lets only whole, well-formed
 * packets through, and only those a machine may send; everything else closes the link and is told once to `onRefused`.
 *
 * It stands in the socket's own `push`, by which a stream hands what it read to its reader, and not in a stream of its
 * own: a second stream in between cost 1-4 us a packet and 3 kB a connection, more than all its checks. So
 * back-pressure, corked writes and closing stay the socket's own, both ways.
 *
 * Packets that lie whole in a chunk are checked in place and passed on as the same bytes; of a cut packet at most
 * `LIMITS` bytes are kept, and nothing of one announced longer. Outwards only the broker's first four bytes are
 * watched: a connection is accepted when its CONNACK says so.
 */
import type { Duplex } from 'node:stream';
import type { MachineId } from '@cac/shared/ids.ts';
import { LIMITS } from '@cac/shared/messages.ts';
import { machineTopic } from '@cac/shared/topics.ts';
import { checkConnect, type ConnackCode } from './connect-rules.ts';
import { BAD_LENGTH, FIRST_BYTE_FAULTS, INCOMPLETE, PACKET, bodyStart, malformed, packetFault, remainingLength, type Fault } from './packet-rules.ts';

export interface Refusal extends Fault {
  /** The machine, once the broker has accepted it; a name that is only claimed stands in `detail`. */
  readonly machine?: MachineId;
  readonly address: string;
}

export interface GateOptions {
  /** Called once, when the connection is refused. Limiting the rate of what is logged is the caller's. */
  readonly onRefused: (refusal: Refusal) => void;
  /** Sign of life: called for each complete packet of an accepted machine. */
  readonly onPacket?: (machine: MachineId, socket: Duplex) => void;
  /**
   * A report: a PUBLISH, QoS 1, on the machine's own `up` topic. True: it was taken, and whoever took it writes the PUBACK;
   * false: it goes on to the broker like any other packet.
   */
  readonly onReport?: (socket: Duplex, machine: MachineId, packetId: number, payload: Buffer) => boolean;
  /** The CONNECT must be complete this long (ms) after the gate was made. Default 5,000. */
  readonly connectMs?: number;
  /** Where the peer speaks from; default the socket's `remoteAddress`. */
  readonly address?: string;
}

/** A socket behind the gate. connect: no CONNECT yet; asked: it was passed on; open: CONNACK 0 went out; over: the rest is not read. */
interface Link {
  readonly socket: Duplex;
  readonly options: GateOptions;
  readonly address: string;
  /** The socket's own `push`. False: the reader has enough for now. */
  readonly push: Duplex['push'];
  phase: 'connect' | 'asked' | 'open' | 'over';
  machine: MachineId | '';
  /** A packet cut by the network: its first `heldBytes` bytes. */
  held: Buffer;
  heldBytes: number;
  connectTimer: NodeJS.Timeout | undefined;
}

const NO_BYTES = Buffer.alloc(0);
const NO_CONNECT: Fault = { reason: 'connect_timeout', detail: 'no complete CONNECT in time' };
const NOT_CONNECT = malformed('first packet is not CONNECT [MQTT-3.1.0-1]');
const SECOND_CONNECT = malformed('second CONNECT [MQTT-3.1.0-2]');
const TOO_LONG = malformed('remaining length over four bytes (MQTT 3.1.1, 2.2.3)');

/**
 * Puts the gate into `socket` (TCP, TLS, or a WebSocket's stream) and returns it. To be called before anything was read
 * from the socket; whoever handles the socket listens to its errors.
 */
export function packetGate<S extends Duplex & { remoteAddress?: string | undefined }>(socket: S, options: GateOptions): S {
  const address = options.address ?? socket.remoteAddress ?? 'unknown';
  const link: Link = { socket, options, address, push: socket.push, phase: 'connect', machine: '', held: NO_BYTES, heldBytes: 0, connectTimer: undefined };
  // What waited while this process was busy is read before the verdict: only the peer's slowness counts (B-02).
  link.connectTimer = setTimeout(() => setImmediate(() => link.phase === 'connect' && refuse(link, NO_CONNECT)), options.connectMs ?? 5_000);
  socket.once('close', () => {
    clearTimeout(link.connectTimer);
    link.phase = 'over';
    link.held = NO_BYTES;
  });
  socket.push = (chunk: Buffer | null) => (chunk === null ? link.push.call(socket, null) : take(link, chunk));
  watchConnack(link);
  return socket;
}

/** Takes what the socket read; passes on what may pass. False: the reader has enough for now. */
function take(link: Link, chunk: Buffer): boolean {
  if (isOver(link)) return true;
  let more = true;
  let at = 0;
  if (link.heldBytes > 0) {
    at = gather(link, chunk, 0);
    const packet = heldPacket(link);
    if (packet && !isTaken(link, packet, 0, packet.length)) more = link.push.call(link.socket, packet);
  }
  let from = at;
  while (at < chunk.length && !isOver(link)) {
    const end = packetEnd(link, chunk, at, chunk.length);
    if (end === INCOMPLETE || end > chunk.length) break;
    if (end === BAD_LENGTH || !passes(link, chunk, at, end)) return false;
    if (isTaken(link, chunk, at, end)) {
      if (at > from) more = link.push.call(link.socket, chunk.subarray(from, at));
      from = end;
    }
    at = end;
  }
  if (at > from) more = link.push.call(link.socket, from === 0 && at === chunk.length ? chunk : chunk.subarray(from, at));
  if (at < chunk.length && !isOver(link)) gather(link, chunk, at);
  return more;
}

const UP_TOPIC_BYTES = machineTopic('x'.repeat(20), 'up').length;

/** A report of an accepted machine that `onReport` takes. The packet has passed: its topic is the machine's own, and tells by its length which. */
function isTaken(link: Link, bytes: Buffer, at: number, end: number): boolean {
  if (link.phase !== 'open' || (bytes[at]! & 0xf6) !== 0x32 || link.options.onReport === undefined || link.machine === '') return false;
  const body = bodyStart(bytes, at);
  if (bytes.readUInt16BE(body) !== UP_TOPIC_BYTES) return false;
  const id = body + 2 + UP_TOPIC_BYTES;
  return link.options.onReport(link.socket, link.machine, bytes.readUInt16BE(id), bytes.subarray(id + 2, end));
}

const isOver = (link: Link): boolean => link.phase === 'over';

/** Offset after the packet at `at`; INCOMPLETE while its header is; BAD_LENGTH: it was refused for its header. */
function packetEnd(link: Link, bytes: Buffer, at: number, end: number): number {
  const first = bytes[at]!;
  const isConnect = first >> 4 === PACKET.connect;
  const fault = FIRST_BYTE_FAULTS[first] ?? (isConnect === (link.phase === 'connect') ? null : isConnect ? SECOND_CONNECT : NOT_CONNECT);
  if (fault) return refuse(link, fault);
  const length = remainingLength(bytes, at, end);
  if (length === INCOMPLETE) return INCOMPLETE;
  if (length === BAD_LENGTH) return refuse(link, TOO_LONG);
  const limit = link.phase === 'open' ? LIMITS.packetBytes : LIMITS.connectBytes;
  if (length > limit) return refuse(link, { reason: 'packet_too_big', detail: `${length} bytes announced, ${limit} allowed` });
  return bodyStart(bytes, at) + length;
}

/** May this whole packet go through? If not, it was refused. */
function passes(link: Link, bytes: Buffer, at: number, end: number): boolean {
  const first = bytes[at]!;
  const body = bodyStart(bytes, at);
  if (link.phase === 'connect') {
    const verdict = checkConnect(bytes, body, end);
    if (!verdict.ok) {
      refuse(link, verdict.fault, verdict.connack);
      return false;
    }
    clearTimeout(link.connectTimer);
    link.connectTimer = undefined;
    link.machine = verdict.machine;
    link.phase = 'asked';
    return true;
  }
  const fault = packetFault(first, bytes, body, end, link.machine);
  if (fault) {
    refuse(link, fault);
    return false;
  }
  if (link.phase === 'open' && link.machine !== '') link.options.onPacket?.(link.machine, link.socket);
  if (first >> 4 === PACKET.disconnect) link.phase = 'over'; // a client sends nothing after it [MQTT-3.14.4-2]
  return true;
}

/** Keeps what `chunk` has, from `at` on, of the packet that the network cut. Returns the offset of what is left. */
function gather(link: Link, chunk: Buffer, at: number): number {
  let end = link.heldBytes > 0 ? packetEnd(link, link.held, 0, link.heldBytes) : INCOMPLETE;
  while (end === INCOMPLETE && at < chunk.length) {
    keep(link, chunk, at, at + 1, 8);
    at += 1;
    end = packetEnd(link, link.held, 0, link.heldBytes);
  }
  if (end < 0) return chunk.length;
  const until = Math.min(chunk.length, at + end - link.heldBytes);
  keep(link, chunk, at, until, end);
  return until;
}

/** Appends to what is held of a packet of `whole` bytes; its room grows with what came, not with what was announced. */
function keep(link: Link, chunk: Buffer, from: number, to: number, whole: number): void {
  const size = link.heldBytes + to - from;
  if (size > link.held.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(size, Math.min(whole, 2 * size)));
    link.held.copy(larger, 0, 0, link.heldBytes);
    link.held = larger;
  }
  chunk.copy(link.held, link.heldBytes, from, to);
  link.heldBytes = size;
}

/** The held packet if it is whole by now and may pass, else null. */
function heldPacket(link: Link): Buffer | null {
  if (isOver(link) || packetEnd(link, link.held, 0, link.heldBytes) !== link.heldBytes) return null;
  const packet = link.held.subarray(0, link.heldBytes);
  link.held = NO_BYTES;
  link.heldBytes = 0;
  return passes(link, packet, 0, packet.length) ? packet : null;
}

/** The broker's first packet is its CONNACK: `20 02 xx 00` accepts [MQTT-3.2.0-1]. Afterwards writes are the socket's own again. */
function watchConnack(link: Link): void {
  const { socket } = link;
  const write = socket.write;
  let seen = 0;
  socket.write = function watched(this: Duplex, ...args: Parameters<Duplex['write']>) {
    for (const byte of args[0] as Buffer) {
      if (seen === 0 && byte !== 0x20) seen = 4;
      if (seen === 3 && byte === 0 && link.phase === 'asked') link.phase = 'open';
      seen += 1;
    }
    if (seen >= 4) socket.write = write;
    return write.apply(socket, args);
  } as Duplex['write'];
}

function refuse(link: Link, fault: Fault, connack: ConnackCode = null): typeof BAD_LENGTH {
  const { socket, options, address, machine } = link;
  const accepted = link.phase === 'open' && machine !== '';
  link.phase = 'over';
  clearTimeout(link.connectTimer);
  if (connack !== null && socket.writable) socket.end(Buffer.of(0x20, 2, 0, connack), () => socket.destroy());
  else socket.destroy();
  options.onRefused(accepted ? { ...fault, machine, address } : { ...fault, address });
  return BAD_LENGTH;
}
