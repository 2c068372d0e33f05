/** A message for telephones: at most three parts, of 160 letters of the old alphabet (GSM 03.38), or of 70 where it has others, as Arabic does. */
import { withoutIsolates } from './clean-text.ts';
import type { Content } from './letter.ts';

const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;
/** A part of several carries which it is, and holds less. */
const LIMITS = { gsm: { alone: 160, part: 153 }, wide: { alone: 70, part: 67 } } as const;
const PARTS = 3;

export function shortText(content: Content): string {
  const [first = ''] = content.paragraphs;
  const lines = [content.title, first, content.act?.url ?? ''].filter((line) => line !== '').map(withoutIsolates);
  const [title = '', said = '', url = ''] = lines.length === 3 ? lines : [lines[0], '', lines[1]];
  const plain = content.language === 'ar' ? (text: string) => text : inOldAlphabet;
  const head = plain(`${title}. `);
  const tail = plain(url === '' ? '' : ` ${url}`);
  const most = limitOf(head + plain(said) + tail);
  const room = most - length(tail);
  return `${cut(`${head}${plain(said)}`.trim(), room)}${tail}`;
}

const length = (text: string): number => text.length;
const limitOf = (text: string): number => {
  const { alone, part } = GSM.test(text) ? LIMITS.gsm : LIMITS.wide;
  return text.length <= alone ? alone : part * PARTS;
};
const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, Math.max(0, most - 3)).replace(/[\ud800-\udbff]$/, '')}...`);

/** French without the letters that would make every part half as long; what has no likeness stays. */
function inOldAlphabet(text: string): string {
  const turned = text.replaceAll(/[’‘]/g, "'").replaceAll(/[«»“”]/g, '"').replaceAll('…', '...').replaceAll(/[\u00a0\u202f\u2009]/g, ' ').replaceAll('·', '-').replaceAll('œ', 'oe').replaceAll('[', '(').replaceAll(']', ')');
  return [...turned].map((letter) => (GSM.test(letter) ? letter : GSM.test(letter.normalize('NFD').replaceAll(/\p{M}/gu, '')) ? letter.normalize('NFD').replaceAll(/\p{M}/gu, '') : letter)).join('');
}

/** How many parts a text makes. */
export function partsOf(text: string): number {
  const { alone, part } = GSM.test(text) ? LIMITS.gsm : LIMITS.wide;
  return text.length <= alone ? 1 : Math.ceil(text.length / part);
}
