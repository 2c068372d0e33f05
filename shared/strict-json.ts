/**
 * JSON from strangers: JSON.parse, and refused besides: a key twice in one object (readers disagree on who wins),
 * `__proto__`, nesting beyond a limit. One pass over the text, no allocation but for the keys in sight.
 */
import { isUtf8 } from 'node:buffer';

export type JsonFault = 'not_utf8' | 'not_json' | 'too_deep' | 'duplicate_key' | 'forbidden_key';
export type JsonResult = { ok: true; value: unknown } | { ok: false; fault: JsonFault };

export function parseJsonBytes(bytes: Uint8Array, maxDepth: number): JsonResult {
  if (!isUtf8(bytes)) return { ok: false, fault: 'not_utf8' };
  return parseStrictJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), maxDepth);
}

export function parseStrictJson(text: string, maxDepth: number): JsonResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'not_json' };
  }
  const fault = keyFault(text, maxDepth);
  return fault ? { ok: false, fault } : { ok: true, value };
}

/** Objects of ours have fewer keys; from here on looking through a list would cost a stranger's object of 30,000 keys two seconds. */
const FEW_KEYS = 32;

/** Walks text that is known to be JSON: only strings, braces and brackets matter. */
function keyFault(text: string, maxDepth: number): JsonFault | null {
  const seen: (string[] | Set<string> | null)[] = []; // keys of each open object; null for an array
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const end = stringEnd(text, i);
      const keys = seen[seen.length - 1];
      if (keys && isKey(text, end + 1)) {
        const raw = text.slice(i + 1, end);
        const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
        if (key === '__proto__') return 'forbidden_key';
        if (Array.isArray(keys) ? keys.includes(key) : keys.has(key)) return 'duplicate_key';
        if (!Array.isArray(keys)) keys.add(key);
        else if (keys.push(key) === FEW_KEYS) seen[seen.length - 1] = new Set(keys);
      }
      i = end + 1;
      continue;
    }
    if (code === 0x7b || code === 0x5b) {
      seen.push(code === 0x7b ? [] : null);
      if (seen.length > maxDepth) return 'too_deep';
    } else if (code === 0x7d || code === 0x5d) seen.pop();
    i += 1;
  }
  return null;
}

function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}

/** In JSON a string is a key exactly when a colon follows it. */
function isKey(text: string, from: number): boolean {
  let i = from;
  while (text.charCodeAt(i) <= 0x20) i += 1;
  return text.charCodeAt(i) === 0x3a;
}
