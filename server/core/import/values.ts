/** What people write in cells, as values: numbers, shares, days, yes and no, in French, Arabic and English. Null: not understood. Pure. */
import { searchKey } from '@cac/shared/search-key.ts';

/** Words as they are compared: without accents, case, punctuation, and the letters that people interchange. */
const folded = new Map<string, string>();
const LONGEST_KEPT = 200;
export function fold(text: string): string {
  const known = folded.get(text);
  if (known !== undefined) return known;
  const made = searchKey(text).replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
  // Twenty thousand words are kept, not twenty thousand novels.
  if (text.length > LONGEST_KEPT) return made;
  if (folded.size > 20_000) folded.clear();
  folded.set(text, made);
  return made;
}

const latinDigits = (text: string): string => text.replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660)).replaceAll('٫', '.').replaceAll('٬', '');
const compact = (text: string): string => latinDigits(text).replaceAll(/[\s\u00a0\u202f'’]/g, '');

/** No number, position or share is written longer; the patterns below take the square of a text's length to refuse it. */
const LONGEST_NUMBER = 60;

/** A decimal comma or point; where both stand, the last is the decimal one. */
export function numberOf(text: string): number | null {
  if (text.length > LONGEST_NUMBER) return null;
  let plain = compact(text).replace('−', '-');
  if (plain.includes(',') && plain.includes('.')) plain = plain.lastIndexOf(',') > plain.lastIndexOf('.') ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', '');
  else plain = plain.replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** A whole number: `1 250`, `1.250` and `1,250` are all one thousand two hundred and fifty. */
export function countOf(text: string): number | null {
  const plain = compact(text);
  const value = /^\d{1,3}([.,]\d{3})+$/.test(plain) ? Number(plain.replaceAll(/[.,]/g, '')) : numberOf(plain);
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** `12,5 %`, or a bare number: in a column of percents when `percent`, else a share of one. */
export function shareOf(text: string, percent: boolean): number | null {
  const value = numberOf(text.replace(/[%٪]\s*$/, ''));
  if (value === null) return null;
  const share = /[%٪]\s*$/.test(text) || percent ? value / 100 : value;
  return share >= 0 && share <= 1 ? Math.round(share * 1e8) / 1e8 : null;
}

const DMS = /^([NSEWO])?(\d{1,3})°(\d{1,2})['′](?:(\d{1,2}(?:[.,]\d+)?)["″]?)?([NSEWO])?$/i;

/** Degrees: decimal, with a letter for the direction, or degrees, minutes and seconds. `O` is the French west. */
export function degreesOf(text: string): number | null {
  if (text.length > LONGEST_NUMBER) return null;
  const plain = latinDigits(text).replaceAll(/[\s\u00a0\u202f]/g, '').replaceAll('’', "'").replaceAll("''", '"');
  const dms = DMS.exec(plain);
  if (dms) {
    const value = Number(dms[2]) + Number(dms[3]) / 60 + Number((dms[4] ?? '0').replace(',', '.')) / 3600;
    // A second is thirty metres.
    return (/[SWO]/i.test(dms[1] ?? dms[5] ?? '') ? -1 : 1) * (Math.round(value * 1e5) / 1e5);
  }
  const letter = /[NSEWO]$/i.exec(plain)?.[0] ?? '';
  const value = numberOf(plain.replace(/°?[NSEWO]?$/i, ''));
  return value !== null && /[SWO]/i.test(letter) ? -Math.abs(value) : value;
}

const day = (y: string | number, m: string | number, d: string | number): string | null => {
  const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : text;
};

/** `2011-03-28`, `28/03/2011` (as it is written here: the day first), or the number under which a spreadsheet keeps a date. */
export function dayOf(text: string): string | null {
  const plain = latinDigits(text).trim().replace(/[T ]00:00(:00)?(\.0+)?Z?$/, '');
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(plain);
  if (iso) return day(iso[1]!, iso[2]!, iso[3]!);
  const french = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(plain);
  if (french) return day(french[3]!, french[2]!, french[1]!);
  // From 1982 to 2063: other numbers are no dates that stand in such files.
  const serial = /^\d{5}$/.test(plain) ? Number(plain) : 0;
  return serial >= 30_000 && serial <= 59_999 ? new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10) : null;
}

const YES = new Set(['oui', 'o', 'yes', 'y', 'vrai', 'true', 'x', '1', 'نعم', 'صحيح'].map(fold));
const NO = new Set(['non', 'n', 'no', 'faux', 'false', '0', 'لا', 'كلا', 'خطأ'].map(fold));

export function flagOf(text: string): boolean | null {
  const word = fold(latinDigits(text));
  return YES.has(word) ? true : NO.has(word) ? false : null;
}
