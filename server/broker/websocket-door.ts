/**
 * MQTT over WebSocket (MQTT 3.1.1, section 6), on the HTTP port: for networks that let nothing else through. An upgrade becomes a stream, which goes
 * through the same gate as any other connection. No cookie is looked at and no Origin: whoever comes here proves itself by CONNECT.
 */
import { LIMITS } from '@cac/shared/messages.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** A frame may hold more than one packet; longer ones end the connection (1009) before they are read. */
const MAX_FRAME = 2 * LIMITS.packetBytes;

export interface WebSocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** `admit` takes the stream of each connection, before anything was read from it. */
export function createWebSocketDoor(admit: (stream: Duplex, request: IncomingMessage) => void): WebSocketDoor {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MAX_FRAME, handleProtocols: () => 'mqtt' });
  return {
    upgrade(request, socket, head) {
      // The client must offer it, and the server choose it [MQTT-6.0.0-3] [MQTT-6.0.0-4].
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes('mqtt')) return refuseUpgrade(socket, 400, 'the WebSocket sub-protocol is mqtt');
      server.handleUpgrade(request, socket, head, (ws) => {
        const stream = createWebSocketStream(ws, { highWaterMark: 16_384 });
        // Text is no MQTT [MQTT-6.0.0-1]: nothing of it is read.
        ws.prependListener('message', (_data, isBinary) => {
          if (isBinary) return;
          stream.push = () => false;
          stream.destroy();
        });
        stream.once('error', () => ws.terminate());
        admit(stream, request);
      });
    },
  };
}

/** Answers an upgrade that leads nowhere. */
export function refuseUpgrade(socket: Duplex, status: 400 | 404, why: string): void {
  socket.on('error', () => socket.destroy());
  const text = `${why}\n`;
  socket.end(`HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Bad Request'}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`, () => socket.destroy());
}
