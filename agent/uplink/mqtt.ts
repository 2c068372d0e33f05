/**
 * One MQTT connection, and nothing that outlives it: no library reconnect, no queue, no replay (core/uplink.ts decides all that).
 * A broken or hostile broker ends in `closed`, never in an exception.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { MqttClient, type IClientOptions } from 'mqtt';
import { LIMITS } from '@cac/shared/messages.ts';
import { packetGuard } from './packet-guard.ts';

export interface Address {
  host: string;
  port: number;
  tls: boolean;
}

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
  /** Bytes on the socket so far, both ways. */
  bytes(): number;
}

const CONNECT_MS = 20_000;

/** The socket, its bytes watched. TLS refuses what it cannot verify, and never falls back to plain. */
async function openSocket(address: Address, onRefused: (reason: string) => void): Promise<Socket> {
  const guard = packetGuard(LIMITS.packetBytes);
  const { host, port } = address;
  // Loaded only where it is used: it costs memory.
  const socket: Socket = address.tls ? (await import('node:tls')).connect({ host, port, servername: /^[\d.]+$|:/.test(host) ? '' : host, minVersion: 'TLSv1.2' }) : connectTcp({ host, port });
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    if (guard(chunk)) return;
    onRefused('packet_too_big');
    socket.destroy();
  });
  return socket;
}

/** Starts connecting; what becomes of it is told to the handlers. */
export async function openConnection(address: Address, login: Login, handlers: Handlers): Promise<Connection> {
  let reason = 'closed';
  let over = false;
  const socket = await openSocket(address, (why) => (reason = why));
  const options: IClientOptions = {
    protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: CONNECT_MS, queueQoSZero: false, resubscribe: false, manualConnect: true,
    writeCache: false, // else mqtt-packet makes 65,536 small buffers
    clientId: login.clientId, username: login.username, password: login.password, keepalive: login.keepaliveS,
    will: { topic: login.will.topic, payload: Buffer.from(login.will.payload), qos: 1, retain: false },
  };
  const client = new MqttClient(() => socket, options);
  const finish = (): void => {
    if (over) return;
    over = true;
    socket.destroy();
    client.end(true);
    handlers.closed(reason);
  };
  client.on('connect', () => handlers.connected());
  client.on('message', (topic, payload) => handlers.message(topic, payload));
  client.on('error', (error: Error & { code?: string | number }) => {
    if (reason === 'closed') reason = reasonOf(error);
    finish();
  });
  client.on('close', finish);
  socket.on('error', (error: Error & { code?: string }) => {
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
          socket.destroy();
          done();
        };
        const fuse = setTimeout(close, 1_000);
        client.end(false, close);
      }),
    bytes: () => socket.bytesRead + socket.bytesWritten,
  };
}

/** MQTT 3.1.1 return codes in words; TLS and socket errors by their code. */
function reasonOf(error: Error & { code?: string | number }): string {
  if (error.code === 4 || error.code === 5) return 'not_authorized';
  if (typeof error.code === 'number') return `refused_${error.code}`;
  const code = error.code ?? 'mqtt_error';
  return /CERT|TLS|SSL|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code) ? `tls_error ${code}` : code;
}
