/** An aedes broker that listens on TCP behind the gate: every connection passes through it before aedes sees a byte. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { packetGate, type GateOptions } from './packet-gate.ts';

export interface GatedBroker {
  readonly broker: Aedes;
  readonly port: number;
  /** Closes every connection, then the port. */
  close(): Promise<void>;
}

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
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(packetGate(socket, gate));
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (error) => broker.close(() => failed(error)));
    server.listen(port, host, listening);
  });
  return {
    broker,
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((done) => void server.close(() => done()));
      await new Promise<void>((done) => broker.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
