/** The texts of agents in the field in the language of the page; they load with their parts. */
import { filled, pluralOf, type Params, type Plural } from '../catalogue.ts';
import { number } from '../format.ts';
import { language, type Language } from '../language.ts';
import { fieldAr } from './ar.ts';
import { fieldEn } from './en.ts';
import { fieldFr } from './fr.ts';

type Keys<Kind> = { [K in keyof typeof fieldFr]: (typeof fieldFr)[K] extends Kind ? K : never }[keyof typeof fieldFr];
export type FieldKey = Keys<string>;
type FieldCount = Keys<Plural>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<FieldKey, string>> & Readonly<Record<FieldCount, Plural>>>> = { fr: fieldFr, ar: fieldAr, en: fieldEn };

export const ft = (key: FieldKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const fcount = (key: FieldCount, n: number): string => filled(pluralOf(CATALOGUES[language.value][key], language.value, n), { n: number(n) });
export const isFieldKey = (key: string): key is FieldKey => Object.hasOwn(fieldFr, key) && typeof fieldFr[key as keyof typeof fieldFr] === 'string';
