/** The texts of coverage in the language of the page; apart from the main catalogue because they load with their parts. */
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { coverageAr } from './ar.ts';
import { coverageEn } from './en.ts';
import { coverageFr } from './fr.ts';

export type CoverageKey = keyof typeof coverageFr;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<CoverageKey, string>>>> = { fr: coverageFr, ar: coverageAr, en: coverageEn };

export const vt = (key: CoverageKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
