/** One MQTT connection of a simulated PC: no reconnecting and no queue of its own (the agent's uplink decides all that). */
import { connect } from 'mqtt';

export interface Login {
  host: string;
  port: number;
  clientId: string;
  username: string;
  password: string;
  will: { topic: string; payload: string };
}

export interface Connection {
  subscribe(topics: string[]): void;
  publish(topic: string, payload: Buffer): void;
  /** With a DISCONNECT, so that no will is sent; without: the plug is pulled. */
  end(goodbye: boolean): void;
}

export function openConnection(login: Login, on: { connected(): void; message(topic: string, payload: Buffer): void; closed(): void }): Connection {
  const { host, port, clientId, username, password, will } = login;
  const client = connect({
    host, port, clientId, username, password, protocolVersion: 4, clean: true, keepalive: 60, reconnectPeriod: 0, connectTimeout: 30_000, queueQoSZero: false, resubscribe: false,
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false },
  });
  let over = false;
  const close = (): void => {
    if (over) return;
    over = true;
    client.end(true);
    on.closed();
  };
  client.on('connect', () => on.connected());
  client.on('message', (topic, payload) => over || on.message(topic, payload));
  client.on('error', close);
  client.on('close', close);
  return {
    subscribe: (topics) => void client.subscribe(topics, { qos: 1 }, () => {}),
    publish: (topic, payload) => void client.publish(topic, payload, { qos: 1 }, () => {}),
    end(goodbye) {
      over = true;
      if (goodbye) client.end();
      else client.stream.destroy();
      if (!goodbye) client.end(true);
    },
  };
}
