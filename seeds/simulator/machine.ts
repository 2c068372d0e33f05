/**
 * One simulated PC: the agent's own journal, batches and uplink over real MQTT; only its life is made up. It arrives in
 * the state it is given, changes when it is told to, and lives on minute by minute. All its timing is one alarm on the
 * fleet's wheel.
 */
import { readAck, readDown, readJson, readSrv } from '@cac/agent/core/ack.ts';
import { tick, type BeatState, type TimedDraft } from '@cac/agent/core/beat.ts';
import { createUplink, type UplinkEvent, type UplinkState } from '@cac/agent/core/uplink.ts';
import { deliver, viewOf, type Command } from '@cac/agent/journal/courier.ts';
import { openJournal } from '@cac/agent/journal/journal.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import { encodePayload } from '@cac/agent/journal/payload.ts';
import { HEARTBEAT_MS } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import { SERVER_TOPIC, machineTopic } from '@cac/shared/topics.ts';
import type { Random } from '../random.ts';
import { KEEPALIVE_S, openConnection, type Connection } from './connection.ts';
import { boots, epochOf, firstDrafts, instOf, probeResults, type Boot } from './routine.ts';
import type { Wheel } from './wheel.ts';

export interface Identity {
  machine: string;
  secret: string;
  host: string;
  port: number;
}

/** on: running, with this link; off: properly shut down; silent: cut off without a word. */
export type Presence = { kind: 'on'; link: LinkWord } | { kind: 'off' } | { kind: 'silent' };

export interface Life {
  presence: Presence;
  /** Since when it has been on; absent: for some hours. */
  boot?: Boot;
  /** It has a past: until `tell`, nothing is journaled and only its present is known. For one that is on. */
  holdsBack?: boolean;
  /** It is off or silent, and the platform knows: it stays so until it is to change. */
  dormant?: boolean;
  /** The journal's epoch, and what an earlier process had journaled in it. */
  epoch?: string;
  journaled?: readonly TimedDraft[];
  /** All that is journaled is acknowledged, and it is what it was to become: called after the start and each change. */
  onSettled(): void;
}

export interface SimulatedMachine {
  presence(): Presence;
  /** Links fail or recover; it shuts down, is cut off, or boots again: whatever it takes. */
  change(to: Presence): void;
  /** Journals the past, a portion once the server has the one before; the last one reaches to the present. */
  tell(portions: Iterator<TimedDraft[]>, onTold: () => void): void;
  records(): number;
  /** Says goodbye and does nothing more. */
  stop(): void;
}

const BATCH_EVERY_MS = 5 * 60_000;
const SAMPLE_EVERY = 5;
const PING_MS = KEEPALIVE_S * 900;
const CONNECT_MS = 30_000;
const HOUR_MS = 3_600_000;
/** How long a PC takes from its switch to its agent. */
const BOOTING_MS = 45_000;

/** One process of the agent: from a start of the PC to its end. */
interface Run extends Boot {
  inst: string;
  uplink: UplinkState;
  beat: BeatState | null;
  connection: Connection | null;
  connectBy: number;
  pingAt: number;
}

const clock = (): number => Math.round(performance.now());

