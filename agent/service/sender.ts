/** Joins the pure uplink to a real clock, a real timer and real connections. Decides nothing. */
import { randomInt } from 'node:crypto';
import type { Down } from '@cac/shared/messages.ts';
import { SERVER_TOPIC, machineTopic } from '@cac/shared/topics.ts';
import type { Sender as SenderFacts } from '../core/batch.ts';
import { eventOf } from '../core/inbox.ts';
import { createUplink, type UplinkEvent, type UplinkSettings, type UplinkState } from '../core/uplink.ts';
import { deliver, viewOf, type Command } from '../journal/courier.ts';
import { encodePayload } from '../journal/payload.ts';
import { roadOf, type Identity } from '../uplink/identity.ts';
import { openConnection, reasonOf, type Connection, type Handlers } from '../uplink/mqtt.ts';
import { wayOf, waysTo, type Way } from '../uplink/road.ts';
import { onTheLine } from './byte-count.ts';
import type { Log } from './log.ts';
import { monotonicMs } from './machine-clock.ts';
import type { Store } from './store.ts';

export interface SenderOptions {
  identity: Identity;
  inst: string;
  store: Store;
  settings: UplinkSettings & { keepaliveS: number };
  eager: boolean;
  facts: (conn: number, hello: boolean) => SenderFacts;
  log: Log;
  onBytes: (bytes: number) => void;
  /** The server wants all probes run now. */
  onReport: () => void;
  /** The server's time came with an ack. */
  onTime: (t: number, roundTripMs: number) => void;
  onReEnrol: () => void;
  /** Beside acks. */
  onDown: (down: Down) => void;
  /** The server took up what the last hello said. */
  onHelloAcked: () => void;
}

export interface Sender {
  state(): UplinkState;
  lastFailure(): string | null;
  /** The way the present connection goes, or the next one will. */
  way(): Way;
  /** Says hello now, if it is connected. */
  hello(): void;
  /** New settings; another keepalive takes a new connection, some time within a minute. */
  settings(batchEveryMs: number, keepaliveS: number): void;
  /** Records were appended. */
  appended(urgent: boolean): void;
  /** The journal became another one. */
  reopened(): void;
  /** Counts what the open connection has moved since it was last asked. */
  countBytes(): void;
  /** Sends what waits now; true once all is acknowledged, false when that took longer than `limitMs`. */
  drained(limitMs: number): Promise<boolean>;
  /** Waits up to `limitMs` for the backlog to be acknowledged, then disconnects. */
  stop(limitMs: number): Promise<void>;
}

const RENEWED_WITHIN_MS = 60_000;

const random = (): number => randomInt(2 ** 32) / 2 ** 32;

/** Resolves when the given `done` is called, or after `limitMs`. */
const within = (limitMs: number, hand: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const fuse = setTimeout(resolve, limitMs);
    hand(() => {
      clearTimeout(fuse);
      resolve();
    });
  });

