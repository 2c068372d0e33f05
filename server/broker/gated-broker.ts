/** An aedes broker behind the gate: every connection, whichever way it comes, passes through it before aedes sees a byte. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { packetGate, type GateOptions } from './packet-gate.ts';

export interface GatedBroker {
  readonly broker: Aedes;
  readonly port: number;
  /** Opens a port of MQTT over TLS too (0: any free one). Rejects with the listener's error. */
  openTls(host: string, port: number, options: TlsOptions): Promise<TlsPort>;
  /** Takes a connection that came another way, such as a WebSocket's stream, of which nothing was read. `address`: where the peer speaks from. */
  admit(stream: Duplex, address: string): void;
  /** Closes every connection, then the ports. */
  close(): Promise<void>;
}

export interface TlsPort {
  readonly port: number;
  /** For the connections to come. */
  renew(options: TlsOptions): void;
}

/** A handshake on a slow line; what comes after it has the gate's own time. */
const HANDSHAKE_MS = 10_000;

/** Starts on `port` (0: any free one) of `host`. Rejects with the listener's error, such as EADDRINUSE. */
export async function startGatedBroker(host: string, port: number, hooks: AedesOptions, gate: GateOptions): Promise<GatedBroker> {
  const broker = await Aedes.createBroker(hooks);
  // What a machine publishes is for ingest, which has had it by now: most reports at the gate, and never here; the
  // rest, and wills, in `authorizePublish`. Nobody may subscribe to it, so matching it against all subscriptions
  // (half of what aedes does for a message) would find no one.
  const route = broker.publish.bind(broker);
  broker.publish = ((packet: PublishPacket, ...rest: [Client, (error?: Error) => void]) => {
    const done = rest[rest.length - 1];
    if (rest.length === 2 && rest[0] !== null) setImmediate(done as () => void);
    else (route as (...all: unknown[]) => void)(packet, ...rest);
  }) as unknown as typeof broker.publish;
  const streams = new Set<Duplex>();
  const take = (stream: Duplex & { remoteAddress?: string | undefined }): void => {
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    broker.handle(packetGate(stream, gate));
  };
  const servers: Server[] = [];
  const open = async (server: Server, at: { host: string; port: number }): Promise<number> => {
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(at.port, at.host, listening);
    });
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const ownPort = await open(createServer({ noDelay: true }, take), { host, port }).catch((error: unknown) => new Promise<never>((_, failed) => broker.close(() => failed(error))));
  return {
    broker,
    port: ownPort,
    async openTls(tlsHost, tlsPort, options) {
      const server = createTlsServer({ ...options, noDelay: true, handshakeTimeout: HANDSHAKE_MS }, take);
      server.on('tlsClientError', (error, socket) => {
        gate.onRefused({ reason: 'tls_error', detail: (error as NodeJS.ErrnoException).code ?? 'handshake failed', address: socket.remoteAddress ?? 'unknown' });
        socket.destroy();
      });
      return { port: await open(server, { host: tlsHost, port: tlsPort }), renew: (fresh) => server.setSecureContext(fresh) };
    },
    admit: (stream, address) => take(Object.assign(stream, { remoteAddress: address })),
    async close() {
      const closed = servers.map((server) => new Promise<void>((done) => void server.close(() => done())));
      await new Promise<void>((done) => broker.close(() => done()));
      for (const stream of streams) stream.destroy();
      await Promise.all(closed);
    },
  };
}
