/**
 * The live stream (SSE) from the transition log: what came since the reader's cursor, then what comes, each row once.
 * After a commit someone calls `poke`; the log is read from where the last reading ended, so rows of another server
 * are seen too. A reader that does not keep up, whose session ended, or beyond the cap, is cut off.
 */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { Account } from '../store/accounts.ts';
import { accountOfSession } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';
import { lastTransition, sitesChanged, sitesLeft } from '../store/transitions.ts';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import { createIncidentFeed } from './incident-feed.ts';

const COALESCE_MS = 100;
const POLL_MS = 1_000;
const BEAT_MS = 15_000;
const SESSION_CHECK_MS = 3_000;
const BACKFILL_ROWS = 5_000;
const BUFFER_BYTES = 1024 * 1024;
const STREAMS_PER_ACCOUNT = 20;
const STREAMS = 2_000;

interface Stream {
  accountId: number;
  tokenHash: string;
  role: Role;
  scope: Scope;
  controller: ReadableStreamDefaultController<Uint8Array>;
  /** Nothing at or below this number is sent. */
  cursor: number;
  ready: boolean;
}

export interface Live {
  poke(): void;
  /** After an act on an account or its sessions: its streams end at once where they may no longer say the same. */
  recheck(accountId: number): Promise<void>;
  /** Number of the newest row that has been read. */
  cursor(): number;
  open(account: Account, token: string, since: number | null): Promise<ReadableStream<Uint8Array>>;
  streams(): number;
  start(): Promise<void>;
  stop(): void;
}

const encoder = new TextEncoder();
const event = (id: number, name: 'site' | 'reset', data: string): Uint8Array => encoder.encode(`id: ${id}\nevent: ${name}\ndata: ${data}\n\n`);
const sees = (scope: Scope, region: string): boolean => scope.kind === 'all' || scope.regions.includes(region as never);

export function createLive(store: Store, now: () => number, onRead: (cursor: number) => void): Live {
  const streams = new Set<Stream>();
  const timers: NodeJS.Timeout[] = [];
  const incidents = createIncidentFeed();
  let cursor = 0;
  let reading: Promise<void> | null = null;
  let poked = false;
  let soon: NodeJS.Timeout | null = null;

  const drop = (stream: Stream): void => {
    if (!streams.delete(stream)) return;
    try {
      stream.controller.close();
    } catch {
      // The reader went away first.
    }
  };

  const send = (stream: Stream, bytes: Uint8Array): void => {
    if ((stream.controller.desiredSize ?? 0) <= 0) return drop(stream);
    try {
      stream.controller.enqueue(bytes);
    } catch {
      drop(stream);
    }
  };

  const backfill = async (stream: Stream, until: number): Promise<void> => {
    for (const { id, event: site } of await sitesChanged(store.db, stream.cursor, until, BACKFILL_ROWS)) {
      if (sees(stream.scope, site.region)) send(stream, event(id, 'site', JSON.stringify(site)));
    }
  };

  /** Rows may be added while we read: only when the log was read to where the others stand does a stream join them. */
  const catchUp = async (stream: Stream): Promise<void> => {
    do {
      const newest = await lastTransition(store.db);
      if (stream.cursor > newest || newest - stream.cursor > BACKFILL_ROWS || (await sitesLeft(store.db, stream.cursor, newest))) send(stream, event(newest, 'reset', '{}'));
      else await backfill(stream, newest);
      stream.cursor = newest;
    } while (cursor > stream.cursor);
  };

  const broadcast = (id: number, region: string, data: string): void => {
    const bytes = event(id, 'site', data);
    for (const stream of streams) {
      if (!stream.ready || id <= stream.cursor || !sees(stream.scope, region)) continue;
      stream.cursor = id;
      send(stream, bytes);
    }
  };

  const readLog = async (): Promise<void> => {
    for (;;) {
      const until = await lastTransition(store.db);
      if (until <= cursor) return;
      if (streams.size > 0) {
        const changed = await sitesChanged(store.db, cursor, until, BACKFILL_ROWS);
        for (const { id, event: site } of changed) broadcast(id, site.region, JSON.stringify(site));
        // More sites changed at once than a page of events can say, or some left a view, which no event says: everyone takes a new snapshot.
        if (changed.length === BACKFILL_ROWS || (await sitesLeft(store.db, cursor, until))) for (const stream of streams) send(stream, event(until, 'reset', '{}'));
      }
      cursor = until;
      onRead(cursor);
    }
  };

  /** Without a number: whoever reconnects reads the incidents anew. */
  const readIncidents = async (): Promise<void> => {
    for (const { regions, kind, ...incident } of await incidents.read(store.db, now(), streams.size > 0)) {
      const bytes = encoder.encode(`event: incident\ndata: ${JSON.stringify({ ...incident, kind })}\n\n`);
      for (const stream of streams) {
        if (!stream.ready) continue;
        const own = kind === 'platform_blind' ? stream.role === 'administrator' : stream.scope.kind === 'all' || regions.some((region) => sees(stream.scope, region));
        if (own) send(stream, bytes);
      }
    }
  };

  const run = (): void => {
    soon = null;
    if (reading) return;
    poked = false;
    reading = readLog()
      .then(readIncidents)
      .catch(() => {})
      .finally(() => {
        reading = null;
        if (poked) schedule();
      });
  };

  const schedule = (): void => {
    poked = true;
    soon ??= setTimeout(run, COALESCE_MS);
  };

  const checkSessions = async (accountId: number | null): Promise<void> => {
    for (const stream of streams) {
      if (accountId !== null && stream.accountId !== accountId) continue;
      const account = await accountOfSession(store.db, stream.tokenHash, now()).catch(() => undefined);
      // Undefined: the database does not answer, which says nothing of the session.
      if (account === undefined) continue;
      if (account !== null && account.role === stream.role && JSON.stringify(account.scope) === JSON.stringify(stream.scope)) continue;
      // Who may see other sites than before takes a new snapshot, so that none of the old ones stays on screen.
      if (account !== null) send(stream, event(stream.cursor, 'reset', '{}'));
      drop(stream);
    }
  };

  return {
    poke: schedule,
    recheck: checkSessions,
    cursor: () => cursor,
    streams: () => streams.size,

    async open(account, token, since) {
      const own = [...streams].filter((s) => s.accountId === account.id).length;
      if (own >= STREAMS_PER_ACCOUNT || streams.size >= STREAMS) {
        throw problem('too_many_streams', 'Too many live views are open.', { todo: 'Close some of the pages that show the map.', retryAfterS: 30 });
      }
      let stream!: Stream;
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            stream = { accountId: account.id, tokenHash: hashOf(token), role: account.role, scope: account.scope, controller, cursor: since ?? cursor, ready: false };
          },
          cancel: () => void streams.delete(stream),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
      );
      streams.add(stream);
      send(stream, encoder.encode('retry: 3000\n\n'));
      try {
        await catchUp(stream);
      } catch (cause) {
        drop(stream);
        throw cause;
      }
      stream.ready = true;
      return body;
    },

    async start() {
      cursor = await lastTransition(store.db);
      onRead(cursor);
      timers.push(setInterval(schedule, POLL_MS));
      timers.push(
        setInterval(() => {
          for (const stream of streams) send(stream, encoder.encode(': here\n\n'));
        }, BEAT_MS),
      );
      timers.push(setInterval(() => void checkSessions(null), SESSION_CHECK_MS));
    },

    stop() {
      for (const timer of timers) clearInterval(timer);
      if (soon) clearTimeout(soon);
      for (const stream of streams) drop(stream);
    },
  };
}