export function startSender(options: SenderOptions): Sender {
  const { identity, inst, store, log } = options;
  const topic = { up: machineTopic(identity.machine, 'up'), ack: machineTopic(identity.machine, 'ack'), dn: machineTopic(identity.machine, 'dn') };
  let state = createUplink(viewOf(store.journal()), options.settings, monotonicMs(), monotonicMs(), random(), options.eager);
  let connection: Connection | null = null;
  let counted = 0;
  let lastFailure: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let settled: (() => void) | null = null;
  let { keepaliveS } = options.settings;
  const road = roadOf(identity);
  const ways = waysTo(identity.server, identity.mqtt);
  /** Failures since a connection stood, and the way it stood on. */
  let failed = 0;
  let worked = 0;
  let renewal: NodeJS.Timeout | undefined;

  function dispatch(event: UplinkEvent): void {
    const post = { journal: store.journal(), sender: options.facts, random };
    let commands: Command[];
    try {
      ({ state, commands } = deliver(state, event, post, monotonicMs()));
    } catch (error) {
      store.abandon(error instanceof Error ? error.message : String(error));
      return reopened();
    }
    for (const command of commands) carryOut(command);
    clearTimeout(timer);
    if (state.nextAt !== null && !stopped) timer = setTimeout(() => dispatch({ kind: 'timer' }), Math.max(1, Math.min(state.nextAt - monotonicMs(), 3_600_000)));
    if (state.W >= state.hi) settled?.();
  }

  function reopened(): void {
    dispatch({ kind: 'epoch', view: viewOf(store.journal()) });
  }

  function carryOut(command: Command): void {
    switch (command.kind) {
      case 'connect':
        return void connect(command.conn);
      case 'disconnect':
        countBytes();
        void connection?.end();
        connection = null;
        return;
      case 'subscribe':
        return connection?.subscribe([topic.ack, topic.dn, SERVER_TOPIC]);
      case 'publish':
        return connection?.publish(topic.up, encodePayload(command.message));
      case 'reEnrol':
        return options.onReEnrol();
      case 'report':
        return options.onReport();
      case 'time':
        return options.onTime(command.t, command.roundTripMs);
      default:
        command satisfies never;
    }
  }

  const way = (): Way => wayOf(ways, failed, worked);

  async function connect(conn: number): Promise<void> {
    const on = way();
    const will = { topic: machineTopic(identity.machine, 'will'), payload: JSON.stringify({ inst, conn, ep: state.ep }) };
    const login = { clientId: `${identity.machine}.${inst}`, username: identity.machine, password: identity.secret, keepaliveS, will };
    const mine = (): boolean => !stopped && conn === state.conn;
    counted = 0;
    let opened: Connection | null = null;
    const handlers: Handlers = {
      connected() {
        if (!mine()) return;
        connection = opened;
        worked = ways.indexOf(on);
        failed = 0;
        log(`connected conn=${conn} by ${on.kind} port ${on.port}`);
        dispatch({ kind: 'connected' });
      },
      message(from, payload) {
        if (mine()) receive(from, payload);
      },
      closed(reason) {
        if (!mine()) return;
        countBytes();
        connection = null;
        lastFailure = reason;
        if (state.link === 'connecting') failed += 1;
        if (reason === 'not_authorized') secretRefused();
        dispatch({ kind: 'closed', unknown: reason === 'not_authorized' });
        log(`connection closed: ${reason}; next in ${Math.max(0, Math.round(((state.connectAt ?? 0) - monotonicMs()) / 1000))} s`);
      },
    };
    try {
      opened = await openConnection(road, on, login, handlers);
    } catch (error) {
      handlers.closed(reasonOf(error as Error & { code?: string }));
    }
  }

  /** A secret that was changed, where the answer got lost: the server may know the other one. */
  function secretRefused(): void {
    const other = identity.nextSecret ?? identity.oldSecret;
    if (other === undefined) return;
    [identity.secret, identity.oldSecret] = [other, identity.secret];
    delete identity.nextSecret;
  }

  function receive(from: string, payload: Buffer): void {
    const before = state.refusal;
    const wasHello = state.inFlight !== null && state.inFlight.to === null;
    const said = eventOf(topic, from, payload);
    if (said) dispatch(said.event);
    if (wasHello && state.inFlight?.to !== null && said?.event.kind === 'ack' && said.event.ack?.code === 'ok') options.onHelloAcked();
    if (said?.down) options.onDown(said.down);
    if (state.refusal !== null && state.refusal !== before) log(`server says ${state.refusal}`);
    if (state.link === 'ready') lastFailure = null;
  }

  function countBytes(): void {
    const total = connection ? onTheLine(connection.traffic()) : counted;
    options.onBytes(total - counted);
    counted = total;
  }

  dispatch({ kind: 'timer' });
  return {
    state: () => state,
    lastFailure: () => lastFailure,
    appended: (urgent) => dispatch({ kind: 'appended', hi: store.journal().hi(), urgent }),
    way,
    hello: () => dispatch({ kind: 'down', hello: true, report: false }),
    settings(batchEveryMs, nextKeepaliveS) {
      dispatch({ kind: 'settings', batchEveryMs });
      if (nextKeepaliveS === keepaliveS) return;
      keepaliveS = nextKeepaliveS;
      clearTimeout(renewal);
      renewal = setTimeout(() => void connection?.end().then(() => dispatch({ kind: 'closed' })), random() * RENEWED_WITHIN_MS);
    },
    reopened,
    countBytes,
    async drained(limitMs) {
      dispatch({ kind: 'appended', hi: store.journal().hi(), urgent: true });
      if (state.W < state.hi && !stopped) await within(limitMs, (done) => (settled = done));
      return state.W >= state.hi;
    },
    async stop(limitMs) {
      if (connection && state.link === 'ready' && state.W < state.hi) {
        await within(limitMs, (done) => (settled = done));
      }
      stopped = true;
      clearTimeout(timer);
      clearTimeout(renewal);
      countBytes();
      await connection?.end();
    },
  };
}
