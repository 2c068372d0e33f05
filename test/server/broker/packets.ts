/** Packets of one machine, well formed unless a test says otherwise. */
import { generate, type IConnectPacket, type Packet } from 'mqtt-packet';

export const MACHINE = 'abcdefghij0123456789';
export const INST = '00112233445566ff';
export const UP = `cac/1/${MACHINE}/up`;

export const connectPacket = (changes: Partial<IConnectPacket> = {}): Buffer =>
  generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: `${MACHINE}.${INST}`, keepalive: 60, username: MACHINE, password: Buffer.from('secret'), ...changes });

export const willOf = (topic: string, changes: { qos?: 0 | 1 | 2; retain?: boolean } = {}): Partial<IConnectPacket> => ({
  will: { topic, payload: Buffer.from('{}'), qos: 1, retain: false, ...changes },
});

export const publishPacket = (topic: string, payload: string | Buffer = '{}', changes: { qos?: 0 | 1 | 2; retain?: boolean; dup?: boolean; messageId?: number } = {}): Buffer =>
  generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 7, retain: false, dup: false, ...changes });

export const packet = (what: Packet): Buffer => generate(what);

export const subscribePacket = (...topics: string[]): Buffer =>
  generate({ cmd: 'subscribe', messageId: 5, subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })) });

/** Bytes with one of them replaced. */
export function patched(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

export const CONNACK_OK = Buffer.of(0x20, 2, 0, 0);
