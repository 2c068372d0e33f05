/**
 * One process of a simulated PC's agent, from its start to its end: its heartbeats and samples, its uplink, its
 * connection. Two kinds of event drive it: its alarm on the wheel, and what the server sends.
 */
import { readAck, readDown, readJson, readSrv } from '@cac/agent/core/ack.ts';
import { tick, type BeatState, type TimedDraft } from '@cac/agent/core/beat.ts';
import { createUplink, type UplinkEvent, type UplinkSettings, type UplinkState } from '@cac/agent/core/uplink.ts';
import { deliver, viewOf, type Command } from '@cac/agent/journal/courier.ts';
import type { Journal } from '@cac/agent/journal/journal.ts';
import { encodePayload } from '@cac/agent/journal/payload.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import { SERVER_TOPIC, machineTopic } from '@cac/shared/topics.ts';
import type { Random } from '../random.ts';
import { KEEPALIVE_S, openConnection, type Connection } from './connection.ts';
import { instOf, probeResults, type Boot } from './routine.ts';
import type { Alarm, Wheel } from './wheel.ts';

export interface Identity {
  machine: string;
  secret: string;
  host: string;
  port: number;
}

/** What outlives a run, and what its probes see now. */
export interface Pc {
  readonly identity: Identity;
  readonly wheel: Wheel;
  readonly random: Random;
  readonly journal: Journal;
  readonly settings: UplinkSettings;
  link: LinkWord;
  results: ReturnType<typeof probeResults>;
  /** Heartbeats counted: every so many, a sample is due. */
  minute: number;
}

export interface Run extends Boot {
  readonly pc: Pc;
  readonly inst: string;
  readonly alarm: Alarm;
  /** Called when all that is journaled is acknowledged. */
  readonly onDelivered: (run: Run) => void;
  uplink: UplinkState;
  /** Null: nothing is journaled by itself. */
  beat: BeatState | null;
  connection: Connection | null;
  connectBy: number;
  pingAt: number;
  over: boolean;
}

/** Heartbeats from one sample to the next. */
export const SAMPLE_EVERY = 5;
const PING_MS = KEEPALIVE_S * 900;
const CONNECT_MS = 30_000;

const clock = (): number => Math.round(performance.now());

/** Does nothing until `wake`. */
export function startRun(pc: Pc, at: Boot, beat: BeatState | null, onDelivered: (run: Run) => void): Run {
  const uplink = createUplink(viewOf(pc.journal), pc.settings, 0, clock(), pc.random.next(), true);
  const alarm: Alarm = { ring: () => ring(run), slot: null };
  const run: Run = { ...at, pc, inst: instOf(pc.random), alarm, onDelivered, uplink, beat, connection: null, connectBy: Infinity, pingAt: Infinity, over: false };
  return run;
}

export const wake = (run: Run): void => dispatch(run, { kind: 'timer' });

export function append(run: Run, drafts: TimedDraft[], urgent: boolean): void {
  const { journal } = run.pc;
  journal.append(drafts);
  dispatch(run, { kind: 'appended', hi: journal.hi(), urgent });
}

/** Heartbeats that follow a record of `m` ms after the boot. */
export const beatAfter = ({ bootAt }: Boot, m: number): BeatState => ({ nextM: m + HEARTBEAT_MS, lastM: Date.now() - bootAt, wallOffset: bootAt });

/** The heartbeats due by now. They come before whatever else is journaled: time never runs backwards in a journal. */
export function beatsDue(run: Run, at: number): TimedDraft[] {
  if (!run.beat) return [];
  const { beat, drafts } = tick(run.beat, at - run.bootAt, at, { link: run.pc.link });
  run.beat = beat;
  return drafts;
}

/** With a goodbye, or as when the plug is pulled. */
export function end(run: Run, goodbye: boolean): void {
  run.over = true;
  run.pc.wheel.clear(run.alarm);
  run.connection?.end(goodbye);
}

