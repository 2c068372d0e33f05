/**
 * The embedded broker: aedes behind the packet gate. It proves who is connected, lets each machine use its own topics
 * only, and hands what machines publish to the use cases given to it; it decides nothing else. A PUBACK leaves after
 * the commit, but agents forget a record only on the server's own ack.
 *
 * Reports, all but a few of the packets, are taken at the gate, and their PUBACK and ack leave in one write: through
 * aedes each would be parsed a second time and wait for two turns of the event loop. Beyond a few at once per
 * connection they go through aedes, whose `authorizePublish` stops reading until they are committed.
 */
import type { MachineId } from '@cac/shared/ids.ts';
import { PROTOCOL_VERSION, Will, type Ack, type Down, type Srv } from '@cac/shared/messages.ts';
import { parseJsonBytes } from '@cac/shared/strict-json.ts';
import { machineTopic, mayPublish, maySubscribe, readMachineTopic, SERVER_TOPIC } from '@cac/shared/topics.ts';
import type { AuthenticateError, Client } from 'aedes';
import { createHash, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { createAckSender } from './ack-sender.ts';
import { createAdmission } from './admission.ts';
import { startGatedBroker, type GatedBroker } from './gated-broker.ts';
import { createRefusalLog, type RefusalLine } from './refusal-log.ts';
import { createRestarts } from './restarts.ts';
import { createTwins } from './twins.ts';

export interface EmbeddedBrokerOptions {
  host: string;
  port: number;
  now: () => number;
  /** What is known of a machine: SHA-256 of its secret (hex), of the one before while that is good, and whether it was revoked. Undefined: unknown. */
  credentialsOf(machine: MachineId): Promise<{ secret_hash: string; revoked_at: number | null; old_secret_hash: string | null; old_secret_until: number | null } | undefined>;
  /** A batch or hello. `settle` is called once, after the commit, with the ack to send (null: none). */
  onReport(report: { machine: MachineId; payload: Uint8Array; receivedAt: number; livenessMs: number }, settle: (ack: Ack | null) => void): void;
  /** Two processes run with one identity (C-02): nothing of this one is taken up. */
  onHeld(machine: MachineId, inst: string, address: string): void;
  /** Was this process held before? */
  isHeld(machine: MachineId, inst: string): boolean;
  /** Its process was another one more than fifteen times within an hour. */
  onRestarts(machine: MachineId): void;
  onWill(machine: MachineId, will: Will): void;
  /** Any packet of an accepted machine. */
  onSign(machine: MachineId): void;
  onRefused(line: RefusalLine & { times: number }): void;
}

export interface EmbeddedBroker extends Pick<GatedBroker, 'openTls' | 'admit'> {
  port: number;
  connections(): number;
  /** Connections whose identity waits to be proved. */
  waiting(): number;
  refusals(): Record<string, number>;
  /** Retained: told to all who listen, and to all who come. */
  announce(srv: Srv): void;
  /** To every connection of this machine that has its identity; false: there is none. */
  tell(machine: MachineId, down: Partial<Down>): boolean;
  /** To one process. */
  tellProcess(machine: MachineId, inst: string, down: Partial<Down>): void;
  /** Gives the identity to one process; the others are held. */
  give(machine: MachineId, inst: string): void;
  isConnected(machine: MachineId): boolean;
  /** Machines that are connected now. */
  machines(): Iterable<MachineId>;
  /** Cuts every connection of this machine. */
  disconnect(machine: MachineId): void;
  /** Ignores wills from now on: those that follow are of our own closing. */
  beginClosing(): void;
  close(): Promise<void>;
}

/** Without a keepalive this is how long a silence says nothing. */
const USUAL_SILENCE_MS = 300_000;
/** The longest keepalive that people can set (shared/field.ts): one shorter than it would call each of those machines silent between two pings. */
const LONGEST_LIVENESS_MS = 1_200_000;
const SLOW_CLIENT_MS = 10_000;
const CUT_OFF_MS = 2_000;
const TWINS_EVERY_MS = 1_000;

/** Connections of one identity: a room of clones and what they left half-open, not a program that opens one after the other. */
const CONNECTIONS_OF_ONE = 100;

/** Reports of one connection that wait for their commit; beyond it aedes takes them, and stops reading. */
const REPORTS_AT_ONCE = 8;

interface Session {
  machine: MachineId;
  livenessMs: number;
  waiting: number;
  /** Reports that aedes has: until they are committed the next ones follow them there, or they would overtake. */
  passed: number;
  /** Since when its socket takes nothing, server time; null while it does. */
  stuckAt: number | null;
  /** Of its client id: the process. */
  inst: string;
}

export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const sessions = new WeakMap<Client, Session>();
  const connected = new Map<MachineId, Set<Client>>();
  const acks = createAckSender(options.now);
  const refusals = createRefusalLog(options.now, options.onRefused);
  const admission = createAdmission(options.now);
  let closing = false;

  /** Said on the machine's own `dn`; QoS 0: the truth is in the database, and said again at each hello. */
  const tell = (client: Client, machine: MachineId, down: Partial<Down>): void =>
    client.publish({ cmd: 'publish', topic: machineTopic(machine, 'dn'), payload: Buffer.from(JSON.stringify({ v: PROTOCOL_VERSION, t: options.now(), ...down })), qos: 0, dup: false, retain: false }, () => {});
  const hold = (machine: MachineId, inst: string, client: Client): void => {
    tell(client, machine, { held: true });
    options.onHeld(machine, inst, addressOf(client));
  };
  const twins = createTwins<Client>({
    now: options.now,
    ask: (client) => tell(client, sessions.get(client)!.machine, { hello: true }),
    drop: (client) => client.conn.destroy(),
    release: (client) => tell(client, sessions.get(client)!.machine, { hello: true, held: false }),
    onHeld: (machine, inst, client) => hold(machine as MachineId, inst, client),
  });
  const isOwn = ({ machine, inst }: Session): boolean => !twins.isContested(machine) || twins.standingOf(machine, inst) === 'own';
  /** The same, of one that has just sent something: it lives. */
  const isHeardAsOwn = ({ machine, inst }: Session): boolean => !twins.isContested(machine) || twins.heard(machine, inst) === 'own';
  const restarts = createRestarts(options.now);
  const twinsTimer = setInterval(() => twins.tick(), TWINS_EVERY_MS).unref();

  const refuse = (client: Client, reason: string, detail: string): void =>
    refusals.add({ reason, detail, machine: sessions.get(client)?.machine, address: addressOf(client) });

  /** Writes to a connection; lets go who has not read for too long (B-10). */
  const answer = (client: Client, session: Session, bytes: Buffer): void => {
    const { conn } = client;
    if (client.closed || !conn.writable) return;
    if (conn.write(bytes)) session.stuckAt = null;
    else if (session.stuckAt === null) session.stuckAt = options.now();
    else if (options.now() - session.stuckAt > SLOW_CLIENT_MS) conn.destroy();
  };

  const gated = await startGatedBroker(
    options.host,
    options.port,
    {
      connectTimeout: 10_000,
      drainTimeout: SLOW_CLIENT_MS,
      heartbeatInterval: 600_000,
      preConnect(client, packet, done) {
        const keepaliveMs = packet.keepalive! * 1000;
        const livenessMs = keepaliveMs === 0 ? USUAL_SILENCE_MS : Math.min(keepaliveMs, LONGEST_LIVENESS_MS);
        sessions.set(client, { machine: (packet.username ?? '') as MachineId, livenessMs, waiting: 0, passed: 0, stuckAt: null, inst: packet.clientId!.slice(21) });
        done(null, true);
      },
      authenticate(client, username, password, done) {
        const machine = (username ?? '') as MachineId;
        const prove = (): Promise<void> | undefined => {
          if (client.closed) return;
          return proveIdentity(options, machine, password).then(
            (verdict) => {
              if (verdict === null) return done(null, true);
              refuse(client, verdict.reason, machine);
              done(refusal(verdict.returnCode, verdict.reason), null);
            },
            () => done(refusal(3, 'database unavailable'), null),
          );
        };
        admission.enter(prove, () => done(refusal(3, 'too many connect at once'), null));
      },
      authorizeSubscribe(client, subscription, done) {
        const machine = sessions.get(client!)?.machine ?? '';
        if (maySubscribe(machine, subscription.topic)) return done(null, { ...subscription, qos: Math.min(1, subscription.qos) as 0 | 1 });
        refuse(client!, 'acl_denied', `subscribe ${subscription.topic}`);
        done(null, null);
      },
      authorizePublish(client, packet, done) {
        const session = client && sessions.get(client);
        const route = readMachineTopic(packet.topic);
        if (!client || !session || !route || !mayPublish(session.machine, packet.topic)) {
          if (client) refuse(client, 'acl_denied', `publish ${packet.topic}`);
          return done(new Error('acl_denied'));
        }
        if (route.channel === 'will') {
          if (!closing && isOwn(session)) readWill(options, route.machine, packet.payload);
          return done(null);
        }
        if (!isHeardAsOwn(session)) return done(null);
        const report = { machine: session.machine, payload: packet.payload as Buffer, receivedAt: options.now(), livenessMs: session.livenessMs };
        options.onReport(report, (ack) => {
          if (packet.qos === 1 && session.passed > 0) session.passed -= 1;
          done(null);
          const bytes = ack && acks.due(client, session.machine, ack);
          if (bytes) answer(client, session, bytes);
        });
      },
    },
    {
      onRefused: (refused) => refusals.add(refused),
      onPacket(machine, socket) {
        if (twins.isContested(machine)) {
          const session = sessions.get((socket as unknown as { client: Client }).client);
          if (session && !isHeardAsOwn(session)) return;
        }
        options.onSign(machine);
      },
      onReport(socket, machine, packetId, payload) {
        const { client } = socket as unknown as { client: Client };
        const session = sessions.get(client);
        if (!session) return false;
        if (!isHeardAsOwn(session)) {
          // Taken from the wire, and not up: its agent keeps what it has no ack for.
          answer(client, session, Buffer.of(0x40, 2, packetId >> 8, packetId & 255));
          return true;
        }
        if (session.passed > 0 || session.waiting >= REPORTS_AT_ONCE) {
          session.passed += 1;
          return false;
        }
        session.waiting += 1;
        keepAlive(client);
        options.onReport({ machine, payload, receivedAt: options.now(), livenessMs: session.livenessMs }, (ack) => {
          session.waiting -= 1;
          const puback = Buffer.of(0x40, 2, packetId >> 8, packetId & 255);
          const bytes = ack && acks.due(client, machine, ack);
          answer(client, session, bytes ? Buffer.concat([puback, bytes]) : puback);
        });
        return true;
      },
    },
  );

  gated.broker.on('clientReady', (client: Client) => {
    const machine = sessions.get(client)?.machine;
    if (!machine) return;
    const own = connected.get(machine);
    const { inst } = sessions.get(client)!;
    if (restarts.note(machine, inst)) options.onRestarts(machine);
    if (twins.connected(machine, inst, client, options.isHeld(machine, inst) ? 'held' : undefined) === 'held') hold(machine, inst, client);
    if (own && own.size >= CONNECTIONS_OF_ONE) ([...own].find((other) => !isOwn(sessions.get(other)!)) ?? [...own][0]!).conn.destroy();
    if (own) own.add(client);
    else connected.set(machine, new Set([client]));
  });
  gated.broker.on('clientDisconnect', (client: Client) => {
    const machine = sessions.get(client)?.machine;
    const own = machine && connected.get(machine);
    if (!own) return;
    twins.disconnected(machine, sessions.get(client)!.inst, client);
    own.delete(client);
    if (own.size === 0) connected.delete(machine);
  });

  return {
    port: gated.port,
    connections: () => gated.broker.connectedClients,
    waiting: () => admission.waiting(),
    openTls: gated.openTls,
    admit: gated.admit,
    refusals: () => refusals.counts(),
    announce(srv) {
      gated.broker.publish({ cmd: 'publish', topic: SERVER_TOPIC, payload: Buffer.from(JSON.stringify(srv)), qos: 1, dup: false, retain: true }, () => {});
    },
    tell(machine, down) {
      let told = false;
      for (const client of connected.get(machine) ?? []) {
        if (!isOwn(sessions.get(client)!)) continue;
        tell(client, machine, down);
        told = true;
      }
      return told;
    },
    tellProcess(machine, inst, down) {
      for (const client of connected.get(machine) ?? []) if (sessions.get(client)?.inst === inst) tell(client, machine, down);
    },
    give: (machine, inst) => twins.give(machine, inst),
    isConnected: (machine) => connected.has(machine),
    machines: () => connected.keys(),
    disconnect(machine) {
      const bye = Buffer.from(JSON.stringify({ v: PROTOCOL_VERSION, t: options.now(), hello: true }));
      for (const client of connected.get(machine) ?? []) {
        client.publish({ cmd: 'publish', topic: machineTopic(machine, 'dn'), payload: bye, qos: 0, dup: false, retain: false }, () => client.close());
        // One that does not read is not waited for (C-07).
        setTimeout(() => client.conn.destroy(), CUT_OFF_MS).unref();
      }
    },
    beginClosing() {
      closing = true;
    },
    async close() {
      closing = true;
      clearInterval(twinsTimer);
      acks.close();
      admission.close();
      await gated.close();
    },
  };
}

