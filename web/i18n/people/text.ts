/** The texts of accounts, sessions and the profile in the language of the page; they load with their pages. */
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { peopleAr } from './ar.ts';
import { peopleEn } from './en.ts';
import { peopleFr } from './fr.ts';

export type PeopleKey = keyof typeof peopleFr;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<PeopleKey, string>>>> = { fr: peopleFr, ar: peopleAr, en: peopleEn };

export const pt = (key: PeopleKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const isPeopleKey = (key: string): key is PeopleKey => Object.hasOwn(peopleFr, key);
