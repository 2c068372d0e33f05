/** The HTTP port: limits on slow and many. */
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { Env } from './context.ts';

export interface HttpListener {
  port: number;
  /** With TLS: for the connections to come. */
  renew(options: TlsOptions): void;
  /** Requests end; connections that became something else (upgrades) are their owner's to close. */
  close(): Promise<void>;
}

export interface HttpDoor {
  host: string;
  port: number;
  tls: TlsOptions | null;
  /** Requests to become another protocol. */
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Rejects with the listener's error, such as EADDRINUSE. */
export async function listenHttp(app: Hono<Env>, { host, port, tls, onUpgrade }: HttpDoor): Promise<HttpListener> {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 10_000, maxHeaderSize: 16_384 };
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer: tls ? createTlsServer : createServer,
    serverOptions: { ...limits, ...tls, ...(tls && { handshakeTimeout: 10_000 }) },
  }) as Server;
  server.maxConnections = 20_000;
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    onUpgrade(request, socket, head);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  return {
    port: (server.address() as AddressInfo).port,
    renew: (options) => (server as TlsServer).setSecureContext(options),
    close: () =>
      new Promise((done) => {
        const look = setInterval(() => server.getConnections((_, count) => count <= upgraded.size && finish()), 50);
        const finish = (): void => {
          clearInterval(look);
          done();
        };
        server.close(finish);
        server.closeIdleConnections();
        // Streams are closed by their owner before; what is left after a second is not worth waiting for.
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}