function dispatch(run: Run, event: UplinkEvent): void {
  if (run.over) return;
  const { pc, inst, boot, bootAt } = run;
  const { journal, random, link, results } = pc;
  const sender = (conn: number) => {
    const at = Date.now();
    return { inst, conn, boot, w: at, m: at - bootAt, now: { link, up: at - bootAt, if: 'wired' as const, p: results } };
  };
  const done = deliver(run.uplink, event, { journal, sender, random: random.next }, clock());
  run.uplink = done.state;
  for (const command of done.commands) carryOut(run, command);
  const { link: phase, inFlight } = done.state;
  if (phase === 'ready' && inFlight === null && journal.mark().W === journal.hi()) run.onDelivered(run);
  setAlarm(run);
}

function setAlarm(run: Run): void {
  if (run.over) return;
  const { uplink, beat, bootAt, connectBy, pingAt } = run;
  const minuteAt = beat ? beat.nextM + bootAt - Date.now() + clock() : Infinity;
  run.pc.wheel.set(run.alarm, Math.min(uplink.nextAt ?? Infinity, minuteAt, connectBy, pingAt));
}

function ring(run: Run): void {
  const now = clock();
  if (run.beat && Date.now() - run.bootAt >= run.beat.nextM) everyMinute(run);
  if (!run.over && now >= run.connectBy) lost(run);
  if (!run.over && now >= run.pingAt) {
    run.connection?.ping();
    run.pingAt = now + PING_MS;
  }
  if (run.uplink.nextAt !== null && now >= run.uplink.nextAt) wake(run);
  setAlarm(run);
}

function everyMinute(run: Run): void {
  const { pc } = run;
  const at = Date.now();
  const drafts = beatsDue(run, at);
  pc.minute += 1;
  if (pc.minute % SAMPLE_EVERY === 0) {
    pc.results = probeResults(pc.random, pc.link);
    drafts.push({ kind: 'sample', m: at - run.bootAt, w: at, body: pc.results });
  }
  append(run, drafts, false);
}

function carryOut(run: Run, command: Command): void {
  const { machine } = run.pc.identity;
  switch (command.kind) {
    case 'connect':
      run.connectBy = clock() + CONNECT_MS;
      run.connection = connectionOf(run, command.conn);
      return;
    case 'disconnect':
      return run.connection?.end(true);
    case 'subscribe':
      return run.connection?.subscribe([machineTopic(machine, 'ack'), machineTopic(machine, 'dn'), SERVER_TOPIC]);
    case 'publish':
      run.pingAt = clock() + PING_MS;
      return run.connection?.publish(machineTopic(machine, 'up'), encodePayload(command.message));
    case 'reEnrol':
    case 'report':
    case 'time':
      return;
    default:
      command satisfies never;
  }
}

function connectionOf(run: Run, conn: number): Connection {
  const { machine, secret, host, port } = run.pc.identity;
  const will = { topic: machineTopic(machine, 'will'), payload: JSON.stringify({ inst: run.inst, conn, ep: run.uplink.ep }) };
  return openConnection(
    { host, port, clientId: `${machine}.${run.inst}`, username: machine, password: secret, will },
    {
      connected() {
        if (run.over) return;
        Object.assign(run, { connectBy: Infinity, pingAt: clock() + PING_MS });
        dispatch(run, { kind: 'connected' });
      },
      closed: () => lost(run),
      message: (from, payload) => take(run, from, payload),
    },
  );
}

function lost(run: Run): void {
  if (run.over) return;
  run.connection?.end(false);
  Object.assign(run, { connection: null, connectBy: Infinity, pingAt: Infinity });
  dispatch(run, { kind: 'closed' });
}

function take(run: Run, from: string, payload: Buffer): void {
  if (run.over) return;
  const value = readJson(payload);
  if (from === SERVER_TOPIC) dispatch(run, { kind: 'srv', srv: readSrv(value) });
  else if (from.endsWith('/ack')) dispatch(run, { kind: 'ack', ack: readAck(value) });
  else if (from.endsWith('/dn')) dispatch(run, { kind: 'down', hello: readDown(value)?.hello === true, report: false });
}
