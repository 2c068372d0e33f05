/** Joins the pure uplink to a real clock, a real timer and real connections. Decides nothing. */
import { randomInt } from 'node:crypto';
import { SERVER_TOPIC, machineTopic } from '@cac/shared/topics.ts';
import type { Sender as SenderFacts } from '../core/batch.ts';
import { eventOf } from '../core/inbox.ts';
import { createUplink, type UplinkEvent, type UplinkSettings, type UplinkState } from '../core/uplink.ts';
import { deliver, viewOf, type Command } from '../journal/courier.ts';
import { encodePayload } from '../journal/payload.ts';
import { addressOf, type Identity } from '../uplink/identity.ts';
import { openConnection, type Connection, type Handlers } from '../uplink/mqtt.ts';
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
}

export interface Sender {
  state(): UplinkState;
  lastFailure(): string | null;
  /** Records were appended. */
  appended(urgent: boolean): void;
  /** The journal became another one. */
  reopened(): void;
  /** Counts what the open connection has moved since it was last asked. */
  countBytes(): void;
  /** Waits up to `limitMs` for the backlog to be acknowledged, then disconnects. */
  stop(limitMs: number): Promise<void>;
}

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

  async function connect(conn: number): Promise<void> {
    const will = { topic: machineTopic(identity.machine, 'will'), payload: JSON.stringify({ inst, conn, ep: state.ep }) };
    const login = { clientId: `${identity.machine}.${inst}`, username: identity.machine, password: identity.secret, keepaliveS: options.settings.keepaliveS, will };
    const mine = (): boolean => !stopped && conn === state.conn;
    counted = 0;
    let opened: Connection | null = null;
    const handlers: Handlers = {
      connected() {
        if (!mine()) return;
        connection = opened;
        log(`connected conn=${conn}`);
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
        dispatch({ kind: 'closed' });
        log(`connection closed: ${reason}; next in ${Math.max(0, Math.round(((state.connectAt ?? 0) - monotonicMs()) / 1000))} s`);
      },
    };
    try {
      opened = await openConnection(addressOf(identity), login, handlers);
    } catch (error) {
      handlers.closed(error instanceof Error ? error.message : String(error)); // an address that cannot be one
    }
  }

  function receive(from: string, payload: Buffer): void {
    const before = state.refusal;
    const event = eventOf(topic, from, payload);
    if (event) dispatch(event);
    if (state.refusal !== null && state.refusal !== before) log(`server says ${state.refusal}`);
    if (state.link === 'ready') lastFailure = null;
  }

  function countBytes(): void {
    const total = connection?.bytes() ?? counted;
    options.onBytes(total - counted);
    counted = total;
  }

  dispatch({ kind: 'timer' });
  return {
    state: () => state,
    lastFailure: () => lastFailure,
    appended: (urgent) => dispatch({ kind: 'appended', hi: store.journal().hi(), urgent }),
    reopened,
    countBytes,
    async stop(limitMs) {
      if (connection && state.link === 'ready' && state.W < state.hi) {
        await within(limitMs, (done) => (settled = done));
      }
      stopped = true;
      clearTimeout(timer);
      countBytes();
      await connection?.end();
    },
  };
}
