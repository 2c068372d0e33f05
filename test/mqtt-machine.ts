/** A bare MQTT client with a machine's credentials: what an attacker who stole them could do. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { machineTopic } from '@cac/shared/topics.ts';
import type { Ack } from '@cac/shared/messages.ts';
import type { TestMachine } from './fixtures.ts';

export const INST = '00000000000000aa';

export const connectOptions = (machine: TestMachine, over: IClientOptions = {}): IClientOptions => ({
  clientId: `${machine.id}.${INST}`, username: machine.id, password: machine.secret, reconnectPeriod: 0, clean: true, protocolVersion: 4, connectTimeout: 5_000, ...over,
});

/** Resolves once connected; rejects with the broker's refusal. */
export function connectMachine(port: number, machine: TestMachine, over: IClientOptions = {}): Promise<MqttClient> {
  return new Promise((ready, failed) => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, connectOptions(machine, over));
    client.once('connect', () => ready(client));
    client.once('error', (error) => {
      client.end(true);
      failed(error);
    });
    client.once('close', () => failed(new Error('closed')));
  });
}

export const closed = (client: MqttClient): Promise<void> => new Promise((done) => (client.connected ? client.once('close', () => done()) : done()));

/** Sends one `up` message and waits for the ack that answers it. */
export async function sendUp(client: MqttClient, machine: TestMachine, message: unknown): Promise<Ack> {
  const topic = machineTopic(machine.id, 'ack');
  await client.subscribeAsync(topic, { qos: 1 });
  const ack = new Promise<Ack>((done) => {
    const listen = (from: string, payload: Buffer): void => {
      if (from !== topic) return;
      client.off('message', listen);
      done(JSON.parse(payload.toString()) as Ack);
    };
    client.on('message', listen);
  });
  await client.publishAsync(machineTopic(machine.id, 'up'), JSON.stringify(message), { qos: 1 });
  return ack;
}
