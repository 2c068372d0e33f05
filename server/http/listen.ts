/** The HTTP port: limits on slow and many. */
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Env } from './context.ts';

export interface HttpListener {
  port: number;
  close(): Promise<void>;
}

export interface Tls {
  cert: string;
  key: string;
}

/** Rejects with the listener's error, such as EADDRINUSE. */
export async function listenHttp(app: Hono<Env>, host: string, port: number, tls: Tls | null): Promise<HttpListener> {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 10_000, maxHeaderSize: 16_384 };
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer: tls ? createTlsServer : createServer,
    serverOptions: { ...limits, ...tls },
  }) as Server;
  server.maxConnections = 20_000;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
        // Streams are closed by their owner before; what is left after a second is not worth waiting for.
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}
