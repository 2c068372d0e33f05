/** The texts of incidents, silences and the hand-over in the language of the page; they load with their pages. */
import { filled, pluralOf, type Params, type Plural } from '../catalogue.ts';
import { number } from '../format.ts';
import { language, type Language } from '../language.ts';
import { incidentsAr } from './ar.ts';
import { incidentsEn } from './en.ts';
import { incidentsFr } from './fr.ts';

type Keys<Kind> = { [K in keyof typeof incidentsFr]: (typeof incidentsFr)[K] extends Kind ? K : never }[keyof typeof incidentsFr];
export type IncidentsKey = Keys<string>;
type IncidentsCountKey = Keys<Plural>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<IncidentsKey, string>> & Readonly<Record<IncidentsCountKey, Plural>>>> = { fr: incidentsFr, ar: incidentsAr, en: incidentsEn };

export const nt = (key: IncidentsKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const ncount = (key: IncidentsCountKey, n: number): string => filled(pluralOf(CATALOGUES[language.value][key], language.value, n), { n: number(n) });
export const isIncidentsKey = (key: string): key is IncidentsKey => Object.hasOwn(incidentsFr, key) && typeof incidentsFr[key as keyof typeof incidentsFr] === 'string';
/** A word of the server's by its text, or as it came. */
export const ntOr = (key: string, otherwise: string, params: Params = {}): string => (isIncidentsKey(key) ? nt(key, params) : otherwise);