/** aedes counts the keepalive from packets it sees; a report that it does not see counts as well. */
const keepAlive = (client: Client): void => void (client as unknown as { _keepaliveTimer?: NodeJS.Timeout | null })._keepaliveTimer?.refresh();

const addressOf = (client: Client): string => ((client.conn as { remoteAddress?: string }).remoteAddress ?? 'unknown').replace(/^::ffff:/, '');

const refusal = (returnCode: number, message: string): AuthenticateError => Object.assign(new Error(message), { returnCode }) as AuthenticateError;

/** Null when the password is this machine's secret; else the CONNACK to give (MQTT 3.1.1, 3.2.2.3) and why. */
async function proveIdentity(options: EmbeddedBrokerOptions, machine: MachineId, password: Buffer | undefined): Promise<{ returnCode: 4 | 5; reason: string } | null> {
  const known = await options.credentialsOf(machine);
  if (!known) return { returnCode: 4, reason: 'unknown_machine' };
  const given = createHash('sha256').update(password ?? '').digest();
  const fits = (hash: string): boolean => timingSafeEqual(given, Buffer.from(hash, 'hex'));
  const before = known.old_secret_hash !== null && (known.old_secret_until ?? 0) > options.now() ? known.old_secret_hash : known.secret_hash;
  if (!fits(known.secret_hash) && !fits(before)) return { returnCode: 4, reason: 'bad_secret' };
  return known.revoked_at === null ? null : { returnCode: 5, reason: 'revoked' };
}

function readWill(options: EmbeddedBrokerOptions, machine: MachineId, payload: string | Buffer): void {
  const json = parseJsonBytes(Buffer.from(payload), 2);
  const will = v.safeParse(Will, json.ok ? json.value : null);
  if (will.success) options.onWill(machine, will.output);
}
