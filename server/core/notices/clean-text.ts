/** Text that others wrote (names of sites and PCs), made fit for a line of a message: no line ends, no turned directions, no endless names. */

/** Characters that turn the direction of what follows, or hide: a name may not carry them into our sentences. */
const TURNING = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const NAME_CHARS = 80;

export function cleanText(text: string, most = NAME_CHARS): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').replaceAll(TURNING, '').replaceAll(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}

const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
export const hasRtl = (text: string): boolean => RTL.test(text);

/** First strong isolate, and its end: what stands between keeps its own order. */
export const FSI = '\u2068';
export const PDI = '\u2069';
export const isolated = (text: string): string => `${FSI}${text}${PDI}`;
export const withoutIsolates = (text: string): string => text.replaceAll(/[\u2066-\u2069]/gu, '');

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
