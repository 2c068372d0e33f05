/**
 * How an agent sends its journal, as a pure state machine: what happened and the time go in, what to do comes out.
 * Nothing here connects, reads a clock or draws a number; the agent and the simulator carry out the same effects.
 *
 *   idle -> connecting -> greeting (hello sent, its ack awaited) -> ready (one batch in flight at most) -> idle ...
 *
 * `now` is in ms on a clock that never steps back; `random` is a fresh number in [0, 1) at each step.
 */
import type { Ack, Srv } from '@cac/shared/messages.ts';
import { BACKOFF, ackTimeout, reconnectDelay } from './backoff.ts';

export interface UplinkSettings {
  /** How often heartbeats and samples are sent, ms. Transitions go at once. */
  batchEveryMs: number;
}

/** What the uplink knows of the journal. */
export interface JournalView {
  ep: string;
  hi: number;
  W: number;
  dbi: string | null;
}

/** A batch on its way, or a hello (`to` null). */
interface InFlight {
  to: number | null;
  single: boolean;
  sentAt: number;
  resendAt: number;
}

export interface UplinkState extends JournalView {
  settings: UplinkSettings;
  link: 'idle' | 'connecting' | 'greeting' | 'ready';
  /** Connections tried in this process: the `conn` of messages and will. */
  conn: number;
  /** Failed connections in a row. */
  failures: number;
  connectAt: number | null;
  connectedAt: number;
  ackedHere: boolean;
  inFlight: InFlight | null;
  /** Times the same thing was sent without an ack. */
  tries: number;
  /** Send up to here now; what comes after waits for the next batch. */
  dueTo: number;
  batchAt: number;
  /** The server asked not to send before this. */
  notBefore: number;
  /** Share of the batch limits: halved by `too_big`, doubled again by each good ack. */
  share: number;
  helloAt: number | null;
  sid: string | null;
  unknownSince: number | null;
  /** Another PC runs with this identity and was first: nothing is sent until the server says otherwise, or at the next connection. */
  held: boolean;
  /** A new epoch is being opened: nothing is sent meanwhile. */
  opening: boolean;
  /** The last code that was not ok, for `status`. */
  refusal: Ack['code'] | null;
  lastAckAt: number | null;
  /** From sending to ack, ms, of the last batch or hello. */
  roundTripMs: number | null;
  badAcks: number;
  /** When to hand in a `timer` event; null: never. */
  nextAt: number | null;
}

export type UplinkEvent =
  | { kind: 'timer' }
  | { kind: 'connected' }
  /** The connection failed or ended. `unknown`: the server refused the machine's name or secret. */
  | { kind: 'closed'; unknown?: boolean }
  /** A batch was built and published, up to `to`; null: there was nothing to send. */
  | { kind: 'sent'; to: number | null; single: boolean }
  /** Records were made durable. `urgent`: one of them is a transition. */
  | { kind: 'appended'; hi: number; urgent: boolean }
  /** Null: malformed. */
  | { kind: 'ack'; ack: Ack | null }
  | { kind: 'srv'; srv: Srv | null }
  /** `held`: another PC has this identity; null: nothing was said of it. */
  | { kind: 'down'; hello: boolean; report: boolean; held?: boolean | null }
  /** The server's settings took effect. */
  | { kind: 'settings'; batchEveryMs: number }
  /** The new epoch asked for is open, or the journal became another one. */
  | { kind: 'epoch'; view: JournalView };

