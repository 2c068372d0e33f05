/**
 * One simulated PC: the agent's own journal, batches and uplink over real MQTT; only its life (routine.ts) is made up.
 * It backfills what it lived through a few days at a time, then lives on minute by minute, or falls silent.
 */
import { readAck, readDown, readJson, readSrv } from '@cac/agent/core/ack.ts';
import { tick, type BeatState, type TimedDraft } from '@cac/agent/core/beat.ts';
import { createUplink, type UplinkEvent } from '@cac/agent/core/uplink.ts';
import { deliver, viewOf, type Command } from '@cac/agent/journal/courier.ts';
import { openJournal } from '@cac/agent/journal/journal.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import { encodePayload } from '@cac/agent/journal/payload.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import { SERVER_TOPIC, machineTopic } from '@cac/shared/topics.ts';
import type { Random } from '../random.ts';
import { openConnection, type Connection } from './connection.ts';
import { draftsOf, linkAt, probeResults, type Session } from './routine.ts';

export interface Identity {
  machine: string;
  secret: string;
  host: string;
  port: number;
}

export interface SimulatedMachine {
  /** All it lived through is with the server. */
  caughtUp(): boolean;
  records(): number;
  stop(): void;
}

/** So many sessions are journaled before the server has had them: keeps the memory of a large fleet small. */
const SESSIONS_AT_ONCE = 4;
const BATCH_EVERY_MS = 5 * 60_000;
const SAMPLE_EVERY = 5;

const text = (random: Random, length: number, letters: string): string => Array.from({ length }, () => letters[random.int(letters.length)]).join('');

/** Starts at once. `random` is this machine's own. */
export function startMachine(identity: Identity, sessions: readonly Session[], random: Random): SimulatedMachine {
  const inst = text(random, 16, '0123456789abcdef');
  const opened = openJournal(memoryFiles(), { newEpoch: () => text(random, 16, 'abcdefghijklmnopqrstuvwxyz012345'), keepAckedMs: 0, reserveBytes: 0 });
  if (opened.kind !== 'open') throw new Error(`journal: ${opened.reason}`);
  const { journal } = opened;
  const waiting = [...sessions];
  const present = sessions.at(-1)!;
  const live = present.endAt === null;
  let beat: BeatState | null = null;
  let minute = 0;
  let results = probeResults(random, linkAt(present, Date.now()));
  let connection: Connection | null = null;
  let minutes: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const clock = (): number => Math.round(performance.now());
  const now = Date.now();
  let state = createUplink(viewOf(journal), { batchEveryMs: BATCH_EVERY_MS }, 0, clock(), random.next(), true);

  /** Journals the next sessions once the server has all there is. */
  function goOn(): void {
    if (journal.mark().W < journal.hi() || stopped) return;
    if (waiting.length > 0) {
      const drafts = waiting.splice(0, SESSIONS_AT_ONCE).flatMap((session) => draftsOf(random, session, now));
      return append(drafts, true);
    }
    if (!live) return retire();
    if (beat !== null) return;
    const last = [...journal.read(journal.hi())].at(-1);
    const lastM = last?.kind === 'record' ? last.record[2] : now - present.bootAt;
    beat = { nextM: lastM + HEARTBEAT_MS, lastM: Date.now() - present.bootAt, wallOffset: present.bootAt };
    minutes = setInterval(everyMinute, HEARTBEAT_MS);
  }

  /** Nothing more to say: switched off with a goodbye, or gone without one. */
  function retire(): void {
    stopped = true;
    clearTimeout(timer);
    connection?.end(!present.cut);
  }

  function everyMinute(): void {
    const at = Date.now();
    const m = at - present.bootAt;
    const link = linkAt(present, at);
    const step = tick(beat!, m, at, { link });
    beat = step.beat;
    minute += 1;
    const sample: TimedDraft[] = [];
    if (minute % SAMPLE_EVERY === 0) {
      results = probeResults(random, link);
      sample.push({ kind: 'sample', m, w: at, body: results });
    }
    append([...step.drafts, ...sample], false);
  }

  function append(drafts: TimedDraft[], urgent: boolean): void {
    journal.append(drafts);
    dispatch({ kind: 'appended', hi: journal.hi(), urgent });
  }

  function dispatch(event: UplinkEvent): void {
    if (stopped) return;
    const facts = (conn: number) => {
      const at = Date.now();
      const m = at - present.bootAt;
      const link = linkAt(present, at);
      return { inst, conn, boot: present.boot, w: at, m, ...(live && waiting.length === 0 && { now: { link, up: m, if: 'wired' as const, p: results } }) };
    };
    const done = deliver(state, event, { journal, sender: facts, random: random.next }, clock());
    state = done.state;
    for (const command of done.commands) carryOut(command);
    clearTimeout(timer);
    if (state.nextAt !== null) timer = setTimeout(() => dispatch({ kind: 'timer' }), Math.max(1, state.nextAt - clock()));
    if (state.link === 'ready' && state.inFlight === null) goOn();
  }

  function carryOut(command: Command): void {
    const { machine, secret, host, port } = identity;
    const topic = (channel: 'up' | 'ack' | 'dn' | 'will'): string => machineTopic(machine, channel);
    switch (command.kind) {
      case 'connect':
        connection = openConnection(
          { host, port, clientId: `${machine}.${inst}`, username: machine, password: secret, will: { topic: topic('will'), payload: JSON.stringify({ inst, conn: command.conn, ep: state.ep }) } },
          {
            connected: () => dispatch({ kind: 'connected' }),
            closed: () => dispatch({ kind: 'closed' }),
            message(from, payload) {
              const value = readJson(payload);
              if (from === topic('ack')) dispatch({ kind: 'ack', ack: readAck(value) });
              else if (from === SERVER_TOPIC) dispatch({ kind: 'srv', srv: readSrv(value) });
              else if (from === topic('dn')) dispatch({ kind: 'down', hello: readDown(value)?.hello === true, report: false });
            },
          },
        );
        return;
      case 'disconnect':
        return connection?.end(true);
      case 'subscribe':
        return connection?.subscribe([topic('ack'), topic('dn'), SERVER_TOPIC]);
      case 'publish':
        return connection?.publish(topic('up'), encodePayload(command.message));
      case 'reEnrol':
      case 'report':
        return;
      default:
        command satisfies never;
    }
  }

  dispatch({ kind: 'timer' });
  return {
    caughtUp: () => waiting.length === 0 && journal.hi() > 0 && journal.mark().W === journal.hi(),
    records: () => journal.hi(),
    stop() {
      stopped = true;
      clearInterval(minutes);
      clearTimeout(timer);
      connection?.end(true);
    },
  };
}
