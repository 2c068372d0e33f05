/** Opens a stream to a host: straight or through a proxy, with TLS or in the clear. TLS refuses what it cannot verify, and never falls back. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Road, Way } from './road.ts';

export interface Opened {
  stream: Duplex;
  /** Of the socket itself, TLS included: bytes so far, both ways. */
  bytes(): number;
  /** Closes at once. */
  destroy(): void;
}

/** What stands in the way, as the log and `status` say it. */
export class WayError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const CONNECT_MS = 20_000;
const HEAD_BYTES = 8 * 1024;

/** A socket to `host:port`, through the road's proxy where there is one. Rejects with a WayError or the socket's own error. */
export async function openSocket(road: Road, host: string, port: number): Promise<Socket> {
  const proxy = road.proxy ? new URL(road.proxy) : null;
  const at = proxy ? { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port || 80) } : { host, port };
  const socket = connectTcp({ ...at, noDelay: true });
  // Whoever uses it next may first load a module: a reset meanwhile must end the try, not the process.
  socket.on('error', () => {});
  await within(socket, (done) => socket.once('connect', done));
  if (proxy) await askProxy(socket, proxy, `${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
  return socket;
}

/** Resolves once `wait` calls back; rejects when the socket breaks first, or after 20 s. */
function within(socket: Socket, wait: (done: () => void) => void): Promise<void> {
  return new Promise((done, fail) => {
    const broken = (error: Error): void => {
      clearTimeout(fuse);
      socket.destroy();
      fail(error);
    };
    const closed = (): void => broken(new WayError('ECONNRESET'));
    const fuse = setTimeout(() => broken(new WayError('ETIMEDOUT')), CONNECT_MS);
    socket.once('error', broken).once('close', closed);
    wait(() => {
      clearTimeout(fuse);
      socket.off('error', broken).off('close', closed);
      done();
    });
  });
}

/** CONNECT; what the proxy says beyond its answer's head is the other side's. */
async function askProxy(socket: Socket, proxy: URL, target: string): Promise<void> {
  const login = proxy.username ? `Proxy-Authorization: Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}\r\n` : '';
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${login}\r\n`);
  let head = Buffer.alloc(0);
  await within(socket, (done) => {
    const read = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end >= 0) {
          socket.off('readable', read);
          if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
          return done();
        }
        if (head.length > HEAD_BYTES) return void socket.destroy(new WayError('captive_or_proxy'));
      }
    };
    socket.on('readable', read);
  });
  // The stream forgets that it was read by hand in the next turn only.
  await new Promise((turn) => setImmediate(turn));
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1];
  if (status === '200') return;
  socket.destroy();
  throw new WayError(status === '407' ? 'proxy_wants_login' : status === undefined ? 'captive_or_proxy' : `proxy_refused_${status}`);
}

/** TLS over an open socket; resolves when the other side has proven who it is. */
export async function secure(socket: Socket, road: Road, host: string): Promise<Socket> {
  // Loaded only where it is used: it costs memory.
  const { connect } = await import('node:tls');
  if (socket.destroyed) throw new WayError('ECONNRESET');
  const own = connect({ socket, servername: isIP(host) === 0 ? host : '', host, minVersion: 'TLSv1.2', ...(road.ca !== undefined && { ca: road.ca }) });
  await new Promise<void>((done, fail) => {
    const fuse = setTimeout(() => fail(new WayError('ETIMEDOUT')), CONNECT_MS);
    own.once('secureConnect', done).once('error', fail).once('close', () => fail(new WayError('ECONNRESET')));
    own.once('secureConnect', () => clearTimeout(fuse)).once('error', () => clearTimeout(fuse)).once('close', () => clearTimeout(fuse));
  }).catch((error: unknown) => {
    own.destroy();
    socket.destroy();
    throw error;
  });
  return own;
}

/** A stream that MQTT is spoken on. */
export async function openWay(road: Road, way: Way): Promise<Opened> {
  const socket = await openSocket(road, way.host, way.port);
  const opened = { bytes: () => socket.bytesRead + socket.bytesWritten, destroy: () => void socket.destroy() };
  if (way.kind === 'mqtt') return { ...opened, stream: socket };
  const inner = way.kind === 'ws' ? socket : await secure(socket, road, way.host);
  if (way.kind === 'mqtts') return { ...opened, stream: inner };
  const { openWebSocket } = await import('./web-socket.ts');
  return { ...opened, stream: await openWebSocket(inner, way, new URL(road.server).pathname) };
}