export type UplinkEffect =
  | { kind: 'connect'; conn: number }
  | { kind: 'disconnect' }
  | { kind: 'subscribe' }
  | { kind: 'hello' }
  /** Build the next batch from the mark on, publish it, and answer with `sent`. */
  | { kind: 'batch'; share: number }
  /** The server has everything up to W. */
  | { kind: 'mark'; W: number; dbi: string }
  /** Another database answers, and has everything up to W. */
  | { kind: 'rewind'; W: number; dbi: string }
  /** This record is too big for the server, alone: give it up. Answer with `appended`. */
  | { kind: 'drop'; seq: number }
  /** Open a new epoch, carrying over what the server lacks; answer with `epoch`. */
  | { kind: 'newEpoch'; reason: 'fork' | 'stale_epoch' }
  /** Unknown for an hour: enrol again with the kept voucher and fingerprint. */
  | { kind: 'reEnrol' }
  /** Run all probes and send. */
  | { kind: 'report' }
  /** The server's time, `roundTripMs` after what it answers was sent. */
  | { kind: 'time'; t: number; roundTripMs: number };

export interface Step {
  state: UplinkState;
  effects: UplinkEffect[];
}

const UNKNOWN_MS = 3_600_000;
const UPGRADE_MS = 3_600_000;
const RETAINED_MS = 5_000;

/** So long after its last word a server still counts as answering; never before two batches have passed without one. */
const QUIET_MS = 15 * 60_000;

/** The connection stands, and its server answered lately. */
export const serverAnswers = (s: UplinkState, now: number): boolean => s.link === 'ready' && s.lastAckAt !== null && now - s.lastAckAt < Math.max(QUIET_MS, 2 * s.settings.batchEveryMs + 300_000);

/** `upMs`: how long the PC has been on; `eager`: connect at once all the same. */
export function createUplink(view: JournalView, settings: UplinkSettings, upMs: number, now: number, random: number, eager = false): UplinkState {
  const delay = eager || upMs > BACKOFF.freshBootMs ? 0 : Math.round(random * BACKOFF.firstConnectMs);
  return {
    ...view, settings, link: 'idle', conn: 0, failures: 0, connectAt: now + delay, connectedAt: 0, ackedHere: false, inFlight: null, tries: 0,
    dueTo: view.hi, batchAt: now + delay, notBefore: 0, share: 1, helloAt: null, sid: null, unknownSince: null, held: false, opening: false, refusal: null,
    lastAckAt: null, roundTripMs: null, badAcks: 0, nextAt: now + delay,
  };
}

/** One event. Effects are to be carried out in order, each `sent`, `epoch` ... handed in before the next event. */
export function stepUplink(before: UplinkState, event: UplinkEvent, now: number, random: number): Step {
  const state = { ...before };
  const effects: UplinkEffect[] = [];
  take(state, event, now, random, effects);
  act(state, now, random, effects);
  state.nextAt = nextTime(state);
  return { state, effects };
}

/** What an event changes. */
function take(s: UplinkState, event: UplinkEvent, now: number, random: number, effects: UplinkEffect[]): void {
  switch (event.kind) {
    case 'timer':
      return;
    case 'connected':
      Object.assign(s, { link: 'greeting', connectAt: null, connectedAt: now, ackedHere: false, held: false, inFlight: null, tries: 0, helloAt: now, dueTo: s.hi, batchAt: now + s.settings.batchEveryMs });
      effects.push({ kind: 'subscribe' });
      return;
    case 'closed':
      if (s.link === 'idle') return;
      if (s.ackedHere && now - s.connectedAt >= BACKOFF.stableMs) s.failures = 0;
      s.failures += 1;
      // Refused by name for an hour: as if it had said `unknown` (a server restored from before this machine's day).
      if (event.unknown) {
        s.unknownSince ??= now;
        if (now - s.unknownSince >= UNKNOWN_MS) {
          s.unknownSince = now;
          effects.push({ kind: 'reEnrol' });
        }
      }
      Object.assign(s, { link: 'idle', inFlight: null, helloAt: null, connectAt: Math.max(now + reconnectDelay(s.failures, random), s.notBefore) });
      return;
    case 'sent':
      if (event.to === null) Object.assign(s, { inFlight: null, dueTo: s.W });
      else s.inFlight = { to: event.to, single: event.single, sentAt: now, resendAt: now + ackTimeout(s.tries, random) };
      return;
    case 'appended':
      s.hi = event.hi;
      if (event.urgent) s.dueTo = event.hi;
      return;
    case 'ack':
      takeAck(s, event.ack, now, random, effects);
      return;
    case 'srv':
      takeSrv(s, event.srv, now, random);
      return;
    case 'down':
      if (typeof event.held === 'boolean') s.held = event.held;
      if (s.held) s.inFlight = null;
      if (event.hello && (s.link === 'ready' || s.link === 'greeting')) Object.assign(s, { helloAt: now, inFlight: null, tries: 0 });
      if (event.report) effects.push({ kind: 'report' });
      return;
    case 'settings':
      s.settings = { ...s.settings, batchEveryMs: event.batchEveryMs };
      s.batchAt = Math.min(s.batchAt, now + event.batchEveryMs);
      return;
    case 'epoch':
      Object.assign(s, event.view, { opening: false, inFlight: null, tries: 0, dueTo: event.view.hi });
      if (s.link === 'ready' || s.link === 'greeting') s.helloAt = now;
      return;
    default:
      event satisfies never;
  }
}

