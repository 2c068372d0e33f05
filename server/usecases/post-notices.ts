/**
 * The postman: takes what is due from the outbox, writes it, hands it over, and closes it after the provider's answer. Several receivers at a time,
 * each one's messages in their order; no transaction is open while a provider is waited for.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ChannelKind } from '@cac/shared/notices.ts';
import { answerLine, type ChannelTable, type Sealer, type SendResult } from '../core/notices/channel.ts';
import { givesUp, waitMs } from '../core/notices/back-off.ts';
import { Problem } from '../core/problem.ts';
import { usableChannels, type ChannelRow } from '../store/channels.ts';
import { claimFrom, closeNotices, dueHeads, messageOfClaim, releaseAll, retryNotices, type OutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { renderNotice } from './render-notice.ts';

export interface PostmanOptions {
  store: Store;
  channels: ChannelTable;
  sealer: Sealer;
  now: () => number;
  /** Under which people open the pages. */
  publicUrl: () => string;
  /** From 0 up to 1. */
  random: () => number;
  /** Receivers at a time. */
  parallel?: number;
  onFailure: (cause: unknown) => void;
  /** After a row's fate was written. */
  onClosed?: (() => void) | undefined;
}

export interface PostmanStats {
  sent: number;
  failed: number;
  retried: number;
}

export interface Postman {
  /** Takes what is due, as much as there is place for; throws when the outbox cannot be read. */
  take(): Promise<number>;
  /** There may be something to take. */
  poke(): void;
  /** Takes and hands over until nothing is due. Throws when the outbox cannot be read. */
  round(): Promise<void>;
  stats(): PostmanStats;
  /** Takes nothing more; resolves when what is under way has its answer. */
  stop(): Promise<void>;
}

const PARALLEL = 8;

/** The same rows, the same id: for Message-ID and Idempotency-Key. */
export const messageIdOf = (keys: readonly string[]): string => createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 32);

export function createPostman({ store, channels, sealer, now, publicUrl, random, parallel = PARALLEL, onFailure, onClosed }: PostmanOptions): Postman {
  const name = randomBytes(6).toString('hex');
  const stats: PostmanStats = { sent: 0, failed: 0, retried: 0 };
  const underWay = new Map<string, Promise<void>>();
  let stopped = false;
  let taking: Promise<number> | null = null;
  const released = releaseAll(store.db);

  /** Fills the free places. How many messages it began. */
  const take = (): Promise<number> => (taking ??= takeNow().finally(() => (taking = null)));

  async function takeNow(): Promise<number> {
    await released;
    let begun = 0;
    while (!stopped && underWay.size < parallel) {
      const heads = await dueHeads(store.db, now(), parallel * 2);
      const free = heads.filter((head) => !underWay.has(receiverOf(head))).slice(0, parallel - underWay.size);
      if (free.length === 0) return begun;
      let won = 0;
      for (const head of free) {
        if (stopped || underWay.has(receiverOf(head))) continue;
        const rows = await claimFrom(store, head, name, messageIdOf, now());
        if (rows === null) continue;
        won += 1;
        const receiver = receiverOf(head);
        const work = deliver(rows)
          .catch(onFailure)
          .finally(() => {
            underWay.delete(receiver);
            onClosed?.();
            if (!stopped) take().catch(onFailure);
          });
        underWay.set(receiver, work);
      }
      begun += won;
      // Others were faster at all of them: next time.
      if (won === 0) return begun;
    }
    return begun;
  }

  async function deliver(rows: readonly OutboxRow[]): Promise<void> {
    const result = await handOver(rows);
    const answer = answerLine(result.answer);
    const at = now();
    if (result.ok) {
      await closeNotices(store.db, rows, 'sent', answer, at);
      stats.sent += 1;
    } else if (result.permanent || givesUp(rows[0]!.first_tried_at ?? at, at)) {
      await closeNotices(store.db, rows, 'failed', answer, at);
      stats.failed += 1;
    } else {
      await retryNotices(store.db, rows, answer, result.maybeDelivered, at + waitMs(Math.max(...rows.map(({ attempts }) => attempts)), random()));
      stats.retried += 1;
    }
  }

  async function handOver(rows: readonly OutboxRow[]): Promise<SendResult> {
    const [first] = rows as [OutboxRow];
    const kind = first.channel_kind as ChannelKind;
    const fail = (answer: string, permanent = false): SendResult => ({ ok: false, permanent, maybeDelivered: false, answer });
    const channel = (await usableChannels(store.db)).find((one) => one.kind === kind && (first.channel_id === null || one.id === first.channel_id));
    if (channel === undefined) return fail('no_channel: no channel of this kind is on');
    const rendered = await renderNotice(store.db, rows, publicUrl());
    if (rendered === null) return fail('not_concerned: the receiver may not see this any more', true);
    let secret: string | null;
    try {
      secret = openedSecret(channel, sealer);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      return fail(`${cause.info.code}: ${cause.info.message}`);
    }
    const { subject, text, html, short, language, facts } = rendered;
    return channels[kind].send({ id: channel.id, kind, settings: channel.settings, secret }, { id: messageOfClaim(first.claim!), to: first.address, subject, text, html, short, language, facts: { ...facts, at: first.created_at }, at: now() });
  }

  return {
    take,
    poke() {
      if (!stopped) take().catch(onFailure);
    },
    async round() {
      for (;;) {
        await take();
        if (underWay.size === 0 || stopped) return;
        await Promise.race(underWay.values());
      }
    },
    stats: () => ({ ...stats }),
    async stop() {
      stopped = true;
      await taking?.catch(() => {});
      await Promise.all(underWay.values());
    },
  };
}

const receiverOf = (row: OutboxRow): string => `${row.channel_kind} ${row.address}`;

/** Its password, secret or token; null where it has none. */
export const openedSecret = (channel: ChannelRow, sealer: Sealer): string | null => (channel.secrets === null ? null : (JSON.parse(sealer.open(channel.secrets)) as { secret: string }).secret);
