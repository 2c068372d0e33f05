/** The texts of pings without an agent in the language of the page; they load with their section. */
import { filled, pluralOf, type Params, type Plural } from '../catalogue.ts';
import { number } from '../format.ts';
import { language, type Language } from '../language.ts';
import { pingsAr } from './ar.ts';
import { pingsEn } from './en.ts';
import { pingsFr } from './fr.ts';

type Keys<Kind> = { [K in keyof typeof pingsFr]: (typeof pingsFr)[K] extends Kind ? K : never }[keyof typeof pingsFr];
type PingsKey = Keys<string>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<PingsKey, string>> & { readonly days: Plural }>> = { fr: pingsFr, ar: pingsAr, en: pingsEn };

export const gt = (key: PingsKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const gdays = (n: number): string => filled(pluralOf(CATALOGUES[language.value].days, language.value, n), { n: number(n) });
