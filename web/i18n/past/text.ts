/** The texts of the pages about the past in the language of the page; apart from the main catalogue because they load with their pages. */
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { pastAr } from './ar.ts';
import { pastEn } from './en.ts';
import { pastFr } from './fr.ts';

export type PastKey = keyof typeof pastFr;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<PastKey, string>>>> = { fr: pastFr, ar: pastAr, en: pastEn };

export const pt = (key: PastKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const isPastKey = (key: string): key is PastKey => Object.hasOwn(pastFr, key);
