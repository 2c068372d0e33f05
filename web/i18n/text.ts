/** The texts of the main page in its language. Read inside a component, it follows the language. */
import { ar } from './ar.ts';
import { filled, pluralOf, type Params, type Plural } from './catalogue.ts';
import { en } from './en.ts';
import { number } from './format.ts';
import { fr } from './fr.ts';
import { language, type Language } from './language.ts';

type Keys<Kind> = { [K in keyof typeof fr]: (typeof fr)[K] extends Kind ? K : never }[keyof typeof fr];
export type TextKey = Keys<string>;
export type CountKey = Keys<Plural>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<TextKey, string>> & Readonly<Record<CountKey, Plural>>>> = { fr, ar, en };

export const t = (key: TextKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);

/** A text that depends on a number, which it may show as `{n}`. */
export const count = (key: CountKey, n: number): string => filled(pluralOf(CATALOGUES[language.value][key], language.value, n), { n: number(n) });

/** Whether a composed key exists: words of the server that no catalogue has are shown as they came. */
export const isTextKey = (key: string): key is TextKey => Object.hasOwn(fr, key) && typeof fr[key as keyof typeof fr] === 'string';
