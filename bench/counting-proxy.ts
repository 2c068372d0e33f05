/**
 * A TCP relay on loopback that counts what an agent's connection would cost on a real line. Stated model, for TLS 1.3 over IPv4:
 * each write is a record (22 B) in a segment of its own (52 B with timestamps), and each exchange is closed by a bare
 * acknowledgement (52 B). The TLS handshake is not in it: it belongs to connecting, not to a day.
 */
import { connect, createServer, type AddressInfo } from 'node:net';

const RECORD = 22;
const SEGMENT = 52;

export interface CountingProxy {
  port: number;
  /** Bytes on the line so far, by the model. */
  bytes(): number;
  close(): void;
}

export async function startCountingProxy(to: number): Promise<CountingProxy> {
  let payload = 0;
  let writes = 0;
  let asked = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: to, host: '127.0.0.1', noDelay: true });
    near.on('data', (chunk: Buffer) => {
      payload += chunk.length;
      writes += 1;
      asked += 1;
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      payload += chunk.length;
      writes += 1;
      near.write(chunk);
    });
    for (const [one, other] of [[near, far], [far, near]] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => payload + writes * (RECORD + SEGMENT) + asked * SEGMENT,
    close: () => void server.close(),
  };
}
