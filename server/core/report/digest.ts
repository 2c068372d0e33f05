/** A report's digest: SHA-256 over its body as text with keys in order, so that whoever holds the text can check it. */
import { hashOf } from '../hash.ts';

export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one !== null && typeof one === 'object' && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one));

export const digestOf = (body: unknown): string => hashOf(canonical(body));
