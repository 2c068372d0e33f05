/** Bytes, minutes and refusals of the field, in words. */
import { RequestError } from '../../api.ts';
import { ft, isFieldKey } from '../../i18n/field/text.ts';
import { number } from '../../i18n/format.ts';
import { errorText } from '../error-text.ts';

const STEPS = [['size_gb', 1e9], ['size_mb', 1e6], ['size_kb', 1e3]] as const;

/** Decimal, as carriers count. */
export function bytesText(bytes: number): string {
  const [key, size] = STEPS.find(([, least]) => bytes >= least) ?? (['size_b', 1] as const);
  const n = bytes / size;
  return ft(key, { n: number(n >= 100 || size === 1 ? Math.round(n) : Math.round(n * 10) / 10) });
}

export const minutesOf = (seconds: number): string => number(Math.ceil(seconds / 60));

/** Why something waits, as agents say it. */
export const postponedText = (why: string): string => {
  const key = `postponed_${why}`;
  return isFieldKey(key) ? ft(key) : why;
};

export const fieldError = (error: RequestError): string => (isFieldKey(error.code) ? ft(error.code) : errorText(error));

/** The windows of questions know the main catalogue only: a refusal of ours is put into words before it gets there. */
export function inWords(failure: unknown): never {
  if (!(failure instanceof RequestError) || !isFieldKey(failure.code)) throw failure;
  throw new RequestError(failure.status === 409 ? 400 : failure.status, { code: `field_${failure.code}`, message: ft(failure.code) });
}
