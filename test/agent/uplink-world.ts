/** One agent's journal and uplink, a server that follows the contract's rules, and a clock moved by hand. No socket, no timer. */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { Ack, AckCode } from '@cac/shared/messages.ts';
import type { UpMessage } from '@cac/agent/core/batch.ts';
import { expandRuns } from '@cac/agent/core/runs.ts';
import { createUplink, type UplinkEvent, type UplinkState } from '@cac/agent/core/uplink.ts';
import { deliver, viewOf, type Command } from '@cac/agent/journal/courier.ts';
import type { Draft, Journal } from '@cac/agent/journal/journal.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import { draft, epochs, opened } from './journal-fixture.ts';

export interface ServerModel {
  dbi: string;
  sid: string;
  /** Answers, or (false) commits and says nothing. */
  answers: boolean;
  /** Reads what comes; false: it is lost on the way. */
  hears: boolean;
  /** The next answers' codes, before it goes on by the rules. */
  codes: AckCode[];
  wait: number;
  /** Above this many entries: too_big. */
  mostEntries: number;
  W: Map<string, number>;
  chain: Map<string, string>;
  /** ep/seq -> the record as stored; writing one twice is a failure of the test. */
  stored: Map<string, string>;
  dropped: [number, number, string][];
}

export interface World {
  now: () => number;
  state: () => UplinkState;
  journal: Journal;
  server: ServerModel;
  /** What the transport was asked to do, with the time. */
  seen: { at: number; command: Command }[];
  append(...drafts: Draft[]): void;
  event(event: UplinkEvent): void;
  /** Lets time pass, timers firing at their time. Connections succeed at once while `online`. */
  pass(ms: number): void;
  online: boolean;
  /** Cuts the connection. */
  cut(): void;
  ack(more: Partial<Ack>): void;
  batches(): { at: number; message: UpMessage }[];
  hellos(): { at: number; message: UpMessage }[];
}

export interface WorldOptions {
  upMs?: number;
  eager?: boolean;
  random?: () => number;
  records?: number;
}

export function world({ upMs = 3_600_000, eager = false, random = () => 0.5, records = 0 }: WorldOptions = {}): World {
  let now = 1_000;
  const { journal } = opened(memoryFiles(), { newEpoch: epochs() });
  for (let n = 1; n <= records; n += 1) journal.append([draft(n)]);
  let state = createUplink(viewOf(journal), { batchEveryMs: 300_000 }, upMs, now, random(), eager);
  const server: ServerModel = { dbi: 'db1', sid: 's1', answers: true, hears: true, codes: [], wait: 0, mostEntries: 100, W: new Map(), chain: new Map(), stored: new Map(), dropped: [] };
  const seen: World['seen'] = [];
  const inbox: UplinkEvent[] = [];

  function event(first: UplinkEvent): void {
    inbox.push(first);
    for (let next = inbox.shift(); next; next = inbox.shift()) {
      const sender = (conn: number) => ({ inst: '00112233445566aa', conn, boot: 'boot-1', w: 1_750_000_000_000 + now, m: now });
      const step = deliver(state, next, { journal, sender, random }, now);
      state = step.state;
      for (const command of step.commands) {
        seen.push({ at: now, command });
        if (command.kind === 'connect') inbox.push(api.online ? { kind: 'connected' } : { kind: 'closed' });
        if (command.kind === 'publish' && server.hears) receive(command.message);
      }
    }
  }

  function ackOf(up: UpMessage, more: Partial<Ack> = {}): Ack {
    return { v: 1, ep: up.ep, W: server.W.get(up.ep) ?? 0, t: now, sid: server.sid, dbi: server.dbi, code: 'ok', wait: server.wait, ...more } as Ack;
  }

  function receive(up: UpMessage): void {
    const ack = serve(up);
    if (server.answers) inbox.push({ kind: 'ack', ack });
  }

  /** The server's rules of accepting a batch, as small as they can be. */
  function serve(up: UpMessage): Ack {
    const forced = server.codes.shift();
    if (forced) return ackOf(up, { code: forced });
    let W = server.W.get(up.ep) ?? 0;
    let chain = server.chain.get(up.ep) ?? CHAIN_START;
    if (up.hi < W) return ackOf(up, { code: 'fork' });
    if (up.r.length > server.mostEntries) return ackOf(up, { code: 'too_big' });
    const records = expandRuns(up.r);
    const drops = [...(up.drop ?? [])];
    const first = Math.min(records[0]?.[0] ?? Infinity, drops[0]?.[0] ?? Infinity);
    if (first === Infinity) return ackOf(up);
    if (up.lo > W + 1) {
      W = up.lo - 1;
      chain = up.chain;
    }
    if (first > W + 1) return ackOf(up);
    let batch = up.chain;
    if (first === W + 1 && batch !== chain) return ackOf(up, { code: 'fork' });
    const next = (): void => {
      for (let drop = drops[0]; drop && drop[0] <= W + 1; drop = drops[0]) {
        server.dropped.push(drops.shift()! as [number, number, string]);
        W = Math.max(W, drop[1]);
      }
    };
    next();
    for (const record of records) {
      batch = nextChain(batch, record);
      if (record[0] <= W) {
        if (record[0] === W && batch !== chain) return ackOf(up, { code: 'fork' });
        continue;
      }
      const key = `${up.ep}/${record[0]}`;
      if (server.stored.has(key)) throw new Error(`stored twice: ${key}`);
      server.stored.set(key, JSON.stringify(record.slice(1)));
      W = record[0];
      chain = batch;
      next();
    }
    server.W.set(up.ep, W);
    server.chain.set(up.ep, chain);
    return ackOf(up);
  }

  const published = (hello: boolean) => (): { at: number; message: UpMessage }[] =>
    seen.flatMap(({ at, command }) => (command.kind === 'publish' && (command.message.r.length === 0 && !command.message.drop) === hello ? [{ at, message: command.message }] : []));

  const api: World = {
    now: () => now,
    state: () => state,
    journal,
    server,
    seen,
    online: true,
    event,
    append(...drafts) {
      journal.append(drafts);
      event({ kind: 'appended', hi: journal.hi(), urgent: drafts.some((d) => d.kind !== 'hb' && d.kind !== 'sample') });
    },
    pass(ms) {
      const end = now + ms;
      for (let turns = 0; state.nextAt !== null && state.nextAt <= end; turns += 1) {
        if (turns > 5_000) throw new Error(`the uplink never rests: ${JSON.stringify(state)}`);
        now = Math.max(now, state.nextAt);
        event({ kind: 'timer' });
      }
      now = end;
    },
    cut: () => event({ kind: 'closed' }),
    ack: (more) => event({ kind: 'ack', ack: { v: 1, ep: journal.ep(), W: journal.mark().W, t: now, sid: server.sid, dbi: server.dbi, code: 'ok', wait: 0, ...more } as Ack }),
    batches: published(false),
    hellos: published(true),
  };
  return api;
}

export const hb = (n: number): Draft => ({ kind: 'hb', m: n * 60_000, w: 1_750_000_000_000 + n * 60_000, body: { link: 'ok' } });
export const net = (n: number): Draft => ({ kind: 'net', m: n * 60_000, w: 1_750_000_000_000 + n * 60_000, body: { link: 'dns', if: 'wired' } });
