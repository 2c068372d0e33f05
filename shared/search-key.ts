/**
 * Names and codes as they are searched: without case, accents, Arabic vowel signs and tatweel; with one letter for hamza on any seat, for ta marbuta and
 * ha, for alif maqsura and ya; `ou` and `w` as `o`, `ï` as `i`. So "Oulad", "Ouled" and "Oled" meet (vowels between consonants
 * are kept but e and a are one), as do "Aït" and "Ait", "إفران" and "افران", "مدرسة" and "مدرسه". Pure.
 */
const ARABIC: Readonly<Record<string, string>> = { أ: 'ا', إ: 'ا', آ: 'ا', ٱ: 'ا', ؤ: 'و', ئ: 'ي', ى: 'ي', ة: 'ه', گ: 'ك', ڭ: 'ك', ڤ: 'ف', پ: 'ب', ء: '', ـ: '' };

/** One text that holds all of them, each folded; a query folded by itself is looked for in it. */
export const searchKey = (...texts: readonly (string | null | undefined)[]): string =>
  texts.filter((text): text is string => typeof text === 'string' && text !== '').map(fold).join(' | ');

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{Mn}\u200c-\u200f]/gu, '')
    .toLowerCase()
    .replaceAll(/[أإآٱؤئىةگڭڤپءـ]/g, (letter) => ARABIC[letter]!)
    .replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replaceAll(/['’`´ʿʾ-]/g, ' ')
    .replaceAll(/ou|w/g, 'o')
    .replaceAll('e', 'a')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
