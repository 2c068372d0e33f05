/** MQTT's length-prefixed fields and its text, read from bytes without trusting them. Pure. */
import { isUtf8 } from 'node:buffer';

/** Offset just after the two-byte-length field at `at`, or -1 when it runs over `end`. */
export function fieldEnd(bytes: Buffer, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const after = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
  return after <= end ? after : -1;
}

/**
 * U+0000 MUST close the connection [MQTT-1.5.3-2]; control characters and noncharacters MAY (MQTT 3.1.1, 1.5.3), and here
 * do: they have no place in a client id, user name or topic, and must not reach a log.
 */
const FORBIDDEN = /\p{Cc}|\p{Noncharacter_Code_Point}/u;

/**
 * The text of the field from `at` to `after` (its two length bytes included), or null when it is no text MQTT allows:
 * ill-formed UTF-8, surrogates included [MQTT-1.5.3-1], or a forbidden character. A BOM is kept [MQTT-1.5.3-3].
 */
export function fieldText(bytes: Buffer, at: number, after: number): string | null {
  const field = bytes.subarray(at + 2, after);
  if (!isUtf8(field)) return null;
  const text = field.toString('utf8');
  return FORBIDDEN.test(text) ? null : text;
}

/** Text of a stranger as it may stand in a log: ASCII only, at most 64 characters, the rest as `\u....`. */
export const printable = (text: string): string =>
  text.slice(0, 64).replace(/[^ -~]|["\\]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const MAX_TOPIC_LENGTH = 64;
export const MAX_TOPIC_LEVELS = 8;

/** Longer or deeper than any topic of ours: the broker's tries need not hold it. */
export const isOverlong = (topic: string): boolean => topic.length > MAX_TOPIC_LENGTH || topic.split('/').length > MAX_TOPIC_LEVELS;

/** `#` only as the whole last level [MQTT-4.7.1-2], `+` only as a whole level [MQTT-4.7.1-3]. */
export const isFilter = (filter: string): boolean =>
  filter.split('/').every((level, i, all) => (level === '#' ? i === all.length - 1 : level === '+' || !/[+#]/.test(level)));
