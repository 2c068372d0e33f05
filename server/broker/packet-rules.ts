/**
 * What an MQTT 3.1.1 packet from a machine must look like, judged on its bytes before any parser sees it. Pure and
 * total: each check answers with a fault or null, and allocates only for the rare packet. CONNECT is in connect-rules.ts.
 */
import { machineTopic, mayPublish } from '@cac/shared/topics.ts';
import { MAX_TOPIC_LENGTH, MAX_TOPIC_LEVELS, fieldEnd, fieldText, isFilter, isOverlong, printable } from './mqtt-text.ts';

type RefusalReason =
  | 'packet_too_big'
  | 'connect_timeout'
  | 'tls_error'
  | 'malformed'
  | 'acl_denied'
  | 'bad_protocol'
  | 'bad_client_id'
  | 'bad_user_name'
  | 'session_not_clean';

/** Why a connection is refused. `detail` is ours and `topic` made printable: both may stand in a log as they are. */
export interface Fault {
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly topic?: string;
}

export const PACKET = { connect: 1, publish: 3, puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7, subscribe: 8, unsubscribe: 10, pingreq: 12, disconnect: 14 } as const;

/** More filters than this in one SUBSCRIBE or UNSUBSCRIBE: an agent has three. */
const MAX_FILTERS = 32;

export const malformed = (detail: string): Fault => ({ reason: 'malformed', detail });
const denied = (detail: string, topic: string): Fault => ({ reason: 'acl_denied', detail, topic: printable(topic) });

const WRONG_LENGTH = malformed('remaining length does not fit the packet type');
const NO_PACKET_ID = malformed('packet identifier missing or 0 [MQTT-2.3.1-1]');
const BAD_TEXT = malformed('text is not UTF-8 or holds a forbidden character [MQTT-1.5.3-1] [MQTT-1.5.3-2]');
const RAN_OVER = malformed('a field runs over the end of its packet');
const NO_FILTER = malformed('no topic filter [MQTT-3.8.3-3] [MQTT-3.10.3-2]');
const EMPTY_TOPIC = malformed('empty topic [MQTT-4.7.3-1]');
const BAD_FILTER = malformed('wildcard inside a level [MQTT-4.7.1-2] [MQTT-4.7.1-3]');
const BAD_SUBSCRIBE_QOS = malformed('reserved bits or QoS 3 in SUBSCRIBE [MQTT-3.8.3-4]');
const TOO_MANY_FILTERS: Fault = { reason: 'acl_denied', detail: `more than ${MAX_FILTERS} topic filters` };

/** What is wrong with a packet's first byte, for each of its 256 values. */
export const FIRST_BYTE_FAULTS: readonly (Fault | null)[] = Array.from({ length: 256 }, (_, byte) => firstByteFault(byte));

function firstByteFault(byte: number): Fault | null {
  const type = byte >> 4;
  const flags = byte & 15;
  if (type === 0 || type === 15) return malformed('reserved packet type (MQTT 3.1.1, table 2.1)');
  if (type === 2 || type === 9 || type === 11 || type === 13) return malformed('packet type only a server sends (MQTT 3.1.1, table 2.1)');
  if (type === PACKET.publish) return (flags & 6) === 6 ? malformed('QoS 3 [MQTT-3.3.1-4]') : null;
  const required = type === PACKET.pubrel || type === PACKET.subscribe || type === PACKET.unsubscribe ? 2 : 0;
  return flags === required ? null : malformed('reserved flag bits [MQTT-2.2.2-1] [MQTT-2.2.2-2]');
}

/** Answers of `remainingLength` that are no length. */
export const INCOMPLETE = -1;
export const BAD_LENGTH = -2;

/** The remaining length announced by the packet at `at` (MQTT 3.1.1, 2.2.3): at most four bytes, 0 to 268,435,455. */
export function remainingLength(bytes: Buffer, at: number, end: number): number {
  let length = 0;
  for (let i = 0; i < 4; i += 1) {
    if (at + 1 + i >= end) return INCOMPLETE;
    const byte = bytes[at + 1 + i]!;
    length |= (byte & 127) << (7 * i);
    if (byte < 128) return length;
  }
  return BAD_LENGTH;
}

/** Offset of the first byte after the fixed header of a packet whose remaining length was read. */
export function bodyStart(bytes: Buffer, at: number): number {
  let i = at + 1;
  while (bytes[i]! >= 128) i += 1;
  return i + 1;
}

