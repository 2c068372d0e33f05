/** A message as the bytes that are published: JSON; above some hundred bytes brotli, marked by its first byte. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { BROTLI_MARK, LIMITS } from '@cac/shared/messages.ts';

/** Quality 5 and a 64 KiB window: what a batch needs, at a tenth of the default's working memory. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 16, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } };

export function encodePayload(message: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  return json.length <= LIMITS.compressAbove ? json : Buffer.concat([Buffer.of(BROTLI_MARK), brotliCompressSync(json, BROTLI)]);
}

/** The other way, for tests. */
export function decodePayload(payload: Buffer): unknown {
  const json = payload[0] === BROTLI_MARK ? brotliDecompressSync(payload.subarray(1), { maxOutputLength: LIMITS.inflatedBytes }) : payload;
  return JSON.parse(json.toString());
}
