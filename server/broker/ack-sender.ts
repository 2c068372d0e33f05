/**
 * Sends acks to the connection whose batch they answer: at most one per connection in 200 ms, the first at once, of
 * those that follow only the newest. An ack that is not `ok` never waits. They go out with QoS 0: on a clean session
 * a QoS 1 would be forgotten with the connection just the same, and cost a confirmation on each metered link.
 */
import type { Ack } from '@cac/shared/messages.ts';
import { machineTopic } from '@cac/shared/topics.ts';
import type { Client } from 'aedes';
import { publishPacket } from './publish-packet.ts';

export const ACK_EVERY_MS = 200;
const LOOK_EVERY_MS = 50;
const UNREAD_BYTES = 16 * 1024;

interface Lane {
  sentAt: number;
  held: Ack | null;
}

export interface AckSender {
  send(client: Client, machine: string, ack: Ack): void;
  close(): void;
}

export function createAckSender(now: () => number): AckSender {
  const lanes = new WeakMap<Client, Lane>();
  const holding = new Map<Client, string>();
  let timer: NodeJS.Timeout | null = null;

  const write = (client: Client, machine: string, lane: Lane, ack: Ack): void => {
    lane.sentAt = now();
    lane.held = null;
    const topic = machineTopic(machine, 'ack');
    // Only who asked for its acks gets them; a machine may ask for no other topic's.
    if (client.closed || (client as unknown as Subscribed).subscriptions[topic] === undefined) return;
    const { conn } = client;
    // Who does not read for so long is let go by aedes, whose PUBACKs wait behind these.
    if (conn.writableLength < UNREAD_BYTES) conn.write(publishPacket(topic, JSON.stringify(ack)));
  };

  const look = (): void => {
    const due = now() - ACK_EVERY_MS;
    for (const [client, machine] of holding) {
      const lane = lanes.get(client)!;
      if (lane.sentAt > due) continue;
      holding.delete(client);
      if (lane.held) write(client, machine, lane, lane.held);
    }
    timer = holding.size > 0 ? setTimeout(look, LOOK_EVERY_MS) : null;
  };

  return {
    send(client, machine, ack) {
      let lane = lanes.get(client);
      if (!lane) lanes.set(client, (lane = { sentAt: 0, held: null }));
      if (ack.code !== 'ok' || now() - lane.sentAt >= ACK_EVERY_MS) {
        holding.delete(client);
        return write(client, machine, lane, ack);
      }
      lane.held = ack;
      holding.set(client, machine);
      timer ??= setTimeout(look, LOOK_EVERY_MS);
    },
    close() {
      if (timer) clearTimeout(timer);
      holding.clear();
    },
  };
}

interface Subscribed {
  subscriptions: Record<string, unknown>;
}
