/** B-02 over WebSocket: who opens one and says nothing, or a byte a second, is cut off like anybody else; whoever is at work beside them is not. */
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { suite } from '../../harness.ts';
import { startTestServer } from '../../running-server.ts';
import { connectPacket } from './packets.ts';

const test = suite('strangers by WebSocket');
const STRANGERS = 300;

test(`B-02 ${STRANGERS} WebSockets that say nothing or a byte a second are closed within seconds of their five, and nothing of them stays`, async () => {
  const server = await startTestServer();
  const packet = connectPacket();
  const startedAt = performance.now();
  const ends = await Promise.all(
    Array.from({ length: STRANGERS }, (_, i) =>
      new Promise<number>((done) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.httpPort}/mqtt`, 'mqtt');
        let sent = 0;
        const trickle = i % 2 === 0 ? setInterval(() => socket.readyState === WebSocket.OPEN && socket.send(packet.subarray(sent, (sent += 1))), 1_000) : undefined;
        socket.on('error', () => {});
        socket.on('close', () => {
          clearInterval(trickle);
          done(performance.now() - startedAt);
        });
      }),
    ),
  );
  assert.ok(Math.min(...ends) > 4_500 && Math.max(...ends) < 12_000, `${Math.min(...ends)} to ${Math.max(...ends)}`);
  const metrics = await (await fetch(`${server.base}/metrics`, { headers: { authorization: 'Bearer metrics-token' } })).text();
  assert.match(metrics, /^cac_broker_connections 0$/m);
  assert.match(metrics, new RegExp(`^cac_broker_refused_total\\{reason="connect_timeout"\\} ${STRANGERS}$`, 'm'));
  await server.end();
});
test.run();
