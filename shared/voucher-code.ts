/**
 * A site's enrolment code: 16 characters of Crockford's base32 (80 bits), typed in groups of four.
 * The alphabet has no I, L, O, U; what people type instead is read as what they meant.
 */
import * as v from 'valibot';

export const VOUCHER_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Reads a code as typed: any case, spaces or hyphens between groups, O for 0, I or L for 1. Null if it cannot be one. */
export function readVoucherCode(typed: string): string | null {
  const bare = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return bare.length === 16 && [...bare].every((c) => VOUCHER_ALPHABET.includes(c)) ? bare : null;
}

/** `ABCD-EFGH-JKMN-PQRS`, as it is printed and shown. */
export const printVoucherCode = (bare: string): string => bare.match(/.{4}/g)?.join('-') ?? bare;

/** Ten bytes (80 bits) as a bare code. */
export function voucherCodeOf(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let code = '';
  for (let shift = 75n; shift >= 0n; shift -= 5n) code += VOUCHER_ALPHABET[Number((bits >> shift) & 31n)];
  return code;
}

/** A voucher as people type it, read to its bare form. */
export const VoucherCode = v.pipe(
  v.string(),
  v.maxLength(64, 'voucher_code'),
  v.transform(readVoucherCode),
  v.string('voucher_code'),
  v.brand('VoucherCode'),
);
export type VoucherCode = v.InferOutput<typeof VoucherCode>;
