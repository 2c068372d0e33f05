/** The few texts of the sign-in page, which loads none of the others. */
import type { RequestError } from '../../api.ts';
import { arSignIn } from '../../i18n/ar.ts';
import { enSignIn } from '../../i18n/en.ts';
import { frSignIn } from '../../i18n/fr.ts';
import { language, type Language } from '../../i18n/language.ts';

export type SignInKey = keyof typeof frSignIn;
const CATALOGUES: Readonly<Record<Language, Readonly<Record<SignInKey, string>>>> = { fr: frSignIn, ar: arSignIn, en: enSignIn };
export const t = (key: SignInKey): string => CATALOGUES[language.value][key];

/** Why it did not work; `refused`: what a wrong entry is called here. */
export function reasonOf({ status, code }: RequestError, refused: SignInKey): SignInKey {
  if (status === 0) return 'unreachable';
  if (code === 'password_too_short') return 'too_short';
  if (status === 400 || status === 401) return refused;
  return status === 429 ? 'too_many' : 'failed';
}
