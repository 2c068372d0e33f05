/** Strangers at the MQTT port of a whole server, in a process of its own: what they cost it in memory, and for how long. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { suite } from '../../harness.ts';
import { enrolMany, startServerProcess, type Identity, type ServerProcess } from '../../kills/rig.ts';
import { connectMachine, sendUp } from '../../mqtt-machine.ts';
import { beats, wireJournal, type TestMachine } from '../../fixtures.ts';
import { connectPacket } from './packets.ts';

const test = suite('strangers');

const STRANGERS = 200;
const ANNOUNCED = 250 * 1024 * 1024;
const MOST_MB = 50;
const SENDING_MS = 3_000;
/** What the gate allows a CONNECT to take, and a little for a busy machine. */
const CONNECT_MS: [least: number, most: number] = [4_500, 9_000];

const missing = existsSync('/proc/self/status') ? null : 'there is no /proc here: the memory of another process cannot be read';
const journal = wireJournal('abcdefghij012345', [['boot', { boot: 'boot-1', up: 5 }], ...beats(3)]);

let server: ServerProcess;
let machine: TestMachine;

test.before(async () => {
  if (missing) return;
  server = await startServerProcess();
  const [identity] = (await enrolMany(server, 1)) as [Identity];
  machine = { id: identity.id as TestMachine['id'], secret: identity.secret, site: 'KILL-1' };
  await reports();
});
test.after(async () => {
  if (missing) return;
  await server.stop();
  rmSync(server.dataDir, { recursive: true, force: true });
});

/** A machine of the fleet connects, reports and is answered. */
async function reports(): Promise<void> {
  const client = await connectMachine(server.mqttPort, machine);
  const ack = await sendUp(client, machine, journal.up(1, 4));
  assert.equal([ack.code, ack.W], ['ok', 4]);
  await client.endAsync();
}

const residentMb = (): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid()}/status`, 'utf8'))![1]) / 1024;

/** Runs `act` and tells by how much the server's resident memory grew at most meanwhile, MB. */
async function growth(act: () => Promise<void>): Promise<number> {
  const before = residentMb();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, residentMb())), 20);
  await act().finally(() => clearInterval(timer));
  return Math.max(peak, residentMb()) - before;
}

interface Stranger {
  socket: Socket;
  closed: Promise<void>;
  /** When it was cut off, ms since it connected; null while it is not. */
  lived(): number | null;
}

function stranger(): Promise<Stranger> {
  return new Promise((ready, failed) => {
    const socket = connectTcp(server.mqttPort, '127.0.0.1');
    let since = 0;
    let lived: number | null = null;
    socket.on('error', failed);
    socket.resume();
    const closed = new Promise<void>((done) => {
      socket.once('close', () => {
        lived = performance.now() - since;
        done();
      });
    });
    socket.once('connect', () => {
      since = performance.now();
      ready({ socket, closed, lived: () => lived });
    });
  });
}

const arrive = (): Promise<Stranger[]> => Promise.all(Array.from({ length: STRANGERS }, stranger));

test.needs(missing, `B-01: ${STRANGERS} strangers announcing 250 MB each cost the server less than ${MOST_MB} MB`, async () => {
  const piece = Buffer.alloc(64 * 1024, 0x61);
  const header = Buffer.of(0x10, (ANNOUNCED & 127) | 128, ((ANNOUNCED >> 7) & 127) | 128, ((ANNOUNCED >> 14) & 127) | 128, ANNOUNCED >> 21);
  const grew = await growth(async () => {
    const all = await arrive();
    const until = performance.now() + SENDING_MS;
    for (const { socket } of all) {
      const pour = (): void => {
        while (socket.writable && performance.now() < until && socket.write(piece));
      };
      socket.on('drain', pour);
      socket.write(header);
      pour();
    }
    // Not one of them is still there when it could have gone on sending.
    await Promise.race([Promise.all(all.map((s) => s.closed)), after(SENDING_MS)]);
    assert.is(all.filter((s) => s.lived() === null).length, 0, 'links still open');
    while (performance.now() < until) await after(50);
  });
  console.log(`  note: grew by ${grew.toFixed(1)} MB`);
  assert.ok(grew < MOST_MB, `grew by ${grew.toFixed(1)} MB`);
  await reports();
});

test.needs(missing, `B-02: ${STRANGERS} strangers whose CONNECT comes a byte a second are cut off in time, and cost less than ${MOST_MB} MB`, async () => {
  const bytes = connectPacket();
  const grew = await growth(async () => {
    const all = await arrive();
    let sent = 0;
    const drip = setInterval(() => {
      for (const { socket } of all) if (socket.writable) socket.write(bytes.subarray(sent, sent + 1));
      sent += 1;
    }, 1_000);
    await after(2_000);
    await reports();
    await Promise.race([Promise.all(all.map((s) => s.closed)), after(CONNECT_MS[1])]);
    clearInterval(drip);
    const lives = all.map((s) => s.lived());
    for (const { socket } of all) socket.destroy();
    assert.is(lives.filter((ms) => ms === null).length, 0, 'links still open');
    assert.ok(Math.min(...(lives as number[])) >= CONNECT_MS[0] && Math.max(...(lives as number[])) <= CONNECT_MS[1], `cut off after ${Math.min(...(lives as number[]))} to ${Math.max(...(lives as number[]))} ms`);
  });
  console.log(`  note: grew by ${grew.toFixed(1)} MB`);
  assert.ok(grew < MOST_MB, `grew by ${grew.toFixed(1)} MB`);
  await reports();
});

test.run();
