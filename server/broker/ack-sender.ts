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

interface Lane {
  sentAt: number;
  held: Ack | null;
}

export interface AckSender {
  /** The ack's packet if it is to go out now; null when it waits or nobody asked for it. The caller writes it. */
  due(client: Client, machine: string, ack: Ack): Buffer | null;
  close(): void;
}

export function createAckSender(now: () => number): AckSender {
  const lanes = new WeakMap<Client, Lane>();
  const holding = new Map<Client, string>();
  let timer: NodeJS.Timeout | null = null;

  const packet = (client: Client, machine: string, lane: Lane, ack: Ack): Buffer | null => {
    lane.sentAt = now();
    lane.held = null;
    const topic = machineTopic(machine, 'ack');
    // Only who asked for its acks gets them; a machine may ask for no other topic's.
    if ((client as unknown as Subscribed).subscriptions[topic] === undefined) return null;
    return publishPacket(topic, JSON.stringify(ack));
  };

  const look = (): void => {
    const due = now() - ACK_EVERY_MS;
    for (const [client, machine] of holding) {
      const lane = lanes.get(client)!;
      if (lane.sentAt > due) continue;
      holding.delete(client);
      const bytes = lane.held && !client.closed ? packet(client, machine, lane, lane.held) : null;
      if (bytes) client.conn.write(bytes);
    }
    timer = holding.size > 0 ? setTimeout(look, LOOK_EVERY_MS) : null;
  };

  return {
    due(client, machine, ack) {
      let lane = lanes.get(client);
      if (!lane) lanes.set(client, (lane = { sentAt: 0, held: null }));
      if (ack.code !== 'ok' || now() - lane.sentAt >= ACK_EVERY_MS) {
        holding.delete(client);
        return packet(client, machine, lane, ack);
      }
      lane.held = ack;
      holding.set(client, machine);
      timer ??= setTimeout(look, LOOK_EVERY_MS);
      return null;
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
