/**
 * One agent per directory, by a lock the operating system holds: a socket in the abstract namespace (Linux) or a named pipe
 * (Windows), gone with its process. Whoever connects is answered with one JSON status document.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusDocument } from './status.ts';

const ANSWER_BYTES = 64 * 1024;

function socketName(dir: string): string {
  const name = `cac-agent-${createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 16)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Takes the lock. `document` is asked at every connection. Null: another process has it. `dir` must exist. */
export function takeLock(dir: string, document: () => StatusDocument): Promise<{ release: () => void } | null> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.setTimeout(2_000, () => socket.destroy());
      socket.resume();
      socket.end(JSON.stringify(document()));
    });
    server.maxConnections = 16;
    server.once('error', (error: Error & { code?: string }) => (error.code === 'EADDRINUSE' ? done(null) : fail(error)));
    server.listen(socketName(dir), () => done({ release: () => void server.close() }));
  });
}

/** The status of the agent running on this directory; null if none answers within two seconds. */
export function askRunning(dir: string): Promise<StatusDocument | null> {
  return new Promise((done) => {
    let text = '';
    let name: string;
    try {
      name = socketName(dir);
    } catch {
      return done(null); // no such directory
    }
    const socket = connect(name);
    socket.setEncoding('utf8');
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > ANSWER_BYTES) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      try {
        done(JSON.parse(text) as StatusDocument);
      } catch {
        done(null);
      }
    });
  });
}