/** A hint that a server (re)started. Spread the answer; never a reason not to connect. */
function takeSrv(s: UplinkState, srv: Srv | null, now: number, random: number): void {
  if (!srv || srv.sid === s.sid) return;
  const own = s.inFlight?.to === null && now - s.inFlight.sentAt < RETAINED_MS; // the retained hint that follows our own hello
  s.sid = srv.sid;
  if (own || s.link === 'idle' || s.link === 'connecting') return;
  s.helloAt = now + Math.round(random * srv.spread);
  s.inFlight = null;
  s.tries = 0;
}

/** `code` before `W`; an ack counts if the epoch is ours and W lies between our last W and hi. */
function takeAck(s: UplinkState, ack: Ack | null, now: number, random: number, effects: UplinkEffect[]): void {
  if (!ack || ack.ep !== s.ep || s.opening) {
    s.badAcks += 1;
    return;
  }
  const answered = s.inFlight;
  const pause = (ms: number): void => {
    if (ms > 0) s.notBefore = Math.max(s.notBefore, now + Math.round(ms * (1 + random / 10)));
  };
  s.refusal = ack.code === 'ok' || ack.code === 'slow' ? null : ack.code;
  if (ack.code !== 'unknown') s.unknownSince = null;
  switch (ack.code) {
    case 'fork':
    case 'stale_epoch':
      Object.assign(s, { opening: true, inFlight: null });
      effects.push({ kind: 'newEpoch', reason: ack.code });
      pause(ack.wait);
      return;
    case 'revoked':
      // The journal stays. Ask again seldom: a person may take it back.
      Object.assign(s, { link: 'idle', inFlight: null, helloAt: null, notBefore: now + UNKNOWN_MS, connectAt: now + UNKNOWN_MS });
      effects.push({ kind: 'disconnect' });
      return;
    case 'unknown':
      s.unknownSince ??= now;
      s.inFlight = null;
      pause(Math.max(ack.wait, BACKOFF.capMs));
      s.helloAt = s.notBefore;
      if (now - s.unknownSince >= UNKNOWN_MS) {
        s.unknownSince = now;
        effects.push({ kind: 'reEnrol' });
      }
      return;
    case 'upgrade':
      s.inFlight = null;
      pause(Math.max(ack.wait, UPGRADE_MS));
      s.helloAt = s.notBefore;
      return;
    case 'too_big':
      pause(ack.wait);
      if (!answered || answered.to === null) return;
      s.inFlight = null;
      if (answered.single) effects.push({ kind: 'drop', seq: answered.to });
      s.share = answered.single ? 1 : s.share / 2;
      return;
    case 'ok':
    case 'slow':
      break;
    default:
      ack.code satisfies never;
  }
  if (s.dbi !== null && ack.dbi !== s.dbi) {
    // A server restored from a backup, or a failover: forget W, say hello, send again what it lacks.
    if (ack.W > s.hi) return void (s.badAcks += 1);
    Object.assign(s, { dbi: ack.dbi, W: ack.W, inFlight: null, helloAt: now, dueTo: s.hi, sid: ack.sid });
    effects.push({ kind: 'rewind', W: ack.W, dbi: ack.dbi });
    pause(ack.wait);
    return;
  }
  if (ack.W < s.W || ack.W > s.hi) return void (s.badAcks += 1);
  pause(ack.wait);
  s.sid = ack.sid;
  s.ackedHere = true;
  s.lastAckAt = now;
  if (ack.W > s.W || s.dbi === null) effects.push({ kind: 'mark', W: ack.W, dbi: ack.dbi });
  const moved = ack.W > s.W;
  Object.assign(s, { W: ack.W, dbi: ack.dbi });
  // The ack of a hello may come while a batch is on its way: only progress settles a batch.
  if (answered && (answered.to === null || moved)) {
    if (answered.to === null || ack.W >= answered.to) {
      s.roundTripMs = now - answered.sentAt;
      // Sent more than once: nobody knows which one is answered.
      if (s.tries === 0) effects.push({ kind: 'time', t: ack.t, roundTripMs: s.roundTripMs });
    }
    Object.assign(s, { inFlight: null, tries: 0, share: moved ? Math.min(1, s.share * 2) : s.share });
  }
  if (s.link === 'greeting') s.link = 'ready';
}

