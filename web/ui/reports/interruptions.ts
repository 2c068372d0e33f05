/** Why opening time was lost, in words. */
import { isPastKey, pt } from '../../i18n/past/text.ts';

export function interruptionName(verdict: string, cause: string): string {
  const [word, why] = [`v_${verdict}`, `c_${cause}`];
  return `${isPastKey(word) ? pt(word) : verdict} — ${isPastKey(why) ? pt(why) : cause}`;
}
