/**
 * The load: many MQTT connections in one process, written by hand so that the generator costs little beside what it
 * measures. Each connection sends one report (one PUBLISH, QoS 1, one heartbeat, chained as an agent's) and the next
 * when its PUBACK comes; or all together keep a given rate. Talks to its parent over IPC.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CHAIN_START } from '@cac/shared/chain.ts';
import { machineTopic } from '@cac/shared/topics.ts';
import { dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';

export interface LoadTask {
  port: number;
  machines: { id: string; secret: string }[];
  /** Different at each start, so that connections are new ones. */
  inst: string;
}

export type LoadOrder = { go: 'closed'; ms: number } | { go: 'rate'; ms: number; perSecond: number } | { go: 'stop' };

export interface LoadResult {
  reports: number;
  seconds: number;
  /** From PUBLISH to PUBACK, which the server sends after its commit, ms. */
  p50: number;
  p99: number;
}

interface Connection {
  socket: Socket;
  machine: string;
  ep: string;
  seq: number;
  chain: string;
  sentAt: number;
  inFlight: boolean;
  rest: Buffer | null;
}

const START_M = 1_000_000;
const MINUTE_MS = 60_000;
/** A heartbeat a report steps a minute: so many of them lie behind the moment of sending. All of today: what is of yesterday has that day told anew, which no report of now does. */
const BEHIND_MINUTES = Math.min(1_200, Math.max(240, (Date.now() - dayStartAt(localDayOf(Date.now()))) / MINUTE_MS - 30));
const BEHIND_M = START_M + BEHIND_MINUTES * MINUTE_MS;
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

const connectPacket = (id: string, user: string, password: string): Buffer =>
  packet(0x10, text('MQTT'), Buffer.from([4, 0xc2, 0, 240]), text(id), text(user), text(password));
const subscribePacket = (topic: string): Buffer => packet(0x82, Buffer.from([0, 1]), text(topic), Buffer.from([1]));

const latencies: number[] = [];
const connections: Connection[] = [];
let reports = 0;
let closedLoop = false;
let inst = '';

function send(c: Connection): void {
  c.seq += 1;
  const m = START_M + c.seq * MINUTE_MS;
  const record = `[${c.seq},"hb",${m},${m},{"link":"ok"}]`;
  const body = `{"v":1,"ep":"${c.ep}","inst":"${inst}","conn":1,"boot":"bench","w":${m},"m":${Math.round(BEHIND_M + performance.now())},"lo":1,"hi":${c.seq},"now":{"link":"ok","up":${m}},"chain":"${c.chain}","r":[${record}]}`;
  c.chain = createHash('sha256').update(c.chain).update(record).digest('hex').slice(0, 16);
  const id = 1 + (c.seq % 60_000);
  c.sentAt = performance.now();
  c.inFlight = true;
  c.socket.write(packet(0x32, text(machineTopic(c.machine, 'up')), Buffer.from([id >> 8, id & 255]), Buffer.from(body)));
}

function onData(c: Connection, chunk: Buffer, ready: () => void): void {
  let data = c.rest ? Buffer.concat([c.rest, chunk]) : chunk;
  for (;;) {
    if (data.length < 2) break;
    let length = 0;
    let at = 1;
    let shift = 0;
    while (at < data.length) {
      const byte = data[at++]!;
      length |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) break;
    }
    if (data.length < at + length) break;
    const type = data[0]! >> 4;
    if (type === 2) c.socket.write(subscribePacket(machineTopic(c.machine, 'ack')));
    else if (type === 9) ready();
    else if (type === 4) {
      reports += 1;
      c.inFlight = false;
      latencies.push(performance.now() - c.sentAt);
      if (closedLoop) send(c);
    }
    data = data.subarray(at + length);
  }
  c.rest = data.length > 0 ? Buffer.from(data) : null;
}

async function open(task: LoadTask): Promise<void> {
  ({ inst } = task);
  const waiting = [...task.machines];
  const lane = async (): Promise<void> => {
    for (let machine = waiting.pop(); machine; machine = waiting.pop()) {
      const { id, secret } = machine;
      await new Promise<void>((ready, failed) => {
        const socket = connect({ port: task.port, host: '127.0.0.1', noDelay: true });
        const c: Connection = { socket, machine: id, ep: createHash('sha256').update(inst + id).digest('hex').slice(0, 16), seq: 0, chain: CHAIN_START, sentAt: 0, inFlight: false, rest: null };
        socket.on('connect', () => socket.write(connectPacket(`${id}.${inst}`, id, secret)));
        socket.on('data', (chunk: Buffer) => onData(c, chunk, ready));
        socket.on('error', failed);
        socket.on('close', () => failed(new Error('closed by the broker')));
        connections.push(c);
      });
    }
  };
  await Promise.all(Array.from({ length: 100 }, lane));
}

const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

async function closed(ms: number): Promise<void> {
  closedLoop = true;
  for (const c of connections) if (!c.inFlight) send(c);
  await pause(ms);
  closedLoop = false;
}

async function rate(ms: number, perSecond: number): Promise<void> {
  const startedAt = performance.now();
  let sent = 0;
  let next = 0;
  while (performance.now() - startedAt < ms) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; sent < due; sent += 1) {
      const c = connections[next++ % connections.length]!;
      if (!c.inFlight) send(c);
    }
    await pause(4);
  }
}

process.on('message', async (message: LoadTask | LoadOrder) => {
  if ('machines' in message) {
    await open(message);
    process.send!({ connected: connections.length });
    return;
  }
  if (message.go === 'stop') process.exit(0);
  latencies.length = 0;
  reports = 0;
  const startedAt = performance.now();
  await (message.go === 'closed' ? closed(message.ms) : rate(message.ms, message.perSecond));
  const seconds = (performance.now() - startedAt) / 1000;
  const counted = reports;
  const sorted = latencies.toSorted((a, b) => a - b);
  while (connections.some((c) => c.inFlight)) await pause(20);
  process.send!({ result: { reports: counted, seconds, p50: at(sorted, 0.5), p99: at(sorted, 0.99) } satisfies LoadResult });
});
