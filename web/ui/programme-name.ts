/** Programmes by name: the shipped ones in our own words, those that people added as they named them. */
import { language } from '../i18n/language.ts';
import { isTextKey, t } from '../i18n/text.ts';
import { programmes } from '../state/store.ts';

export function programmeName(code: string, long = false): string {
  const key = `programme_${code}${long ? '_long' : ''}`;
  if (isTextKey(key)) return t(key);
  return programmes.value.find((one) => one.code === code)?.names[language.value] ?? code;
}

export const programmeCodes = (): readonly string[] => programmes.value.map(({ code }) => code);
