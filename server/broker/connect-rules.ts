/** What a machine's CONNECT must say (MQTT 3.1.1, section 3.1), judged on its bytes. Pure and total. */
import type { MachineId } from '@cac/shared/ids.ts';
import { machineTopic } from '@cac/shared/topics.ts';
import { fieldEnd, fieldText, printable } from './mqtt-text.ts';
import { malformed, type Fault } from './packet-rules.ts';

/** CONNACK return codes 1, 2, 4, 5 of table 3.1; null: the link is closed without a word. */
export type ConnackCode = 1 | 2 | 4 | 5 | null;
export type ConnectVerdict = { readonly ok: true; readonly machine: MachineId } | { readonly ok: false; readonly connack: ConnackCode; readonly fault: Fault };

const CLIENT_ID = /^([a-z0-9]{20})\.[0-9a-f]{16}$/;
const FLAG = { reserved: 1, clean: 2, will: 4, willQos: 24, willRetain: 32, password: 64, userName: 128 } as const;

const refuse = (connack: ConnackCode, fault: Fault): ConnectVerdict => ({ ok: false, connack, fault });
const broken = (detail: string): ConnectVerdict => refuse(null, malformed(detail));

/**
 * Checks the body `bytes[at..end)` of a CONNECT. In order:
 *  1. protocol name and level: `MQTT`, 4; another level is told so (CONNACK 1), another name is not answered;
 *  2. connect flags agree with each other;
 *  3. every announced field is there, is text where text is due, and nothing follows the last;
 *  4. identity: `{machine}.{inst}` with the machine as user name, clean session;
 *  5. the will, if any, is the machine's own, QoS 0 or 1, not retained.
 */
export function checkConnect(bytes: Buffer, at: number, end: number): ConnectVerdict {
  const nameEnd = fieldEnd(bytes, at, end);
  if (nameEnd < 0 || nameEnd + 4 > end) return broken('CONNECT ends inside its variable header');
  const name = bytes.toString('latin1', at + 2, nameEnd);
  const level = bytes[nameEnd]!;
  if (name !== 'MQTT' && !(name === 'MQIsdp' && level === 3)) return refuse(null, { reason: 'bad_protocol', detail: 'protocol name [MQTT-3.1.2-1]' });
  if (level !== 4) return refuse(1, { reason: 'bad_protocol', detail: `protocol level ${level} [MQTT-3.1.2-2]` });

  const flags = bytes[nameEnd + 1]!;
  const wrongFlags = flagsFault(flags);
  if (wrongFlags) return refuse(null, wrongFlags);

  // Payload, in this order: client id, will topic, will message, user name, password [MQTT-3.1.3-1].
  const clientAt = nameEnd + 4;
  const clientEnd = fieldEnd(bytes, clientAt, end);
  const willEnd = flags & FLAG.will ? next(bytes, clientEnd, end) : clientEnd;
  const messageEnd = flags & FLAG.will ? next(bytes, willEnd, end) : willEnd;
  const userEnd = flags & FLAG.userName ? next(bytes, messageEnd, end) : messageEnd;
  const passwordEnd = flags & FLAG.password ? next(bytes, userEnd, end) : userEnd;
  if (passwordEnd !== end) return broken('CONNECT payload does not fit its flags and length');

  const clientId = fieldText(bytes, clientAt, clientEnd);
  const willTopic = flags & FLAG.will ? fieldText(bytes, clientEnd, willEnd) : '';
  const userName = flags & FLAG.userName ? fieldText(bytes, messageEnd, userEnd) : '';
  if (clientId === null || willTopic === null || userName === null) return broken('CONNECT text is not UTF-8 or holds a forbidden character [MQTT-1.5.3-1] [MQTT-1.5.3-2]');

  const machine = CLIENT_ID.exec(clientId)?.[1] as MachineId | undefined;
  if (machine === undefined) return refuse(2, { reason: 'bad_client_id', detail: 'client id is not {machine}.{inst}' });
  if (!(flags & FLAG.userName)) return refuse(4, { reason: 'bad_user_name', detail: `no user name, client id of ${machine}` });
  if (machine !== userName) return refuse(2, { reason: 'bad_client_id', detail: `client id of ${machine}, user name ${printable(userName)}` });
  if (!(flags & FLAG.clean)) return refuse(2, { reason: 'session_not_clean', detail: `clean session 0 from ${machine}` });

  if (flags & FLAG.will && (willTopic !== machineTopic(machine, 'will') || (flags & FLAG.willQos) > 8 || flags & FLAG.willRetain)) {
    return refuse(5, { reason: 'acl_denied', detail: `will of ${machine} on a foreign topic, retained or with QoS 2`, topic: printable(willTopic) });
  }
  return { ok: true, machine };
}

const next = (bytes: Buffer, at: number, end: number): number => (at < 0 ? -1 : fieldEnd(bytes, at, end));

function flagsFault(flags: number): Fault | null {
  if (flags & FLAG.reserved) return malformed('reserved connect flag [MQTT-3.1.2-3]');
  if (!(flags & FLAG.will) && flags & (FLAG.willQos | FLAG.willRetain)) return malformed('will QoS or retain without a will [MQTT-3.1.2-13] [MQTT-3.1.2-15]');
  if ((flags & FLAG.willQos) === FLAG.willQos) return malformed('will QoS 3 [MQTT-3.1.2-14]');
  if (!(flags & FLAG.userName) && flags & FLAG.password) return malformed('password without a user name [MQTT-3.1.2-22]');
  return null;
}