/** Checks a complete packet other than CONNECT: `first` is its first byte, its body is `bytes[at..end)`. */
export function packetFault(first: number, bytes: Buffer, at: number, end: number, machine: string): Fault | null {
  switch (first >> 4) {
    case PACKET.publish:
      return publishFault(first, bytes, at, end, machine);
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubrel:
    case PACKET.pubcomp:
      if (end - at !== 2) return WRONG_LENGTH;
      return hasPacketId(bytes, at) ? null : NO_PACKET_ID;
    case PACKET.subscribe:
      return filtersFault(bytes, at, end, 1);
    case PACKET.unsubscribe:
      return filtersFault(bytes, at, end, 0);
    default:
      return at === end ? null : WRONG_LENGTH; // PINGREQ, DISCONNECT
  }
}

const hasPacketId = (bytes: Buffer, at: number): boolean => bytes[at] !== 0 || bytes[at + 1] !== 0;

/** PUBLISH: on a topic of its own, QoS 0 or 1, not retained. The usual one costs a comparison of 29 bytes. */
function publishFault(first: number, bytes: Buffer, at: number, end: number, machine: string): Fault | null {
  const after = fieldEnd(bytes, at, end);
  if (after < 0) return RAN_OVER;
  const qos = (first >> 1) & 3;
  if (qos > 0) {
    if (after + 2 > end) return RAN_OVER;
    if (!hasPacketId(bytes, after)) return NO_PACKET_ID;
  }
  if (qos < 2 && (first & 1) === 0 && isUpTopic(bytes, at + 2, after, machine)) return null;
  const topic = fieldText(bytes, at, after);
  if (topic === null) return BAD_TEXT;
  if (topic === '') return EMPTY_TOPIC;
  if (/[+#]/.test(topic)) return malformed('wildcard in a PUBLISH topic [MQTT-3.3.2-2]');
  if (!mayPublish(machine, topic)) return denied('publish on a topic that is not its own', topic);
  if (qos === 2) return denied('publish with QoS 2', topic);
  if ((first & 1) === 1) return denied('retained publish', topic);
  return null;
}

const [UP_HEAD, UP_TAIL] = machineTopic('*', 'up').split('*') as [string, string];

/** Are these bytes `machineTopic(machine, 'up')`? */
function isUpTopic(bytes: Buffer, from: number, to: number, machine: string): boolean {
  const middle = from + UP_HEAD.length;
  const tail = middle + machine.length;
  if (to !== tail + UP_TAIL.length) return false;
  for (let i = 0; i < machine.length; i += 1) if (bytes[middle + i] !== machine.charCodeAt(i)) return false;
  for (let i = 0; i < UP_HEAD.length; i += 1) if (bytes[from + i] !== UP_HEAD.charCodeAt(i)) return false;
  for (let i = 0; i < UP_TAIL.length; i += 1) if (bytes[tail + i] !== UP_TAIL.charCodeAt(i)) return false;
  return true;
}

/**
 * SUBSCRIBE (each filter followed by one byte of QoS) and UNSUBSCRIBE: form only. Who may subscribe to what is the
 * broker's answer (SUBACK 0x80), but what is longer or deeper than any topic of ours never reaches it.
 */
function filtersFault(bytes: Buffer, at: number, end: number, qosBytes: 0 | 1): Fault | null {
  if (at + 2 > end || !hasPacketId(bytes, at)) return NO_PACKET_ID;
  let next = at + 2;
  if (next === end) return NO_FILTER;
  for (let count = 0; next < end; count += 1) {
    if (count === MAX_FILTERS) return TOO_MANY_FILTERS;
    const after = fieldEnd(bytes, next, end);
    if (after < 0 || after + qosBytes > end) return RAN_OVER;
    const filter = fieldText(bytes, next, after);
    if (filter === null) return BAD_TEXT;
    if (filter === '') return EMPTY_TOPIC;
    if (!isFilter(filter)) return BAD_FILTER;
    if (isOverlong(filter)) return denied(`topic filter over ${MAX_TOPIC_LENGTH} characters or ${MAX_TOPIC_LEVELS} levels`, filter);
    if (qosBytes === 1 && bytes[after]! > 2) return BAD_SUBSCRIBE_QOS;
    next = after + qosBytes;
  }
  return null;
}
