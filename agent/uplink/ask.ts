/** One HTTP request over the road that MQTT takes: the same proxy, the same authority. */
import type { Socket } from 'node:net';
import { openSocket, secure, WayError } from './open-way.ts';
import type { Road } from './road.ts';

export interface HttpAnswer {
  status: number;
  /** Where a redirect leads, as it was sent; it is not followed. */
  location: string | null;
  /** Its first 64 KiB. */
  text: string;
}

const ANSWER_BYTES = 64 * 1024;

/** A POST of JSON where there is a body, else a GET. Rejects with the way's or the connection's error, or ETIMEDOUT. */
export async function ask(road: Road, url: URL, limitMs: number, body?: string): Promise<HttpAnswer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const socket = await openSocket(road, host, Number(url.port || (isTls ? 443 : 80)));
  const stream: Socket = isTls ? await secure(socket, road, host) : socket;
  const { request } = await import('node:http');
  // It broke meanwhile: a request on it would wait for its limit.
  if (socket.destroyed || stream.destroyed) throw new WayError('ECONNRESET');
  const headers = { host: url.host, connection: 'close', ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) };
  return new Promise((done, fail) => {
    const asked = request({ createConnection: () => stream, method: body === undefined ? 'GET' : 'POST', path: url.pathname, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > ANSWER_BYTES) answer.destroy();
      });
      answer.on('close', () => done({ status: answer.statusCode ?? 0, location: answer.headers.location ?? null, text }));
      answer.on('error', fail);
    });
    const fuse = setTimeout(() => asked.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), limitMs);
    asked.on('error', fail).on('close', () => {
      clearTimeout(fuse);
      socket.destroy();
    });
    asked.end(body);
  });
}