/** Starts at once. `random` is this machine's own, and no process's before. */
export function startMachine(identity: Identity, wheel: Wheel, random: Random, life: Life): SimulatedMachine {
  const opened = openJournal(memoryFiles(), { newEpoch: () => life.epoch ?? epochOf(random), keepAckedMs: 0, reserveBytes: 0 });
  if (opened.kind !== 'open') throw new Error(`journal: ${opened.reason}`);
  const { journal } = opened;
  const settings = { batchEveryMs: Math.round(BATCH_EVERY_MS * (0.8 + 0.4 * random.next())) };
  let presence = life.presence;
  let link: LinkWord = presence.kind === 'on' ? presence.link : 'ok';
  let results = probeResults(random, link);
  let minute = random.int(SAMPLE_EVERY);
  let past: { portions: Iterator<TimedDraft[]>; onTold(): void } | null = null;
  let run: Run | null = null;
  let settled = false;
  const alarm = { ring, slot: null };

  /** The PC is on, and its agent starts. One that is to be off says so with its first records. */
  function boot(at: Boot, quiet: boolean): void {
    const now = Date.now();
    if (!quiet) {
      journal.append(firstDrafts(random, at, link, now));
      if (presence.kind === 'off') journal.append([stopAt(at, now)]);
    }
    const uplink = createUplink(viewOf(journal), settings, 0, clock(), random.next(), true);
    run = { ...at, inst: instOf(random), uplink, beat: quiet ? null : beatFrom(at, now - at.bootAt), connection: null, connectBy: Infinity, pingAt: Infinity };
    dispatch({ kind: 'timer' });
  }

  const stopAt = ({ bootAt }: Boot, now: number): TimedDraft => ({ kind: 'stop', m: now - bootAt, w: now, body: { why: 'shutdown' } });
  const beatFrom = ({ bootAt }: Boot, m: number): BeatState => ({ nextM: m + HEARTBEAT_MS, lastM: Date.now() - bootAt, wallOffset: bootAt });

  function end(goodbye: boolean): void {
    wheel.clear(alarm);
    run?.connection?.end(goodbye);
    run = null;
  }

  /** All that is journaled is with the server: what comes next? */
  function goOn(): void {
    if (past) {
      const { value, done } = past.portions.next();
      if (!done) return append(value, true);
      const { onTold } = past;
      past = null;
      const last = [...journal.read(journal.hi())].at(-1);
      if (last?.kind === 'record') run!.beat = beatFrom(run!, last.record[2]);
      onTold();
    }
    if (presence.kind !== 'on') end(presence.kind === 'off');
    if (settled) return;
    settled = true;
    life.onSettled();
  }

  /** The heartbeats due by now. They come before whatever else is journaled: time never runs backwards in a journal. */
  function beats(own: Run, at: number): TimedDraft[] {
    if (!own.beat) return [];
    const { beat, drafts } = tick(own.beat, at - own.bootAt, at, { link });
    own.beat = beat;
    return drafts;
  }

  function everyMinute(own: Run): void {
    const at = Date.now();
    const drafts = beats(own, at);
    minute += 1;
    if (minute % SAMPLE_EVERY === 0) {
      results = probeResults(random, link);
      drafts.push({ kind: 'sample', m: at - own.bootAt, w: at, body: results });
    }
    append(drafts, false);
  }

  function append(drafts: TimedDraft[], urgent: boolean): void {
    journal.append(drafts);
    dispatch({ kind: 'appended', hi: journal.hi(), urgent });
  }

  function dispatch(event: UplinkEvent): void {
    if (!run) return;
    const { inst, boot, bootAt } = run;
    const sender = (conn: number) => {
      const at = Date.now();
      return { inst, conn, boot, w: at, m: at - bootAt, now: { link, up: at - bootAt, if: 'wired' as const, p: results } };
    };
    const done = deliver(run.uplink, event, { journal, sender, random: random.next }, clock());
    run.uplink = done.state;
    for (const command of done.commands) carryOut(run, command);
    const { link: phase, inFlight } = done.state;
    if (phase === 'ready' && inFlight === null && journal.mark().W === journal.hi()) goOn();
    setAlarm();
  }

  function setAlarm(): void {
    if (!run) return;
    const { uplink, beat, bootAt, connectBy, pingAt } = run;
    const minuteAt = beat ? beat.nextM + bootAt - Date.now() + clock() : Infinity;
    wheel.set(alarm, Math.min(uplink.nextAt ?? Infinity, minuteAt, connectBy, pingAt));
  }

  function ring(): void {
    const now = clock();
    if (run?.beat && Date.now() - run.bootAt >= run.beat.nextM) everyMinute(run);
    if (run && now >= run.connectBy) lost(run);
    if (run && now >= run.pingAt) {
      run.connection?.ping();
      run.pingAt = now + PING_MS;
    }
    if (run?.uplink.nextAt != null && now >= run.uplink.nextAt) dispatch({ kind: 'timer' });
    setAlarm();
  }

  function lost(own: Run): void {
    if (own !== run) return;
    own.connection?.end(false);
    Object.assign(own, { connection: null, connectBy: Infinity, pingAt: Infinity });
    dispatch({ kind: 'closed' });
  }

  function carryOut(own: Run, command: Command): void {
    const { machine, secret, host, port } = identity;
    switch (command.kind) {
      case 'connect':
        own.connectBy = clock() + CONNECT_MS;
        own.connection = openConnection(
          {
            host, port, clientId: `${machine}.${own.inst}`, username: machine, password: secret,
            will: { topic: machineTopic(machine, 'will'), payload: JSON.stringify({ inst: own.inst, conn: command.conn, ep: own.uplink.ep }) },
          },
          {
            connected() {
              if (own !== run) return;
              Object.assign(own, { connectBy: Infinity, pingAt: clock() + PING_MS });
              dispatch({ kind: 'connected' });
            },
            closed: () => lost(own),
            message: (from, payload) => own === run && take(from, payload),
          },
        );
        return;
      case 'disconnect':
        return own.connection?.end(true);
      case 'subscribe':
        return own.connection?.subscribe([machineTopic(machine, 'ack'), machineTopic(machine, 'dn'), SERVER_TOPIC]);
      case 'publish':
        own.pingAt = clock() + PING_MS;
        return own.connection?.publish(machineTopic(machine, 'up'), encodePayload(command.message));
      case 'reEnrol':
      case 'report':
        return;
      default:
        command satisfies never;
    }
  }

  function take(from: string, payload: Buffer): void {
    const value = readJson(payload);
    if (from === SERVER_TOPIC) dispatch({ kind: 'srv', srv: readSrv(value) });
    else if (from.endsWith('/ack')) dispatch({ kind: 'ack', ack: readAck(value) });
    else if (from.endsWith('/dn')) dispatch({ kind: 'down', hello: readDown(value)?.hello === true, report: false });
  }

  if (life.journaled) journal.append(life.journaled);
  if (!life.dormant) boot(life.boot ?? boots(random, (0.3 + 8 * random.next()) * HOUR_MS, Date.now()), life.holdsBack === true);

  return {
    presence: () => presence,
    change(to) {
      const at = Date.now();
      const due = run ? beats(run, at) : [];
      presence = to;
      settled = false;
      link = to.kind === 'on' ? to.link : link;
      results = probeResults(random, link);
      if (!run) return void (to.kind !== 'silent' && boot(boots(random, BOOTING_MS, at), false));
      if (to.kind === 'silent') return end(false);
      const m = at - run.bootAt;
      if (to.kind === 'off') append([...due, stopAt(run, at)], true);
      else append([...due, { kind: 'net', m, w: at, body: { link, if: 'wired' } }, { kind: 'sample', m, w: at, body: results }], true);
    },
    tell(portions, onTold) {
      past = { portions, onTold };
      dispatch({ kind: 'timer' });
    },
    records: () => journal.hi(),
    stop: () => end(true),
  };
}
