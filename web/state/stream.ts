/**
 * The live stream of events (Server-Sent Events), read with fetch rather than EventSource for one reason: heartbeats are
 * comments, which EventSource hides, and only they tell a quiet fleet from a line that died without a word.
 */
import type { SiteEvent } from '@cac/shared/api.ts';
import { SILENCE_MS } from './connection.ts';

interface StreamMessage {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** Cuts a stream into messages, whatever the pieces it arrives in. Comments give no message. */
export function sseParser(): (piece: string) => StreamMessage[] {
  let rest = '';
  return (piece) => {
    rest += piece;
    const messages: StreamMessage[] = [];
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      let event = 'message';
      let id: string | null = null;
      const data: string[] = [];
      for (const line of block.split(/\r?\n/)) {
        const match = /^(event|id|data): ?(.*)$/.exec(line);
        if (match?.[1] === 'event') event = match[2]!;
        if (match?.[1] === 'id') id = match[2]!;
        if (match?.[1] === 'data') data.push(match[2]!);
      }
      if (data.length > 0 || event !== 'message') messages.push({ event, id, data: data.join('\n') });
    }
    return messages;
  };
}

export interface StreamHandlers {
  /** Something was received, be it a heartbeat. */
  heard(): void;
  site(id: number, event: SiteEvent): void;
  /** A connection stands: what changed before it, and carries no number, was missed. */
  opened(): void;
  /** An incident changed. */
  incident(): void;
  /** The cursor is too old: the fleet must be read again. */
  reset(): void;
  lost(): void;
  /** The session ended (401) or is not allowed (403): no further attempt is made. */
  refused(status: number): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;

/** Follows the stream from a cursor, reconnecting with a growing, jittered pause, until the returned function is called. */
export function follow(path: string, cursor: number, handlers: StreamHandlers): () => void {
  const ended = new AbortController();
  let last = cursor;
  let waitMs = FIRST_WAIT_MS;

  const take = (message: StreamMessage): boolean => {
    if (message.event === 'reset') {
      ended.abort();
      handlers.reset();
      return false;
    }
    if (message.event === 'site') {
      const id = Number(message.id);
      if (Number.isSafeInteger(id)) last = Math.max(last, id);
      handlers.site(id, JSON.parse(message.data) as SiteEvent);
    }
    if (message.event === 'incident') handlers.incident();
    return true;
  };

  /** One connection, from opening to its end. */
  const listen = async (): Promise<void> => {
    const broken = new AbortController();
    const stop = (): void => broken.abort();
    ended.signal.addEventListener('abort', stop);
    let fuse = setTimeout(stop, SILENCE_MS);
    try {
      const answer = await fetch(`${path}?since=${last}`, { signal: broken.signal, credentials: 'same-origin', headers: { accept: 'text/event-stream', 'last-event-id': String(last) } });
      if (answer.status === 401 || answer.status === 403) {
        ended.abort();
        handlers.refused(answer.status);
        return;
      }
      if (!answer.ok || answer.body === null) return;
      handlers.opened();
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      const parse = sseParser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(fuse);
        fuse = setTimeout(stop, SILENCE_MS);
        waitMs = FIRST_WAIT_MS;
        handlers.heard();
        for (const message of parse(decoder.decode(value, { stream: true }))) if (!take(message)) return;
      }
    } finally {
      clearTimeout(fuse);
      broken.abort();
      ended.signal.removeEventListener('abort', stop);
    }
  };

  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await listen().catch(() => {});
      if (ended.signal.aborted) return;
      handlers.lost();
      const pause = waitMs * (0.7 + Math.random() * 0.6);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      await new Promise<void>((done) => setTimeout(done, pause));
    }
  };
  void run();
  return () => ended.abort();
}
