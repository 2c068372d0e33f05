/**
 * A process of several agents, to be killed: real journals on disk, the agent's own sending, real MQTT. Each machine
 * journals one record at a time until it has the wanted number, over however many lives that takes. Time for the
 * uplink runs twenty times faster, so that its back-off of minutes is one of seconds; nothing else differs.
 *
 * Started with a JSON task as its first argument; writes `done` on standard output once the server has everything.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { readAck, readDown, readJson, readSrv } from '@cac/agent/core/ack.ts';
import { createUplink, type UplinkEvent } from '@cac/agent/core/uplink.ts';
import { deliver, viewOf, type Command } from '@cac/agent/journal/courier.ts';
import { openJournal } from '@cac/agent/journal/journal.ts';
import { nodeFiles } from '@cac/agent/journal/node-files.ts';
import { encodePayload } from '@cac/agent/journal/payload.ts';
import { openConnection, type Connection } from '@cac/agent/uplink/mqtt.ts';
import { machineTopic, SERVER_TOPIC } from '@cac/shared/topics.ts';

export interface FleetTask {
  port: number;
  dir: string;
  records: number;
  /** Mean pause between two records of a machine, ms. */
  paceMs: number;
  machines: { id: string; secret: string }[];
}

const FASTER = 20;
const BOOT = 'kill-test-boot';
const clock = (): number => Math.round(performance.now() * FASTER);
const random = (): number => randomInt(2 ** 32) / 2 ** 32;
const letters = (count: number): string => randomBytes(count).toString('hex').slice(0, count);

/** Resolves when the server has every record of this machine. */
function live(task: FleetTask, machine: { id: string; secret: string }): Promise<void> {
  return new Promise((done, failed) => {
    const opened = openJournal(nodeFiles(join(task.dir, machine.id)), { newEpoch: () => letters(16) });
    if (opened.kind !== 'open') return failed(new Error(`${machine.id}: ${opened.kind}`));
    const { journal } = opened;
    const inst = letters(16);
    const topics = { up: machineTopic(machine.id, 'up'), ack: machineTopic(machine.id, 'ack'), dn: machineTopic(machine.id, 'dn') };
    let connection: Connection | null = null;
    let timer: NodeJS.Timeout | undefined;
    let state = createUplink(viewOf(journal), { batchEveryMs: 4_000 }, 3_600_000, clock(), random(), true);

    const dispatch = (event: UplinkEvent): void => {
      const facts = (conn: number) => ({ inst, conn, boot: BOOT, w: Date.now(), m: Math.round(performance.now()), now: { link: 'ok' as const, up: 1 } });
      let commands: Command[];
      ({ state, commands } = deliver(state, event, { journal, sender: facts, random }, clock()));
      for (const command of commands) carryOut(command);
      clearTimeout(timer);
      if (state.nextAt !== null) timer = setTimeout(() => dispatch({ kind: 'timer' }), Math.max(1, (state.nextAt - clock()) / FASTER));
      if (journal.hi() >= task.records && journal.mark().W >= task.records) done();
    };
    const carryOut = (command: Command): void => {
      if (command.kind === 'connect') void connect(command.conn);
      else if (command.kind === 'disconnect') void connection?.end();
      else if (command.kind === 'subscribe') connection?.subscribe([topics.ack, topics.dn, SERVER_TOPIC]);
      else if (command.kind === 'publish') connection?.publish(topics.up, encodePayload(command.message));
    };
    const connect = async (conn: number): Promise<void> => {
      const will = { topic: machineTopic(machine.id, 'will'), payload: JSON.stringify({ inst, conn, ep: journal.ep() }) };
      const login = { clientId: `${machine.id}.${inst}`, username: machine.id, password: machine.secret, keepaliveS: 60, will };
      const mine = (): boolean => conn === state.conn;
      const made = await openConnection({ server: 'http://127.0.0.1' }, { kind: 'mqtt', host: '127.0.0.1', port: task.port }, login, {
        connected() {
          if (!mine()) return;
          connection = made;
          dispatch({ kind: 'connected' });
        },
        message(topic, payload) {
          if (!mine()) return;
          const value = readJson(payload);
          if (topic === topics.ack) dispatch({ kind: 'ack', ack: readAck(value) });
          else if (topic === SERVER_TOPIC) dispatch({ kind: 'srv', srv: readSrv(value) });
          else dispatch({ kind: 'down', hello: readDown(value)?.hello === true, report: false });
        },
        closed() {
          if (mine()) dispatch({ kind: 'closed' });
        },
      }).catch(() => {
        if (mine()) dispatch({ kind: 'closed' });
        return null;
      });
    };

    const write = (): void => {
      if (journal.hi() >= task.records) return;
      const kind = journal.hi() % 7 === 3 ? 'sample' : 'hb';
      const body = kind === 'hb' ? { link: 'ok' } : { gw: 1.5, dns: journal.hi() };
      journal.append([{ kind, m: journal.hi() * 60_000, w: 1_700_000_000_000 + journal.hi() * 60_000, body }]);
      dispatch({ kind: 'appended', hi: journal.hi(), urgent: kind === 'sample' });
      setTimeout(write, task.paceMs * 2 * random());
    };
    dispatch({ kind: 'timer' });
    write();
  });
}

const task = JSON.parse(process.argv[2] ?? '{}') as FleetTask;
await Promise.all(task.machines.map((machine) => live(task, machine)));
console.log('done');
process.exit(0);
