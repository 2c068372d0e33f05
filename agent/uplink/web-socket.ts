/** MQTT over WebSocket, on the port of the server's pages. Loaded only where the straight way is closed. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LIMITS } from '@cac/shared/messages.ts';
import { createWebSocketStream, WebSocket } from 'ws';
import { WayError } from './open-way.ts';
import type { Way } from './road.ts';

const UPGRADE_MS = 20_000;

/** `socket` is connected already, with TLS where the way has it. `base`: the path of the server's address. */
export function openWebSocket(socket: Socket, way: Way, base: string): Promise<Duplex> {
  const url = `ws://${way.host.includes(':') ? `[${way.host}]` : way.host}:${way.port}${base.replace(/\/$/, '')}/mqtt`;
  const client = new WebSocket(url, 'mqtt', { createConnection: () => socket, perMessageDeflate: false, maxPayload: LIMITS.packetBytes + 16, handshakeTimeout: UPGRADE_MS });
  return new Promise((done, fail) => {
    client.once('open', () => {
      const stream = createWebSocketStream(client);
      done(stream);
    });
    // Somebody answers in the server's place: a portal's page, a proxy's refusal.
    client.once('unexpected-response', (_request, answer: IncomingMessage) => {
      socket.destroy();
      fail(new WayError(answer.statusCode === 503 || answer.statusCode === 502 ? `ws_refused_${answer.statusCode}` : 'captive_or_proxy'));
    });
    client.once('error', (error: Error & { code?: string }) => fail(/Unexpected server response|Invalid|Parse Error/i.test(error.message) || error.code?.startsWith('HPE_') ? new WayError('captive_or_proxy') : error));
  });
}
