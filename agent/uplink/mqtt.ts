/**
 * One MQTT connection, and nothing that outlives it: no library reconnect, no queue, no replay (core/uplink.ts decides all that).
 * A broken or hostile broker ends in `closed`, never in an exception.
 */
import { MqttClient, type IClientOptions } from 'mqtt';
import { LIMITS } from '@cac/shared/messages.ts';
import { openWay } from './open-way.ts';
import { packetGuard } from './packet-guard.ts';
import type { Road, Way } from './road.ts';

export interface Login {
  clientId: string;
  username: string;
  password: string;
  keepaliveS: number;
  will: { topic: string; payload: string };
}

export interface Handlers {
  connected(): void;
  message(topic: string, payload: Buffer): void;
  /** Once, for every connection, whatever ended it. */
  closed(reason: string): void;
}

export interface Connection {
  /** QoS 1. */
  subscribe(topics: string[]): void;
  publish(topic: string, payload: Buffer): void;
  /** Says DISCONNECT, so that the will is not sent; resolves when the socket is closed, within a second. */
  end(): Promise<void>;
  /** So far: bytes of the socket, TLS included, and pieces written and read. */
  traffic(): Traffic;
}

/** Of one connection. */
export interface Traffic {
  bytes: number;
  writes: number;
  reads: number;
}

const CONNECT_MS = 20_000;

/** Connects; what becomes of it is told to the handlers. Rejects when the way cannot be opened: see `reasonOf`. */
export async function openConnection(road: Road, way: Way, login: Login, handlers: Handlers): Promise<Connection> {
  let reason = 'closed';
  let over = false;
  let accepted = false;
  const { stream, bytes, destroy } = await openWay(road, way);
  let writes = 0;
  let reads = 0;
  const { write } = stream;
  stream.write = function counted(this: typeof stream, ...args: unknown[]): boolean {
    writes += 1;
    return (write as (...all: unknown[]) => boolean).apply(this, args);
  } as typeof stream.write;
  const guard = packetGuard(LIMITS.packetBytes);
  stream.on('data', (chunk: Buffer) => {
    reads += 1;
    if (guard(chunk)) return;
    // Before the broker's first word it is not the broker's: a portal that takes every port (B-18).
    reason = accepted ? 'packet_too_big' : 'captive_or_proxy';
    destroy();
  });
  const options: IClientOptions = {
    protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: CONNECT_MS, queueQoSZero: false, resubscribe: false, manualConnect: true,
    writeCache: false, // else mqtt-packet makes 65,536 small buffers
    clientId: login.clientId, username: login.username, password: login.password, keepalive: login.keepaliveS,
    will: { topic: login.will.topic, payload: Buffer.from(login.will.payload), qos: 1, retain: false },
  };
  const client = new MqttClient(() => stream, options);
  const finish = (): void => {
    if (over) return;
    over = true;
    destroy();
    client.end(true);
    handlers.closed(reason);
  };
  client.on('connect', () => {
    accepted = true;
    handlers.connected();
  });
  client.on('message', (topic, payload) => handlers.message(topic, payload));
  client.on('error', (error: Error & { code?: string | number }) => {
    if (reason === 'closed') reason = accepted || error.code !== undefined ? reasonOf(error) : 'captive_or_proxy';
    finish();
  });
  client.on('close', finish);
  stream.on('error', (error: Error & { code?: string }) => {
    if (reason === 'closed') reason = reasonOf(error);
  });
  client.connect();
  return {
    subscribe: (topics) => void client.subscribe(topics, { qos: 1 }, () => {}),
    publish: (topic, payload) => void client.publish(topic, payload, { qos: 1 }, () => {}),
    end: () =>
      new Promise((done) => {
        if (over) return done();
        over = true;
        const close = (): void => {
          clearTimeout(fuse);
          destroy();
          done();
        };
        const fuse = setTimeout(close, 1_000);
        client.end(false, close);
      }),
    traffic: () => ({ bytes: bytes(), writes, reads }),
  };
}

/** MQTT 3.1.1 return codes in words; TLS and socket errors by their code (B-17, B-18). */
export function reasonOf(error: Error & { code?: string | number }): string {
  if (error.code === 4) return 'not_authorized';
  if (error.code === 5) return 'revoked';
  if (typeof error.code === 'number') return `refused_${error.code}`;
  const code = error.code ?? 'mqtt_error';
  // What speaks no TLS on a port that must: a portal's page.
  if (/^(?:EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_HTTP_REQUEST|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/.test(code)) return isNoTls(error) ? 'captive_or_proxy' : 'tls_error protocol';
  return /CERT|TLS|SSL|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code) ? `tls_error ${code}` : code;
}

const isNoTls = (error: Error): boolean => /wrong version number|packet length too long|http request|record layer failure/i.test(error.message);
