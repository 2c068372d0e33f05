/** What every way of telling people has in common: a message, how it is handed over, and what the provider said. */
import type { ChannelKind } from '@cac/shared/notices.ts';

/** A message as it leaves: the same `id` at every try, in Message-ID and Idempotency-Key. */
export interface Message {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** For telephones. */
  short: string;
  language: string;
  /** For programs: what a webhook posts. */
  facts: Record<string, unknown>;
  at: number;
}

export interface SendResult {
  ok: boolean;
  /** Refused for good: trying again would be refused again. */
  permanent: boolean;
  /** The provider may have taken it without telling us. */
  maybeDelivered: boolean;
  /** What the provider really said, one line, without secrets. */
  answer: string;
}

/** A channel as it is kept, its secret opened. */
export interface ReadyChannel {
  id: number;
  kind: ChannelKind;
  settings: Record<string, unknown>;
  secret: string | null;
}

export interface Finding {
  field: string;
  code: string;
  message: string;
}

export interface ChannelDoor {
  /** What is wrong with its settings, by field; beyond what the schema says. */
  check(settings: Record<string, unknown>): Finding[];
  /** Never throws: a failure is a result. */
  send(channel: ReadyChannel, message: Message): Promise<SendResult>;
}

export type ChannelTable = Readonly<Record<ChannelKind, ChannelDoor>>;

/** Locks secrets with a key that is not in the database. `open` throws the problem `sealed_with_another_key`. */
export interface Sealer {
  seal(text: string): string;
  open(sealed: string): string;
}

const ANSWER_CHARS = 500;

/** One line of a provider's words: no control characters, no page-long bodies. */
export const answerLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim().slice(0, ANSWER_CHARS);
