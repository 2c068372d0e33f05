/** From the bytes of an `up` message to the checked message, or the reason why not. */
import { BROTLI_MARK, LIMITS, PROTOCOL_VERSION, Up } from '@cac/shared/messages.ts';
import { LINK_WORDS } from '@cac/shared/states.ts';
import { parseJsonBytes, type JsonFault } from '@cac/shared/strict-json.ts';
import { brotliDecompressSync } from 'node:zlib';
import * as v from 'valibot';

export type UpFault = JsonFault | 'batch_too_big' | 'inflated_too_big' | 'bad_compression' | 'bad_message' | 'bad_version';
export type ReadUp = { ok: true; up: Up } | { ok: false; fault: UpFault; where: string; excerpt: string };

export function readUp(payload: Uint8Array): ReadUp {
  if (payload.length > LIMITS.batchBytes) return refuse('batch_too_big', `${payload.length} bytes`, '');
  const inflated = inflate(payload);
  if (typeof inflated === 'string') return refuse(inflated, '', '');
  const json = parseJsonBytes(inflated, LIMITS.jsonDepth);
  const excerpt = () => Buffer.from(inflated.subarray(0, 200)).toString('utf8');
  if (!json.ok) return refuse(json.fault, '', excerpt());
  if ((json.value as { v?: unknown } | null)?.v !== PROTOCOL_VERSION) return refuse('bad_version', 'v', excerpt());
  if (isUsual(json.value as Loose)) return { ok: true, up: json.value as Up };
  const parsed = v.safeParse(Up, json.value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refuse('bad_message', `${v.getDotPath(issue) ?? ''}: ${issue.message}`.slice(0, 120), excerpt());
  }
  return { ok: true, up: parsed.output };
}

type Loose = { [K in keyof Up]?: unknown };

const EPOCH = /^[a-z0-9]{16}$/;
const HEX_16 = /^[0-9a-f]{16}$/;
const BOOT = /^[A-Za-z0-9._:-]{1,64}$/;
const LINKS: ReadonlySet<unknown> = new Set(LINK_WORDS);
const isMs = (x: unknown, from = 0): boolean => typeof x === 'number' && x >= from && x <= 1e14;
const isCount = (x: unknown, from: number): boolean => Number.isSafeInteger(x) && (x as number) >= from;
const fits = (x: unknown, pattern: RegExp): boolean => typeof x === 'string' && pattern.test(x);

/**
 * The usual batch (no hello, no drops, no samples), checked by hand in a tenth of the time. What this takes, the schema
 * takes too, and reads the same: a property test holds them together. Anything else goes to the schema.
 */
export function isUsual(x: Loose): boolean {
  const now = x.now as { link?: unknown; up?: unknown } | undefined;
  return (
    x.v === PROTOCOL_VERSION && fits(x.ep, EPOCH) && fits(x.inst, HEX_16) && fits(x.boot, BOOT) && fits(x.chain, HEX_16) &&
    isCount(x.conn, 1) && isCount(x.lo, 1) && isCount(x.hi, 0) && isMs(x.w, -1e14) && isMs(x.m) &&
    x.drop === undefined && x.ver === undefined && x.fp === undefined && x.cfg === undefined && x.ctx === undefined && x.use === undefined && x.sh === undefined && x.log === undefined && x.done === undefined &&
    Array.isArray(x.r) && x.r.length <= LIMITS.batchEntries && x.r.every(Array.isArray) &&
    typeof now === 'object' && now !== null && LINKS.has(now.link) && isMs(now.up) && Object.keys(now).length === 2
  );
}

const refuse = (fault: UpFault, where: string, excerpt: string): ReadUp => ({ ok: false, fault, where, excerpt });

function inflate(payload: Uint8Array): Uint8Array | 'inflated_too_big' | 'bad_compression' {
  if (payload[0] !== BROTLI_MARK) return payload;
  try {
    return brotliDecompressSync(payload.subarray(1), { maxOutputLength: LIMITS.inflatedBytes });
  } catch (cause) {
    return (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'inflated_too_big' : 'bad_compression';
  }
}