/** What the time and the state call for. */
function act(s: UplinkState, now: number, random: number, effects: UplinkEffect[]): void {
  if (s.link === 'idle' && s.connectAt !== null && now >= s.connectAt) {
    s.conn += 1;
    Object.assign(s, { link: 'connecting', connectAt: null });
    effects.push({ kind: 'connect', conn: s.conn });
  }
  if (now >= s.batchAt) {
    s.dueTo = s.hi;
    s.batchAt = now + s.settings.batchEveryMs;
  }
  if (s.link !== 'greeting' && s.link !== 'ready') return;
  if (s.ackedHere && s.failures > 0 && now - s.connectedAt >= BACKOFF.stableMs) s.failures = 0;
  if (s.opening || s.held || now < s.notBefore) return;
  if (s.inFlight && now >= s.inFlight.resendAt) {
    s.tries += 1;
    if (s.inFlight.to === null) s.helloAt = now;
    s.inFlight = null;
  }
  if (s.helloAt !== null && now >= s.helloAt) {
    s.helloAt = null;
    s.inFlight = { to: null, single: false, sentAt: now, resendAt: now + ackTimeout(s.tries, random) };
    effects.push({ kind: 'hello' });
    return;
  }
  if (s.link === 'ready' && s.inFlight === null && s.helloAt === null && s.W < s.dueTo) {
    // Held until `sent` says what went out.
    s.inFlight = { to: s.hi, single: false, sentAt: now, resendAt: now + ackTimeout(s.tries, random) };
    effects.push({ kind: 'batch', share: s.share });
  }
}

function nextTime(s: UplinkState): number | null {
  const times: number[] = [];
  if (s.link === 'idle') {
    if (s.connectAt !== null) times.push(s.connectAt);
  } else if (s.link !== 'connecting' && !s.opening && !s.held) {
    if (s.inFlight) times.push(Math.max(s.inFlight.resendAt, s.notBefore));
    if (s.helloAt !== null) times.push(Math.max(s.helloAt, s.notBefore));
    if (s.link === 'ready' && !s.inFlight && s.helloAt === null) times.push(Math.max(s.notBefore, s.W < s.dueTo ? 0 : s.batchAt));
  }
  return times.length > 0 ? Math.min(...times) : null;
}
