/** MQTT topics. A machine may publish its own `up` and `will`, and subscribe to its own `ack` and `dn` and to `srv`; nothing else. */
import type { MachineId } from './ids.ts';

export const TOPIC_ROOT = 'cac/1';
export const SERVER_TOPIC = `${TOPIC_ROOT}/srv`;

export type MachineChannel = 'up' | 'ack' | 'dn' | 'will';

export const machineTopic = (machine: MachineId | string, channel: MachineChannel): string => `${TOPIC_ROOT}/${machine}/${channel}`;

const MACHINE_TOPIC = /^cac\/1\/([a-z0-9]{20})\/(up|ack|dn|will)$/;

/** The machine and channel a topic names, or null when it is none of ours. */
export function readMachineTopic(topic: string): { machine: MachineId; channel: MachineChannel } | null {
  const found = MACHINE_TOPIC.exec(topic);
  return found ? { machine: found[1] as MachineId, channel: found[2] as MachineChannel } : null;
}

/** May this machine publish on this topic? */
export const mayPublish = (machine: string, topic: string): boolean =>
  topic === machineTopic(machine, 'up') || topic === machineTopic(machine, 'will');

/** May this machine subscribe to this filter? Filters are compared whole: no wildcard is ever granted. */
export const maySubscribe = (machine: string, filter: string): boolean =>
  filter === machineTopic(machine, 'ack') || filter === machineTopic(machine, 'dn') || filter === SERVER_TOPIC;
