/** From the bytes of an `up` message to the checked message, or the reason why not. */
import { BROTLI_MARK, LIMITS, PROTOCOL_VERSION, Up } from '@cac/shared/messages.ts';
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
  const parsed = v.safeParse(Up, json.value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refuse('bad_message', `${v.getDotPath(issue) ?? ''}: ${issue.message}`.slice(0, 120), excerpt());
  }
  return { ok: true, up: parsed.output };
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
